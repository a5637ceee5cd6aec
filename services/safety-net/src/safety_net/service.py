"""What the api, the worker and the embedded edition of this service are made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chronicle.following import Projection
from chronicle.installation import Installation, Substitute
from sqlalchemy import Table

from safety_net.areas import areas, replacements
from safety_net.cases.allowance.projections import allowances
from safety_net.registered_households import registered_households
from safety_net.settings import Settings
from safety_net.substitutions import substitute, substitutions

PROJECTIONS: tuple[Projection[Any], ...] = (areas, substitutions, registered_households, allowances)


@dataclass(frozen=True, kw_only=True)
class Service(Installation):
    """One installation of the service."""

    settings: Settings
    source: str = "safety-net"
    alembic_ini: Path = Path(__file__).parents[2] / "alembic.ini"
    projections: Sequence[Projection[Any]] = PROJECTIONS
    replacements: Projection[Table] | None = replacements
    substitute: Substitute | None = substitute
