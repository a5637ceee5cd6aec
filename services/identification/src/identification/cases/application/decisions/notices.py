"""Steps 3, 5 and 7: the household is posted, and registered when the last notice is closed (公示).

A notice that is annulled before (作废) leaves the household at its step. Whoever comes off a notice, annulled or sent
back, is posted anew at full length once every objection to it is decided: no day would count before.
"""

from casework.dates import require_date
from casework.income import per_capita_net_income
from casework.notices import require_closable
from casework.reasons import LateEntryReason
from casework.steps import StepKind
from chronicle.messages import Event
from chronicle.refusals import Refusal

from identification.cases.application.commands import AnnulPosting, PassNotice, PostApplication
from identification.cases.application.decisions.rows import (
    KnownOfApplication,
    WrongStep,
    require_step,
)
from identification.cases.application.decisions.state import Application
from identification.cases.application.events import (
    ApplicationNoticeAnnulled,
    ApplicationNoticePassed,
    ApplicationPosted,
    HouseholdRegistered,
)


class AlreadyPosted(Refusal, code="already-posted", zh="该户已在另一份公示上。"):
    """The household is already on another notice."""


class NotPosted(Refusal, code="not-posted", zh="该户现在不在公示中。"):
    """The household is not on a notice now."""


class ObjectionToAnnulled(
    Refusal, code="objection-to-annulled", zh="该户此前的公示还有异议尚未处理，处理完毕后方可重新张贴。"
):
    """An objection to the household's last notice is still open; it is handled before the household is posted anew."""


class NoNumberLeft(Refusal, code="no-number-left", zh="本村的户编号已经用完。"):
    """The village has no household number left."""


class KnownOfPosting(KnownOfApplication):
    """What is found before a household is posted: for how many days."""

    notice_days: int


class KnownOfPassing(KnownOfApplication):
    """What is found before a notice passes: the number to register under, or empty if there is none."""

    household_no: str


def post(command: PostApplication, application: Application | None, known: KnownOfPosting) -> list[Event]:
    """Post the household at full length."""
    application = require_step(application, StepKind.NOTICE, command.area, known)
    if command.step != application.step.ordinal:
        raise WrongStep(step=application.step.ordinal)
    if application.posting:
        raise AlreadyPosted
    if application.came_off and application.came_off.is_held:
        raise ObjectionToAnnulled
    late_reason = require_date(command, known, application.previous_on)
    return [
        ApplicationPosted(
            application_id=application.filed.application_id,
            household_id=application.filed.household_id,
            notice_id=command.notice_id,
            step=command.step,
            first_day=command.on,
            days=known.notice_days,
            performed_by=command.performed_by,
            late_reason=late_reason,
        )
    ]


def pass_notice(command: PassNotice, application: Application | None, known: KnownOfPassing) -> list[Event]:
    """Let the household pass a notice that is over; the last one registers it."""
    if application and command.notice_id in application.passed:
        return []
    application = require_step(application, StepKind.NOTICE, command.area, known)
    posting = application.posting
    if posting is None or posting.notice_id != command.notice_id:
        raise NotPosted
    late_reason = require_date(command, known, application.previous_on)
    require_closable(command.on, posting.first_day, posting.days, posting.objections.values())
    filed, step = application.filed, application.step.ordinal
    if not application.chain.is_last(step):
        return [
            ApplicationNoticePassed(
                application_id=filed.application_id,
                household_id=filed.household_id,
                notice_id=posting.notice_id,
                step=step,
                performed_by=command.performed_by,
                late_reason=late_reason,
            )
        ]
    return [_registered(command, application, known.household_no, late_reason)]


def annul(command: AnnulPosting, application: Application | None, known: KnownOfApplication) -> list[Event]:
    """Take the household off a notice that counts no more; its days do not count for another."""
    application = require_step(application, StepKind.NOTICE, command.area, known)
    posting, step = application.posting, application.step.ordinal
    if posting is None or posting.notice_id != command.notice_id:
        raise NotPosted
    return [
        ApplicationNoticeAnnulled(
            application_id=application.filed.application_id,
            household_id=application.filed.household_id,
            notice_id=posting.notice_id,
            step=step,
            reason=command.reason,
            voids=application.undone_by(step),
            performed_by=command.performed_by,
            late_reason=require_date(command, known, application.previous_on),
        )
    ]


def _registered(
    command: PassNotice, application: Application, household_no: str, late_reason: LateEntryReason | None
) -> HouseholdRegistered:
    if not household_no:
        raise NoNumberLeft
    filed = application.filed
    return HouseholdRegistered(
        application_id=filed.application_id,
        household_id=filed.household_id,
        notice_id=command.notice_id,
        step=application.step.ordinal,
        household_no=household_no,
        group_code=filed.group_code,
        head_id=filed.head_id,
        member_ids=filed.member_ids,
        standard=filed.standard,
        poverty_line=filed.poverty_line,
        reference_year=filed.reference_year,
        per_capita_income=per_capita_net_income(filed.income, len(filed.member_ids)),
        performed_by=command.performed_by,
        late_reason=late_reason,
    )
