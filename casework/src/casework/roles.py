"""The roles people act in, and the level of area at which each of them sits."""

from collections.abc import Iterator
from functools import partial

from chronicle.principal import AreaScope, Principal

from casework.areas import Level, parent_of, prefix_of
from casework.departments import Department, DepartmentNotNamed, department_of
from casework.labels import Labelled


class Role(Labelled):
    """A role in which somebody holds a duty."""

    GROUP_CONVENER = "group_convener", "村民小组评议召集人", "convener of the villager group"
    VILLAGE_OFFICER = "village_officer", "村级经办人", "village officer"
    TOWNSHIP_REVIEWER = "township_reviewer", "乡镇复核人", "township reviewer"
    COUNTY_OFFICER = "county_officer", "县级经办人", "county officer"
    CITY_OFFICER = "city_officer", "市级经办人", "city officer"
    FIRST_SECRETARY = "first_secretary", "驻村第一书记", "first secretary in the village"
    WORK_TEAM = "work_team", "驻村工作队队员", "member of the work team in the village"
    HOUSEHOLD_HELPER = "household_helper", "帮扶责任人", "person responsible for a household"
    INSPECTOR = "inspector", "督查人员", "inspector"
    DEPARTMENT_OFFICER = "department_officer", "部门经办人", "department officer"
    DEPARTMENT_SYSTEM = "department_system", "部门信息系统", "department system"
    PAYMENT_CLERK = "payment_clerk", "发放经办人", "payment clerk"
    PAYMENT_APPROVER = "payment_approver", "发放审批人", "payment approver"
    AUDITOR = "auditor", "审计人员", "auditor"
    OPERATOR = "operator", "系统运维人员", "operator"
    PUBLIC = "public", "公众", "the public"

    @property
    def level(self) -> Level | None:
        """The level at which this role sits; None where the duty alone says for which area it holds."""
        return _LEVELS.get(self)


_LEVELS = {
    Role.GROUP_CONVENER: Level.GROUP,
    Role.VILLAGE_OFFICER: Level.VILLAGE,
    Role.TOWNSHIP_REVIEWER: Level.TOWNSHIP,
    Role.COUNTY_OFFICER: Level.COUNTY,
    Role.CITY_OFFICER: Level.PREFECTURE,
    Role.FIRST_SECRETARY: Level.VILLAGE,
    Role.WORK_TEAM: Level.VILLAGE,
}
# Whose place somebody else may take for a while.
SUBSTITUTED = (Role.GROUP_CONVENER, Role.VILLAGE_OFFICER, Role.TOWNSHIP_REVIEWER, Role.COUNTY_OFFICER)
# Who lives and works in the village beside its officers; they enter nothing.
SENT_TO_THE_VILLAGE = (Role.FIRST_SECRETARY, Role.WORK_TEAM)
WATCHING = (Role.CITY_OFFICER, Role.INSPECTOR, Role.AUDITOR)
READERS = (Role.VILLAGE_OFFICER, Role.TOWNSHIP_REVIEWER, Role.COUNTY_OFFICER, *SENT_TO_THE_VILLAGE, *WATCHING)
OF_A_DEPARTMENT = (Role.DEPARTMENT_OFFICER, Role.DEPARTMENT_SYSTEM)


def held_by(caller: Principal, *roles: Role) -> AreaScope:
    """Give where somebody holds one of the roles.

    A department's are held for a department: refused as DepartmentNotNamed where the token names none.
    """
    scope = caller.scope(*(role for role in roles if department_of(caller) or role not in OF_A_DEPARTMENT))
    if not scope.prefixes and caller.scope(*roles).prefixes:
        raise DepartmentNotNamed
    return scope


def seen_by(
    caller: Principal,
    area: str | None = None,
    *,
    also: tuple[Role, ...] = (),
    department: Department | None = None,
) -> AreaScope:
    """Give where somebody may read cases: in their own areas, and inside one if it is named.

    The officers of a department read the cases that are their department's, and no others.
    """
    theirs = (Role.DEPARTMENT_OFFICER,) if department and department_of(caller) is department else ()
    scope = caller.scope(*READERS, *also, *theirs)
    return scope.within(prefix_of(area)) if area else scope


# Conveners read what lies in their villager group, in services that place cases there.
seen_in_groups_by = partial(seen_by, also=(Role.GROUP_CONVENER,))


def with_areas_above(scope: AreaScope) -> AreaScope:
    """Give a scope and the areas above it, by their own codes alone: what a township has is there for its villages."""
    above = {area for prefix in scope.prefixes for area in _above(prefix.ljust(12, "0"))}
    return AreaScope(tuple(sorted({*scope.prefixes, *above})), scope.codes)


def _above(code: str) -> Iterator[str]:
    while parent := parent_of(code):
        yield parent
        code = parent
