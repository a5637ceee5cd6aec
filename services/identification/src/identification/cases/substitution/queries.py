"""Reading substitutions: those of one's areas, those of one's own, and what happened to one."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from casework.roles import Role
from chronicle.messages import Recorded
from chronicle.store import Database
from chronicle.web import Fact, Listing, etag
from pydantic import BaseModel
from sqlalchemy import select
from starlette.responses import Response

from identification.cases.area.projections import name_on
from identification.cases.substitution.events import SubstitutionEvent
from identification.cases.substitution.findings import AbsenceReason
from identification.cases.substitution.projections import substitutions


class SubstitutionListed(BaseModel):
    """Who acts in whose place, where and when; nobody yet while ``confirmed_on`` is null."""

    id: str
    substitute: str
    absent: str
    role: Role
    area_code: str
    area_name: str | None
    first_day: date
    last_day: date
    reason: AbsenceReason
    proposed_on: date
    proposed_by: str
    confirmed_on: date | None
    ended_on: date | None


class SubstitutionShown(BaseModel):
    """What happened to a substitution."""

    substitution_id: str
    version: int
    history: list[Fact[SubstitutionEvent]]


def _query() -> Any:
    one = substitutions.tables
    return select(one, name_on(one.c.area_code, one.c.first_day).label("area_name"))


def listing() -> Listing[SubstitutionListed]:
    """The substitutions, by their first day."""
    one = substitutions.tables
    return Listing(_query(), one.c.area_code, [one.c.first_day, one.c.id], SubstitutionListed.model_validate)


def held_by(database: Database, person: str, today: date) -> list[SubstitutionListed]:
    """The substitutions under which a person acts today."""
    one = substitutions.tables
    held = _query().where(
        one.c.substitute == person,
        one.c.confirmed_on.is_not(None),
        one.c.ended_on.is_(None),
        one.c.first_day <= today,
        one.c.last_day >= today,
    )
    with database.reading() as connection:
        rows = connection.execute(held.order_by(one.c.first_day, one.c.id)).mappings()
        return [SubstitutionListed.model_validate(dict(row)) for row in rows]


def shown(substitution_id: str, history: Sequence[Recorded[Any]], response: Response) -> SubstitutionShown:
    """Show what happened, at its version."""
    response.headers["ETag"] = etag(len(history))
    facts: list[Fact[SubstitutionEvent]] = [Fact.of(recorded) for recorded in history]
    return SubstitutionShown(substitution_id=substitution_id, version=len(history), history=facts)
