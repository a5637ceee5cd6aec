"""One clock: instants in UTC, business dates in Asia/Shanghai."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from chronicle.clock import Clock, FixedClock, SystemClock, business_date
from hypothesis import given
from hypothesis import strategies as st

JUNE = datetime(2015, 6, 30, 15, 59, tzinfo=UTC)


def test_a_business_day_begins_at_midnight_in_shanghai() -> None:
    assert business_date(JUNE) == date(2015, 6, 30)
    assert business_date(JUNE + timedelta(minutes=1)) == date(2015, 7, 1)


@given(st.datetimes(datetime(1992, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - UTC is added
def test_business_dates_are_those_of_the_time_zone_database(moment: datetime) -> None:
    assert business_date(moment) == moment.astimezone(ZoneInfo("Asia/Shanghai")).date()


def test_the_system_clock_runs_and_knows_its_time_zone() -> None:
    clock: Clock = SystemClock()
    before = datetime.now(UTC)

    assert before <= clock.now() <= datetime.now(UTC)
    assert clock.now().tzinfo is UTC
    assert clock.today() in {business_date(before), business_date(datetime.now(UTC))}


def test_a_fixed_clock_stands_still_until_it_is_set_or_advanced() -> None:
    clock = FixedClock(JUNE)
    assert (clock.now(), clock.today()) == (JUNE, date(2015, 6, 30))

    clock.advance(timedelta(days=7))
    assert (clock.now(), clock.today()) == (JUNE + timedelta(days=7), date(2015, 7, 7))

    clock.set(datetime(2016, 1, 1, tzinfo=ZoneInfo("Asia/Shanghai")))
    assert (clock.now().isoformat(), clock.today()) == ("2015-12-31T16:00:00+00:00", date(2016, 1, 1))


def test_a_clock_is_not_advanced_into_the_past() -> None:
    with pytest.raises(ValueError, match="moved back"):
        FixedClock(JUNE).advance(timedelta(seconds=-1))


def test_an_instant_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        FixedClock(JUNE.replace(tzinfo=None))
    with pytest.raises(ValueError, match="time zone"):
        business_date(JUNE.replace(tzinfo=None))
