"""Re-checks over HTTP: opened by a complaint or a data match that came late, concluded one level above the review."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Annotated, Any

from casework.reasons import ObjectionGround
from casework.roles import Role, seen_in_groups_by
from casework.steps import Ordinal
from chronicle.handling import Handler
from chronicle.messages import Recorded, canonical, new_id
from chronicle.principal import AreaScope
from chronicle.recording import Part
from chronicle.refusals import NotFound
from chronicle.store.values import Delivery
from chronicle.web import (
    Caller,
    Handling,
    Id,
    InArea,
    Page,
    Paged,
    Reading,
    Spoken,
    Today,
    etag,
    history_for,
    resource,
    state_for,
)
from fastapi import Depends
from starlette.responses import PlainTextResponse, Response

from identification.cases.acts.api import Opener, Performers, Texts, applications, opened
from identification.cases.application.api import BASE, DatedBody, Entering, Opening, Sealing, Text, application_for
from identification.cases.application.api import PATH as APPLICATIONS
from identification.cases.application.commands import ApplicationCommand
from identification.cases.application.findings import RecheckCause, RecheckDecision, RecheckReason
from identification.cases.application.gather import application_decider
from identification.cases.objection.api import Objecting, ReceiptAnswered, ReceiptHeld, answer_with_code, matter_of
from identification.cases.objection.decider import Objection
from identification.cases.objection.gather import objection_decider
from identification.cases.objection.queries import code_on_receipt, receipt_index, stands
from identification.cases.recheck import queries
from identification.cases.recheck.commands import ConcludeRecheck, OpenRecheck, RecheckCommand
from identification.cases.recheck.decider import RECEIPT, Recheck
from identification.cases.recheck.events import RecheckOpened
from identification.cases.recheck.gather import recheck_decider

PATH = f"{BASE}/rechecks"
NOBODY: Mapping[str, ApplicationCommand] = {}

complaints = resource(f"{APPLICATIONS}/{{application_id}}/complaints", "re-checks")
router = resource(PATH, "re-checks")
routers = (complaints, router)


class Complaint(DatedBody):
    """What somebody says of a household when no notice of it hangs any more; an anonymous one has no ``objector``."""

    ground: ObjectionGround
    facts: Text
    objector: Objecting | None = None


class Conclusion(DatedBody):
    """Why what opened a re-check is cleared or upheld, what was found, and by whom, if not by who enters it.

    What is upheld while the application is still open sends it back, to the step ``return_to``, or ends it.
    """

    reason: RecheckReason
    decision: RecheckDecision | None = None
    return_to: Ordinal | None = None
    findings: Text
    performed_by: Performers = ()


@complaints.post("", status_code=201, response_model=ReceiptAnswered)
def receive_complaint(
    application_id: Id, complaint: Complaint, writing: Entering, handler: Handling, vault: Sealing
) -> Response:
    """Receive a complaint about a household that is not on a notice any more; it opens a re-check.

    The answer has the code by which whoever complained can follow it. One that was made before, and is open or was
    cleared, is linked to that and opens none.
    """
    application, recheck_id = application_for(handler, application_id, writing), new_id()
    # Who complained is under a key of its own; what is said of a household goes with the household.
    typed = {application.filed.household_id: {"objection": complaint.facts}}
    if complaint.objector:
        typed[f"{recheck_decider.name}/{recheck_id}"] = {"objector": canonical(complaint.objector.model_dump())}
    texts = Texts.by_field(vault, typed)
    command = OpenRecheck(
        on=complaint.on,
        late_reason=complaint.late_reason,
        recheck_id=recheck_id,
        application_id=application_id,
        cause=RecheckCause.COMPLAINT,
        ground=complaint.ground,
        facts=texts.kept["objection"],
        objector=texts.kept.get("objector"),
        matter=matter_of(vault, complaint.ground, complaint.facts),
        receipt_index=receipt_index(vault, RECEIPT, code_on_receipt(vault, recheck_id)),
    )
    recorded = writing.at(application.filed.group_code).handled(*_recording(recheck_id, command, texts))
    return answer_with_code(recorded, vault)


@router.post("/{recheck_id}/conclusion", status_code=201)
def conclude_recheck(
    recheck_id: Id, conclusion: Conclusion, writing: Entering, handler: Handling, vault: Sealing
) -> Response:
    """Say what was found when a household was looked at again, and what that means for an application still open."""
    recheck: Recheck = state_for(handler, recheck_decider, recheck_id, writing.scope, _group_of).state
    about = recheck.opened
    writing = replace(writing, roles=(about.duty,)).at(about.group_code)
    owner = about.person_id or about.household_id
    # Of whoever was erased meanwhile it is still concluded.
    owner = f"{recheck_decider.name}/{recheck_id}" if vault.is_erased(owner) else owner
    texts = Texts.of_act(vault, owner, {"findings": conclusion.findings})
    performed_by = conclusion.performed_by or (writing.asked.principal.person,)
    stated = {**dict(conclusion), "findings": texts.kept["findings"], "performed_by": performed_by}
    command = ConcludeRecheck(**stated, recheck_id=recheck_id, application_id=about.application_id)
    return writing.record(*_recording(recheck_id, command, texts, command.row_commands()))


@router.post("/search")
def find_complaint(
    held: ReceiptHeld, _caller: Caller, today: Today, language: Spoken, handler: Handling, vault: Sealing
) -> queries.ComplaintStatus:
    """How a complaint stands, for whoever holds its receipt; nothing says who complained, or of whom."""
    recheck: Recheck = stands(held.receipt_code, recheck_decider, RECEIPT, handler, vault)
    return queries.status(recheck, *_first(handler, recheck), today, language)


@router.get("")
def list_rechecks(
    caller: Caller, paged: Paged, today: Today, database: Reading, area: InArea = None, duty: Role | None = None
) -> Page[queries.RecheckListed]:
    """The re-checks in one's areas by the day they are due: all, or those that one duty has still to conclude."""
    return queries.listing(today, duty).page(database, paged, seen_in_groups_by(caller, area))


