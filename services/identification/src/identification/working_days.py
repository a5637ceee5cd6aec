"""Working days (工作日): the State Council's holidays, and the weekends worked in exchange, as they were announced."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice

import chinese_calendar  # type: ignore[import-untyped]  # it ships no types

_SATURDAY = 5


def is_working_day(day: date) -> bool:
    """Tell whether offices work on a day.

    Holidays are announced year by year: of a year the calendar does not know yet, Monday to Friday count.
    """
    try:
        known: bool = chinese_calendar.is_workday(day)
    except NotImplementedError:
        return day.weekday() < _SATURDAY
    return known


def working_days_after(day: date, count: int) -> date:
    """Give the last of so many working days after a day, which itself does not count."""
    return next(islice(_working_days(day), count - 1, None))


def _working_days(day: date) -> Iterator[date]:
    while True:
        day += timedelta(days=1)
        if is_working_day(day):
            yield day
