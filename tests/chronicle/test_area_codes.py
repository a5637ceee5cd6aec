"""Which code an area goes by on a day, and where what lies in an area now was recorded."""

from datetime import date

import hypothesis.strategies as st
import pytest
from chronicle.area_codes import AreaCodes, Replacement
from chronicle.principal import AreaScope, Duty, Principal
from hypothesis import given

LATE_2016, IN_2018 = date(2016, 12, 1), date(2018, 6, 1)
XINGZI, LUSHAN_CITY = "360427", "360483"
# One township of the neighbouring district went to the new city as well, and one village back two years later.
COUNTY = Replacement(XINGZI, LUSHAN_CITY, LATE_2016)
TOWNSHIP = Replacement("360402102", "360483111", LATE_2016)
VILLAGE = Replacement("360483105201", "360402105201", IN_2018)
KNOWN = AreaCodes((COUNTY, TOWNSHIP, VILLAGE))
GROUP = "36042710520101"


@pytest.mark.parametrize(
    ("code", "on", "now"),
    [
        (GROUP, date(2016, 11, 30), GROUP),
        (GROUP, LATE_2016, "36048310520101"),
        (GROUP, IN_2018, "36040210520101"),
        ("360427000000", date(2017, 1, 1), "360483000000"),
        ("360402102003", date(2017, 1, 1), "360483111003"),
        ("360402103003", date(2017, 1, 1), "360402103003"),
    ],
)
def test_an_area_goes_by_its_own_code_until_it_has_another(code: str, on: date, now: str) -> None:
    assert KNOWN.on(on).now(code) == now


def test_where_it_may_have_been_recorded_is_found_back_through_every_code() -> None:
    assert KNOWN.on(IN_2018).origins("36040210520101") == {"36040210520101", "36048310520101", GROUP}
    assert KNOWN.on(date(2017, 1, 1)).origins("36048310520101") == {"36048310520101", GROUP}
    # What goes by another code is nowhere under its old one.
    assert KNOWN.on(date(2017, 1, 1)).origins(GROUP) == set()


@pytest.mark.parametrize(
    ("duty", "on", "seen", "hidden"),
    [
        (XINGZI, date(2016, 11, 30), [GROUP], ["36048310520101"]),
        (LUSHAN_CITY, date(2016, 11, 30), [], [GROUP]),
        (XINGZI, LATE_2016, [], [GROUP, "36048310520101"]),
        (LUSHAN_CITY, LATE_2016, [GROUP, "360402102001", "360483105201"], ["360402103001"]),
        ("360402", LATE_2016, ["360402103001"], ["360402102001", GROUP]),
        # The village went on to the district, and only the village.
        (LUSHAN_CITY, IN_2018, ["36042710520201", "360402102001"], [GROUP, "360483105201"]),
        ("360402", IN_2018, [GROUP, "36048310520101", "360402103001"], ["36042710520201", "360402102001"]),
        ("360483105", date(2017, 1, 1), [GROUP], ["36042710620101"]),
        # Who is responsible for all of them, stays so.
        ("3604", IN_2018, [GROUP, "360483105201", "360402102001"], ["360502102001"]),
    ],
)
def test_a_duty_covers_what_its_area_took_over_and_no_longer_what_it_gave_away(
    duty: str, on: date, seen: list[str], hidden: list[str]
) -> None:
    who = Principal("p", "o", "a", (Duty("county_officer", duty),), codes=KNOWN.on(on))

    scope = who.scope("county_officer")

    assert [each for each in seen if not scope.covers(each)] == []
    assert [each for each in hidden if scope.covers(each)] == []


def test_a_duty_in_what_goes_by_another_code_is_held_nowhere() -> None:
    who = Principal("p", "o", "a", (Duty("county_officer", XINGZI),), codes=KNOWN.on(LATE_2016))

    assert who.scope("county_officer").prefixes == ()


def test_only_what_lies_in_an_area_now_is_within_it() -> None:
    city = AreaScope(("3604",), KNOWN.on(LATE_2016))

    assert city.within(LUSHAN_CITY).covers(GROUP)
    assert not city.within(XINGZI).covers(GROUP)
    assert not city.within("360402").covers("360402102001")


