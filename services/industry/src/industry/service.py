"""What the api, the worker and the embedded edition of this service are made of."""

from pathlib import Path
from typing import Any

from chronicle.clock import Clock, SystemClock
from chronicle.following import Projection
from chronicle.installation import Installation

from industry.cases.project.projections import enrolments, projects
from industry.registered_households import registered_households
from industry.settings import Settings

SOURCE = "industry"
ALEMBIC_INI = Path(__file__).parents[2] / "alembic.ini"
PROJECTIONS: tuple[Projection[Any], ...] = (registered_households, projects, enrolments)


def service(settings: Settings, clock: Clock | None = None) -> Installation:
    """One installation of this service."""
    return Installation(
        source=SOURCE,
        settings=settings,
        alembic_ini=ALEMBIC_INI,
        projections=PROJECTIONS,
        clock=clock or SystemClock(),
    )
