"""Assessing (核定): what a household lacks to the standard, times the persons protected."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from allowances import MEMBERS, VILLAGE, assess, assessed, assessed_as, june, known, nothing, unregistered
from casework.dates import BeforePreviousAct, DateInFuture
from casework.four_eyes import OwnHousehold
from casework.registration import HouseholdNotKnown, HouseholdNotRegistered, HouseholdRegistrationEnded, Standing
from chronicle.policy import Policy, PolicyMissing
from chronicle.refusals import Refusal
from running_service import ROOT
from safety_net.cases.allowance.decider import AllowanceAlreadyAssessed, ProtectedPersonsUnfit, SecondAllowance
from safety_net.cases.allowance.findings import Assessment, AssessmentOutcome

ELIGIBLE, NOT_ELIGIBLE = AssessmentOutcome.ELIGIBLE, AssessmentOutcome.NOT_ELIGIBLE


def test_each_protected_person_gets_what_is_lacking_to_the_standard() -> None:
    nothing.when(assess(), known()).then(assessed_as())

    assessment = assessed_as().assessment
    assert [str(value) for _, value in assessment] == ["1800.00", "150.00", "240.00", "90.00", "4", "360.00"]


@pytest.mark.parametrize(
    ("a_year", "a_month", "each", "outcome"),
    [
        ("2880.00", "240.00", "0.00", NOT_ELIGIBLE),
        ("2879.88", "239.99", "0.01", ELIGIBLE),
        ("2880.12", "240.01", "0.00", NOT_ELIGIBLE),
        ("2736.00", "228.00", "12.00", ELIGIBLE),
        ("1000.00", "83.33", "156.67", ELIGIBLE),
        ("0.00", "0.00", "240.00", ELIGIBLE),
    ],
)
def test_what_each_person_gets_ends_where_the_income_reaches_the_standard(
    a_year: str, a_month: str, each: str, outcome: AssessmentOutcome
) -> None:
    assessment = Assessment.of(Decimal(a_year), Decimal("240.00"), 3)

    assert (str(assessment.monthly_income), str(assessment.per_person), assessment.outcome) == (a_month, each, outcome)
    assert assessment.monthly_amount == Decimal(each) * 3


@pytest.mark.parametrize(("a_year", "a_month"), [("2879.93", "239.99"), ("2879.94", "240.00"), ("2879.99", "240.00")])
def test_the_income_of_a_month_is_rounded_half_up_before_it_is_compared(a_year: str, a_month: str) -> None:
    assert str(Assessment.of(Decimal(a_year), Decimal("240.00"), 4).monthly_income) == a_month


def test_a_year_of_losses_brings_nobody_more_than_the_standard() -> None:
    assessment = Assessment.of(Decimal("-6000.00"), Decimal("240.00"), 4)

    assert [str(value) for _, value in assessment] == ["-6000.00", "-500.00", "240.00", "240.00", "4", "960.00"]


def test_not_to_be_eligible_is_recorded_too() -> None:
    nothing.when(assess(), known(per_capita_income="2880.00")).then(assessed_as("2880.00"))

    assert assessed_as("2880.00").outcome is NOT_ELIGIBLE


def test_some_of_the_members_may_be_protected() -> None:
    nothing.when(assess(protected_persons=1), known()).then(assessed_as(persons=1))


@pytest.mark.parametrize("persons", [0, 5])
def test_nobody_or_more_than_the_household_cannot_be_protected(persons: int) -> None:
    nothing.when(assess(protected_persons=persons), known()).then_refused(ProtectedPersonsUnfit, members=4)


@pytest.mark.parametrize(
    ("standing", "refusal"),
    [
        (None, HouseholdNotKnown),
        (Standing.RECORDED, HouseholdNotRegistered),
        (Standing.ENDED, HouseholdRegistrationEnded),
    ],
)
def test_only_a_registered_household_is_assessed(standing: Standing | None, refusal: type[Refusal]) -> None:
    nothing.when(assess(), unregistered(standing)).then_refused(refusal)


def test_nobody_is_assessed_in_the_future_or_before_the_registration() -> None:
    nothing.when(assess(date(2015, 7, 1)), known()).then_refused(DateInFuture, on=date(2015, 7, 1))
    nothing.when(assess(date(2015, 4, 30)), known()).then_refused(BeforePreviousAct, previous=date(2015, 5, 1))
    nothing.when(assess(date(2015, 5, 1)), known()).then(assessed_as())


@pytest.mark.parametrize("member", MEMBERS)
def test_nobody_assesses_the_own_household(member: str) -> None:
    nothing.when(assess(), known(member)).then_refused(OwnHousehold, count=1)


def test_a_household_has_one_allowance_at_a_time() -> None:
    nothing.when(assess(), known(has_allowance=True)).then_refused(SecondAllowance)
    nothing.when(assess(), known(has_allowance=True, per_capita_income="2880.00")).then_refused(SecondAllowance)


def test_an_allowance_is_assessed_once() -> None:
    assessed.when(assess(june(2)), known()).then_refused(AllowanceAlreadyAssessed)


@pytest.mark.parametrize(
    ("on", "standard"),
    [
        (date(2015, 1, 1), "240.00"),
        (date(2015, 12, 31), "240.00"),
        (date(2016, 1, 1), "270.00"),
        (date(2017, 1, 1), "305.00"),
        (date(2018, 1, 1), "340.00"),
        (date(2019, 12, 31), "385.00"),
        (date(2020, 1, 1), "470.00"),
    ],
)
def test_jiangxi_has_a_standard_for_each_calendar_year(on: date, standard: str) -> None:
    assert policy().value("allowance_standard", VILLAGE, on).value == standard


@pytest.mark.parametrize(
    ("area", "on"),
    [(VILLAGE, date(2014, 12, 31)), (VILLAGE, date(2021, 1, 1)), ("430124106216", date(2015, 6, 1))],
)
def test_a_standard_nobody_gave_is_not_made_up(area: str, on: date) -> None:
    with pytest.raises(PolicyMissing):
        policy().value("allowance_standard", area, on)


def test_every_standard_still_has_to_be_confirmed() -> None:
    assert {entry.needs_confirmation for entry in policy()} == {True}


def policy() -> Policy:
    return Policy.load(Path(ROOT) / "policy" / "safety-net")
