"""数据比对: a member found in a department's register is looked into before the review passes."""

from datetime import date

import pytest
from amending import correction
from applications import (
    COUNTY_OFFICER,
    FINDINGS,
    HEAD,
    MEMBERS,
    NINE_STEPS,
    REJECTED,
    REVIEWER,
    SON,
    SPOUSE,
    TOWNSHIP_OFFICER,
    VERIFIER,
    VILLAGE_OFFICER,
    answer,
    data_match,
    deliberation,
    draw,
    filing,
    given,
    returned,
    review,
    steps,
    withdrawal,
)
from casework.areas import Level
from casework.dates import BeforePreviousAct, DateInFuture, LateEntryNeedsReason
from casework.reasons import LateEntryReason
from casework.roles import Role
from identification.cases.application.decisions.data_matches import (
    DataMatchAlreadyDecided,
    DataMatchJudgedByPerformer,
    DataMatchOpen,
    DataMatchUnknown,
    DataMatchUpheld,
    MatchedPersonNotMember,
    ReviewsOver,
    judge_of_data_match,
)
from identification.cases.application.decisions.rows import ApplicationEnded, HasStake, NotInThisArea
from identification.cases.application.decisions.state import Ending
from identification.cases.application.events import (
    ApplicationDeliberated,
    ApplicationReviewed,
)
from identification.cases.application.events.amending import ApplicationCorrected
from identification.cases.application.events.data_matches import DataMatchDecided, DataMatchRaised
from identification.cases.application.findings import DataMatchDecision, DataMatchKind, DataMatchReason

CLEARED = [DataMatchReason.OTHER_PERSON, DataMatchReason.REGISTER_OUTDATED, DataMatchReason.DOES_NOT_EXCLUDE]
UPHELD = [DataMatchReason.UNDECLARED, DataMatchReason.EXCLUDES]
matched = (*steps(1, 5), data_match(), draw())
upheld = (*matched, answer(reason=DataMatchReason.UNDECLARED))


def test_a_data_match_is_recorded_with_its_member_and_register_and_its_sealed_facts() -> None:
    entered = given(filing()).when(data_match()).then(DataMatchRaised, person_id=SPOUSE, facts=FINDINGS)
    entered.step_is(2)
    assert dict(entered.accepted().history[-1].event)["kind"] is DataMatchKind.VEHICLE


def test_the_same_data_match_is_recorded_once_before_and_after_it_is_decided() -> None:
    given(*matched).when(data_match()).then_nothing()
    given(*matched, answer()).when(data_match(), today=date(2015, 6, 23)).then_nothing()


def test_a_data_match_is_about_a_member() -> None:
    given(filing()).when(data_match(person_id="neighbour")).then_refused(MatchedPersonNotMember)


def test_no_data_match_is_held_against_what_was_never_filed_or_has_ended() -> None:
    given().when(data_match()).then_refused(NotInThisArea)
    given(filing(), withdrawal()).when(data_match()).then_refused(ApplicationEnded, ending=Ending.WITHDRAWN)


def test_a_data_match_is_dated_between_the_filing_and_today() -> None:
    early, late = date(2015, 5, 31), date(2015, 6, 15)
    given(filing()).when(data_match(on=early)).then_refused(BeforePreviousAct, on=early, previous=date(2015, 6, 1))
    given(filing()).when(data_match(), today=date(2015, 6, 14)).then_refused(DateInFuture, on=late)


def test_a_list_that_is_entered_late_says_why() -> None:
    given(filing()).when(data_match(), today=date(2015, 9, 1)).then_refused(LateEntryNeedsReason, days=10)
    late = data_match(late_reason=LateEntryReason.PAPER_BATCH)
    given(filing()).when(late, today=date(2015, 9, 1)).then(DataMatchRaised, late_reason=LateEntryReason.PAPER_BATCH)


def test_a_step_entered_from_paper_may_lie_before_the_departments_list() -> None:
    given(filing(), data_match()).when(deliberation()).then(ApplicationDeliberated)


def test_no_household_passes_the_review_while_a_data_match_is_open() -> None:
    given(*matched).when(review()).then_refused(DataMatchOpen, count=1)
    both = given(*matched, data_match("second", person_id=HEAD))
    both.when(review()).then_refused(DataMatchOpen, count=2)
    both.when(answer()).accepted().when(review()).then_refused(DataMatchOpen, count=1)


@pytest.mark.parametrize("outcome", [REJECTED, returned(4)])
def test_a_household_is_rejected_or_returned_while_a_data_match_is_open(outcome: object) -> None:
    given(*matched).when(review(outcome=outcome)).then(ApplicationReviewed)


@pytest.mark.parametrize("reason", CLEARED)
def test_a_household_passes_once_the_data_match_is_cleared(reason: DataMatchReason) -> None:
    cleared = (
        given(*matched)
        .when(answer(reason=reason))
        .then(DataMatchDecided, decision=DataMatchDecision.CLEARED, reason=reason, performed_by=(REVIEWER,))
    )
    cleared.accepted().when(review()).then(ApplicationReviewed).step_is(7)


