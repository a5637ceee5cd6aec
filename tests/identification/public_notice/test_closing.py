"""Steps 3, 5 and 7, the end of a notice: when it may be closed, for which rows, and who stays on it."""

from datetime import date
from typing import Any

from acts import GROUP, HUANG, RAO, SEALED, VILLAGE, ZHOU, Act, found
from casework.dates import BeforePreviousAct, DateInFuture, LateEntryNeedsReason
from casework.lists import RowTwice
from casework.notices import NoticeNotOver
from chronicle.testing import Case
from identification.cases.acts.decider import PerformerMissing
from identification.cases.public_notice.commands import CloseNotice, PostNotice
from identification.cases.public_notice.decider import (
    KnownOfNotice,
    NoticeUnknown,
    NotOnTheNotice,
)
from identification.cases.public_notice.events import NoticeClosed, NoticeRow, Photos
from identification.cases.public_notice.gather import public_notice_decider

ROWS = (HUANG, ZHOU, RAO)
PHOTOS = Photos(first_day="a" * 64, last_day="b" * 64)
POSTED = PostNotice(
    act_id="notice",
    area_code=GROUP,
    step=3,
    title="组级公示",
    how_to_object="如有异议，请提出。",
    rows=ROWS,
    shown=tuple(
        NoticeRow(application_id=each, household_id="household", head_id="head", group_code=GROUP, household_size=4)
        for each in ROWS
    ),
    place=SEALED,
    sheet=SEALED,
    performed_by=("convener",),
    on=date(2015, 7, 1),
)
never_posted = Act(Case(public_notice_decider), KnownOfNotice(**found(notice_days=7)))
notice = never_posted.given(POSTED)


def close(*rows: str, **changed: Any) -> CloseNotice:
    fields: dict[str, Any] = {
        "act_id": "notice",
        "area_code": GROUP,
        "rows": rows,
        "photos": PHOTOS,
        "performed_by": ("convener",),
        "on": date(2015, 7, 8),
    }
    return CloseNotice(**fields | changed)


def test_a_notice_closes_on_the_day_after_its_last() -> None:
    notice.when(close(*ROWS)).then(NoticeClosed, step=3, closed=ROWS, remaining=(), photos=PHOTOS)


def test_a_notice_does_not_close_on_its_last_day() -> None:
    early = close(*ROWS, on=date(2015, 7, 7))

    notice.when(early).then_refused(NoticeNotOver, closable_from=date(2015, 7, 8))


def test_the_days_are_those_it_was_posted_for() -> None:
    notice.knowing(notice_days=30).when(close(*ROWS)).then(NoticeClosed)


def test_some_rows_close_and_the_others_stay() -> None:
    notice.when(close(ZHOU)).then(NoticeClosed, closed=(ZHOU,), remaining=tuple(sorted((HUANG, RAO))))


def test_a_row_that_left_the_notice_does_not_stay_on_it() -> None:
    without_rao = notice.knowing(taken_off=(RAO,))

    without_rao.when(close(ZHOU)).then(NoticeClosed, closed=(ZHOU,), taken_off=(RAO,), remaining=(HUANG,))


def test_a_notice_that_every_row_left_is_closed_for_none_whatever_its_days() -> None:
    emptied = notice.knowing(taken_off=ROWS)

    emptied.when(close(on=date(2015, 7, 3))).then(NoticeClosed, closed=(), taken_off=ROWS, remaining=())


def test_the_rows_that_stayed_close_later() -> None:
    later = close(HUANG, on=date(2015, 7, 10))

    notice.given(close(ZHOU, RAO)).when(later).then(NoticeClosed, closed=(HUANG,), remaining=())


def test_only_what_is_still_on_the_notice_is_closed() -> None:
    notice.given(close(ZHOU, RAO)).when(close(*ROWS)).then(NoticeClosed, closed=(HUANG,), remaining=())


def test_what_is_closed_is_closed_already() -> None:
    notice.given(close(ZHOU)).when(close(ZHOU)).then_nothing()
    notice.given(close(*ROWS)).when(close()).then_nothing()


def test_every_household_passes_on_the_day_of_closing() -> None:
    rows = close(HUANG, ZHOU).row_commands()

    assert list(rows) == [HUANG, ZHOU]
    assert (rows[ZHOU].on, rows[ZHOU].notice_id, rows[ZHOU].area) == (date(2015, 7, 8), "notice", GROUP)


def test_only_rows_of_the_notice_close() -> None:
    notice.when(close(HUANG, "stranger", "another")).then_refused(NotOnTheNotice, count=2)


def test_only_a_posted_notice_closes() -> None:
    never_posted.when(close(HUANG)).then_refused(NoticeUnknown)


def test_a_notice_closes_in_the_area_it_was_posted_in() -> None:
    notice.when(close(HUANG, area_code=VILLAGE)).then_refused(NoticeUnknown)


def test_somebody_closes() -> None:
    notice.when(close(HUANG, performed_by=())).then_refused(PerformerMissing)


def test_a_row_closes_once() -> None:
    notice.when(close(HUANG, HUANG)).then_refused(RowTwice, count=1)


def test_a_closing_is_not_in_the_future() -> None:
    notice.when(close(HUANG), today=date(2015, 7, 7)).then_refused(DateInFuture, on=date(2015, 7, 8))


def test_a_closing_is_not_before_the_first_day() -> None:
    early = close(HUANG, on=date(2015, 6, 30))

    notice.when(early).then_refused(BeforePreviousAct, on=date(2015, 6, 30), previous=date(2015, 7, 1))


def test_a_closing_entered_eleven_days_later_needs_a_reason() -> None:
    notice.when(close(HUANG), today=date(2015, 7, 19)).then_refused(LateEntryNeedsReason, days=10)
