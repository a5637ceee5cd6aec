"""Objections to a household while it is posted, and how they are decided (异议)."""

from casework.areas import Level
from casework.dates import require_date
from casework.four_eyes import overlap
from casework.roles import Role
from casework.steps import Chain
from chronicle.messages import Event
from chronicle.refusals import NotFound, Refusal

from identification.cases.application.commands import DecideObjection, RaiseObjection
from identification.cases.application.decisions.notices import NotPosted
from identification.cases.application.decisions.rows import (
    KnownOfApplication,
    OutcomeIncomplete,
    require_no_stake,
    require_open,
    require_return,
)
from identification.cases.application.decisions.state import Application, Posting
from identification.cases.application.events import ObjectionDecided, ObjectionRaised
from identification.cases.application.findings import ObjectionDecision

# A complaint of a household that was looked into and is not so.
COMPLAINT_CLEARED = "complaint-cleared"

_ABOVE = {
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
    """Whoever had a part in this notice or a step before it cannot decide an objection to it; such persons: {count}."""


class KnownOfObjecting(KnownOfApplication):
    """What is found before an objection is raised or decided: whether a complaint of the same was cleared."""

    is_cleared: bool


def said_of_application(application_id: str, matter: str) -> str:
    """Name what is said of a household while one application of it lasts, as a claim of that.

    What was dismissed or cleared then may be so when the household applies again, and is looked into anew.
    """
    return f"{application_id}/{matter}"


def raise_or_decide(
    command: RaiseObjection | DecideObjection, application: Application | None, known: KnownOfObjecting
) -> list[Event]:
    """Hold an objection against a household, or decide it."""
    if isinstance(command, RaiseObjection):
        return _raise(command, application, known)
    return _decide(command, application, known)


def _raise(command: RaiseObjection, application: Application | None, known: KnownOfObjecting) -> list[Event]:
    """Record an objection to a household that is posted."""
    application = require_open(application)
    posting = application.posting
    if posting is None:
        raise NotPosted
    # What was dismissed for this household already stops nothing.
    if command.objection_id in posting.objections or command.matter in application.dismissed or known.is_cleared:
        return []
    late_reason = require_date(command, known, posting.first_day)
    return [
        ObjectionRaised(
            application_id=application.filed.application_id,
            household_id=application.filed.household_id,
            objection_id=command.objection_id,
            notice_id=posting.notice_id,
            step=application.step.ordinal,
            ground=command.ground,
            matter=command.matter,
            late_reason=late_reason,
        )
    ]


def _decide(command: DecideObjection, application: Application | None, known: KnownOfApplication) -> list[Event]:
    """Decide an objection: dismissed, or the application goes back, or it ends."""
    application = require_open(application)
    posting = application.objected
    if posting is None or command.objection_id not in posting.objections:
        raise ObjectionUnknown
    objection = posting.objections[command.objection_id]
    if objection.decided_on:
        raise ObjectionAlreadyDecided
    # Dismissed, it changes nothing that others were entered for meanwhile.
    dismissed = command.decision is ObjectionDecision.DISMISSED
    late_reason = require_date(command, known, objection.raised_on if dismissed else application.previous_on)
    judges = {*command.performed_by, known.actor.person}
    if own := overlap(judges, application.took_part_until(application.chain.step(posting.step))):
        raise ObjectionJudgedByPerformer(count=len(own))
    require_no_stake(judges, application)
    return_to = _returned_to(command, posting, application)
    return [
        ObjectionDecided(
            application_id=application.filed.application_id,
            household_id=application.filed.household_id,
            objection_id=command.objection_id,
            notice_id=posting.notice_id,
            step=posting.step,
            decision=command.decision,
            return_to=return_to,
            voids=application.undone_by(return_to),
            findings=command.findings,
            performed_by=command.performed_by,
            late_reason=late_reason,
        )
    ]


def judge_of(chain: Chain, notice: int) -> Role:
    """Tell whose duty it is to decide an objection: one level above those who judged what the notice shows."""
    return body_above(chain.step(max(1, notice - 1)).level)


def body_above(level: Level) -> Role:
    """Tell whose duty it is to look again at what was decided at a level; above the county there is nobody here."""
    return _ABOVE[level]


def _returned_to(command: DecideObjection, posting: Posting, application: Application) -> int | None:
    if command.decision is not ObjectionDecision.UPHELD_RETURNED:
        if command.return_to is not None:
            raise OutcomeIncomplete
        return None
    # Of two that are upheld the one that goes further back counts.
    return min(require_return(command.return_to, posting.step, application.chain), application.step.ordinal)
