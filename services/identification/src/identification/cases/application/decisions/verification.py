"""Step 4: the village visits the household and checks what it stated (村级审核)."""

from datetime import date

from casework.four_eyes import nobody_new
from casework.steps import StepKind
from chronicle.messages import Event
from chronicle.refusals import Invalid, Refusal

from identification.cases.application.commands import VerifyApplication
from identification.cases.application.decisions.rows import KnownOfApplication, require_date, require_step
from identification.cases.application.decisions.state import Application
from identification.cases.application.events import ApplicationVerified
from identification.cases.application.findings import Outcome, Verdict


class AllVerifiedByPerformers(
    Refusal, code="all-verified-by-performers", zh="审核人都参加过该户的评议，须另有未参加评议的人审核。"
):
    """All verifiers took part in the deliberation; somebody who did not must verify too."""


class VisitAfterAct(Invalid, code="visit-after-act", zh="入户日期{visited_on}晚于办理日期。"):
    """The visit on {visited_on} is after the act it belongs to."""


class OutcomeIncomplete(Invalid, code="outcome-incomplete", zh="结论不完整：退回须填环节和原因，不予通过须填原因。"):
    """A return needs its step and reason, a rejection its reason, and nothing else comes with them."""


class ReturnNotPossible(Refusal, code="return-not-possible", zh="不能退回第{step}步，只能退回之前的评议、审核或复核。"):
    """It cannot go back to step {step}, only to an earlier one at which it was judged."""


def verify(command: VerifyApplication, application: Application | None, known: KnownOfApplication) -> list[Event]:
    """Record what the village found at the household, and its verdict."""
    application = require_step(application, StepKind.VERIFICATION, command.area)
    late_reason = require_date(command, known, application.previous_on)
    require_visit_before(command.on, command.visited_on)
    if nobody_new(command.verifiers, application.performers(StepKind.DELIBERATION)):
        raise AllVerifiedByPerformers
    require_outcome(command.outcome, application)
    return [
        ApplicationVerified(
            application_id=application.filed.application_id,
            household_id=application.filed.household_id,
            round_id=command.round_id,
            step=application.step.ordinal,
            visited_on=command.visited_on,
            outcome=command.outcome,
            findings=command.findings,
            evidence=command.evidence,
            performed_by=command.verifiers,
            late_reason=late_reason,
        )
    ]


def require_visit_before(on: date, visited_on: date) -> None:
    """Refuse a visit dated after the act it belongs to."""
    if visited_on > on:
        raise VisitAfterAct(visited_on=visited_on)


def require_outcome(outcome: Outcome, application: Application) -> None:
    """Refuse a verdict without just what it needs, or a return to where nothing is judged."""
    if not outcome.is_complete():
        raise OutcomeIncomplete
    if outcome.verdict is Verdict.RETURN:
        require_return(outcome.return_to, application)


def require_return(return_to: int | None, application: Application) -> None:
    """Refuse a return to anything but an earlier step that judges."""
    if return_to is None:
        raise OutcomeIncomplete
    if not application.chain.may_return_to(application.step.ordinal, return_to):
        raise ReturnNotPossible(step=return_to)