@pytest.mark.parametrize(
    ("prefix", "successor", "back"),
    [
        (LUSHAN_CITY, XINGZI, True),
        ("360402105201", "360427105201", True),
        ("360402105", "360483105", True),
        ("360403", "360427", False),
        ("360402104", "360403104", False),
    ],
)
def test_what_would_come_back_to_its_own_code_is_found(prefix: str, successor: str, back: bool) -> None:  # noqa: FBT001
    assert KNOWN.leads_back(prefix, successor) is back


CIRCLE = (Replacement("3601", "3602", LATE_2016), Replacement("3602", "3601", IN_2018))


def test_what_would_close_a_circle_is_left_out_the_latest_day_first() -> None:
    known = AreaCodes.without_circles((*reversed(CIRCLE), COUNTY))

    assert set(known.replacements) == {CIRCLE[0], COUNTY}
    assert known.on(IN_2018).now("360102000000") == "360202000000"


@pytest.mark.parametrize(
    ("replacements", "left"),
    [
        # A village that goes back to where its county went: round by way of both.
        ([("3601", "3602"), ("360203", "360103")], [("3601", "3602")]),
        # Not back to itself: to another number in the county that it left.
        ([("3601", "3602"), ("360203", "360104")], [("3601", "3602"), ("360203", "360104")]),
        ([("3601", "3602"), ("3602", "3603"), ("3603", "3601")], [("3601", "3602"), ("3602", "3603")]),
        ([("3601", "3601")], []),
    ],
)
def test_only_what_leads_in_a_circle_is_left_out(
    replacements: list[tuple[str, str]], left: list[tuple[str, str]]
) -> None:
    known = AreaCodes.without_circles(Replacement(*each, LATE_2016) for each in replacements)

    assert [(each.prefix, each.successor) for each in known.replacements] == left


CODES = st.lists(st.sampled_from(["01", "02", "03"]), min_size=2, max_size=3).map("".join)


@given(st.data())
def test_the_ranges_of_a_scope_say_what_its_covering_says(data: st.DataObject) -> None:
    """Whatever was replaced by what, on whatever days: a list shows just what each of its rows, asked alone, may."""
    known = AreaCodes()
    for _ in range(data.draw(st.integers(0, 6))):
        prefix, successor = data.draw(CODES), data.draw(CODES)
        taken = {each.prefix for each in known.replacements}
        same_level = len(prefix) == len(successor) and prefix != successor and prefix not in taken
        if same_level and not known.leads_back(prefix, successor):
            since = date(2015, 1, data.draw(st.integers(1, 3)))
            known = AreaCodes((*known.replacements, Replacement(prefix, successor, since)))
    day = known.on(date(2015, 1, data.draw(st.integers(1, 3))))
    held = tuple(sorted({data.draw(CODES), data.draw(CODES)}))
    every = [a + b + c for a in ("01", "02", "03") for b in ("01", "02", "03") for c in ("01", "02", "03")]

    listed = {
        code
        for code in every
        if any(code.startswith(each.prefix) and not code.startswith(each.without) for each in day.regions(held))
    }

    assert listed == {code for code in every if AreaScope(held, day).covers(code)}
    assert all(day.now(each) == code for code in every for each in day.origins(code))


@given(st.lists(st.tuples(CODES, CODES, st.integers(1, 3)), max_size=8))
def test_whatever_is_heard_each_code_leads_somewhere(heard: list[tuple[str, str, int]]) -> None:
    """Lies among them: what is kept of any that are of one level never goes round, and is where it stays."""
    level = {one: Replacement(one, other, date(2015, 1, day)) for one, other, day in heard if len(one) == len(other)}
    known = AreaCodes.without_circles(level.values())

    assert AreaCodes.without_circles(known.replacements).replacements == known.replacements
    for day in known.days_from(date(2015, 1, 1)):
        codes = known.on(day)
        assert all(codes.now(codes.now(f"{one}0101")) == codes.now(f"{one}0101") for one in level)
