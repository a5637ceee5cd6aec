"""What an application states is set right: amended before step 2 (修改), corrected later (更正).

A correction names the event that states what is wrong, and is entered by somebody else than that was. It sends the
household back to the village's verification if anything a notice shows changes, or the outcome of the review; before
that step it only comes off the notice that shows it, and is posted anew. A death is corrected like this: another adult
may apply from then on, and the review holds those who are left against the rule. Where nobody continues, the
application is withdrawn.
"""

from collections.abc import Iterator
from typing import Annotated

from casework.dates import require_date
from casework.eligibility import judge
from casework.steps import StepKind
from chronicle.messages import Event
from chronicle.refusals import Invalid, Refusal
from chronicle.rules import Rule
from pydantic import Field, InstanceOf

from identification.cases.application.commands import AmendApplication, CorrectApplication, StateAnew
from identification.cases.application.decisions.filing import require_form
from identification.cases.application.decisions.rows import KnownOfApplication, require_no_stake, require_open
from identification.cases.application.decisions.state import Application
from identification.cases.application.events import ApplicationFiled
from identification.cases.application.events.amending import ApplicationAmended, ApplicationCorrected
from identification.cases.application.findings import CorrectionReason, FormField


class NoLongerAmendable(
    Refusal, code="no-longer-amendable", zh="该申请已经评议，不能直接修改；填写有误的，请办理更正。"
):
    """The application was deliberated on already; what is wrong in it is corrected."""


class StillAmendable(Refusal, code="still-amendable", zh="该申请还没有评议，请直接修改，不必更正。"):
    """The application was not deliberated on yet; it is amended, not corrected."""


class NotWhatStands(
    Refusal, code="not-what-stands", zh="所指的记录不是该申请现行内容的出处，可能已被更正；请重新读取。"
):
    """That is not the record that states what stands now; it may have been corrected already. Read it again."""


class CorrectedOwnEntry(Refusal, code="corrected-own-entry", zh="要更正的内容是本人录入的，须由另一人更正。"):
    """You entered what is to be corrected; somebody else has to correct it."""


class NobodyTakenOut(
    Invalid, code="nobody-taken-out", zh="因死亡更正的，应从家庭成员中去掉死者；死者是申请人的，另选申请人。"
):
    """After a death the dead are taken out of the members, and another adult applies if they had applied."""


class KnownOfAmending(KnownOfApplication):
    """What is found before an application is amended or corrected: from which age somebody may apply.

    ``rule`` is the one by which the household was reviewed, if it was; the receipt names it by its digest.
    """

    adult_age: int
    rule: Annotated[InstanceOf[Rule] | None, Field(exclude=True)] = None


def amend(command: AmendApplication, application: Application | None, known: KnownOfAmending) -> list[Event]:
    """Change what an application states before anybody judged it."""
    application = require_open(application)
    if application.is_judged:
        raise NoLongerAmendable
    # Even if nothing changes here: what stays, of the household too, was read from what stood then.
    if command.amends != application.stated_in:
        raise NotWhatStands
    head_id = require_form(command, known.adult_age, application.filed.applicant)
    changed = tuple(_changed(command, application, head_id))
    if not changed:
        return []
    late_reason = require_date(command, known, application.previous_on)
    require_no_stake([known.actor.person], application)
    return [
        ApplicationAmended(
            application_id=application.filed.application_id,
            household_id=application.filed.household_id,
            group_code=application.filed.group_code,
            head_id=head_id,
            member_ids=tuple(member.person_id for member in command.members),
            applicant=command.applicant,
            kin_of_cadres=command.kin_of_cadres,
            income=command.income,
            living=command.living,
            causes=command.causes,
            changed=changed,
            late_reason=late_reason,
        )
    ]


def correct(command: CorrectApplication, application: Application | None, known: KnownOfAmending) -> list[Event]:
    """Correct what an application states, and send the household back where others were told otherwise."""
    application = require_open(application)
    if not application.is_judged:
        raise StillAmendable
    head_id = require_form(command, known.adult_age, application.filed.applicant)
    changed = tuple(_changed(command, application, head_id))
    if not changed:
        return []
    _require_correctable(command, application, known)
    late_reason = require_date(command, known, application.previous_on)
    alters_outcome = _alters_outcome(command, application, known.rule)
    published = any(field.is_published for field in changed)
    return_to = goes_back(application) if published or alters_outcome else None
    return [
        ApplicationCorrected(
            application_id=application.filed.application_id,
            household_id=application.filed.household_id,
            group_code=application.filed.group_code,
            head_id=head_id,
            member_ids=tuple(member.person_id for member in command.members),
            applicant=command.applicant,
            kin_of_cadres=command.kin_of_cadres,
            income=command.income,
            living=command.living,
            causes=command.causes,
            changed=changed,
            reason=command.reason,
            remarks=command.remarks,
            alters_outcome=alters_outcome,
            notice_id=application.posting.notice_id if application.posting and return_to else None,
            return_to=return_to,
            voids=application.undone_by(return_to),
            late_reason=late_reason,
        )
    ]


def goes_back(application: Application) -> int | None:
    """Tell the step at which a household goes on of which others were told what is no longer so."""
    checking = (StepKind.VERIFICATION, StepKind.REVIEW)
    verified = next(step.ordinal for step in application.chain.steps if step.kind in checking)
    if application.step.ordinal > verified:
        return verified
    return application.step.ordinal if application.posting else None


def _require_correctable(command: CorrectApplication, application: Application, known: KnownOfAmending) -> None:
    if command.corrects != application.stated_in:
        raise NotWhatStands
    died = command.reason is CorrectionReason.SOMEBODY_DIED
    if died and not _left(application.filed) - _left(command):
        raise NobodyTakenOut
    if known.actor.person == application.stated_by:
        raise CorrectedOwnEntry
    require_no_stake([known.actor.person], application)


def _left(stated: ApplicationFiled | CorrectApplication) -> set[str]:
    members = stated.member_ids if isinstance(stated, ApplicationFiled) else [each.person_id for each in stated.members]
    return {*members, stated.applicant.person_id}


def _alters_outcome(command: CorrectApplication, application: Application, rule: Rule | None) -> bool:
    if application.reviewed is None or rule is None:
        return False
    kept = application.reviewed.eligibility
    again = judge(rule, command.income, len(command.members), kept.line, kept.stated)
    return again.clauses != kept.clauses


def _changed(command: StateAnew, application: Application, head_id: str) -> Iterator[FormField]:
    before = application.filed
    ids = tuple(member.person_id for member in command.members)
    differs = {
        FormField.HEAD: head_id != before.head_id,
        FormField.HOUSEHOLD_SIZE: len(ids) != len(before.member_ids),
        FormField.MEMBERS: {*ids} != {*before.member_ids},
        FormField.APPLICANT: command.applicant != before.applicant,
        FormField.KIN_OF_CADRES: {*command.kin_of_cadres} != {*before.kin_of_cadres},
        FormField.INCOME: command.income != before.income,
        FormField.LIVING: command.living != before.living,
        FormField.CAUSES: command.causes != before.causes,
    }
    return (field for field in FormField if differs.get(field) or field in command.retyped)