@pytest.mark.parametrize("reason", UPHELD)
def test_a_household_does_not_pass_when_the_data_match_is_upheld(reason: DataMatchReason) -> None:
    found = given(*matched).when(answer(reason=reason)).then(DataMatchDecided, decision=DataMatchDecision.UPHELD)
    # It ends nothing by itself: people review.
    found.step_is(6)
    found.accepted().when(review()).then_refused(DataMatchUpheld, count=1)
    found.accepted().when(review(outcome=REJECTED)).ended(Ending.REJECTED)


def test_a_household_sent_back_for_an_upheld_data_match_is_judged_anew() -> None:
    back = given(*upheld, review(outcome=returned(4)))
    assert back.state
    assert not back.state.upheld


def test_a_correction_that_sends_the_household_back_leaves_an_upheld_data_match_upheld() -> None:
    without_son = tuple(one for one in MEMBERS if one.person_id != SON)
    command = correction(date(2015, 6, 24), members=without_son)
    back = given(*upheld).when(command, "another-township_reviewer").then(ApplicationCorrected, return_to=4)
    state = back.accepted().state
    assert state
    assert state.upheld == {"match"}


def test_an_open_data_match_stays_open_when_the_household_is_sent_back() -> None:
    back = given(*matched, review(outcome=returned(4)))
    assert back.state
    assert list(back.state.data_matches) == ["match"]


def test_no_household_passes_on_a_day_before_its_data_match_was_decided() -> None:
    later = date(2015, 6, 25)
    given(*matched, answer(on=later)).when(review(), today=later).then_refused(
        BeforePreviousAct, on=date(2015, 6, 24), previous=later
    )


def test_a_data_match_is_decided_once() -> None:
    given(*matched, answer()).when(answer(reason=DataMatchReason.EXCLUDES)).then_refused(DataMatchAlreadyDecided)


def test_a_data_match_nobody_entered_is_not_decided() -> None:
    given(*steps(1, 5), draw()).when(answer()).then_refused(DataMatchUnknown)


def test_a_data_match_is_not_decided_before_it_was_raised() -> None:
    early = date(2015, 6, 14)
    given(*matched).when(answer(on=early)).then_refused(BeforePreviousAct, on=early, previous=date(2015, 6, 15))


@pytest.mark.parametrize("person", [VERIFIER, VILLAGE_OFFICER, COUNTY_OFFICER])
def test_nobody_decides_a_data_match_who_had_a_part_before_or_entered_it(person: str) -> None:
    given(*matched).when(answer(performed_by=(person,))).then_refused(DataMatchJudgedByPerformer, count=1)
    given(*matched).when(answer(), by=person).then_refused(DataMatchJudgedByPerformer, count=1)


@pytest.mark.parametrize("person", [SPOUSE, "secretary"])
def test_nobody_decides_a_data_match_of_their_own_household_or_kin(person: str) -> None:
    kin = given(filing(kin_of_cadres=("secretary",)), *matched[1:])
    kin.when(answer(performed_by=(person,))).then_refused(HasStake, count=1)


def test_who_decided_the_data_match_may_review_the_household() -> None:
    given(*matched, answer(performed_by=(REVIEWER,))).when(review(reviewers=(REVIEWER,)), by=TOWNSHIP_OFFICER).then(
        ApplicationReviewed, performed_by=(REVIEWER,)
    )


def test_once_every_review_has_passed_a_data_match_holds_up_nothing_and_is_for_a_recheck() -> None:
    late = data_match(on=date(2015, 6, 25))
    seen = given(*steps(1, 6)).when(late).then(DataMatchRaised, after_review=True).accepted()
    assert seen.state
    assert not seen.state.data_matches
    seen.when(late).then_nothing()
    seen.when(answer(on=date(2015, 6, 25))).then_refused(ReviewsOver)


def test_before_the_review_a_data_match_is_not_for_a_recheck() -> None:
    given(*steps(1, 5)).when(data_match()).then(DataMatchRaised, after_review=False)


def test_a_registered_household_is_met_too_and_one_that_applied_in_vain_is_not() -> None:
    late = data_match(on=date(2015, 7, 3), attached=True)
    given(*steps(1, 7)).when(late).then(DataMatchRaised, after_review=True)
    given(filing(), withdrawal()).when(late).then_nothing()


def test_what_a_department_sent_is_of_whoever_lives_there_on_the_day_it_met_them() -> None:
    joined = data_match(person_id="born later", attached=True)
    given(filing()).when(joined, today=date(2015, 9, 1)).then(DataMatchRaised, person_id="born later", late_reason=None)


def test_where_the_county_reviews_too_a_data_match_after_the_township_holds_up_the_county() -> None:
    late = data_match(on=date(2015, 6, 25))
    seen = given(*steps(1, 7), late, draw(Level.COUNTY), chain=NINE_STEPS)
    seen.when(review(Level.COUNTY)).then_refused(DataMatchOpen, count=1)


def test_whoever_reviews_next_decides() -> None:
    township, county = given(*matched).state, given(*steps(1, 6), chain=NINE_STEPS).state
    assert township
    assert county
    assert (judge_of_data_match(township), judge_of_data_match(county)) == (
        Role.TOWNSHIP_REVIEWER,
        Role.COUNTY_OFFICER,
    )
