"""Area codes name a level, a parent, a scope and a village."""

import pytest
from casework.areas import AreaAboveVillage, AreaCodeMalformed, Level, level_of, parent_of, prefix_of, village_of
from hypothesis import given
from hypothesis import strategies as st

JIANGXI = "360000000000"
JIUJIANG = "360400000000"
XIUSHUI = "360424000000"
MA_AO = "360424106000"
VILLAGE = "360424106215"
GROUP = "36042410621503"
FROM_THE_TOP = [JIANGXI, JIUJIANG, XIUSHUI, MA_AO, VILLAGE, GROUP]


@st.composite
def codes(draw: st.DrawFn) -> tuple[str, Level]:
    """Draw a code with its level."""
    level = draw(st.sampled_from(Level))
    above = list(Level).index(level)
    widths = [2, 2, 2, 3, 3, 2][: above + 1]
    code = "".join(f"{draw(st.integers(1, 10**width - 1)):0{width}}" for width in widths)
    return code.ljust(12, "0"), level


def test_each_code_from_province_to_villager_group_has_its_level() -> None:
    assert [level_of(code) for code in FROM_THE_TOP] == list(Level)


def test_each_area_lies_in_the_one_above_and_a_province_in_none() -> None:
    assert [parent_of(code) for code in FROM_THE_TOP] == [None, *FROM_THE_TOP[:-1]]


def test_a_scope_prefix_drops_the_zeros_of_the_levels_below_only() -> None:
    assert [prefix_of(code) for code in FROM_THE_TOP] == ["36", "3604", "360424", "360424106", VILLAGE, GROUP]
    assert prefix_of("361000000000") == "3610"
    assert prefix_of("360430100000") == "360430100"


def test_a_village_and_its_groups_are_in_that_village() -> None:
    assert village_of(VILLAGE) == village_of(GROUP) == VILLAGE


@pytest.mark.parametrize("code", FROM_THE_TOP[:4])
def test_a_township_and_what_is_above_it_is_in_no_village(code: str) -> None:
    with pytest.raises(AreaAboveVillage):
        village_of(code)


def test_a_township_of_a_prefecture_without_counties_lies_in_the_prefecture() -> None:
    assert level_of("441900003000") is Level.TOWNSHIP
    assert parent_of("441900003000") == "441900000000"


@pytest.mark.parametrize(
    "code",
    [
        "",
        "360424",
        "3604241060000",
        "000000000000",
        "003604241060",
        "360024000000",
        "360424000215",
        "36042410621500",
        "36042410600003",
        "36042410621X",
        "３６０４２４１０６２１５",
        " 36042410621",
    ],
)
def test_what_is_no_area_code_is_refused(code: str) -> None:
    with pytest.raises(AreaCodeMalformed) as refused:
        level_of(code)
    assert refused.value.sentence("zh") == "区划代码不正确：应为12位数字，村民小组为14位。"


@given(codes())
def test_every_code_keeps_its_level_and_begins_with_its_parents_prefix(drawn: tuple[str, Level]) -> None:
    code, level = drawn
    parent = parent_of(code)
    assert level_of(code) is level
    assert parent is None or prefix_of(code).startswith(prefix_of(parent))


@given(codes())
def test_climbing_from_any_code_ends_at_its_province(drawn: tuple[str, Level]) -> None:
    code, level = drawn
    climbed = [code]
    while (parent := parent_of(climbed[-1])) is not None:
        climbed.append(parent)
    assert [level_of(step) for step in reversed(climbed)] == list(Level)[: list(Level).index(level) + 1]
