"""Documents over HTTP: printed as PDF, filled in or blank; and checked by whoever holds one."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Annotated, Any

from casework.roles import Role
from chronicle.messages import Recorded
from chronicle.refusals import NotFound
from chronicle.web import Caller, Handling, Id, given, history_for, resource
from fastapi import Depends, Path, Query
from pydantic import BaseModel
from starlette.responses import Response

from identification.cases.acts.queries import history_of
from identification.cases.application.api import BASE, ENTERING, Opening, Sealing
from identification.cases.application.findings import RecheckCause, SealedRef
from identification.cases.application.gather import application_decider
from identification.cases.document.queries import forms, letters, marks, sheets
from identification.cases.document.queries.forms import Texts
from identification.cases.group_meeting.gather import group_meeting_decider
from identification.cases.objection.gather import objection_decider
from identification.cases.public_notice.gather import public_notice_decider
from identification.cases.public_notice.queries import sheet_as_posted
from identification.cases.recheck.gather import recheck_decider
from identification.cases.review_round.gather import review_round_decider
from identification.paper.forms import DIGITS, Form, Mark
from identification.paper.press import Press
from identification.people.persons import NotForThisPurpose, PersonField, Purpose
from identification.people.reading import Inquiry

Printed = Annotated[Press, given(Press)]
Version = Annotated[int, Path(ge=1, le=10**6)]
Digest = Annotated[str, Query(pattern=f"^[0-9a-f]{{{DIGITS}}}$")]

REVIEWING = (Role.TOWNSHIP_REVIEWER, Role.COUNTY_OFFICER)

router = resource(BASE, "documents")


async def _held(form: Form, case_id: Id, version: Version, digest: Digest) -> Mark:
    return Mark(form, case_id, version, digest)


class Pdf(Response):
    """A document to be printed."""

    media_type = "application/pdf"


@dataclass(frozen=True, slots=True)
class Printing:
    """What documents are printed with."""

    press: Printed
    vault: Sealing

    def of(self, form: Form, history: Sequence[Recorded[Any]], it: BaseModel, version: int | None = None) -> Response:
        """Print a document from a case as it stands, or stood at a version; what was annulled since is marked so."""
        at = version or len(history)
        told = marks.told_in(form, history[:at])
        if told is None:
            raise NotFound
        mark = marks.mark(self.vault, form, told, at)
        pdf = self.press.printed(mark, it, marks.annulled_on(told, history))
        return _pdf(pdf, f"{form}-{mark.case_id[-6:]}")


@dataclass(frozen=True, slots=True)
class Asked:
    """Who prints a document on which people are named, and for which purpose; each name is logged before it is read."""

    caller: Caller
    purpose: Purpose
    handler: Handling
    reader: Opening

    def application(self, application_id: str) -> list[Recorded[Any]]:
        """The history of an application, for those who enter; refused as NotYourDuty or NotFound."""
        # Not for all who may read a name: such papers say what a household states, what was decided on it, and why.
        scope = self.caller.scope(*set(ENTERING).intersection(self.purpose.roles))
        return history_for(self.handler, application_decider, application_id, scope, attrgetter("event.group_code"))

    def require(self, *purposes: Purpose) -> None:
        """Refuse another purpose than these as NotForThisPurpose."""
        if self.purpose not in purposes:
            raise NotForThisPurpose

    def people(self, person_ids: Sequence[str], fields: Collection[PersonField]) -> dict[str, Texts]:
        """What is kept of people; of those erased, nothing."""
        inquiry = Inquiry(self.caller, self.purpose, person_ids, fields)
        return {read.person_id: read.texts for read in self.reader.people(inquiry)}

    def names(self, person_ids: Sequence[str]) -> dict[str, str]:
        """The names of those who were not erased."""
        read = self.people(person_ids, {PersonField.NAME}) if person_ids else {}
        return {one: texts[PersonField.NAME] for one, texts in read.items() if PersonField.NAME in texts}

    def text(self, kept: SealedRef) -> str | None:
        """What somebody typed; None when it was erased."""
        return self.reader.texts(self.caller, self.purpose, [kept.text_id]).get(kept.text_id)


Asking = Annotated[Asked, Depends()]
Setting = Annotated[Printing, Depends()]


@router.get("/public-notices/{act_id}/sheet.pdf", response_class=Pdf)
def print_sheet(act_id: Id, asked: Asking, printing: Setting) -> Response:
    """The sheet of a notice, to be posted on A3 paper; opened for a purpose that is written down first."""
    scope = asked.purpose.scope_of(asked.caller)
    history = history_of(asked.handler, public_notice_decider, act_id, scope)
    sheet = sheet_as_posted(asked.reader, asked.caller, asked.purpose, history[0].event)
    return printing.of(Form.PUBLIC_NOTICE, history, sheet, version=1)


@router.get("/applications/{application_id}/result-letter.pdf", response_class=Pdf, responses={409: {}})
def print_result_letter(application_id: Id, asked: Asking, printing: Setting) -> Response:
    """The letter that tells a household the result, why, and how to ask for review; the head's name is opened."""
    history = asked.application(application_id)
    # Told before anybody's name is opened for nothing.
    unnamed, head_id = letters.letter(asked.handler, history, None), forms.head_of(history)
    named = unnamed.model_copy(update={"head": asked.names([head_id]).get(head_id)})
    return printing.of(Form.RESULT_LETTER, history, named)


