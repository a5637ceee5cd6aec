"""Reading organised acts: the lists of them in somebody's areas, and one act from its beginning to now."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Generic, TypeVar

from chronicle.decider import Decider
from chronicle.following import Projection
from chronicle.handling import Handler
from chronicle.messages import Event, Recorded
from chronicle.principal import AreaScope
from chronicle.web import Fact, Listing, etag, history_for
from pydantic import BaseModel
from sqlalchemy import Table, select
from starlette.responses import Response

from identification.cases.area.projections import name_on

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


class ActShown(BaseModel, Generic[E]):
    """An act from its beginning to now."""

    version: int
    history: list[Fact[E]]


def listing(acts: Projection[Table], item: type[L]) -> Listing[L]:
    """The acts of one kind, by their day."""
    act = acts.tables
    query = select(act, name_on(act.c.area_code, act.c.on).label("area_name"))
    return Listing(query, act.c.area_code, [act.c.on, act.c.act_id], item.model_validate)


def history_of(handler: Handler, decider: Decider[Any, Any, Any], act_id: str, scope: AreaScope) -> list[Recorded[Any]]:
    """What happened to an act, when it lies within a scope; refused as NotYourDuty or NotFound."""
    return history_for(handler, decider, act_id, scope, lambda begun: begun.subject.removeprefix("area/"))


def shown(history: Sequence[Recorded[E]], response: Response) -> ActShown[E]:
    """Show what happened to an act, at its version."""
    response.headers["ETag"] = etag(len(history))
    return ActShown(version=len(history), history=[Fact.of(recorded) for recorded in history])
