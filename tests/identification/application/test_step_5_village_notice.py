"""Step 5, 村级公示: the village's list is posted like the group's, in the village."""

from datetime import date

from applications import (
    GROUP,
    VILLAGE_OFFICER,
    draw,
    given,
    objection,
    passing,
    posting,
    review,
    ruling,
    steps,
)
from casework.notices import NoticeNotOver, ObjectionOpen
from identification.cases.application.decisions.notices import AlreadyPosted, NotPosted
from identification.cases.application.decisions.rows import NotInThisArea, WrongStep
from identification.cases.application.events import ApplicationNoticePassed, ApplicationPosted

verified, posted = steps(1, 4), (*steps(1, 4), posting(5))


def test_a_verified_household_is_posted_in_the_village() -> None:
    given(*verified).when(posting(5)).then(
        ApplicationPosted, step=5, first_day=date(2015, 6, 13), performed_by=(VILLAGE_OFFICER,)
    ).step_is(5)


def test_the_villages_notice_is_not_posted_in_a_group() -> None:
    given(*verified).when(posting(5, area=GROUP)).then_refused(WrongStep, step=5)


def test_a_household_of_another_village_is_not_there() -> None:
    given(*verified).when(posting(5, area="360424106202")).then_refused(NotInThisArea)


def test_step_5_and_step_7_are_both_village_notices_and_told_apart_by_their_number() -> None:
    given(*verified).when(posting(7, on=date(2015, 6, 13))).then_refused(WrongStep, step=5)


def test_the_groups_notice_does_not_count_for_the_village() -> None:
    given(*verified).when(passing(5, notice_id="another")).then_refused(NotPosted)


def test_a_household_is_on_one_notice_at_a_time() -> None:
    given(*posted).when(posting(5, notice_id="another")).then_refused(AlreadyPosted)


def test_it_is_not_closed_early() -> None:
    given(*posted).when(passing(5, on=date(2015, 6, 19))).then_refused(NoticeNotOver, closable_from=date(2015, 6, 20))


def test_a_household_with_an_open_objection_stays_and_goes_on_when_it_is_dismissed() -> None:
    objected = given(*posted, objection(date(2015, 6, 19)))
    objected.when(passing(5)).then_refused(ObjectionOpen)
    dismissed = objected.when(ruling(date(2015, 6, 19))).accepted()
    dismissed.when(passing(5)).then(ApplicationNoticePassed, step=5).step_is(6)


def test_after_seven_days_it_is_closed_and_the_township_reviews_next() -> None:
    given(*posted).when(passing(5)).then(ApplicationNoticePassed, step=5, notice_id="notice-5").step_is(6)


def test_the_township_does_not_review_before_the_notice_is_closed() -> None:
    given(*posted).when(draw()).then_refused(WrongStep, step=5)
    given(*posted).when(review()).then_refused(WrongStep, step=5)


def test_the_villages_notice_is_not_posted_at_the_township() -> None:
    given(*verified).when(posting(5, area="360424106000")).then_refused(WrongStep, step=5)
