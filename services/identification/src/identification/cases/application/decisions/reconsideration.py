"""A rejected household asks, once, that other persons one level up look at it again (复查)."""

from datetime import date, timedelta

from casework.dates import require_date
from casework.four_eyes import overlap
from chronicle.messages import Event
from chronicle.refusals import Refusal

from identification.cases.application.commands import DecideReconsideration, RequestReconsideration
from identification.cases.application.decisions.rows import KnownOfApplication, NotInThisArea, require_no_stake
from identification.cases.application.decisions.state import Application, Ending, Rejection
from identification.cases.application.events import ReconsiderationDecided, ReconsiderationRequested
from identification.cases.application.findings import ReconsiderationDecision

REQUEST_DAYS = "reconsideration_request_days"
# What a re-check found after an application had ended.
RECHECK_UPHELD = "recheck-upheld"


class NotRejected(Refusal, code="not-rejected", zh="该申请没有被否决，不能申请复查。"):
    """This application was not rejected, so there is nothing to reconsider."""


class AlreadyReconsidered(Refusal, code="already-reconsidered", zh="该申请已经申请过复查，只能申请一次。"):
    """Reconsideration was asked for already; it can be asked for once."""


class ReconsiderationTooLate(Refusal, code="reconsideration-too-late", zh="申请复查的期限已过，最后一日是{last_day}。"):
    """It is too late to ask for reconsideration; the last day was {last_day}."""


class ReconsiderationNotRequested(Refusal, code="reconsideration-not-requested", zh="该户没有待处理的复查申请。"):
    """This household has no request for reconsideration that waits for a decision."""


class NotTheReconsideringBody(Refusal, code="not-the-reconsidering-body", zh="该户的复查应由{duty.zh}处理。"):
    """This rejection is reconsidered by the {duty.en}."""


class ReconsideredOwnWork(
    Refusal, code="reconsidered-own-work", zh="有{count}人办理过该户此前的环节或异议，不能复查。"
):
    """Whoever took part in a step of this household or in an objection to it cannot reconsider it: {count}."""


class UpheldMeanwhile(Refusal, code="upheld-meanwhile", zh="该户已在回头看中查实，不能撤销原结论，只能维持。"):
    """A re-check of this household was upheld meanwhile; the rejection can only be confirmed."""


class FiledMembersLeft(
    Refusal, code="filed-members-left", zh="有{count}名申请时的家庭成员已不在该户，不能重新办理；请按现有成员另行申请。"
):
    """Members it applied with live in this household no more ({count}); it cannot be reopened, but may apply anew."""


class KnownOfDeciding(KnownOfApplication):
    """What is found before reconsideration is decided: whether a re-check was upheld since the application ended.

    ``left`` is how many of those it was filed with are not recorded in its household any more.
    """

    is_upheld: bool
    left: int


class KnownOfReconsideration(KnownOfApplication):
    """What is found before reconsideration is asked for: within how many days of the rejection it may be."""

    reconsideration_request_days: int


def request_reconsideration(
    command: RequestReconsideration, application: Application | None, known: KnownOfReconsideration
) -> list[Event]:
    """Record that a rejected household asks to be looked at once more."""
    rejection = _rejection(application)
    application = _there(application)
    if application.reconsideration_on:
        raise AlreadyReconsidered
    late_reason = require_date(command, known, rejection.on)
    last_day = last_day_to_ask(rejection, known.reconsideration_request_days)
    if command.on > last_day:
        raise ReconsiderationTooLate(last_day=last_day)
    return [
        ReconsiderationRequested(
            application_id=application.filed.application_id,
            household_id=application.filed.household_id,
            step=rejection.step,
            duty=rejection.duty,
            statement=command.statement,
            late_reason=late_reason,
        )
    ]


def decide_reconsideration(
    command: DecideReconsideration, application: Application | None, known: KnownOfDeciding
) -> list[Event]:
    """Confirm the rejection or reopen the application, by persons who had no part in it."""
    application = _there(application)
    rejection, requested_on = application.rejection, application.reconsideration_on
    if rejection is None or requested_on is None or application.is_reconsidered:
        raise ReconsiderationNotRequested
    late_reason = require_date(command, known, application.previous_on)
    if known.actor.role != rejection.duty:
        raise NotTheReconsideringBody(duty=rejection.duty)
    judges = {*command.performed_by, known.actor.person}
    if own := overlap(judges, application.participants):
        raise ReconsideredOwnWork(count=len(own))
    require_no_stake(judges, application)
    reopened = command.decision is ReconsiderationDecision.REOPENED
    if reopened and known.is_upheld:
        raise UpheldMeanwhile
    if reopened and known.left:
        raise FiledMembersLeft(count=known.left)
    return [
        ReconsiderationDecided(
            application_id=application.filed.application_id,
            household_id=application.filed.household_id,
            step=rejection.step,
            decision=command.decision,
            voids=(rejection.event_id,) if reopened else (),
            findings=command.findings,
            performed_by=command.performed_by,
            late_reason=late_reason,
        )
    ]


def last_day_to_ask(rejection: Rejection, days: int) -> date:
    """Tell until when, that day included, a rejected household may ask."""
    return rejection.on + timedelta(days=days)


def _there(application: Application | None) -> Application:
    if application is None:
        raise NotInThisArea
    return application


def _rejection(application: Application | None) -> Rejection:
    there = _there(application)
    if there.rejection is None or there.ending is not Ending.REJECTED:
        raise NotRejected
    return there.rejection
