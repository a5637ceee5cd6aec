"""Who reads cases: in their own areas, and never more of them by naming one."""

import pytest
from casework.areas import AreaCodeMalformed
from casework.departments import Department, DepartmentNotNamed
from casework.roles import Role, held_by, seen_by, seen_in_groups_by, with_areas_above
from chronicle.principal import AreaScope, Duty, Principal

COUNTY, TOWNSHIP, VILLAGE, GROUP = "360424000000", "360424106000", "360424106216", "36042410621601"


def somebody(role: Role, *areas: str, department: str | None = None) -> Principal:
    duties = tuple(Duty(role, area) for area in areas)
    return Principal("person", "an-organisation", "account", duties, department=department)


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


@pytest.mark.parametrize(
    "role", [Role.FIRST_SECRETARY, Role.WORK_TEAM, Role.CITY_OFFICER, Role.INSPECTOR, Role.AUDITOR]
)
def test_whoever_is_sent_to_the_village_or_watches_reads_in_their_area(role: Role) -> None:
    assert seen_by(somebody(role, VILLAGE), COUNTY).prefixes == (VILLAGE,)


@pytest.mark.parametrize("role", [Role.HOUSEHOLD_HELPER, Role.DEPARTMENT_OFFICER, Role.PAYMENT_CLERK, Role.OPERATOR])
def test_other_duties_read_no_cases(role: Role) -> None:
    assert seen_by(somebody(role, VILLAGE, department="civil_affairs")).prefixes == ()


@pytest.mark.parametrize(
    ("department", "seen"), [("civil_affairs", (VILLAGE,)), ("education", ()), ("homeland", ()), (None, ())]
)
def test_the_officers_of_a_department_read_its_cases_and_no_others(department: str, seen: tuple[str, ...]) -> None:
    officer = somebody(Role.DEPARTMENT_OFFICER, VILLAGE, department=department)
    system = somebody(Role.DEPARTMENT_SYSTEM, VILLAGE, department=department)

    assert seen_by(officer, department=Department.CIVIL_AFFAIRS).prefixes == seen
    assert seen_by(system, department=Department.CIVIL_AFFAIRS).prefixes == ()


def test_a_duty_of_a_department_is_held_for_one_or_not_at_all() -> None:
    roles = (Role.DEPARTMENT_OFFICER, Role.VILLAGE_OFFICER)

    assert held_by(somebody(Role.DEPARTMENT_OFFICER, VILLAGE, department="health"), *roles).prefixes == (VILLAGE,)
    assert held_by(somebody(Role.VILLAGE_OFFICER, VILLAGE), *roles).prefixes == (VILLAGE,)
    assert held_by(somebody(Role.AUDITOR, VILLAGE), *roles).prefixes == ()
    for department in (None, "homeland"):
        with pytest.raises(DepartmentNotNamed):
            held_by(somebody(Role.DEPARTMENT_OFFICER, VILLAGE, department=department), *roles)


def test_what_lies_above_is_seen_by_its_own_code_and_nothing_beside_it() -> None:
    scope = with_areas_above(AreaScope((VILLAGE,)))

    assert [scope.covers(area) for area in (VILLAGE, TOWNSHIP, COUNTY)] == [True, True, True]
    assert [scope.covers(area) for area in ("360424106217", "360424107000", "360425000000")] == [False, False, False]
    assert with_areas_above(AreaScope(())).prefixes == ()
    assert with_areas_above(AreaScope(("36",))).prefixes == ("36",)


def test_what_is_no_area_is_refused() -> None:
    with pytest.raises(AreaCodeMalformed):
        seen_by(somebody(Role.AUDITOR, "36"), "000000000000")
