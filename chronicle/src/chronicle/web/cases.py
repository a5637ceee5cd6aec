"""One case over HTTP: how it stands and what happened to it, for those in whose areas it lies."""

import json
from collections.abc import Callable
from datetime import date, datetime
from typing import Any, Generic, Self, TypeVar

from pydantic import BaseModel

from chronicle.decider import Decider
from chronicle.handling import Handler
from chronicle.messages import Event, Recorded
from chronicle.principal import AreaScope, NotYourDuty
from chronicle.refusals import NotFound
from chronicle.states import Folded

E = TypeVar("E", bound=Event)


class Fact(BaseModel, Generic[E]):
    """One thing that happened to a case, when, who entered it (for whom, in which run), and the receipt of it.

    ``corrects`` is the id of the event whose data it replaces.
    """

    event_id: str
    type: str
    on: date
    recorded_at: datetime
    entered_by: str
    role: str
    on_behalf_of: str | None
    backfill: str | None
    corrects: str | None
    facts: E
    receipt: dict[str, Any] | None

    @classmethod
    def of(cls, recorded: Recorded[Any], **more: Any) -> Self:
        """Show what was recorded."""
        stored, actor = recorded.stored, recorded.actor
        return cls(
            event_id=recorded.event_id,
            type=stored.type,
            on=recorded.valid_on,
            recorded_at=recorded.recorded_at,
            entered_by=actor.person,
            role=actor.role,
            on_behalf_of=actor.on_behalf_of,
            backfill=actor.backfill,
            corrects=json.loads(stored.corrects)["event_id"] if stored.corrects else None,
            facts=recorded.event,
            receipt=json.loads(stored.receipt) if stored.receipt else None,
            **more,
        )


def state_for(
    handler: Handler, decider: Decider[Any, Any, Any], case_id: str, scope: AreaScope, place: Callable[[Any], str]
) -> Folded:
    """A case's version and state, whose area ``place`` tells; refused as NotYourDuty or NotFound."""
    stream = f"{decider.name}/{case_id}"
    folded = handler.states.of({stream: decider})[stream]
    require_covered(scope, place(folded.state) if folded.version and folded.state else None)
    return folded


def history_for(
    handler: Handler,
    decider: Decider[Any, Any, Any],
    case_id: str,
    scope: AreaScope,
    place: Callable[[Recorded[Any]], str],
) -> list[Recorded[Any]]:
    """What happened to a case, whose area ``place`` tells of its first event; refused as NotYourDuty or NotFound."""
    stream = f"{decider.name}/{case_id}"
    read = map(decider.types.read, handler.store.load({stream: 0})[stream])
    history = [recorded for recorded in read if recorded]
    require_covered(scope, place(history[0]) if history else None)
    return history


def require_covered(scope: AreaScope, area: str | None) -> None:
    """Refuse who reads nowhere as NotYourDuty, and what lies elsewhere, or nowhere, as NotFound."""
    if not scope.prefixes:
        raise NotYourDuty
    if area is None or not scope.covers(area):
        raise NotFound
