"""Business dates are not in the future, not before the previous act, and explained when entered late."""

from datetime import date, timedelta

import pytest
from casework.dates import (
    BeforePreviousAct,
    DateInFuture,
    LateEntryNeedsReason,
    age,
    is_late,
    require_late_reason,
    require_order,
    years_after,
)
from casework.four_eyes import OwnHousehold, nobody_new, overlap, require_outsider
from casework.reasons import LateEntryReason
from hypothesis import given
from hypothesis import strategies as st

TODAY = date(2015, 6, 30)
dates = st.dates(date(2014, 1, 1), date(2016, 1, 1))


def test_an_act_of_today_is_accepted_and_one_of_tomorrow_refused() -> None:
    require_order(TODAY, TODAY)
    with pytest.raises(DateInFuture) as refused:
        require_order(date(2015, 7, 1), TODAY)
    assert refused.value.sentence("zh") == "日期2015-07-01还没有到。"


def test_an_act_on_the_day_of_the_previous_one_is_accepted_and_one_before_it_refused() -> None:
    require_order(date(2015, 6, 10), TODAY, previous=date(2015, 6, 10))
    with pytest.raises(BeforePreviousAct) as refused:
        require_order(date(2015, 6, 9), TODAY, previous=date(2015, 6, 10))
    assert refused.value.sentence("en") == "The date 2015-06-09 is before the previous act, which was on 2015-06-10."


def test_an_entry_on_the_tenth_day_needs_no_reason_and_on_the_eleventh_one() -> None:
    require_late_reason(date(2015, 6, 20), TODAY, 10, None)
    require_late_reason(date(2015, 6, 19), TODAY, 10, LateEntryReason.NO_NETWORK)
    with pytest.raises(LateEntryNeedsReason) as refused:
        require_late_reason(date(2015, 6, 19), TODAY, 10, None)
    assert refused.value.sentence("zh") == "办理已超过10天，补录须选择原因。"


@given(dates, st.integers(0, 400))
def test_waiting_never_makes_a_late_entry_timely(on: date, days: int) -> None:
    last_timely = on + timedelta(days=days)
    assert not is_late(on, last_timely, days)
    assert is_late(on, last_timely + timedelta(days=1), days)


def test_whoever_took_part_earlier_is_named() -> None:
    assert overlap(["reviewer", "convener"], ["convener", "clerk"]) == {"convener"}
    assert overlap(["reviewer"], ["convener"]) == frozenset()


def test_verifiers_need_one_among_them_who_did_not_deliberate() -> None:
    assert nobody_new(["convener", "recorder"], ["convener", "recorder", "clerk"])
    assert nobody_new(["convener"], ["convener"])
    assert not nobody_new(["convener", "visitor"], ["convener", "recorder"])


def test_somebody_is_a_year_older_from_the_birthday_on() -> None:
    assert (age(date(2000, 2, 29), date(2018, 2, 28)), age(date(2000, 2, 29), date(2018, 3, 1))) == (17, 18)


def test_years_end_on_the_same_day_and_after_a_leap_day_that_is_missing() -> None:
    assert years_after(date(2015, 7, 3), 30) == date(2045, 7, 3)
    assert years_after(date(2016, 2, 29), 4) == date(2020, 2, 29)
    assert years_after(date(2016, 2, 29), 10) == date(2026, 3, 1)


def test_nobody_acts_as_an_officer_on_a_household_they_belong_to() -> None:
    require_outsider("officer", ["head", "son"])
    with pytest.raises(OwnHousehold) as refused:
        require_outsider("son", ["head", "son"])
    assert refused.value.sentence("zh") == "您是该户成员，本户的事须由别人办理。"
