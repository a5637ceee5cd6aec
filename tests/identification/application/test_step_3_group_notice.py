"""Step 3, 组级公示: the group's list is posted for seven days, and closed row by row."""

from datetime import date, timedelta

import pytest
from applications import CONVENER, GROUP, VILLAGE, given, objection, passing, posting, ruling, steps, verification
from casework.dates import BeforePreviousAct, DateInFuture
from casework.notices import NoticeNotOver, ObjectionOpen
from identification.cases.application.decisions.notices import AlreadyPosted, NotPosted
from identification.cases.application.decisions.rows import NotInThisArea, WrongStep
from identification.cases.application.events import ApplicationNoticePassed, ApplicationPosted

FIRST_DAY, LAST_DAY, CLOSABLE = date(2015, 6, 4), date(2015, 6, 10), date(2015, 6, 11)
deliberated, posted = steps(1, 2), (*steps(1, 2), posting(3))


def test_an_accepted_household_is_posted_from_its_first_day_on() -> None:
    given(*deliberated).when(posting(3)).then(
        ApplicationPosted, step=3, first_day=FIRST_DAY, days=7, performed_by=(CONVENER,)
    ).step_is(3)


def test_how_many_days_comes_from_policy_and_is_fixed_by_the_posting() -> None:
    ten_days = given(*deliberated, notice_days=10).when(posting(3)).then(ApplicationPosted, days=10).accepted()
    ten_days.when(passing(3)).then_refused(NoticeNotOver, closable_from=FIRST_DAY + timedelta(days=10))


def test_the_notice_of_another_step_is_not_for_this_household() -> None:
    given(*deliberated).when(posting(5, area=GROUP)).then_refused(WrongStep, step=3)


def test_the_groups_notice_is_posted_in_the_group() -> None:
    given(*deliberated).when(posting(3, area=VILLAGE)).then_refused(WrongStep, step=3)


def test_a_household_of_another_group_is_not_there() -> None:
    given(*deliberated).when(posting(3, area="36042410621602")).then_refused(NotInThisArea)


def test_a_household_is_on_one_notice_at_a_time() -> None:
    given(*posted).when(posting(3, notice_id="another")).then_refused(AlreadyPosted)


def test_the_notice_is_not_posted_before_the_deliberation_took_place() -> None:
    early = date(2015, 6, 2)
    given(*deliberated).when(posting(3, on=early)).then_refused(BeforePreviousAct, on=early, previous=date(2015, 6, 3))


def test_the_first_day_is_not_still_to_come() -> None:
    yesterday = FIRST_DAY - timedelta(days=1)
    given(*deliberated).when(posting(3), today=yesterday).then_refused(DateInFuture, on=FIRST_DAY)


def test_after_seven_days_it_is_closed_and_the_village_verifies_next() -> None:
    given(*posted).when(passing(3)).then(ApplicationNoticePassed, step=3, notice_id="notice-3").step_is(4)


@pytest.mark.parametrize("day", [FIRST_DAY, LAST_DAY])
def test_it_is_not_closed_early(day: date) -> None:
    given(*posted).when(passing(3, on=day)).then_refused(NoticeNotOver, closable_from=CLOSABLE)


def test_closing_is_an_act_and_nothing_happens_when_the_days_are_over() -> None:
    given(*posted).when(verification()).then_refused(WrongStep, step=3)


def test_a_household_with_an_open_objection_stays_on_the_notice() -> None:
    given(*posted, objection(LAST_DAY)).when(passing(3)).then_refused(ObjectionOpen)


def test_an_objection_raised_when_the_days_are_over_still_holds_it_back() -> None:
    given(*posted, objection(CLOSABLE)).when(passing(3)).then_refused(ObjectionOpen)


def test_days_with_an_open_objection_do_not_count() -> None:
    two_days_open = (objection(date(2015, 6, 6)), ruling(date(2015, 6, 8)))
    given(*posted, *two_days_open).when(passing(3, on=date(2015, 6, 12))).then_refused(
        NoticeNotOver, closable_from=date(2015, 6, 13)
    )
    given(*posted, *two_days_open).when(passing(3, on=date(2015, 6, 13))).then(ApplicationNoticePassed)


def test_a_household_that_is_not_posted_passes_no_notice() -> None:
    given(*deliberated).when(passing(3)).then_refused(NotPosted)


def test_a_household_passes_only_the_notice_it_is_on() -> None:
    given(*posted).when(passing(3, notice_id="another")).then_refused(NotPosted)


def test_closing_a_notice_again_changes_nothing() -> None:
    given(*steps(1, 3)).when(passing(3)).then_nothing()
