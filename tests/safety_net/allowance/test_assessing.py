"""Assessing (核定): what a household lacks to the standard, times the persons protected."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from allowances import MEMBERS, VILLAGE, assess, assessed, assessed_as, june, known, nothing, unregistered
from casework.dates import BeforePreviousAct, DateInFuture
from casework.four_eyes import OwnHousehold
from casework.registration import BeforeRegistration, Standing
from chronicle.policy import Policy, PolicyMissing
from chronicle.refusals import Refusal
from running_service import ROOT
from safety_net.cases.allowance.decider import AllowanceAlreadyAssessed, ProtectedPersonsUnfit, SecondAllowance
from safety_net.cases.allowance.findings import Assessment, AssessmentOutcome
from safety_net.cases.allowance.queries import explained
from standings import not_registered

ELIGIBLE, NOT_ELIGIBLE = AssessmentOutcome.ELIGIBLE, AssessmentOutcome.NOT_ELIGIBLE


def test_each_protected_person_gets_what_is_lacking_to_the_standard() -> None:
    nothing.when(assess(), known()).then(assessed_as())

    assessment = assessed_as().assessment
    assert [str(value) for _, value in assessment] == [
        "2014",
        "1800.00",
        "240.00",
        "2880.00",
        "1080.00",
        "4",
        "360.00",
    ]


@pytest.mark.parametrize(
    ("a_year", "persons", "each", "amount", "outcome"),
    [
        ("2880.00", 3, "0.00", "0.00", NOT_ELIGIBLE),
        ("2880.01", 3, "0.00", "0.00", NOT_ELIGIBLE),
        ("2879.88", 3, "0.12", "0.03", ELIGIBLE),
        ("2736.00", 3, "144.00", "36.00", ELIGIBLE),
        ("1000.00", 3, "1880.00", "470.00", ELIGIBLE),
        ("0.00", 3, "2880.00", "720.00", ELIGIBLE),
        # Not what is lacking each month, rounded, times the persons: that were 63.34.
        ("2500.00", 2, "380.00", "63.33", ELIGIBLE),
        ("2500.00", 1, "380.00", "31.67", ELIGIBLE),
        # Half a cent goes up.
        ("2879.94", 1, "0.06", "0.01", ELIGIBLE),
    ],
)
def test_the_amount_is_rounded_once_and_eligibility_not_at_all(
    a_year: str, persons: int, each: str, amount: str, outcome: AssessmentOutcome
) -> None:
    assessment = Assessment.of(2014, Decimal(a_year), Decimal("240.00"), persons)

    assert (str(assessment.lacking_per_person), str(assessment.monthly_amount)) == (each, amount)
    assert assessment.outcome is outcome


@pytest.mark.parametrize(("a_year", "amount"), [("2879.95", "0.02"), ("2879.99", "0.00")])
def test_below_the_standard_by_less_than_a_cent_a_month_a_household_is_eligible(a_year: str, amount: str) -> None:
    assessment = Assessment.of(2014, Decimal(a_year), Decimal("240.00"), 4)

    # It is on the allowance, with what that brings elsewhere, though nothing may be left to pay.
    assert (assessment.outcome, str(assessment.monthly_amount)) == (ELIGIBLE, amount)
    nothing.when(assess(), known(per_capita_income=a_year)).then(assessed_as(a_year))


def test_a_year_of_losses_brings_nobody_more_than_the_standard() -> None:
    assessment = Assessment.of(2014, Decimal("-6000.00"), Decimal("240.00"), 4)

    assert (str(assessment.lacking_per_person), str(assessment.monthly_amount)) == ("2880.00", "960.00")
    assert "亏损按没有收入计算" in explained(assessment, {}).zh


def test_what_is_said_of_an_amount_names_the_year_and_every_figure_it_comes_of() -> None:
    said = explained(Assessment.of(2015, Decimal("2500.00"), Decimal("240.00"), 2), {})

    assert said.zh == (
        "2015年人均纯收入2500.00元；低保标准每人每月240.00元，12个月为2880.00元；每人每年差380.00元，保障2人，"
        "按12个月平均，每月63.33元（四舍五入到分）。"
    )


def test_not_to_be_eligible_is_recorded_too() -> None:
    nothing.when(assess(), known(per_capita_income="2880.00")).then(assessed_as("2880.00"))

    assert assessed_as("2880.00").outcome is NOT_ELIGIBLE


def test_some_of_the_members_may_be_protected() -> None:
    nothing.when(assess(protected_persons=1), known()).then(assessed_as(persons=1))


@pytest.mark.parametrize("persons", [0, 5])
def test_nobody_or_more_than_the_household_cannot_be_protected(persons: int) -> None:
    nothing.when(assess(protected_persons=persons), known()).then_refused(ProtectedPersonsUnfit, members=4)


@not_registered
def test_only_a_registered_household_is_assessed(standing: Standing | None, refusal: type[Refusal]) -> None:
    nothing.when(assess(), unregistered(standing)).then_refused(refusal)


def test_nobody_is_assessed_in_the_future_or_before_the_registration() -> None:
    nothing.when(assess(date(2015, 7, 1)), known()).then_refused(DateInFuture, on=date(2015, 7, 1))
    nothing.when(assess(date(2015, 4, 30)), known()).then_refused(BeforeRegistration, registered_on=date(2015, 5, 1))
    nothing.when(assess(date(2015, 5, 1)), known()).then(assessed_as())


def test_a_later_allowance_is_not_dated_before_the_earlier_one_was_over() -> None:
    over = known(over_on=june(10))

    nothing.when(assess(june(9)), over).then_refused(BeforePreviousAct, previous=june(10))
    nothing.when(assess(june(10)), over).then(assessed_as())


@pytest.mark.parametrize("member", MEMBERS)
def test_nobody_assesses_the_own_household(member: str) -> None:
    nothing.when(assess(), known(member)).then_refused(OwnHousehold)


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
