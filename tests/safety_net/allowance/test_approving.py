"""Approving (审批): the township, then the county, each by somebody who had no part in it before."""

from datetime import date
from typing import Any, Final

import pytest
from allowances import (
    MEMBERS,
    approve,
    assessed,
    by_county,
    by_township,
    end,
    ended,
    entering,
    granted,
    half_approved,
    june,
    known,
    not_eligible,
    nothing,
    reject,
    rejected,
    unregistered,
)
from casework.areas import Level
from casework.dates import BeforePreviousAct, DateInFuture
from casework.four_eyes import OwnHousehold
from casework.registration import Standing
from chronicle.refusals import NotFound, Refusal
from chronicle.testing import Case, by
from pydantic import ValidationError
from safety_net.cases.allowance.decider import (
    AllowanceOver,
    AlreadyApproved,
    NotGranted,
    NothingToApprove,
    OwnAllowanceWork,
    ProtectedPersonsUnfit,
    TownshipDecidesFirst,
)
from safety_net.cases.allowance.findings import JudgingLevel
from standings import not_registered

TOWNSHIP: Final = Level.TOWNSHIP
COUNTY: Final = Level.COUNTY
refused_by_township = assessed.given(by(rejected(TOWNSHIP), entering("reviewer"), june(3)))
over = granted.given(by(ended, entering("reviewer"), june(20)))
OPEN = pytest.mark.parametrize(("case", "level"), [(assessed, TOWNSHIP), (half_approved, COUNTY)])


def test_township_and_county_approve_in_this_order_and_the_amount_is_granted() -> None:
    after_township = assessed.when(approve(TOWNSHIP, june(3)), known("reviewer")).then(by_township)
    after_township.when(approve(COUNTY, june(5)), known("county")).then(by_county)


def test_the_county_does_not_go_before_the_township() -> None:
    assessed.when(approve(COUNTY), known("county")).then_refused(TownshipDecidesFirst)
    assessed.when(reject(COUNTY), known("county")).then_refused(TownshipDecidesFirst)


@pytest.mark.parametrize(("case", "level"), [(half_approved, TOWNSHIP), (granted, TOWNSHIP), (granted, COUNTY)])
def test_approving_twice_changes_nothing(case: Case, level: JudgingLevel) -> None:
    case.when(approve(level), known("somebody-else")).then_nothing()


def test_what_is_not_eligible_is_neither_approved_nor_rejected() -> None:
    for level in (TOWNSHIP, COUNTY):
        not_eligible.when(approve(level), known("reviewer")).then_refused(NothingToApprove)
        not_eligible.when(reject(level), known("reviewer")).then_refused(NothingToApprove)


@OPEN
def test_either_level_may_reject(case: Case, level: JudgingLevel) -> None:
    case.when(reject(level), known("somebody-else")).then(rejected(level))


def test_rejecting_twice_changes_nothing() -> None:
    refused_by_township.when(reject(TOWNSHIP), known("somebody-else")).then_nothing()


@pytest.mark.parametrize("case", [refused_by_township, over])
def test_what_was_rejected_or_has_ended_is_not_approved(case: Case) -> None:
    case.when(approve(COUNTY, june(25)), known("somebody-else")).then_refused(AllowanceOver)


def test_what_has_ended_is_not_rejected() -> None:
    over.when(reject(COUNTY, june(25)), known("somebody-else")).then_refused(AllowanceOver)


@pytest.mark.parametrize(("case", "level"), [(half_approved, TOWNSHIP), (granted, COUNTY)])
def test_a_level_that_approved_cannot_reject_any_more(case: Case, level: JudgingLevel) -> None:
    case.when(reject(level), known("somebody-else")).then_refused(AlreadyApproved)


def test_who_assessed_judges_at_no_level() -> None:
    assessed.when(approve(TOWNSHIP), known("officer")).then_refused(OwnAllowanceWork)
    assessed.when(reject(TOWNSHIP), known("officer")).then_refused(OwnAllowanceWork)
    half_approved.when(approve(COUNTY), known("officer")).then_refused(OwnAllowanceWork)


def test_who_approved_for_the_township_does_not_judge_for_the_county() -> None:
    half_approved.when(approve(COUNTY), known("reviewer")).then_refused(OwnAllowanceWork)
    half_approved.when(reject(COUNTY), known("reviewer")).then_refused(OwnAllowanceWork)


@OPEN
def test_nobody_judges_the_own_household(case: Case, level: JudgingLevel) -> None:
    for member in MEMBERS:
        case.when(approve(level), known(member)).then_refused(OwnHousehold)
        case.when(reject(level), known(member)).then_refused(OwnHousehold)


@OPEN
@not_registered
def test_the_household_must_still_be_registered(
    case: Case, level: JudgingLevel, standing: Standing | None, refusal: type[Refusal]
) -> None:
    case.when(approve(level), unregistered(standing, "somebody-else")).then_refused(refusal)
    case.when(reject(level), unregistered(standing, "somebody-else")).then(rejected(level))


@OPEN
def test_who_left_since_the_assessment_is_not_granted_anything(case: Case, level: JudgingLevel) -> None:
    left = known("somebody-else", member_ids=MEMBERS[:3])

    case.when(approve(level), left).then_refused(ProtectedPersonsUnfit, members=3)
    case.when(reject(level), left).then(rejected(level))


@OPEN
def test_nothing_is_decided_in_the_future_or_before_what_it_follows(case: Case, level: JudgingLevel) -> None:
    for decision in (approve, reject):
        case.when(decision(level, date(2015, 7, 1)), known("else")).then_refused(DateInFuture)
        case.when(decision(level, date(2015, 5, 31)), known("else")).then_refused(BeforePreviousAct)


def test_a_level_may_decide_on_the_day_of_what_it_follows() -> None:
    assessed.when(approve(TOWNSHIP, june(1)), known("reviewer")).then(by_township)


@pytest.mark.parametrize("level", [level for level in Level if level not in (TOWNSHIP, COUNTY)])
def test_no_other_level_has_a_say(level: Any) -> None:
    for decision in (approve, reject):
        with pytest.raises(ValidationError):
            decision(level)


def test_nothing_is_decided_on_an_allowance_that_is_not_there() -> None:
    for command in (approve(TOWNSHIP), reject(TOWNSHIP), end()):
        nothing.when(command, known("reviewer")).then_refused(NotFound)


def test_a_granted_allowance_ends_and_ends_once() -> None:
    after = granted.when(end(), known("reviewer")).then(ended)
    after.when(end(), known("county")).then_nothing()


@pytest.mark.parametrize("case", [assessed, half_approved, not_eligible, refused_by_township])
def test_what_is_not_granted_cannot_end(case: Case) -> None:
    case.when(end(), known("reviewer")).then_refused(NotGranted)


def test_an_allowance_ends_whether_or_not_the_household_is_still_registered() -> None:
    granted.when(end(), unregistered(Standing.ENDED, "reviewer")).then(ended)


def test_an_allowance_ends_neither_in_the_future_nor_before_it_was_granted() -> None:
    granted.when(end(date(2015, 7, 1)), known("reviewer")).then_refused(DateInFuture)
    granted.when(end(june(4)), known("reviewer")).then_refused(BeforePreviousAct, previous=june(5))


def test_nobody_ends_the_allowance_of_the_own_household() -> None:
    granted.when(end(), known("head")).then_refused(OwnHousehold)
