"""What the api, the worker and the embedded edition of this service are made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chronicle.following import Projection
from chronicle.installation import Installation, Substitute
from sqlalchemy import Table

from relocation.areas import areas, replacements
from relocation.cases.relocation.projections import relocations
from relocation.registered_households import registered_households
from relocation.settings import Settings
from relocation.substitutions import substitute, substitutions

PROJECTIONS: tuple[Projection[Any], ...] = (areas, substitutions, registered_households, relocations)


@dataclass(frozen=True, kw_only=True)
class Service(Installation):
    """One installation of the service."""

    settings: Settings
    source: str = "relocation"
    alembic_ini: Path = Path(__file__).parents[2] / "alembic.ini"
    projections: Sequence[Projection[Any]] = PROJECTIONS
    replacements: Projection[Table] | None = replacements
    substitute: Substitute | None = substitute
