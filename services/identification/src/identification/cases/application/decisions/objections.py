"""Objections to a household while it is posted, and how they are decided (异议)."""

from casework.areas import Level
from casework.four_eyes import overlap
from casework.roles import Role
from chronicle.messages import Event
from chronicle.refusals import NotFound, Refusal

from identification.cases.application.commands import DecideObjection, RaiseObjection
from identification.cases.application.decisions.notices import NotPosted
from identification.cases.application.decisions.rows import KnownOfApplication, require_date, require_open
from identification.cases.application.decisions.state import Application
from identification.cases.application.decisions.verification import OutcomeIncomplete, require_return
from identification.cases.application.events import ObjectionDecided, ObjectionRaised
from identification.cases.application.findings import ObjectionDecision

_JUDGES = {
    Level.GROUP: Role.VILLAGE_OFFICER,
    Level.VILLAGE: Role.TOWNSHIP_REVIEWER,
    Level.TOWNSHIP: Role.COUNTY_OFFICER,
    Level.COUNTY: Role.COUNTY_OFFICER,
}


class ObjectionUnknown(NotFound, code="objection-unknown", zh="该户的公示上没有这项异议。"):
    """There is no such objection to the household's notice."""


class ObjectionAlreadyDecided(Refusal, code="objection-already-decided", zh="这项异议已经处理。"):
    """This objection was already decided."""


class ObjectionJudgedByPerformer(
    Refusal, code="objection-judged-by-performer", zh="有{count}人办理过该户此前的环节或此次公示，不能处理对它的异议。"
):
    """{count} persons performed this notice or a step before it and cannot decide an objection to it."""


def raise_objection(command: RaiseObjection, application: Application | None, known: KnownOfApplication) -> list[Event]:
    """Record an objection to a household that is posted."""
    application = require_open(application)
    posting = application.posting
    if posting is None:
        raise NotPosted
    if command.objection_id in posting.objections:
        return []
    late_reason = require_date(command, known, application.previous_on)
    return [
        ObjectionRaised(
            application_id=application.filed.application_id,
            household_id=application.filed.household_id,
            objection_id=command.objection_id,
            notice_id=posting.notice_id,
            ground=command.ground,
            facts=command.facts,
            late_reason=late_reason,
        )
    ]


def decide_objection(
    command: DecideObjection, application: Application | None, known: KnownOfApplication
) -> list[Event]:
    """Decide an objection: dismissed, or the application goes back, or it ends."""
    application = require_open(application)
    objection = application.posting and application.posting.objections.get(command.objection_id)
    if not objection:
        raise ObjectionUnknown
    if objection.decided_on:
        raise ObjectionAlreadyDecided
    late_reason = require_date(command, known, application.previous_on)
    if own := overlap(command.performed_by, application.performed_until(application.step)):
        raise ObjectionJudgedByPerformer(count=len(own))
    _require_decision(command, application)
    return [
        ObjectionDecided(
            application_id=application.filed.application_id,
            household_id=application.filed.household_id,
            objection_id=command.objection_id,
            decision=command.decision,
            return_to=command.return_to,
            findings=command.findings,
            performed_by=command.performed_by,
            late_reason=late_reason,
        )
    ]


def judge_of(application: Application) -> Role:
    """Tell whose duty it is to decide an objection: one level above those who judged what the notice shows."""
    return _JUDGES[application.chain.step(max(1, application.step.ordinal - 1)).level]


def _require_decision(command: DecideObjection, application: Application) -> None:
    if command.decision is ObjectionDecision.UPHELD_RETURNED:
        require_return(command.return_to, application)
    elif command.return_to is not None:
        raise OutcomeIncomplete
