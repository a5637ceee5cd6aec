"""Step 6, 乡级复核: the township reviews with people who had no part in it, and tests the income."""

from datetime import date
from decimal import Decimal

import pytest
from applications import (
    ARBITER,
    HEAD,
    NINE_STEPS,
    PASSED,
    RECORDER,
    REJECTED,
    REVIEWER,
    TOWNSHIP_OFFICER,
    VERIFIER,
    VILLAGE_OFFICER,
    draw,
    entered,
    filing,
    given,
    income,
    objection,
    passing,
    posting,
    recusing,
    returned,
    review,
    ruling,
    steps,
)
from casework.areas import Level
from identification.cases.application.decisions.eligibility import IncomeNotBelowLine
from identification.cases.application.decisions.review import (
    AlreadyInARound,
    NotInThisRound,
    ReviewedOwnWork,
    VisitMissing,
)
from identification.cases.application.decisions.rows import (
    HasStake,
    NotInThisArea,
    OutcomeIncomplete,
    ReturnNotPossible,
    VisitAfterAct,
    VisitTooEarly,
    WrongStep,
)
from identification.cases.application.decisions.state import Ending
from identification.cases.application.events import ApplicationDrawnForReview, ApplicationReviewed
from identification.cases.application.findings import Outcome, Verdict

posted_in_the_village = steps(1, 5)
in_a_round = (*steps(1, 5), draw())
three_members = filing().members[:3]


def test_a_household_comes_into_a_round_and_is_still_to_be_reviewed() -> None:
    given(*posted_in_the_village).when(draw(sampled=True)).then(
        ApplicationDrawnForReview, round_id="review-township", step=6, sampled=True
    ).step_is(6)


def test_a_household_is_in_one_round_at_a_time() -> None:
    given(*in_a_round).when(draw(round_id="another")).then_refused(AlreadyInARound)


def test_drawing_the_same_household_into_the_same_round_again_changes_nothing() -> None:
    given(*in_a_round).when(draw()).then_nothing()


def test_whether_it_is_to_be_visited_is_not_drawn_a_second_time() -> None:
    given(*in_a_round).when(draw(sampled=True)).then_refused(AlreadyInARound)


def test_a_household_is_reviewed_only_in_the_round_it_was_drawn_into() -> None:
    given(*in_a_round).when(review(round_id="another")).then_refused(NotInThisRound)
    given(*posted_in_the_village).when(review()).then_refused(NotInThisRound)


def test_a_household_that_passes_is_posted_in_the_village_for_the_last_time_next() -> None:
    given(*in_a_round).when(review()).then(
        ApplicationReviewed, step=6, outcome=PASSED, performed_by=(REVIEWER,)
    ).step_is(7)


def test_the_income_test_is_recorded_with_what_it_was_made_from() -> None:
    reviewed = given(*in_a_round).when(review()).then(ApplicationReviewed).outcome.decided[0]
    assert isinstance(reviewed, ApplicationReviewed)
    test = reviewed.eligibility
    assert (test.persons, test.per_capita, test.line) == (4, Decimal("2700.00"), Decimal("2800.00"))
    assert not any(clause.holds for clause in test.clauses)


@pytest.mark.parametrize(
    ("net", "per_capita"),
    [("8400.00", "2800.00"), ("8399.99", "2800.00"), ("8400.02", "2800.01"), ("20600.00", "6866.67")],
)
def test_a_household_at_or_above_the_line_does_not_pass(net: str, per_capita: str) -> None:
    filed = filing(members=three_members, income=income(net))
    given(filed, *steps(2, 5), draw()).when(review()).then_refused(
        IncomeNotBelowLine, per_capita=Decimal(per_capita), line=Decimal("2800.00")
    )


def test_a_cent_below_the_line_is_below_it() -> None:
    filed = filing(members=three_members, income=income("8399.98"))
    given(filed, *steps(2, 5), draw()).when(review()).then(ApplicationReviewed)


def test_the_line_is_the_one_fixed_at_filing() -> None:
    given(*steps(1, 5), draw(), poverty_line=Decimal("2700.00")).when(review()).then_refused(
        IncomeNotBelowLine, per_capita=Decimal("2700.00"), line=Decimal("2700.00")
    )


def test_a_household_above_the_line_is_rejected_with_its_income_test() -> None:
    filed = filing(income=income("20600.00"))
    given(filed, *steps(2, 5), draw()).when(review(outcome=REJECTED)).then(ApplicationReviewed, outcome=REJECTED).ended(
        Ending.REJECTED
    )


@pytest.mark.parametrize("person", [HEAD, "convener", RECORDER, VERIFIER, VILLAGE_OFFICER])
def test_nobody_reviews_who_performed_or_entered_an_earlier_step(person: str) -> None:
    given(*in_a_round).when(review(reviewers=(REVIEWER, person))).then_refused(ReviewedOwnWork, count=1)


def test_nobody_enters_a_review_of_what_they_performed_or_entered_before() -> None:
    given(*in_a_round).when(review(), by=VILLAGE_OFFICER).then_refused(ReviewedOwnWork, count=1)
    given(*in_a_round).when(review(), by=VERIFIER).then_refused(ReviewedOwnWork, count=1)


@pytest.mark.parametrize("step", [1, 2, 3, 4, 5])
def test_entering_a_single_earlier_step_is_enough_to_be_kept_from_reviewing(step: int) -> None:
    history = [entered(act, by=REVIEWER if act in steps(step, step)[:1] else None) for act in posted_in_the_village]
    given(*history, draw()).when(review()).then_refused(ReviewedOwnWork, count=1)


