"""Reading erasures and legal holds: the list of the county, and what happened to one person."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from chronicle.messages import Recorded
from chronicle.web import Fact, Listing, etag
from pydantic import BaseModel
from sqlalchemy import or_, select
from starlette.responses import Response

from identification.cases.area.projections import name_on
from identification.cases.person.events import PersonEvent
from identification.cases.person.findings import ErasureReason
from identification.cases.person.projections import erasures


class ErasureListed(BaseModel):
    """Somebody whose erasure is proposed or done, or forbidden by so many legal holds; ``since`` it last changed."""

    person_id: str
    household_id: str | None
    area: str
    area_name: str | None
    since: date
    reason: ErasureReason | None
    proposed_on: date | None
    proposed_by: str | None
    erased_on: date | None
    legal_holds: int


class PersonShown(BaseModel):
    """What happened to what is kept of a person."""

    person_id: str
    version: int
    history: list[Fact[PersonEvent]]


def listing() -> Listing[ErasureListed]:
    """The people, by the day of what happened last."""
    erasure = erasures.tables
    query = select(erasure, name_on(erasure.c.area, erasure.c.since).label("area_name"))
    standing = (erasure.c.proposed_on.is_not(None), erasure.c.erased_on.is_not(None), erasure.c.legal_holds > 0)
    return Listing(
        query.where(or_(*standing)),
        erasure.c.area,
        [erasure.c.since, erasure.c.person_id],
        ErasureListed.model_validate,
    )


def shown(person_id: str, history: Sequence[Recorded[Any]], response: Response) -> PersonShown:
    """Show what happened, at its version."""
    response.headers["ETag"] = etag(len(history))
    facts: list[Fact[PersonEvent]] = [Fact.of(recorded) for recorded in history]
    return PersonShown(person_id=person_id, version=len(history), history=facts)
