"""What the api, the worker and the embedded edition of this service are made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chronicle.following import Projection
from chronicle.installation import Installation, Substitute
from sqlalchemy import Table

from industry.areas import areas, replacements
from industry.cases.project.projections import enrolments, projects
from industry.registered_households import registered_households
from industry.settings import Settings
from industry.substitutions import substitute, substitutions

PROJECTIONS: tuple[Projection[Any], ...] = (areas, substitutions, registered_households, projects, enrolments)


@dataclass(frozen=True, kw_only=True)
class Service(Installation):
    """One installation of the service."""

    settings: Settings
    source: str = "industry"
    alembic_ini: Path = Path(__file__).parents[2] / "alembic.ini"
    projections: Sequence[Projection[Any]] = PROJECTIONS
    replacements: Projection[Table] | None = replacements
    substitute: Substitute | None = substitute
