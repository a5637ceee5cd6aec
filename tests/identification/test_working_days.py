"""工作日: holidays and weekends do not count, weekends worked in exchange for a holiday do."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from identification.working_days import is_working_day, working_days_after


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (date(2015, 6, 19), True),
        (date(2015, 6, 20), False),
        # The Dragon Boat Festival, a Saturday, was made up for on the Monday after.
        (date(2015, 6, 22), False),
        # A Sunday worked for the Spring Festival.
        (date(2015, 2, 15), True),
        (date(2015, 10, 1), False),
    ],
)
def test_a_holiday_is_no_working_day_and_a_weekend_worked_in_exchange_is(day: date, worked: bool) -> None:  # noqa: FBT001
    assert is_working_day(day) is worked


def test_the_day_itself_does_not_count_and_holidays_are_passed_over() -> None:
    assert working_days_after(date(2015, 6, 5), 5) == date(2015, 6, 12)
    assert working_days_after(date(2015, 6, 17), 5) == date(2015, 6, 25)


@pytest.mark.parametrize(("day", "worked"), [(date(2099, 1, 1), True), (date(2099, 1, 3), False)])
def test_of_a_year_whose_holidays_nobody_announced_yet_monday_to_friday_count(day: date, worked: bool) -> None:  # noqa: FBT001
    assert is_working_day(day) is worked


@given(st.dates(date(2000, 1, 1), date(2200, 1, 1)), st.integers(1, 30))
def test_so_many_working_days_lie_between_on_whatever_day_one_begins(day: date, count: int) -> None:
    last = working_days_after(day, count)
    between = [day + timedelta(days=passed) for passed in range(1, (last - day).days + 1)]

    assert sum(map(is_working_day, between)) == count
    assert is_working_day(last)
