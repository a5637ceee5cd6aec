"""What every decision on an application checks first: the area, the step and the date."""

from datetime import date

from casework.areas import Level, level_of, prefix_of
from casework.dates import is_late, require_late_reason, require_order
from casework.reasons import LateEntryReason
from casework.steps import Step, StepKind
from chronicle.decider import Known
from chronicle.refusals import NotFound, Refusal

from identification.cases.application.commands import Dated
from identification.cases.application.decisions.state import Application


class NotInThisArea(NotFound, code="not-in-this-area", zh="本区域内没有这份申请。"):
    """There is no such application in this area."""


class ApplicationEnded(Refusal, code="application-ended", zh="该申请已经办结：{ending}。"):
    """The application has ended: {ending}."""


class WrongStep(Refusal, code="wrong-step", zh="该户现在应办理第{step}步。"):
    """Step {step} is to be done for this household now."""


class KnownOfApplication(Known):
    """What is found before anything is decided on an application."""

    late_entry_days: int


def require_open(application: Application | None) -> Application:
    """Refuse what was never filed, or has ended."""
    if application is None:
        raise NotInThisArea
    if application.ending:
        raise ApplicationEnded(ending=application.ending)
    return application


def require_step(application: Application | None, kind: StepKind, area: str) -> Application:
    """Refuse a row of an act that is held elsewhere, or for another step than the one to be done now."""
    if application is None or not application.filed.group_code.startswith(prefix_of(area)):
        raise NotInThisArea
    now = require_open(application).step
    if (now.kind, _level_of_act(now)) != (kind, level_of(area)):
        raise WrongStep(step=now.ordinal)
    return application


def require_date(command: Dated, known: KnownOfApplication, previous: date | None) -> LateEntryReason | None:
    """Refuse a date that cannot be; gives the reason to record, which only a late entry has."""
    require_order(command.on, known.today, previous)
    require_late_reason(command.on, known.today, known.late_entry_days, command.late_reason)
    return command.late_reason if is_late(command.on, known.today, known.late_entry_days) else None


def _level_of_act(step: Step) -> Level:
    # What is decided above the village is still announced in every village.
    if step.kind is StepKind.NOTICE and step.level is not Level.GROUP:
        return Level.VILLAGE
    return step.level
