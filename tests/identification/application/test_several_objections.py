"""Several objections to one household: whichever is answered first, the others are heard."""

from datetime import date

import pytest
from applications import deliberation, given, objection, posting, ruling, steps, verification, withdrawal
from identification.cases.application.commands import DecideObjection
from identification.cases.application.decisions.notices import ObjectionToAnnulled
from identification.cases.application.decisions.objections import ObjectionAlreadyDecided, ObjectionUnknown
from identification.cases.application.decisions.rows import ApplicationEnded, ReturnNotPossible
from identification.cases.application.decisions.state import Ending
from identification.cases.application.events import ApplicationPosted, ObjectionDecided
from identification.cases.application.findings import ObjectionDecision

RAISED, FIRST, SECOND, VERIFIED = (date(2015, 6, day) for day in (15, 17, 19, 18))
two = (*steps(1, 4), posting(5), objection(RAISED), objection(RAISED, "second"))
anew = posting(5, notice_id="anew", on=date(2015, 6, 20))
visited = verification(visited_on=VERIFIED, on=VERIFIED)


def back(to: int, on: date = FIRST, **changed: str) -> DecideObjection:
    return ruling(on, ObjectionDecision.UPHELD_RETURNED, return_to=to, **changed)


RETURNED = back(4)


@pytest.mark.parametrize(("first", "second"), [("objection", "second"), ("second", "objection")])
def test_when_one_sends_the_household_back_the_other_is_still_to_be_answered(first: str, second: str) -> None:
    sent_back = given(*two, back(4, objection_id=first))
    sent_back.when(ruling(SECOND, objection_id=second)).then(
        ObjectionDecided, notice_id="notice-5", step=5, decision=ObjectionDecision.DISMISSED
    ).step_is(4)
    sent_back.when(ruling(SECOND, objection_id=first)).then_refused(ObjectionAlreadyDecided)


def test_the_household_is_not_posted_anew_before_every_one_is_answered() -> None:
    given(*two, RETURNED, visited).when(anew).then_refused(ObjectionToAnnulled)
    given(*two, RETURNED, visited, ruling(SECOND, objection_id="second")).when(anew).then(ApplicationPosted)


def test_after_the_new_notice_the_old_ones_are_answered_no_more() -> None:
    posted = given(*two, RETURNED, visited, ruling(SECOND, objection_id="second"), anew)
    posted.when(ruling(date(2015, 6, 21), objection_id="second")).then_refused(ObjectionUnknown)


@pytest.mark.parametrize(("first", "second", "stands"), [(4, 2, 2), (2, 4, 2), (4, 4, 4)])
def test_of_two_that_are_upheld_the_one_that_goes_further_back_counts(first: int, second: int, stands: int) -> None:
    both = given(*two, back(first))
    both.when(back(second, SECOND, objection_id="second")).then(ObjectionDecided, return_to=stands).step_is(stands)


def test_what_it_is_sent_back_to_was_judged_before_the_notice_that_was_objected_to() -> None:
    for step in (3, 5, 6):
        given(*two, RETURNED).when(back(step, SECOND, objection_id="second")).then_refused(ReturnNotPossible, step=step)


def test_done_again_meanwhile_it_goes_back_once_more() -> None:
    again = given(*two, RETURNED, visited)
    again.when(back(4, SECOND, objection_id="second")).then(ObjectionDecided, return_to=4).step_is(4)


def test_the_other_may_still_end_the_application() -> None:
    ended = ruling(SECOND, ObjectionDecision.UPHELD_REJECTED, objection_id="second")
    given(*two, RETURNED).when(ended).then(ObjectionDecided, step=5).ended(Ending.REJECTED)


def test_once_it_has_ended_nothing_is_left_to_answer() -> None:
    ended = ruling(FIRST, ObjectionDecision.UPHELD_REJECTED)
    for end, ending in ((ended, Ending.REJECTED), (withdrawal(on=FIRST), Ending.WITHDRAWN)):
        over = given(*two, end)
        over.when(ruling(SECOND, objection_id="second")).then_refused(ApplicationEnded, ending=ending)
        assert over.state
        assert not over.state.is_held_by("second")


def test_the_group_deliberates_again_while_the_other_is_open() -> None:
    to_group = given(*two, back(2))
    to_group.when(deliberation(session=2, meeting_id="again", on=FIRST)).accepted().when(
        posting(3, notice_id="again", on=FIRST)
    ).then_refused(ObjectionToAnnulled)
