"""The rules of a household: who may be stated to live together."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from casework.areas import Level, level_of, village_of
from casework.codes import RelationToHead
from casework.dates import require_order
from chronicle.decider import About, Claim, Known
from chronicle.messages import Event, Recorded
from chronicle.refusals import Invalid, Refusal

from identification.cases.household.commands import RecordHousehold
from identification.cases.household.events import HouseholdMembersChanged, HouseholdRecorded, Member
from identification.people.persons import HOUSEHOLD_MEMBER

REGISTERED_HOUSEHOLD = "registered-household"


class PersonInTwoHouseholds(Refusal, code="person-in-two-households", zh="有家庭成员已登记在另一户。"):
    """A member is already recorded in another household."""


class HouseholdMoved(Refusal, code="household-moved", zh="该户登记在另一个村，不能在此变更。"):
    """The household is recorded in another village."""


class VillagerGroupMissing(Invalid, code="villager-group-missing", zh="请选到村民小组。"):
    """Choose the villager group in which the household lives."""


class NotBornYet(Invalid, code="not-born-yet", zh="有{count}名家庭成员在{on}还没有出生，请核对身份证号码和日期。"):
    """{count} of the members were not born yet on {on}; check ID numbers and date."""


class NoHead(Invalid, code="no-head", zh="家庭成员中没有户主。"):
    """No member is the household head."""


class TwoHeads(Invalid, code="two-heads", zh="家庭成员中有{count}个户主。"):
    """{count} members are stated to be the household head."""


class MemberTwice(Invalid, code="member-twice", zh="有{count}名家庭成员重复。"):
    """{count} members are stated twice."""


@dataclass(frozen=True, slots=True)
class Household:
    """Who lives together, in which villager group, and since when that is stated."""

    group_code: str
    members: tuple[Member, ...]
    stated_on: date


def require_composition(members: Sequence[Member], on: date) -> str:
    """Refuse members that are no household on a day; gives the person id of the head."""
    if unborn := sum(member.birth_date > on for member in members):
        raise NotBornYet(count=unborn, on=on)
    heads = [member.person_id for member in members if member.relation_to_head is RelationToHead.HEAD]
    if not heads:
        raise NoHead
    if len(heads) > 1:
        raise TwoHeads(count=len(heads))
    if twice := sum(count > 1 for count in Counter(member.person_id for member in members).values()):
        raise MemberTwice(count=twice)
    return heads[0]


def decide(command: RecordHousehold, household: Household | None, known: Known) -> list[Event]:
    """Record a household, or state its members anew."""
    if level_of(command.group_code) is not Level.GROUP:
        raise VillagerGroupMissing
    require_composition(command.members, command.on)
    facts = {name: getattr(command, name) for name in ("household_id", "group_code", "members")}
    if household is None:
        require_order(command.on, known.today)
        return [HouseholdRecorded(**facts)]
    if village_of(household.group_code) != village_of(command.group_code):
        raise HouseholdMoved
    require_order(command.on, known.today, household.stated_on)
    if (household.group_code, _sorted(household.members)) == (command.group_code, _sorted(command.members)):
        return []
    return [HouseholdMembersChanged(**facts)]


def evolve(_household: Household | None, recorded: Recorded[HouseholdRecorded | HouseholdMembersChanged]) -> Household:
    """Keep who was stated last."""
    return Household(recorded.event.group_code, recorded.event.members, recorded.valid_on)


def about(command: RecordHousehold, _household: Household | None, _known: Known) -> About:
    """A household lies in its village."""
    return About(f"household/{command.household_id}", village_of(command.group_code), command.on)


def claims(event: HouseholdRecorded | HouseholdMembersChanged, household: Household | None) -> tuple[Claim, ...]:
    """Hold every member for this household, and let go of those who left."""
    now = {member.person_id for member in event.members}
    before = {member.person_id for member in household.members} if household else set()
    return (
        *(Claim(HOUSEHOLD_MEMBER, person, PersonInTwoHouseholds) for person in sorted(now - before)),
        *(Claim(HOUSEHOLD_MEMBER, person, held=False) for person in sorted(before - now)),
    )


def _sorted(members: tuple[Member, ...]) -> list[Member]:
    return sorted(members, key=lambda member: member.person_id)
