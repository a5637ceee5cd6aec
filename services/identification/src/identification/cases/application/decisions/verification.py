"""Step 4: the village visits the household and checks what it stated (村级审核)."""

from casework.dates import require_date
from casework.four_eyes import nobody_new
from casework.steps import StepKind
from chronicle.messages import Event
from chronicle.refusals import Refusal

from identification.cases.application.commands import VerifyApplication
from identification.cases.application.decisions.eligibility import KnownOfJudging, held_against_rule
from identification.cases.application.decisions.rows import (
    require_no_stake,
    require_outcome,
    require_step,
    require_visit,
)
from identification.cases.application.decisions.state import Application
from identification.cases.application.events import ApplicationVerified
from identification.cases.application.findings import Verdict


class AllVerifiedByPerformers(
    Refusal, code="all-verified-by-performers", zh="审核人都参加过该户的评议，须另有未参加评议的人审核。"
):
    """All verifiers took part in the deliberation; somebody who did not must verify too."""


def verify(command: VerifyApplication, application: Application | None, known: KnownOfJudging) -> list[Event]:
    """Record what the village found at the household, and its verdict.

    Nobody is rejected but by the rule of who is eligible, as at the review; what the village states of its clauses
    besides is held against it, too.
    """
    application = require_step(application, StepKind.VERIFICATION, command.area, known)
    late_reason = require_date(command, known, application.previous_on)
    require_visit(command.visited_on, application.filed_on, command.on)
    require_no_stake({*command.verifiers, known.actor.person}, application)
    if nobody_new(command.verifiers, application.performers(StepKind.DELIBERATION)):
        raise AllVerifiedByPerformers
    require_outcome(command.outcome, application)
    is_judged = command.outcome.verdict is Verdict.REJECT or command.stated
    return [
        ApplicationVerified(
            application_id=application.filed.application_id,
            household_id=application.filed.household_id,
            round_id=command.round_id,
            step=application.step.ordinal,
            visited_on=command.visited_on,
            outcome=command.outcome,
            voids=application.undone_by(command.outcome.return_to),
            findings=command.findings,
            evidence=command.evidence,
            eligibility=held_against_rule(command, command.verifiers, application, known) if is_judged else None,
            performed_by=command.verifiers,
            late_reason=late_reason,
        )
    ]
