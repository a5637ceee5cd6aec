"""A household withdraws its application (撤回)."""

from chronicle.messages import Event

from identification.cases.application.commands import WithdrawApplication
from identification.cases.application.decisions.rows import KnownOfApplication, require_date, require_open
from identification.cases.application.decisions.state import Application, Ending
from identification.cases.application.events import ApplicationWithdrawn


def withdraw(command: WithdrawApplication, application: Application | None, known: KnownOfApplication) -> list[Event]:
    """Withdraw an open application."""
    if application and application.ending is Ending.WITHDRAWN:
        return []
    application = require_open(application)
    return [
        ApplicationWithdrawn(
            application_id=application.filed.application_id,
            household_id=application.filed.household_id,
            reason=command.reason,
            late_reason=require_date(command, known, application.previous_on),
        )
    ]
