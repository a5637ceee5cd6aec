"""The mark that each document bears, and what is told of one to whoever holds it."""

import hmac
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from casework.labels import Labelled
from chronicle.decider import Decider
from chronicle.handling import Handler
from chronicle.messages import Recorded, canonical
from chronicle.refusals import NotFound
from pydantic import BaseModel

from identification.cases.application.events import ApplicationFiled, ApplicationVerified
from identification.cases.application.events.amending import ApplicationAmended, ApplicationCorrected
from identification.cases.application.gather import application_decider
from identification.cases.document.queries.letters import settled
from identification.cases.group_meeting.gather import group_meeting_decider
from identification.cases.objection.gather import objection_decider
from identification.cases.public_notice.events import NoticeAnnulled
from identification.cases.public_notice.gather import public_notice_decider
from identification.cases.recheck.gather import recheck_decider
from identification.cases.review_round.gather import review_round_decider
from identification.paper.forms import DIGITS, Form, Mark
from identification.people.vault import Vault

# Of which case each is printed.
CASES: Mapping[Form, Decider[Any, Any, Any]] = {
    Form.APPLICATION_FORM: application_decider,
    Form.MEETING_SHEET: group_meeting_decider,
    Form.VISIT_SHEET: application_decider,
    Form.TOWNSHIP_TABLE: review_round_decider,
    Form.PUBLIC_NOTICE: public_notice_decider,
    Form.RESULT_LETTER: application_decider,
    Form.RECEIPT_SLIP: objection_decider,
    Form.COMPLAINT_SLIP: recheck_decider,
}
STATING = ApplicationFiled | ApplicationAmended | ApplicationCorrected


class DocumentUnknown(NotFound, code="document-unknown", zh="系统没有出具过这样的文书，请核对编号和校验码。"):
    """No such document was made here; check its number and digest."""


class Standing(Labelled):
    """How what a document was printed from stands today."""

    CURRENT = "current", "此后没有变化", "nothing has happened since"
    OLDER = "older", "此后又有办理记录", "more has been recorded since"
    ANNULLED = "annulled", "已作废", "what it tells was annulled, or undone by a return, and counts no more"


class DocumentShown(BaseModel):
    """A document that was made here: what it is, the day it tells of, and how that stands; no names, no household.

    ``annulled_on`` is the day from which it counts no more.
    """

    document_id: str
    form: Form
    called: str
    on: date
    standing: Standing
    annulled_on: date | None


def told_in(form: Form, history: Sequence[Recorded[Any]]) -> Recorded[Any] | None:
    """The event that a document of this form tells of a case, as it stood after its history; None if there is none."""
    match form:
        case Form.APPLICATION_FORM:
            return next((each for each in reversed(history) if isinstance(each.event, STATING)), None)
        case Form.VISIT_SHEET:
            return next((each for each in reversed(history) if isinstance(each.event, ApplicationVerified)), None)
        case Form.RESULT_LETTER:
            return settled(history)
        case _:
            return history[-1] if history else None


def mark(vault: Vault, form: Form, told: Recorded[Any], version: int) -> Mark:
    """The mark of a document printed from a case at a version of it."""
    stored = told.stored
    # Of the event, which holds ids and keyed digests of what is sealed: nothing of anybody is read to compare it.
    made_of = canonical([form.value, stored.stream, version, stored.digest.hex()])
    case_id = stored.stream.partition("/")[2]
    return Mark(form, case_id, version, vault.index("document", made_of)[:DIGITS])


def annulled_on(told: Recorded[Any], history: Sequence[Recorded[Any]]) -> date | None:
    """The day on which what a document tells was annulled, or undone by a return; None while it counts."""
    later = (each for each in history if each.stored.version > told.stored.version)
    undoing = (
        each
        for each in later
        if isinstance(each.event, NoticeAnnulled) or told.event_id in getattr(each.event, "voids", ())
    )
    return next((each.valid_on for each in undoing), None)


def shown(handler: Handler, vault: Vault, marked: Mark) -> DocumentShown:
    """Tell what a document is to whoever holds it; refused as DocumentUnknown unless all of its mark fits."""
    decider = CASES[marked.form]
    stream = f"{decider.name}/{marked.case_id}"
    history = [each for each in map(decider.types.read, handler.store.load({stream: 0})[stream]) if each]
    told = told_in(marked.form, history[: marked.version]) if marked.version <= len(history) else None
    if told is None or not hmac.compare_digest(mark(vault, marked.form, told, marked.version).digest, marked.digest):
        raise DocumentUnknown
    gone = annulled_on(told, history)
    since = Standing.CURRENT if marked.version == len(history) else Standing.OLDER
    return DocumentShown(
        document_id=marked.document_id,
        form=marked.form,
        called=marked.form.zh,
        on=told.valid_on,
        standing=Standing.ANNULLED if gone else since,
        annulled_on=gone,
    )
