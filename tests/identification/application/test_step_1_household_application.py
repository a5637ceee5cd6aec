"""Step 1, 农户申请: an adult of the household, or an authorised relative, applies."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from applications import FILED_ON, GROUP, HEAD, MEMBERS, SON, VILLAGE, filing, given, member
from casework.areas import AreaNotValid
from casework.codes import IdentificationStandard, RelationToHead
from casework.dates import DateInFuture, LateEntryNeedsReason
from casework.reasons import LateEntryReason
from chronicle.refusals import Refusal
from identification.cases.application.decider import decide
from identification.cases.application.decisions.filing import (
    AlreadyFiled,
    AlreadyRegistered,
    ApplicantNotAdult,
    ApplicantNotInHousehold,
    CauseMissing,
    ConsentMissing,
    RelativeIsMember,
    SecondOpenApplication,
)
from identification.cases.application.decisions.rows import KnownOfApplication
from identification.cases.application.events import ApplicationFiled
from identification.cases.application.findings import Applicant, ApplicantKind, Living
from identification.cases.application.gather import application_decider
from identification.cases.household.decider import VillagerGroupMissing
from identification.cases.household.decisions.composition import MemberTwice, NoHead, NotBornYet, TwoHeads
from pydantic import ValidationError

SON_COMES_OF_AGE = date(2015, 6, 2)


def by(person_id: str, kind: ApplicantKind = ApplicantKind.ADULT_MEMBER) -> Applicant:
    return Applicant(person_id=person_id, kind=kind)


def test_a_household_applies_and_its_group_deliberates_next() -> None:
    given().when(filing()).then(ApplicationFiled, head_id=HEAD, group_code=GROUP).step_is(2)


def test_the_procedure_the_period_and_its_line_are_fixed_from_here_on() -> None:
    filed = (
        given()
        .when(filing())
        .then(ApplicationFiled, reference_year=2014, poverty_line=Decimal(2800))
        .outcome.decided[0]
    )
    assert isinstance(filed, ApplicationFiled)
    assert filed.standard is IdentificationStandard.NATIONAL
    assert [step.zh for step in filed.chain.steps] == [
        "农户申请",
        "组级评议",
        "组级公示",
        "村级审核",
        "村级公示",
        "乡级复核",
        "村级公示",
    ]


def test_an_application_is_filed_once() -> None:
    given(filing()).when(filing()).then_refused(AlreadyFiled)


def test_every_member_is_held_by_the_open_application_so_that_a_second_one_is_refused() -> None:
    members = {("open-application", person.person_id): True for person in MEMBERS}
    assert given(filing()).claims() == {("household-case", "household"): True, **members}
    (filed,) = given().when(filing()).outcome.decided
    assert {claim.refusal for claim in application_decider.claims(filed, None)} == {SecondOpenApplication}


def test_a_registered_household_does_not_apply_again() -> None:
    given(is_registered=True).when(filing()).then_refused(AlreadyRegistered)


def test_a_household_has_a_head() -> None:
    given().when(filing(members=MEMBERS[1:], applicant=by("spouse"))).then_refused(NoHead)


def test_nobody_is_a_member_before_being_born() -> None:
    unborn = member("child", RelationToHead.SON, "2015-12-31")
    given().when(filing(members=(*MEMBERS, unborn))).then_refused(NotBornYet, count=1, on=FILED_ON)


def test_a_household_has_one_head_only() -> None:
    given().when(filing(members=(*MEMBERS, member("other")))).then_refused(TwoHeads, count=2)


def test_nobody_is_stated_twice() -> None:
    again = member(SON, RelationToHead.OTHER)
    given().when(filing(members=(*MEMBERS, again))).then_refused(MemberTwice, count=1)


def test_an_adult_member_applies() -> None:
    given().when(filing(applicant=by(SON), on=SON_COMES_OF_AGE)).then(ApplicationFiled, applicant=by(SON))


def test_somebody_who_comes_of_age_tomorrow_does_not_apply_today() -> None:
    the_day_before = SON_COMES_OF_AGE - timedelta(days=1)
    given().when(filing(applicant=by(SON), on=the_day_before)).then_refused(ApplicantNotAdult, age=18)


def test_an_authorised_relative_applies_from_outside_the_household() -> None:
    niece = by("niece", ApplicantKind.AUTHORISED_RELATIVE)
    given().when(filing(applicant=niece, relative_born=date(1985, 1, 1))).then(ApplicationFiled, applicant=niece)


def test_nobody_else_applies_from_outside_the_household() -> None:
    given().when(filing(applicant=by("niece"))).then_refused(ApplicantNotInHousehold)


def test_at_least_one_cause_of_poverty_is_stated() -> None:
    given().when(filing(causes=())).then_refused(CauseMissing)


def test_the_household_consents_to_cross_checks() -> None:
    given().when(filing(consent_to_cross_checks=False)).then_refused(ConsentMissing)


def test_a_village_is_not_precise_enough() -> None:
    given().when(filing(group_code=VILLAGE)).then_refused(VillagerGroupMissing)


def test_the_villager_group_was_valid_on_the_date() -> None:
    given(area_is_valid=False).when(filing()).then_refused(AreaNotValid, area=GROUP, on=FILED_ON)


def test_nobody_applies_tomorrow() -> None:
    yesterday = FILED_ON - timedelta(days=1)
    given().when(filing(), today=yesterday).then_refused(DateInFuture, on=FILED_ON)


def test_an_application_entered_after_ten_days_needs_no_reason() -> None:
    given().when(filing(), today=FILED_ON + timedelta(days=10)).then(ApplicationFiled, late_reason=None)


def test_an_application_entered_after_eleven_days_needs_a_reason() -> None:
    given().when(filing(), today=FILED_ON + timedelta(days=11)).then_refused(LateEntryNeedsReason, days=10)


def test_a_late_entry_is_recorded_with_its_reason() -> None:
    late = filing(late_reason=LateEntryReason.PAPER_BATCH)
    after_eleven_days = FILED_ON + timedelta(days=11)
    given().when(late, today=after_eleven_days).then(ApplicationFiled, late_reason=LateEntryReason.PAPER_BATCH)


def test_an_entry_in_time_is_no_late_entry_whatever_reason_is_given() -> None:
    given().when(filing(late_reason=LateEntryReason.OTHER)).then(ApplicationFiled, late_reason=None)


def test_a_decision_without_what_it_needs_to_know_is_a_fault_and_not_a_refusal() -> None:
    filed = given(filing()).history[0]
    known = KnownOfApplication(actor=filed.actor, today=FILED_ON, late_entry_days=10)
    with pytest.raises(TypeError) as fault:
        decide(filing(), None, known)
    assert not isinstance(fault.value, Refusal)


def test_an_authorised_relative_is_an_adult() -> None:
    nephew = by("nephew", ApplicantKind.AUTHORISED_RELATIVE)
    given().when(filing(applicant=nephew, relative_born=SON_COMES_OF_AGE.replace(year=1997))).then_refused(
        ApplicantNotAdult, age=18
    )
    given().when(filing(applicant=nephew)).then_refused(ApplicantNotAdult, age=18)


def test_a_member_does_not_apply_as_a_relative() -> None:
    spouse = by("spouse", ApplicantKind.AUTHORISED_RELATIVE)
    given().when(filing(applicant=spouse, relative_born=date(1970, 9, 2))).then_refused(RelativeIsMember)


@pytest.mark.parametrize("written", ["1E+2", "1.234", "-1", "1000000"])
def test_an_area_is_written_with_two_places_or_not_at_all(written: str) -> None:
    with pytest.raises(ValidationError):
        Living.model_validate(dict(filing().living) | {"arable_land_mu": written})


def test_one_area_has_one_spelling() -> None:
    spelt = [Living.model_validate(dict(filing().living) | {"arable_land_mu": one}) for one in ("-0", "0", "0.0")]
    assert {living.model_dump(mode="json")["arable_land_mu"] for living in spelt} == {"0.00"}
