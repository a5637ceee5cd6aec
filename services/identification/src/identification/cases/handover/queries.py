"""Reading handovers: those of one's areas, and how far one has come; and under which substitutions somebody acts."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from chronicle.messages import Recorded
from chronicle.principal import AreaScope
from chronicle.store import Database
from chronicle.web import Fact, Listing
from pydantic import BaseModel
from sqlalchemy import select

from identification.cases.area.projections import name_on
from identification.cases.handover.events import HandoverEvent
from identification.cases.handover.projections import handovers
from identification.cases.pairing.findings import HandoverReason
from identification.cases.substitution.projections import substitutions


class HandoverListed(BaseModel):
    """Whose work went over to whom, in which area and why, and how much of it was open: pairings, substitutions."""

    id: str
    leaver: str
    successor: str
    area_code: str
    area_name: str | None
    reason: HandoverReason
    pairings: int
    substitutions: int
    handed_over_on: date
    handed_over_by: str


class HandoverShown(BaseModel):
    """What was handed over; ``pairings_left`` are those the leaver still has in the area, which follow by themselves.

    What does not follow within a minute is handed over by asking for it again.
    """

    handover_id: str
    pairings_left: int
    history: list[Fact[HandoverEvent]]


def listing() -> Listing[HandoverListed]:
    """The handovers, by their day."""
    one = handovers.tables
    query = select(one, name_on(one.c.area_code, one.c.handed_over_on).label("area_name"))
    return Listing(query, one.c.area_code, [one.c.handed_over_on, one.c.id], HandoverListed.model_validate)


def shown(history: Sequence[Recorded[Any]], left: int) -> HandoverShown:
    """Show what was handed over, and how much is left."""
    facts: list[Fact[HandoverEvent]] = [Fact.of(recorded) for recorded in history]
    return HandoverShown(handover_id=history[0].event.handover_id, pairings_left=left, history=facts)


def substituting_in(database: Database, person: str, scope: AreaScope, today: date) -> list[str]:
    """The substitutions, confirmed or not, under which somebody acts or is to act within a scope, the first first."""
    one = substitutions.tables
    open_now = one.c.substitute == person, one.c.ended_on.is_(None), one.c.last_day >= today
    query = select(one.c.id).where(*open_now, scope.where(one.c.area_code)).order_by(one.c.first_day, one.c.id)
    with database.reading() as connection:
        return list(connection.execute(query).scalars())
