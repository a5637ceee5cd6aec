"""Reading objections: what waits for whom in one's areas, one from its beginning, and how one stands for whoever asks.

Nothing here says who objected.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from casework.labels import Labelled
from casework.reasons import ObjectionGround
from casework.roles import Role
from chronicle.decider import Decider
from chronicle.handling import Handler
from chronicle.messages import Recorded
from chronicle.refusals import Language, NotFound
from chronicle.web import Fact, Listing
from pydantic import BaseModel
from sqlalchemy import RowMapping, ScalarSelect, and_, case, func, or_, select

from identification.cases.application.projections import applications
from identification.cases.area.projections import name_on
from identification.cases.objection.decider import JUDGES, Objection, state_of
from identification.cases.objection.events import ObjectionEvent
from identification.cases.objection.findings import Against, ObjectionState, Resolution, as_written, receipt_code
from identification.cases.objection.projections import objections
from identification.people.vault import Vault


class ReceiptUnknown(NotFound, code="receipt-unknown", zh="没有这个回执编号，请核对后再试。"):
    """There is no receipt with this code; check it and try again."""


class ObjectionListed(BaseModel):
    """One objection in a list; ``duties`` are those whose it is today, or was when it was resolved."""

    objection_id: str
    notice_id: str
    application_id: str | None
    area_code: str
    area_name: str | None
    step: int
    against: Against
    ground: ObjectionGround
    anonymous: bool
    held: int
    repeats: str | None
    received_on: date
    due_on: date
    duties: list[Role]
    state: ObjectionState
    resolution: Resolution | None
    resolved_on: date | None


class ObjectionShown(BaseModel):
    """An objection from its beginning to now."""

    objection_id: str
    version: int
    state: ObjectionState
    duties: list[Role]
    history: list[Fact[ObjectionEvent]]


class ObjectionStatus(BaseModel):
    """What whoever holds the receipt is told: no names, no household; ``said`` is the same in a sentence."""

    state: ObjectionState
    received_on: date
    due_on: date
    duties: list[Role]
    resolution: Resolution | None
    resolved_on: date | None
    said: str


def code_on_receipt(vault: Vault, case_id: str) -> str:
    """The code on the receipt of an objection or a complaint: made from its id each time, and kept nowhere."""
    return receipt_code(vault.index("objection-receipt-code", case_id))


def receipt_index(vault: Vault, kind: str, code: str) -> str:
    """Give what finds the case of a receipt again, among the claims of a kind."""
    return vault.index(kind, as_written(code))


def stands(code: str, decider: Decider[Any, Any, Any], kind: str, handler: Handler, vault: Vault) -> Any:
    """How the case of a receipt stands, found by a claim of a kind; refused as ReceiptUnknown."""
    index = receipt_index(vault, kind, code)
    stream = handler.store.holder(kind, [index]).get(index)
    if stream is None:
        raise ReceiptUnknown
    return handler.states.of({stream: decider})[stream].state


def said_of(
    sentence: Mapping[str, str], said: Labelled, duties: Collection[Role], language: Language, **days: date | None
) -> str:
    """Say how a case stands, in one language, for whoever holds its receipt."""
    whose = _LIST[language].join(getattr(duty, language) for duty in duties)
    return sentence[language].format(said=getattr(said, language), duties=whose, **days)


def listing(today: date, duty: Role | None) -> Listing[ObjectionListed]:
    """The objections by the day they are due: all of them, or those that wait for one duty today."""
    table, held, undecided = objections.tables.objection, _undecided(is_open=True), _undecided(is_open=False)
    holds = case((held > 0, True), (undecided > 0, False), else_=None).label("holds")
    named = name_on(table.c.area_code, table.c.received_on).label("area_name")
    query = select(table, named, held.label("held"), holds)
    if duty is not None:
        waiting = table.c[duty.value] <= today if duty in JUDGES else table.c.objection_id.is_(None)
        unanswered = or_(held > 0, and_(table.c.resolved_on.is_(None), undecided == 0))
        query = query.where(waiting, unanswered, table.c.repeats.is_(None))
    return Listing(query, table.c.area_code, [table.c.due_on, table.c.objection_id], lambda row: _listed(row, today))


def shown(history: Sequence[Recorded[Any]], objection: Objection, today: date, *, holds: bool | None) -> ObjectionShown:
    """Show what happened to an objection."""
    return ObjectionShown(
        objection_id=history[0].event.objection_id,
        version=len(history),
        state=objection.state(today, holds=holds),
        duties=list(objection.duties(today, holds=holds)),
        history=[Fact.of(recorded) for recorded in history],
    )


def status(objection: Objection, today: date, language: Language, *, holds: bool | None) -> ObjectionStatus:
    """Tell how an objection stands."""
    state, duties = objection.state(today, holds=holds), objection.duties(today, holds=holds)
    return ObjectionStatus(
        said=_said(objection, state, duties, language),
        state=state,
        received_on=objection.received_on,
        due_on=objection.received.due_on,
        duties=list(duties),
        resolution=objection.resolution,
        resolved_on=objection.resolved_on,
    )


def _said(objection: Objection, state: ObjectionState, duties: Collection[Role], language: Language) -> str:
    resolution = objection.resolution if state is ObjectionState.RESOLVED else None
    said = state if resolution is None else resolution
    sentence = _SENTENCES[state]
    days = {"due_on": objection.received.due_on, "resolved_on": objection.resolved_on}
    return said_of(sentence, said, duties, language, **days)


def _undecided(*, is_open: bool) -> ScalarSelect[int]:
    """Count the applications for which an objection is undecided: all, or those still open, which it holds."""
    objection, held = objections.tables
    count = select(func.count()).where(held.c.objection_id == objection.c.objection_id)
    if is_open:
        application = applications.tables.application
        count = count.join_from(held, application, application.c.application_id == held.c.application_id)
        count = count.where(application.c.ending.is_(None))
    return count.scalar_subquery()


def _listed(row: RowMapping, today: date) -> ObjectionListed:
    on = today if row["holds"] else row["resolved_on"] or today
    duties = [duty for duty in JUDGES if row[duty.value] and row[duty.value] <= on]
    up = len([duty for duty in JUDGES if row[duty.value]]) > 1
    state = state_of(row["repeats"], row["resolved_on"], row["due_on"], today, holds=row["holds"], goes_up=up)
    return ObjectionListed.model_validate({**row, "duties": duties, "state": state})


_LIST = {"zh": "、", "en": ", "}
_WAITING = {
    "zh": "{said}，应于{due_on}前（当日也算）由{duties}答复。",
    "en": "{said}; to be answered by {due_on}, by: {duties}.",
}
_SENTENCES = {
    ObjectionState.OPEN: _WAITING,
    ObjectionState.ESCALATED: {"zh": "{said}，由{duties}答复。", "en": "{said}; to be answered by: {duties}."},
    ObjectionState.OVERDUE: {"zh": "{said}，仍由{duties}答复。", "en": "{said}; still to be answered by: {duties}."},
    ObjectionState.REPEATED: {"zh": "{said}，不再另行答复。", "en": "{said}; there is no other answer."},
    ObjectionState.MOOT: {"zh": "{said}。", "en": "{said}; there is no other answer."},
    ObjectionState.RESOLVED: {"zh": "已于{resolved_on}答复：{said}。", "en": "Answered on {resolved_on}: {said}."},
}
