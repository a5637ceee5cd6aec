"""Notice days: the first day counts, and a day with an open objection at its end does not."""

from datetime import date, timedelta

import pytest
from casework.notices import (
    NoticeNotOver,
    Objection,
    ObjectionOpen,
    closable_from,
    last_day,
    number,
    require_closable,
)
from hypothesis import given
from hypothesis import strategies as st

POSTED = date(2015, 7, 1)


def july(day: int) -> date:
    """Give a day of July 2015."""
    return date(2015, 7, day)


first_days = st.dates(date(2014, 1, 1), date(2030, 1, 1))
lengths = st.integers(1, 30)
# Objections as (days after posting, days open), on a notice first posted on POSTED.
spans = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 20)), max_size=4)


def objections_from(drawn: list[tuple[int, int]]) -> list[Objection]:
    """Turn drawn spans into decided objections."""
    return [
        Objection(POSTED + timedelta(days=after), POSTED + timedelta(days=after + open_for))
        for after, open_for in drawn
    ]


def test_seven_days_from_1_july_end_on_7_july_and_may_be_closed_from_8_july() -> None:
    assert last_day(POSTED, 7) == july(7)
    assert closable_from(POSTED, 7) == july(8)


def test_people_quote_a_notice_by_its_first_day_and_the_end_of_its_id() -> None:
    assert number("01a21f42-f63a-74d5-95f5-a6d3173f9a2b", POSTED) == "20150701-3F9A2B"


def test_an_objection_open_from_3_to_6_july_moves_that_rows_closing_to_11_july() -> None:
    assert closable_from(POSTED, 7, [Objection(july(3), july(6))]) == july(11)


def test_an_objection_dismissed_the_day_it_was_raised_costs_no_day() -> None:
    assert closable_from(POSTED, 7, [Objection(july(3), july(3))]) == july(8)


def test_two_objections_open_on_the_same_days_cost_them_once() -> None:
    assert closable_from(POSTED, 7, [Objection(july(3), july(6)), Objection(july(4), july(6))]) == july(11)


def test_an_objection_raised_after_the_full_time_holds_the_closing_until_it_is_decided() -> None:
    assert closable_from(POSTED, 7, [Objection(july(9), july(12))]) == july(12)


def test_a_row_with_an_open_objection_has_no_day_of_closing() -> None:
    assert closable_from(POSTED, 7, [Objection(july(2), july(3)), Objection(july(5))]) is None
    with pytest.raises(ObjectionOpen):
        require_closable(july(30), POSTED, 7, [Objection(july(5))])


def test_closing_a_day_early_is_refused_with_the_day_it_becomes_possible() -> None:
    require_closable(july(8), POSTED, 7)
    with pytest.raises(NoticeNotOver) as refused:
        require_closable(july(7), POSTED, 7)
    assert refused.value.sentence("zh") == "公示期未满，2015-07-08起方可结束。"


@given(first_days, lengths)
def test_without_objections_a_notice_may_be_closed_the_day_after_its_last(first_day: date, days: int) -> None:
    assert (last_day(first_day, days) - first_day).days + 1 == days
    assert closable_from(first_day, days) == last_day(first_day, days) + timedelta(days=1)


@given(lengths, spans)
def test_before_closing_a_row_has_hung_its_full_days_without_an_open_objection(
    days: int, drawn: list[tuple[int, int]]
) -> None:
    objections = objections_from(drawn)
    closable = closable_from(POSTED, days, objections)
    assert closable is not None
    hung = [POSTED + timedelta(days=passed) for passed in range((closable - POSTED).days)]
    clear = [day for day in hung if not any(objection.open_at_end_of(day) for objection in objections)]
    assert len(clear) >= days
    assert not any(objection.open_at_end_of(closable) for objection in objections if objection.raised_on < closable)


@given(lengths, spans, st.tuples(st.integers(0, 60), st.integers(0, 20)))
def test_one_more_objection_never_brings_the_closing_forward(
    days: int, drawn: list[tuple[int, int]], more: tuple[int, int]
) -> None:
    before = closable_from(POSTED, days, objections_from(drawn))
    after = closable_from(POSTED, days, objections_from([*drawn, more]))
    assert before is not None
    assert after is not None
    assert after >= before
