"""Step 1: a household applies (农户申请)."""

from datetime import date
from typing import Annotated

from casework.areas import AreaNotValid, Level, level_of
from casework.codes import IdentificationStandard
from casework.dates import age, require_date
from casework.money import NonNegativeYuan
from casework.steps import Chain
from chronicle.messages import Event
from chronicle.refusals import Invalid, Refusal
from pydantic import Field

from identification.cases.application.commands import FileApplication, StateAnew
from identification.cases.application.decisions.rows import KnownOfApplication
from identification.cases.application.decisions.state import Application
from identification.cases.application.events import ApplicationFiled
from identification.cases.application.findings import Applicant, ApplicantKind
from identification.cases.household.decider import VillagerGroupMissing
from identification.cases.household.decisions.composition import require_composition


class AlreadyFiled(Refusal, code="already-filed", zh="这份申请已经登记过。"):
    """This application was already filed."""


class SecondOpenApplication(Refusal, code="second-open-application", zh="该户或有家庭成员已在另一份办理中的申请内。"):
    """The household or a member is already in an application that is still open."""


class AlreadyRegistered(Refusal, code="already-registered", zh="该户已经建档立卡。"):
    """The household is already registered."""


class ApplicantNotInHousehold(
    Invalid, code="applicant-not-in-household", zh="申请人不在家庭成员中；亲属代办请选择受委托的亲属。"
):
    """The applicant is not a member; a relative who applies for the household is entered as authorised."""


class RelativeIsMember(Invalid, code="relative-is-member", zh="受委托的亲属是家庭成员；请选择家庭成年成员。"):
    """The authorised relative is a member of the household; a member applies as such."""


class ApplicantNotAdult(Invalid, code="applicant-not-adult", zh="申请人未满{age}周岁。"):
    """The applicant is not yet {age} years old."""


class CauseMissing(Invalid, code="cause-missing", zh="请至少填写一项致贫原因，第一项为主要原因。"):
    """State at least one cause of poverty; the first is the main one."""


class ConsentMissing(Invalid, code="consent-missing", zh="申请须同意部门信息比对。"):
    """An application needs the household's consent to cross-checks."""


YEARS_BACK = {"previous_calendar_year": 1}


class KnownOfFiling(KnownOfApplication):
    """What is found before an application is filed; the receipt names the chain by its policy entry."""

    area_is_valid: bool
    is_registered: bool
    adult_age: int
    chain: Annotated[Chain, Field(exclude=True)]
    standard: IdentificationStandard
    reference_year: int
    poverty_line: NonNegativeYuan


def file(command: FileApplication, application: Application | None, known: KnownOfFiling) -> list[Event]:
    """File an application under the procedure, period and line that hold for it."""
    if application is not None:
        raise AlreadyFiled
    _require_area(command, known)
    late_reason = require_date(command, known, previous=None)
    if known.is_registered:
        raise AlreadyRegistered
    head_id = require_form(command, known.adult_age)
    if not command.consent_to_cross_checks:
        raise ConsentMissing
    return [
        ApplicationFiled(
            application_id=command.application_id,
            household_id=command.household_id,
            group_code=command.group_code,
            head_id=head_id,
            member_ids=tuple(member.person_id for member in command.members),
            applicant=command.applicant,
            kin_of_cadres=command.kin_of_cadres,
            income=command.income,
            living=command.living,
            causes=command.causes,
            consent_to_cross_checks=True,
            chain=known.chain,
            reference_year=known.reference_year,
            standard=known.standard,
            poverty_line=known.poverty_line,
            late_reason=late_reason,
        )
    ]


def require_form(command: FileApplication | StateAnew, adult_age: int, before: Applicant | None = None) -> str:
    """Refuse members that are no household, an applicant who may not apply, or no cause; gives the head's person id.

    A relative who applied ``before`` was of age then.
    """
    head_id = require_composition(command.members, command.on)
    _require_applicant(command, adult_age, before)
    if not command.causes:
        raise CauseMissing
    return head_id


def year_of(reference_period: str, on: date) -> int:
    """Tell the calendar year whose income and line count for an application of a date."""
    return on.year - YEARS_BACK[reference_period]


def _require_area(command: FileApplication, known: KnownOfFiling) -> None:
    if level_of(command.group_code) is not Level.GROUP:
        raise VillagerGroupMissing
    if not known.area_is_valid:
        raise AreaNotValid(area=command.group_code, on=command.on)


def _require_applicant(command: FileApplication | StateAnew, adult_age: int, before: Applicant | None) -> None:
    births = {member.person_id: member.birth_date for member in command.members}
    born = births.get(command.applicant.person_id)
    if command.applicant.kind is ApplicantKind.AUTHORISED_RELATIVE:
        if born:
            raise RelativeIsMember
        if command.applicant == before:
            return
        born = command.relative_born
    elif born is None:
        raise ApplicantNotInHousehold
    if born is None or age(born, command.on) < adult_age:
        raise ApplicantNotAdult(age=adult_age)
