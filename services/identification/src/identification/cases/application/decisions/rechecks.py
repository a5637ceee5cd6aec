"""What a re-check means for an application that is still open: it goes back, or it ends (回头看)."""

from casework.dates import require_date
from chronicle.messages import Event

from identification.cases.application.commands import RecheckApplication
from identification.cases.application.decisions.rows import (
    KnownOfLiving,
    OutcomeIncomplete,
    require_no_stake,
    require_open,
    require_return,
)
from identification.cases.application.decisions.state import Application
from identification.cases.application.events.rechecks import ApplicationRechecked
from identification.cases.application.findings import RecheckDecision


def recheck(command: RecheckApplication, application: Application | None, known: KnownOfLiving) -> list[Event]:
    """Send the application back, or end it; who may say so is the re-check's to judge."""
    application = require_open(application)
    late_reason = require_date(command, known, application.previous_on)
    require_no_stake({*command.performed_by, known.actor.person}, application, known.living)
    if command.decision is RecheckDecision.RETURNED:
        require_return(command.return_to, application.step.ordinal, application.chain)
    elif command.return_to is not None:
        raise OutcomeIncomplete
    return [
        ApplicationRechecked(
            application_id=application.filed.application_id,
            household_id=application.filed.household_id,
            recheck_id=command.recheck_id,
            notice_id=application.posting.notice_id if application.posting else None,
            step=application.step.ordinal,
            decision=command.decision,
            reason=command.reason,
            return_to=command.return_to,
            voids=application.undone_by(command.return_to),
            findings=command.findings,
            performed_by=command.performed_by,
            late_reason=late_reason,
        )
    ]