def test_whoever_drew_the_sample_may_review() -> None:
    given(*posted_in_the_village, entered(draw(), by=REVIEWER)).when(review(), by=REVIEWER).then(ApplicationReviewed)


def test_a_sampled_household_is_visited_in_person() -> None:
    sampled = given(*posted_in_the_village, draw(sampled=True))
    sampled.when(review()).then_refused(VisitMissing)
    sampled.when(review(visited_on=date(2015, 6, 23))).then(ApplicationReviewed, sampled=True)


def test_kin_of_cadres_are_visited_in_person_even_when_not_sampled() -> None:
    kin = given(filing(kin_of_cadres=("secretary",)), *steps(2, 5), draw())
    kin.when(review()).then_refused(VisitMissing)
    kin.when(review(visited_on=date(2015, 6, 23))).then(ApplicationReviewed, sampled=False)


def test_a_sampled_household_is_visited_before_it_is_rejected_or_returned_too() -> None:
    sampled = given(*posted_in_the_village, draw(sampled=True))
    sampled.when(review(outcome=REJECTED)).then_refused(VisitMissing)
    sampled.when(review(outcome=returned(4))).then_refused(VisitMissing)


def test_the_visit_is_not_after_the_round() -> None:
    late = date(2015, 6, 25)
    given(*in_a_round).when(review(visited_on=late)).then_refused(VisitAfterAct, visited_on=late)


@pytest.mark.parametrize("step", [2, 4])
def test_a_household_is_sent_back_to_the_group_or_the_village(step: int) -> None:
    given(*in_a_round).when(review(outcome=returned(step))).then(ApplicationReviewed).step_is(step)


@pytest.mark.parametrize("step", [1, 3, 5, 6, 7])
def test_a_household_is_sent_back_only_to_where_it_was_judged(step: int) -> None:
    given(*in_a_round).when(review(outcome=returned(step))).then_refused(ReturnNotPossible, step=step)


def test_a_rejection_has_a_reason() -> None:
    given(*in_a_round).when(review(outcome=Outcome(verdict=Verdict.REJECT))).then_refused(OutcomeIncomplete)


def test_a_household_of_another_township_is_not_there() -> None:
    given(*in_a_round).when(review(area="360424100000")).then_refused(NotInThisArea)


def test_the_county_does_not_review_in_place_of_the_township() -> None:
    given(*posted_in_the_village).when(draw(Level.COUNTY)).then_refused(WrongStep, step=6)
    given(*in_a_round).when(review(Level.COUNTY)).then_refused(WrongStep, step=6)


def test_where_the_county_reviews_too_nobody_of_the_township_review_takes_part() -> None:
    at_the_county = given(*steps(1, 7), draw(Level.COUNTY), chain=NINE_STEPS)
    for person in (REVIEWER, TOWNSHIP_OFFICER):
        at_the_county.when(review(Level.COUNTY, reviewers=(person,))).then_refused(ReviewedOwnWork, count=1)
    at_the_county.when(review(Level.COUNTY)).then(ApplicationReviewed, step=8, level=Level.COUNTY).step_is(9)


@pytest.mark.parametrize("person", ["spouse", "secretary"])
def test_nobody_reviews_or_enters_the_review_of_their_own_household_or_kin(person: str) -> None:
    kin = given(filing(kin_of_cadres=("secretary",)), *steps(2, 5), draw())
    seen = date(2015, 6, 23)
    kin.when(review(reviewers=(REVIEWER, person), visited_on=seen)).then_refused(HasStake, count=1)
    kin.when(review(visited_on=seen), by=person).then_refused(HasStake, count=1)


def test_nobody_reviews_or_enters_the_review_who_was_recused_when_the_group_deliberated() -> None:
    for person in (REVIEWER, TOWNSHIP_OFFICER):
        kin = given(filing(), recusing(person), *steps(3, 5), draw())
        kin.when(review()).then_refused(HasStake, count=1)


def test_a_sampled_household_is_visited_after_it_was_drawn_and_any_other_after_it_applied() -> None:
    before_the_draw, before_the_filing = date(2015, 6, 21), date(2015, 5, 31)
    given(*posted_in_the_village, draw(sampled=True)).when(review(visited_on=before_the_draw)).then_refused(
        VisitTooEarly, visited_on=before_the_draw, earliest=date(2015, 6, 22)
    )
    given(*in_a_round).when(review(visited_on=before_the_draw)).then(ApplicationReviewed)
    given(*in_a_round).when(review(visited_on=before_the_filing)).then_refused(
        VisitTooEarly, visited_on=before_the_filing, earliest=date(2015, 6, 1)
    )


@pytest.mark.parametrize(("performer", "enterer"), [(ARBITER, "clerk"), ("judge", ARBITER)])
def test_nobody_reviews_who_decided_an_objection_before_or_entered_the_decision(performer: str, enterer: str) -> None:
    decided = entered(ruling(date(2015, 6, 17), performed_by=(performer,)), by=enterer)
    objected = (
        *steps(1, 4),
        posting(5),
        objection(date(2015, 6, 15)),
        decided,
        passing(5, on=date(2015, 6, 22)),
        draw(),
    )
    given(*objected).when(review(reviewers=(ARBITER,))).then_refused(ReviewedOwnWork, count=1)
    given(*objected).when(review()).then(ApplicationReviewed)
