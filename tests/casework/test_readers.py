"""Who reads cases: in their own areas, and never more of them by naming one."""

import pytest
from casework.areas import AreaCodeMalformed
from casework.roles import Role, seen_by, seen_in_groups_by, with_areas_above
from chronicle.principal import AreaScope, Duty, Principal

COUNTY, TOWNSHIP, VILLAGE, GROUP = "360424000000", "360424106000", "360424106216", "36042410621601"


def somebody(role: Role, *areas: str) -> Principal:
    return Principal("person", "an-organisation", "account", tuple(Duty(role, area) for area in areas))


@pytest.mark.parametrize(
    ("held", "named", "seen"),
    [
        (["360424"], None, ("360424",)),
        (["360424"], VILLAGE, (VILLAGE,)),
        ([VILLAGE], COUNTY, (VILLAGE,)),
        ([VILLAGE], VILLAGE, (VILLAGE,)),
        ([VILLAGE], "360424106217", ()),
        ([VILLAGE, "360424107201"], TOWNSHIP, (VILLAGE,)),
        (["360424", VILLAGE], GROUP, (GROUP,)),
        ([], COUNTY, ()),
    ],
)
def test_naming_an_area_shows_what_is_inside_it_and_ones_own(
    held: list[str], named: str | None, seen: tuple[str, ...]
) -> None:
    assert seen_by(somebody(Role.AUDITOR, *held), named).prefixes == seen


def test_conveners_read_only_where_cases_lie_in_villager_groups() -> None:
    convener = somebody(Role.GROUP_CONVENER, GROUP)

    assert seen_by(convener).prefixes == ()
    assert seen_in_groups_by(convener, VILLAGE).prefixes == (GROUP,)


def test_what_lies_above_is_seen_by_its_own_code_and_nothing_beside_it() -> None:
    scope = with_areas_above(AreaScope((VILLAGE,)))

    assert [scope.covers(area) for area in (VILLAGE, TOWNSHIP, COUNTY)] == [True, True, True]
    assert [scope.covers(area) for area in ("360424106217", "360424107000", "360425000000")] == [False, False, False]
    assert with_areas_above(AreaScope(())).prefixes == ()
    assert with_areas_above(AreaScope(("36",))).prefixes == ("36",)


def test_what_is_no_area_is_refused() -> None:
    with pytest.raises(AreaCodeMalformed):
        seen_by(somebody(Role.AUDITOR, "36"), "000000000000")
