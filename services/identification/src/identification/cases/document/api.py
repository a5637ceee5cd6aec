"""Documents over HTTP: printed as PDF, filled in or blank; and checked by whoever holds one."""

from dataclasses import dataclass
from operator import attrgetter
from typing import Annotated, Any

from chronicle.messages import Recorded
from chronicle.web import Caller, Handling, Id, given, history_for, resource
from fastapi import Depends, Path, Query
from pydantic import BaseModel
from starlette.responses import Response

from identification.cases.acts.queries import history_of
from identification.cases.application.api import BASE, ENTERING, Opening, Sealing
from identification.cases.application.gather import application_decider
from identification.cases.document import queries
from identification.cases.objection.gather import objection_decider
from identification.cases.public_notice.gather import public_notice_decider
from identification.cases.public_notice.queries import sheet_as_posted
from identification.paper.forms import DIGITS, Form, Mark
from identification.paper.press import Press
from identification.people.persons import PersonField, Purpose
from identification.people.reading import Inquiry

Printed = Annotated[Press, given(Press)]
Version = Annotated[int, Path(ge=1, le=10**6)]
Digest = Annotated[str, Query(pattern=f"^[0-9a-f]{{{DIGITS}}}$")]

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

    def of(self, form: Form, recorded: Recorded[Any], it: BaseModel) -> Response:
        """Print a document from a case as one of its events left it."""
        mark = queries.mark(self.vault, form, recorded)
        return _pdf(self.press.printed(mark, it), f"{form}-{mark.case_id[-6:]}")


@router.get("/public-notices/{act_id}/sheet.pdf", response_class=Pdf)
def print_sheet(
    act_id: Id,
    purpose: Purpose,
    caller: Caller,
    handler: Handling,
    reader: Opening,
    printing: Annotated[Printing, Depends()],
) -> Response:
    """The sheet of a notice, to be posted on A3 paper; opened for a purpose that is written down first."""
    posted, *_ = history_of(handler, public_notice_decider, act_id, purpose.scope_of(caller))
    sheet = sheet_as_posted(reader, caller, purpose, posted.event)
    return printing.of(Form.PUBLIC_NOTICE, posted, sheet)


@router.get("/applications/{application_id}/result-letter.pdf", response_class=Pdf)
def print_result_letter(
    application_id: Id,
    purpose: Purpose,
    caller: Caller,
    handler: Handling,
    reader: Opening,
    printing: Annotated[Printing, Depends()],
) -> Response:
    """The letter that tells a household the result, why, and how to ask for review; the head's name is opened."""
    # Not for all who may read a name: a letter says what was decided on a household, and why.
    scope = caller.scope(*set(ENTERING).intersection(purpose.roles))
    history = history_for(handler, application_decider, application_id, scope, attrgetter("event.group_code"))
    # Told before anybody's name is opened for nothing.
    unnamed = queries.letter(handler, history, None)
    (head,) = reader.people(Inquiry(caller, purpose, [history[0].event.head_id], {PersonField.NAME})) or (None,)
    named = unnamed.model_copy(update={"head": head.texts.get(PersonField.NAME) if head else None})
    return printing.of(Form.RESULT_LETTER, history[-1], named)


@router.get("/objections/{objection_id}/receipt-slip.pdf", response_class=Pdf)
def print_receipt_slip(
    objection_id: Id, caller: Caller, handler: Handling, printing: Annotated[Printing, Depends()]
) -> Response:
    """The slip for whoever objected, with the code by which it is followed, for those who receive objections."""
    place = attrgetter("event.area_code")
    received, *_ = history_for(handler, objection_decider, objection_id, caller.scope(*ENTERING), place)
    stream = f"{public_notice_decider.name}/{received.event.notice_id}"
    posted = handler.states.of({stream: public_notice_decider})[stream].state.posted
    slip = queries.slip(printing.vault, printing.press.site, received, posted)
    return printing.of(Form.RECEIPT_SLIP, received, slip)


@router.get("/blank-forms/{form}.pdf", response_class=Pdf)
def print_blank_form(form: Form, _caller: Caller, press: Printed) -> Response:
    """A document to be filled in by hand."""
    return _pdf(press.blank(form), form)


@router.get("/documents/{form}/{case_id}/{version}")
def show_document(
    mark: Annotated[Mark, Depends(_held)], _caller: Caller, handler: Handling, vault: Sealing
) -> queries.DocumentShown:
    """What a printed document is, for whoever holds it and so knows its digest; refused as DocumentUnknown."""
    return queries.shown(handler, vault, mark)


def _pdf(content: bytes, name: str) -> Response:
    return Pdf(content, headers={"Content-Disposition": f'inline; filename="{name}.pdf"'})
