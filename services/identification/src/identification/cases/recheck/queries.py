"""Reading re-checks: what waits for whom in one's areas, and one from its beginning; nothing says who complained."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from casework.reasons import ObjectionGround
from casework.roles import Role
from chronicle.messages import Recorded
from chronicle.refusals import Language
from chronicle.web import Fact, Listing
from pydantic import BaseModel
from sqlalchemy import RowMapping

from identification.cases.application.findings import DataMatchKind, RecheckCause, RecheckOutcome, RecheckReason
from identification.cases.application.queries import named
from identification.cases.objection.decider import Objection
from identification.cases.objection.queries import said_of
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
    repeats: str | None
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


class ComplaintStatus(BaseModel):
    """What whoever holds the receipt is told: no names, no household; ``said`` is the same in a sentence.

    What repeats another has no day of its own on which it is due.
    """

    state: RecheckState
    received_on: date
    due_on: date | None
    duties: list[Role]
    resolution: RecheckOutcome | None
    resolved_on: date | None
    said: str


def listing(today: date, duty: Role | None) -> Listing[RecheckListed]:
    """The re-checks by the day they are due: all of them, or those that one duty has still to conclude."""
    table = rechecks.tables
    query = named(table, table.c.opened_on)
    if duty is not None:
        query = query.where(table.c.duty == duty.value, table.c.concluded_on.is_(None), table.c.repeats.is_(None))
    return Listing(query, table.c.group_code, [table.c.due_on, table.c.recheck_id], lambda row: _listed(row, today))


def shown(history: Sequence[Recorded[Any]], recheck: Recheck, today: date) -> RecheckShown:
    """Show what happened in a re-check."""
    return RecheckShown(
        recheck_id=recheck.opened.recheck_id,
        version=len(history),
        state=recheck.state(today),
        history=[Fact.of(recorded) for recorded in history],
    )


def status(
    complaint: Recheck, first: Recheck | None, dismissed: Objection | None, today: date, language: Language
) -> ComplaintStatus:
    """Tell how a complaint stands; one that repeats another or a dismissed objection, as that was answered."""
    recheck = first if first and first.concluded_on else complaint
    state, duties = recheck.state(today), [recheck.opened.duty]
    sentence = _ANSWERED_BEFORE if first and first.concluded_on else _SENTENCES[state]
    due_on, resolved_on = recheck.opened.due_on, recheck.concluded_on
    said = said_of(sentence, recheck.outcome or state, duties, language, due_on=due_on, resolved_on=resolved_on)
    if dismissed:
        told = dismissed.resolution or state
        said = said_of(_OBJECTED, told, duties, language, resolved_on=dismissed.resolved_on)
    return ComplaintStatus(
        said=said,
        state=state,
        received_on=complaint.opened_on,
        due_on=None if complaint.opened.repeats else due_on,
        duties=duties,
        resolution=recheck.outcome,
        resolved_on=resolved_on,
    )


def _listed(row: RowMapping, today: date) -> RecheckListed:
    state = state_of(row["repeats"], row["concluded_on"], row["due_on"], today)
    return RecheckListed.model_validate({**row, "state": state})


_ANSWERED_BEFORE = {
    "zh": "与先前的投诉相同，已于{resolved_on}答复：{said}。",
    "en": "The same as a complaint that was answered on {resolved_on}: {said}.",
}
_OBJECTED = {
    "zh": "与先前的异议相同，那件异议已于{resolved_on}答复：{said}，不再另行答复。",
    "en": "The same as an objection that was answered on {resolved_on}: {said}; there is no other answer.",
}
_SENTENCES = {
    RecheckState.OPEN: {
        "zh": "{said}，应于{due_on}前（当日也算）由{duties}答复。",
        "en": "{said}; to be answered by {due_on}, by: {duties}.",
    },
    RecheckState.OVERDUE: {"zh": "{said}，仍由{duties}答复。", "en": "{said}; still to be answered by: {duties}."},
    RecheckState.REPEATED: {"zh": "{said}，不再另行答复。", "en": "{said}; there is no other answer."},
    RecheckState.CONCLUDED: {"zh": "已于{resolved_on}答复：{said}。", "en": "Answered on {resolved_on}: {said}."},
}
