"""Reading organised acts: the lists of them in somebody's areas, and one act from its beginning to now."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from chronicle.decider import Decider
from chronicle.following import Projection
from chronicle.messages import Event, Recorded
from chronicle.principal import NotYourDuty, Principal
from chronicle.refusals import NotFound
from chronicle.store import EventStore
from chronicle.web import etag
from pydantic import BaseModel
from sqlalchemy import Table, select
from starlette.responses import Response

from identification.cases.application.queries import Listing
from identification.cases.area.projections import areas
from identification.cases.household.api import READERS

E = TypeVar("E", bound=Event)


class ActListed(BaseModel):
    """One act in a list: where and when it was held, over how many rows, and how many of them are still open."""

    act_id: str
    area_code: str
    area_name: str | None
    on: date
    rows: int
    open_rows: int
    entered_by: str


L = TypeVar("L", bound=ActListed)


class Fact(BaseModel, Generic[E]):
    """One thing that happened to an act, when, and who entered it."""

    type: str
    on: date
    recorded_at: datetime
    entered_by: str
    facts: E


class ActShown(BaseModel, Generic[E]):
    """An act from its beginning to now."""

    version: int
    history: list[Fact[E]]


def listing(acts: Projection[Table], item: type[L]) -> Listing[L]:
    """The acts of one kind, by their day."""
    act, place = acts.tables, areas.tables
    query = select(act, place.c.name.label("area_name")).outerjoin(place, place.c.code == act.c.area_code)
    return Listing(query, act.c.area_code, [act.c.on, act.c.act_id], item)


def history_of(
    store: EventStore, decider: Decider[Any, Any, Any], act_id: str, caller: Principal, roles: Sequence[str] = READERS
) -> list[Recorded[Any]]:
    """What happened to an act, for those with one of the roles in its area; for others NotYourDuty or NotFound."""
    scope = caller.scope(*roles)
    if not scope.prefixes:
        raise NotYourDuty
    stream = f"{decider.name}/{act_id}"
    read = (decider.types.read(stored) for stored in store.load({stream: 0})[stream])
    history = [recorded for recorded in read if recorded]
    if not history or not scope.covers(history[0].subject.removeprefix("area/")):
        raise NotFound
    return history


def shown(history: Sequence[Recorded[E]], response: Response) -> ActShown[E]:
    """Show what happened to an act, at its version."""
    facts = [
        Fact(
            type=each.stored.type,
            on=each.valid_on,
            recorded_at=each.recorded_at,
            entered_by=each.actor.person,
            facts=each.event,
        )
        for each in history
    ]
    response.headers["ETag"] = etag(len(facts))
    return ActShown(version=len(facts), history=facts)
