"""Steps 3, 5 and 7, the end of a notice: when it may be closed, for which rows, and who stays on it."""

from datetime import date

from acts import GROUP, HUANG, PHOTOS, RAO, ROWS, VILLAGE, ZHOU, close, never_posted, posted
from casework.lists import RowTwice
from casework.notices import NoticeNotOver
from identification.cases.acts.decider import PerformerMissing
from identification.cases.public_notice.decider import (
    NoticeUnknown,
    NotOnTheNotice,
)
from identification.cases.public_notice.events import NoticeClosed


def test_a_notice_closes_on_the_day_after_its_last() -> None:
    posted.when(close(*ROWS)).then(NoticeClosed, step=3, closed=ROWS, remaining=(), photos=PHOTOS)


def test_a_notice_does_not_close_on_its_last_day() -> None:
    early = close(*ROWS, on=date(2015, 7, 7))

    posted.when(early).then_refused(NoticeNotOver, closable_from=date(2015, 7, 8))


def test_the_days_are_those_it_was_posted_for() -> None:
    posted.knowing(notice_days=30).when(close(*ROWS)).then(NoticeClosed)


def test_some_rows_close_and_the_others_stay() -> None:
    posted.when(close(ZHOU)).then(NoticeClosed, closed=(ZHOU,), remaining=tuple(sorted((HUANG, RAO))))


def test_a_row_that_left_the_notice_does_not_stay_on_it() -> None:
    without_rao = posted.knowing(taken_off=(RAO,))

    without_rao.when(close(ZHOU)).then(NoticeClosed, closed=(ZHOU,), taken_off=(RAO,), remaining=(HUANG,))


def test_a_notice_that_every_row_left_is_closed_for_none_whatever_its_days() -> None:
    emptied = posted.knowing(taken_off=ROWS)

    emptied.when(close(on=date(2015, 7, 3))).then(NoticeClosed, closed=(), taken_off=ROWS, remaining=())


def test_the_rows_that_stayed_close_later() -> None:
    later = close(HUANG, on=date(2015, 7, 10))

    posted.given(close(ZHOU, RAO)).when(later).then(NoticeClosed, closed=(HUANG,), remaining=())


def test_only_what_is_still_on_the_notice_is_closed() -> None:
    posted.given(close(ZHOU, RAO)).when(close(*ROWS)).then(NoticeClosed, closed=(HUANG,), remaining=())


def test_what_is_closed_is_closed_already() -> None:
    posted.given(close(ZHOU)).when(close(ZHOU)).then_nothing()
    posted.given(close(*ROWS)).when(close()).then_nothing()


def test_every_household_passes_on_the_day_of_closing() -> None:
    rows = close(HUANG, ZHOU).row_commands()

    assert list(rows) == [HUANG, ZHOU]
    assert (rows[ZHOU].on, rows[ZHOU].notice_id, rows[ZHOU].area) == (date(2015, 7, 8), "notice", GROUP)


def test_only_rows_of_the_notice_close() -> None:
    posted.when(close(HUANG, "stranger", "another")).then_refused(NotOnTheNotice, count=2)


def test_only_a_posted_notice_closes() -> None:
    never_posted.when(close(HUANG)).then_refused(NoticeUnknown)


def test_a_notice_closes_in_the_area_it_was_posted_in() -> None:
    posted.when(close(HUANG, area_code=VILLAGE)).then_refused(NoticeUnknown)


def test_somebody_closes() -> None:
    posted.when(close(HUANG, performed_by=())).then_refused(PerformerMissing)


def test_a_row_closes_once() -> None:
    posted.when(close(HUANG, HUANG)).then_refused(RowTwice, count=1)
