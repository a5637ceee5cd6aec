"""Steps 3, 5 and 7, the notice itself: what is posted, for how long."""

from datetime import date

from acts import GROUP, HUANG, VILLAGE, ZHOU, never_posted, post, posted_row
from casework.areas import AreaNotValid
from casework.lists import ListEmpty, ListTooLong, RowTwice
from identification.cases.acts.decider import PerformerMissing
from identification.cases.public_notice.decider import NoticeAlreadyPosted
from identification.cases.public_notice.events import NoticePosted


def test_seven_days_from_the_first_of_july_end_on_the_seventh() -> None:
    days = {"first_day": date(2015, 7, 1), "last_day": date(2015, 7, 7), "days": 7}

    never_posted.when(post(HUANG, ZHOU)).then(NoticePosted, **days, rows=(posted_row(HUANG), posted_row(ZHOU)))


def test_the_policy_says_how_many_days() -> None:
    never_posted.knowing(notice_days=10).when(post(HUANG)).then(NoticePosted, last_day=date(2015, 7, 10), days=10)


def test_every_household_is_posted_from_the_first_day_at_the_step() -> None:
    rows = post(HUANG, ZHOU, area_code=VILLAGE, step=5).row_commands()

    assert list(rows) == [HUANG, ZHOU]
    assert (rows[ZHOU].on, rows[ZHOU].step, rows[ZHOU].area) == (date(2015, 7, 1), 5, VILLAGE)
    assert (rows[ZHOU].notice_id, rows[ZHOU].performed_by) == ("notice", ("convener",))


def test_somebody_posts() -> None:
    never_posted.when(post(HUANG, performed_by=())).then_refused(PerformerMissing)


def test_the_area_must_exist_on_the_first_day() -> None:
    unknown = never_posted.knowing(area_is_valid=False)

    unknown.when(post(HUANG)).then_refused(AreaNotValid, area=GROUP, on=date(2015, 7, 1))


def test_a_notice_is_not_empty() -> None:
    never_posted.when(post()).then_refused(ListEmpty)


def test_a_notice_has_no_household_twice() -> None:
    never_posted.when(post(HUANG, ZHOU, HUANG)).then_refused(RowTwice, count=1)


def test_a_notice_has_at_most_as_many_households_as_the_policy_says() -> None:
    never_posted.knowing(rows_maximum=1).when(post(HUANG, ZHOU)).then_refused(ListTooLong, count=2, maximum=1)


def test_a_notice_is_posted_once() -> None:
    never_posted.given(post(HUANG)).when(post(HUANG)).then_refused(NoticeAlreadyPosted)
