"""Reading re-checks: what waits for whom in one's areas, and one from its beginning; nothing says who complained."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from casework.reasons import ObjectionGround
from casework.roles import Role
from chronicle.messages import Recorded
from chronicle.web import Fact, Listing
from pydantic import BaseModel
from sqlalchemy import RowMapping, select

from identification.cases.application.findings import DataMatchKind, RecheckCause, RecheckOutcome, RecheckReason
from identification.cases.area.projections import areas
from identification.cases.recheck.decider import Recheck, state_of
from identification.cases.recheck.events import RecheckEvent
from identification.cases.recheck.findings import RecheckState
from identification.cases.recheck.projections import rechecks


class RecheckListed(BaseModel):
    """One re-check in a list."""

    recheck_id: str
    application_id: str
    household_id: str
    group_code: str
    group_name: str | None
    cause: RecheckCause
    kind: DataMatchKind | None
    ground: ObjectionGround | None
    duty: Role
    opened_on: date
    due_on: date
    state: RecheckState
    outcome: RecheckOutcome | None
    reason: RecheckReason | None
    concluded_on: date | None


class RecheckShown(BaseModel):
    """A re-check from its beginning to now."""

    recheck_id: str
    version: int
    state: RecheckState
    history: list[Fact[RecheckEvent]]


def listing(today: date, duty: Role | None) -> Listing[RecheckListed]:
    """The re-checks by the day they are due: all of them, or those that one duty has still to conclude."""
    table, place = rechecks.tables, areas.tables
    query = select(table, place.c.name.label("group_name")).outerjoin(place, place.c.code == table.c.group_code)
    if duty is not None:
        query = query.where(table.c.duty == duty.value, table.c.concluded_on.is_(None))
    return Listing(query, table.c.group_code, [table.c.due_on, table.c.recheck_id], lambda row: _listed(row, today))


def shown(history: Sequence[Recorded[Any]], recheck: Recheck, today: date) -> RecheckShown:
    """Show what happened in a re-check."""
    return RecheckShown(
        recheck_id=recheck.opened.recheck_id,
        version=len(history),
        state=recheck.state(today),
        history=[Fact.of(recorded) for recorded in history],
    )


def _listed(row: RowMapping, today: date) -> RecheckListed:
    return RecheckListed.model_validate({**row, "state": state_of(row["concluded_on"], row["due_on"], today)})