@router.get("/objections/{objection_id}/receipt-slip.pdf", response_class=Pdf)
def print_receipt_slip(objection_id: Id, caller: Caller, handler: Handling, printing: Setting) -> Response:
    """The slip for whoever objected, with the code by which it is followed, for those who receive objections."""
    place = attrgetter("event.area_code")
    history = history_for(handler, objection_decider, objection_id, caller.scope(*ENTERING), place)
    received = history[0]
    stream = f"{public_notice_decider.name}/{received.event.notice_id}"
    posted = handler.states.of({stream: public_notice_decider})[stream].state.posted
    slip = letters.slip(printing.vault, printing.press.site, received, posted)
    return printing.of(Form.RECEIPT_SLIP, history, slip, version=1)


@router.get("/rechecks/{recheck_id}/receipt-slip.pdf", response_class=Pdf)
def print_complaint_slip(recheck_id: Id, caller: Caller, handler: Handling, printing: Setting) -> Response:
    """The slip for whoever complained, for those who receive complaints; NotFound for what nobody complained of."""
    place = attrgetter("event.group_code")
    history = history_for(handler, recheck_decider, recheck_id, caller.scope(*ENTERING), place)
    if history[0].event.cause is not RecheckCause.COMPLAINT:
        raise NotFound
    slip = letters.complaint_slip(printing.vault, printing.press.site, history[0])
    return printing.of(Form.COMPLAINT_SLIP, history, slip, version=1)


@router.get("/applications/{application_id}/application-form.pdf", response_class=Pdf)
def print_application_form(application_id: Id, asked: Asking, printing: Setting) -> Response:
    """The application form as it stands: with ID numbers for an identity check, with names alone for case work."""
    asked.require(Purpose.CASE_WORK, Purpose.IDENTITY_CHECK)
    history = asked.application(application_id)
    people = asked.people(forms.people_on_form(history), asked.purpose.fields)
    return printing.of(Form.APPLICATION_FORM, history, forms.application_form(asked.handler, history, people))


@router.get("/applications/{application_id}/visit-sheet.pdf", response_class=Pdf)
def print_visit_sheet(application_id: Id, asked: Asking, printing: Setting) -> Response:
    """The sheet of the village's last visit to a household, with the head's name and what was found; for case work."""
    asked.require(Purpose.CASE_WORK)
    history = asked.application(application_id)
    visit = forms.visited(history)
    head_id = forms.head_of(history[: visit.stored.version])
    read = {"head": asked.names([head_id]).get(head_id), "findings": asked.text(visit.event.findings)}
    return printing.of(Form.VISIT_SHEET, history, forms.visit_sheet(asked.handler, history, **read))


@router.get("/group-meetings/{act_id}/sheet.pdf", response_class=Pdf)
def print_meeting_sheet(act_id: Id, asked: Asking, printing: Setting) -> Response:
    """The attendance and vote sheet of a group meeting, with the heads' names and its minutes; for case work."""
    asked.require(Purpose.CASE_WORK)
    (held,) = history_of(asked.handler, group_meeting_decider, act_id, asked.caller.scope(*ENTERING))
    listed = sheets.listed(asked.handler, held.event.agenda, act_id)
    names, minutes = asked.names(sheets.heads_of(listed)), asked.text(held.event.minutes)
    sheet = sheets.meeting_sheet(asked.handler, held, listed, names, minutes)
    return printing.of(Form.MEETING_SHEET, [held], sheet)


@router.get("/review-rounds/{act_id}/table.pdf", response_class=Pdf)
def print_township_table(act_id: Id, asked: Asking, printing: Setting) -> Response:
    """The table of a review round as it stands, with the heads' names, for those who review; for case work."""
    asked.require(Purpose.CASE_WORK)
    history = history_of(asked.handler, review_round_decider, act_id, asked.caller.scope(*REVIEWING))
    listed = sheets.listed(asked.handler, history[0].event.rows, act_id)
    table = sheets.township_table(asked.handler, history, listed, asked.names(sheets.heads_of(listed)))
    return printing.of(Form.TOWNSHIP_TABLE, history, table)


@router.get("/blank-forms/{form}.pdf", response_class=Pdf)
def print_blank_form(form: Form, _caller: Caller, press: Printed) -> Response:
    """A document to be filled in by hand."""
    return _pdf(press.blank(form), form)


@router.get("/documents/{form}/{case_id}/{version}")
def show_document(
    mark: Annotated[Mark, Depends(_held)], _caller: Caller, handler: Handling, vault: Sealing
) -> marks.DocumentShown:
    """What a printed document is, for whoever holds it and so knows its digest; refused as DocumentUnknown."""
    return marks.shown(handler, vault, mark)


def _pdf(content: bytes, name: str) -> Response:
    return Pdf(content, headers={"Content-Disposition": f'inline; filename="{name}.pdf"'})
