"""退回: an application sent back takes every later step anew, and nobody's part in it is forgotten."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from applications import (
    CONVENER,
    PASSED,
    REVIEWER,
    VERIFIER,
    Act,
    data_match,
    draw,
    given,
    passing,
    rechecking,
    returned,
    review,
    steps,
    verification,
)
from casework.dates import BeforePreviousAct
from casework.notices import NoticeNotOver
from identification.cases.application.commands import ApplicationCommand
from identification.cases.application.decisions.data_matches import RecheckOpen
from identification.cases.application.decisions.notices import NotPosted
from identification.cases.application.decisions.review import NotInThisRound, ReviewedOwnWork
from identification.cases.application.decisions.rows import WrongStep
from identification.cases.application.decisions.verification import AllVerifiedByPerformers
from identification.cases.application.events import (
    ApplicationDrawnForReview,
    ApplicationPosted,
    ApplicationReviewed,
    ApplicationVerified,
    HouseholdRegistered,
)

sent_back_to_the_group = (*steps(1, 5), draw(), review(outcome=returned(2)))
sent_back_to_the_village = (*steps(1, 5), draw(), review(outcome=returned(4)))


def anew(first: int, last: int, **changed: object) -> list[ApplicationCommand]:
    """The steps again a month later, on new notices and in new rounds."""
    return [_a_month_later(act, **changed) for act in steps(first, last)]


def _a_month_later(act: ApplicationCommand, **changed: object) -> ApplicationCommand:
    fresh = {name: f"{getattr(act, name)}-again" for name in ("notice_id", "round_id") if hasattr(act, name)}
    mine = {name: value for name, value in changed.items() if hasattr(act, name)}
    return act.model_copy(update={"on": act.on + timedelta(days=30), **fresh, **mine})


@pytest.mark.parametrize("step", [3, 4, 5, 6, 7])
def test_after_a_return_to_the_group_nothing_counts_that_came_after_it(step: int) -> None:
    (again, *_) = anew(step, step)
    given(*sent_back_to_the_group).when(again).then_refused(WrongStep, step=2)


def test_after_a_return_to_the_village_the_group_does_not_deliberate_again() -> None:
    (again,) = anew(2, 2)
    given(*sent_back_to_the_village).when(again).then_refused(WrongStep, step=4)


def test_every_later_step_is_taken_anew_until_the_household_is_registered() -> None:
    given(*sent_back_to_the_group, *anew(2, 6), *anew(7, 7)[:1]).when(anew(7, 7)[1]).then(HouseholdRegistered)


def test_a_notice_is_posted_anew_at_full_length() -> None:
    village_again = given(*sent_back_to_the_village, *anew(4, 4)).when(anew(5, 5)[0]).then(ApplicationPosted, days=7)
    village_again.accepted().when(passing(5, notice_id="notice-5-again", on=date(2015, 7, 19))).then_refused(
        NoticeNotOver, closable_from=date(2015, 7, 20)
    )


def test_the_notice_that_was_passed_before_is_not_what_passes_it_now() -> None:
    village_again = given(*sent_back_to_the_village, *anew(4, 4), anew(5, 5)[0])
    village_again.when(passing(5, on=date(2015, 8, 1))).then_nothing()
    village_again.when(passing(5, notice_id="unheard-of", on=date(2015, 8, 1))).then_refused(NotPosted)
    village_again.when(anew(5, 5)[1]).step_is(6)


def test_the_round_it_was_drawn_into_before_is_over_for_it() -> None:
    back_at_the_township = given(*sent_back_to_the_village, *anew(4, 5))
    back_at_the_township.when(review(on=date(2015, 8, 1))).then_refused(NotInThisRound)
    back_at_the_township.when(anew(6, 6)[0]).then(ApplicationDrawnForReview, round_id="review-township-again")


def test_who_verified_the_first_time_does_not_review_the_second_time() -> None:
    others_verified = anew(4, 4, verifiers=("another",))
    again: tuple[Act, ...] = (*sent_back_to_the_village, *others_verified, *anew(5, 5), anew(6, 6)[0])
    (_, second_review) = anew(6, 6, reviewers=(VERIFIER,))
    given(*again).when(second_review).then_refused(ReviewedOwnWork, count=1)


def test_who_deliberated_the_first_time_does_not_verify_alone_the_second_time() -> None:
    others_deliberated = anew(2, 2, convener="another", recorder="yet another")
    again = given(*sent_back_to_the_group, *others_deliberated, *anew(3, 3))
    again.when(anew(4, 4, verifiers=(CONVENER,))[0]).then_refused(AllVerifiedByPerformers)


def test_who_reviewed_before_the_return_may_review_again() -> None:
    again = given(*sent_back_to_the_village, *anew(4, 5), anew(6, 6)[0])
    again.when(anew(6, 6)[1]).then(ApplicationReviewed, performed_by=(REVIEWER,))


def test_a_household_can_be_sent_back_more_than_once() -> None:
    twice = given(*steps(1, 3), verification(outcome=returned(2)), *anew(2, 3))
    twice.when(anew(4, 4, outcome=returned(2))[0]).step_is(2)


def test_a_return_names_the_results_and_notices_it_undoes_once() -> None:
    given(*steps(1, 3)).when(verification()).then(ApplicationVerified, voids=())
    (first, second) = sent_back_to_the_village[-1], review(outcome=returned(2))
    # Events 1 to 4 are the filing to the group's notice, 5 to 8 the verification to the draw, 9 the return.
    given(*sent_back_to_the_village[:-1]).when(first).then(
        ApplicationReviewed, voids=("event-5", "event-6", "event-7", "event-8")
    )
    again = given(*sent_back_to_the_village, *anew(4, 5), anew(6, 6)[0])
    to_the_group = anew(6, 6, outcome=second.outcome)[1]
    again.when(to_the_group).then(
        ApplicationReviewed, voids=("event-2", "event-3", "event-4", *(f"event-{n}" for n in range(9, 14)))
    )


def test_sent_back_by_one_recheck_it_does_not_pass_while_another_data_match_is_still_looked_into() -> None:
    two = (data_match(one, on=date(2015, 6, 24)) for one in ("upheld", "other"))
    again = given(*steps(1, 6), *two, rechecking(recheck_id="upheld"), *anew(4, 5), *anew(6, 6)[:1])
    passed, upheld_on, later = anew(6, 6)[1], date(2015, 6, 24), date(2015, 7, 25)

    open_still = replace(again, found=again.found | {"concluded": {"upheld": upheld_on}})
    open_still.when(passed).then_refused(RecheckOpen, count=1)
    open_still.when(passed.model_copy(update={"outcome": returned(4)})).step_is(4)

    both = replace(again, found=again.found | {"concluded": {"upheld": upheld_on, "other": passed.on}})
    both.when(passed).then(ApplicationReviewed, outcome=PASSED).step_is(7)
    cleared_later = replace(again, found=again.found | {"concluded": {"upheld": upheld_on, "other": later}})
    cleared_later.when(passed, today=later).then_refused(BeforePreviousAct, on=passed.on, previous=later)
