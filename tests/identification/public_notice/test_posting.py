"""Steps 3, 5 and 7, the notice itself: what is posted, for how long."""

from datetime import date
from typing import Any

import pytest
from acts import GROUP, HUANG, SEALED, VILLAGE, ZHOU, Act, found
from casework.areas import AreaNotValid
from casework.dates import DateInFuture, LateEntryNeedsReason
from casework.lists import ListEmpty, ListTooLong, RowTwice
from chronicle.testing import Case
from identification.cases.acts.decider import PerformerMissing
from identification.cases.public_notice.commands import PostNotice
from identification.cases.public_notice.decider import KnownOfNotice, NoticeAlreadyPosted
from identification.cases.public_notice.events import NoticePosted, NoticeRow
from identification.cases.public_notice.gather import public_notice_decider

notice = Act(Case(public_notice_decider), KnownOfNotice(**found(notice_days=7)))


def row(application_id: str = HUANG) -> NoticeRow:
    return NoticeRow(
        application_id=application_id, household_id="household", head_id="head", group_code=GROUP, household_size=4
    )


def post(*rows: str, **changed: Any) -> PostNotice:
    fields: dict[str, Any] = {
        "act_id": "notice",
        "area_code": GROUP,
        "step": 3,
        "title": "组级公示",
        "how_to_object": "如有异议，请提出。",
        "rows": rows,
        "shown": tuple(row(each) for each in rows),
        "place": SEALED,
        "sheet": SEALED,
        "performed_by": ("convener",),
        "on": date(2015, 7, 1),
    }
    return PostNotice(**fields | changed)


def test_seven_days_from_the_first_of_july_end_on_the_seventh() -> None:
    days = {"first_day": date(2015, 7, 1), "last_day": date(2015, 7, 7), "days": 7}

    notice.when(post(HUANG, ZHOU)).then(NoticePosted, **days, rows=(row(HUANG), row(ZHOU)))


def test_the_policy_says_how_many_days() -> None:
    notice.knowing(notice_days=10).when(post(HUANG)).then(NoticePosted, last_day=date(2015, 7, 10), days=10)


def test_every_household_is_posted_from_the_first_day_at_the_step() -> None:
    rows = post(HUANG, ZHOU, area_code=VILLAGE, step=5).row_commands()

    assert list(rows) == [HUANG, ZHOU]
    assert (rows[ZHOU].on, rows[ZHOU].step, rows[ZHOU].area) == (date(2015, 7, 1), 5, VILLAGE)
    assert (rows[ZHOU].notice_id, rows[ZHOU].performed_by) == ("notice", ("convener",))


def test_somebody_posts() -> None:
    notice.when(post(HUANG, performed_by=())).then_refused(PerformerMissing)


def test_the_area_must_exist_on_the_first_day() -> None:
    unknown = notice.knowing(area_is_valid=False)

    unknown.when(post(HUANG)).then_refused(AreaNotValid, area=GROUP, on=date(2015, 7, 1))


def test_a_notice_is_not_empty() -> None:
    notice.when(post()).then_refused(ListEmpty)


def test_a_notice_has_no_household_twice() -> None:
    notice.when(post(HUANG, ZHOU, HUANG)).then_refused(RowTwice, count=1)


def test_a_notice_has_at_most_as_many_households_as_the_policy_says() -> None:
    notice.knowing(rows_maximum=1).when(post(HUANG, ZHOU)).then_refused(ListTooLong, count=2, maximum=1)


@pytest.mark.parametrize("today", [date(2015, 6, 30), date(2015, 6, 1)])
def test_a_notice_is_not_posted_ahead(today: date) -> None:
    notice.when(post(HUANG), today=today).then_refused(DateInFuture, on=date(2015, 7, 1))


def test_a_notice_entered_eleven_days_later_needs_a_reason() -> None:
    notice.when(post(HUANG), today=date(2015, 7, 12)).then_refused(LateEntryNeedsReason, days=10)


def test_a_notice_is_posted_once() -> None:
    notice.given(post(HUANG)).when(post(HUANG)).then_refused(NoticeAlreadyPosted)