@router.get("/{recheck_id}")
def show_recheck(
    recheck_id: Id, caller: Caller, today: Today, handler: Handling, response: Response
) -> queries.RecheckShown:
    """One re-check, without who complained."""
    history = _history(handler, recheck_id, seen_in_groups_by(caller))
    response.headers["ETag"] = etag(len(history))
    recheck = recheck_decider.fold(history)
    if recheck is None:
        raise NotFound
    return queries.shown(history, recheck, today)


@router.get("/{recheck_id}/texts/{text_id}", response_class=PlainTextResponse)
def read_text(
    recheck_id: Id, text_id: Id, opening: Annotated[Opener, Depends()], handler: Handling, reader: Opening
) -> str:
    """What a department or somebody said, who that was, or what was found: opened by those who may conclude it alone.

    The purpose is written down first; refused as NotYourDuty, TooClose or NotFound. Who complains of how a household
    was judged is known to nobody who judged it, nor to the household. What was found is told to those who work on the
    application as well when it is sent back or ended for that.
    """
    history = opening.history(handler, recheck_decider, recheck_id, _duties, _place_of, _involved)
    return opened(reader, opening.caller, opening.purpose, (each.event for each in history), text_id)


def _history(handler: Handler, recheck_id: str, scope: AreaScope) -> list[Recorded[Any]]:
    return history_for(handler, recheck_decider, recheck_id, scope, _place_of)


def _place_of(first: Recorded[RecheckOpened]) -> str:
    return first.event.group_code


def _group_of(recheck: Recheck) -> str:
    return recheck.opened.group_code


def _duties(recheck: Recheck, _today: date) -> tuple[Role, ...]:
    return (recheck.opened.duty,)


def _first(handler: Handler, recheck: Recheck) -> tuple[Recheck | None, Objection | None]:
    """The complaint, or the objection, that it repeats."""
    if recheck.opened.repeats is None:
        return None, None
    complaint, objection = (f"{each.name}/{recheck.opened.repeats}" for each in (recheck_decider, objection_decider))
    found = handler.states.of({complaint: recheck_decider, objection: objection_decider})
    return found[complaint].state, found[objection].state


def _involved(handler: Handler, recheck: Recheck) -> set[str]:
    one = recheck.opened.application_id
    application = applications(handler, [one])[one]
    # Those who concluded it had a part since, and read on.
    return {*application.participants, *application.stakeholders} - {*recheck.concluded_by}


def _recording(
    recheck_id: str, command: RecheckCommand, texts: Texts, rows: Mapping[str, ApplicationCommand] = NOBODY
) -> tuple[list[Part], Delivery]:
    parts = [Part(application_decider, one, row) for one, row in rows.items()]
    delivery = Delivery(sealed=texts.sealed, location=f"{PATH}/{recheck_id}")
    return [Part(recheck_decider, recheck_id, command), *parts], delivery
