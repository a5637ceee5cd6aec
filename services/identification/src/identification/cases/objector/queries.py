"""Reading the erasures of those who objected or complained: the list of the county, and one from its beginning."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from chronicle.messages import Recorded
from chronicle.web import Fact, Listing, etag
from pydantic import BaseModel
from sqlalchemy import select
from starlette.responses import Response

from identification.cases.area.projections import name_on
from identification.cases.objector.events import ObjectorEvent
from identification.cases.objector.projections import objector_erasures
from identification.cases.person.findings import ErasureReason


class ObjectorErasureListed(BaseModel):
    """Whose erasure is proposed or done: ``owner`` is the objection or re-check, such as ``objection/018f…``."""

    erasure_id: str
    owner: str
    area: str
    area_name: str | None
    since: date
    reason: ErasureReason
    proposed_on: date
    proposed_by: str
    erased_on: date | None


class ObjectorErasureShown(BaseModel):
    """What happened to what is kept of whoever objected or complained."""

    version: int
    history: list[Fact[ObjectorEvent]]


def listing() -> Listing[ObjectorErasureListed]:
    """The erasures, by the day of what happened last."""
    table = objector_erasures.tables
    query = select(table, name_on(table.c.area, table.c.since).label("area_name"))
    return Listing(
        query.where(table.c.proposed_on.is_not(None)),
        table.c.area,
        [table.c.since, table.c.erasure_id],
        ObjectorErasureListed.model_validate,
    )


def shown(history: Sequence[Recorded[Any]], response: Response) -> ObjectorErasureShown:
    """Show what happened, at its version."""
    response.headers["ETag"] = etag(len(history))
    return ObjectorErasureShown(version=len(history), history=[Fact.of(recorded) for recorded in history])
