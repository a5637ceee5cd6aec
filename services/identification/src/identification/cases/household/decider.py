"""The rules of a household: who may be stated to live together, and what is noted of its assistance."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from casework.areas import Level, level_of, village_of
from casework.codes import RelationToHead
from casework.dates import require_order
from casework.registration import HouseholdNotKnown, Standing, require_registered
from chronicle.decider import About, Claim, Known
from chronicle.messages import Event, Recorded
from chronicle.refusals import Invalid, Refusal

from identification.cases.household.commands import (
    DismissAssistance,
    HouseholdCommand,
    NoteAssistance,
    NoteAssistanceEnded,
    RecordHousehold,
)
from identification.cases.household.events import (
    AssistanceDismissed,
    AssistanceEnded,
    AssistanceNoted,
    HouseholdEvent,
    HouseholdMembersChanged,
    HouseholdRecorded,
    Member,
    OfAssistance,
)
from identification.people.persons import HOUSEHOLD_MEMBER


class PersonInTwoHouseholds(
    Refusal,
    code="person-in-two-households",
    zh="有家庭成员已登记在另一户；如为同一户，请按身份证号码查到该户，从该户的记录再次申请。",
):
    """A member is recorded in another household; if it is the same, find it by ID number and apply from its record."""


class HouseholdMoved(Refusal, code="household-moved", zh="该户登记在另一个村，不能在此变更。"):
    """The household is recorded in another village."""


class VillagerGroupMissing(Invalid, code="villager-group-missing", zh="请选到村民小组。"):
    """Choose the villager group in which the household lives."""


class NotBornYet(Invalid, code="not-born-yet", zh="有{count}名家庭成员在{on}还没有出生，请核对身份证号码和日期。"):
    """Members not born yet on {on}: {count}; check ID numbers and date."""


class NoHead(Invalid, code="no-head", zh="家庭成员中没有户主。"):
    """No member is the household head."""


class TwoHeads(Invalid, code="two-heads", zh="家庭成员中有{count}个户主。"):
    """Members stated to be the household head: {count}."""


class MemberTwice(Invalid, code="member-twice", zh="有{count}名家庭成员重复。"):
    """Members stated twice: {count}."""


class AssistanceNotNoted(Refusal, code="assistance-not-noted", zh="该户没有记录这项帮扶，请先补记。"):
    """This assistance was not noted of the household; its beginning comes first."""


class AssistanceAlreadyNoted(Refusal, code="assistance-already-noted", zh="该户已记录这项帮扶，不能不予记录，请重试。"):
    """This assistance is noted of the household and cannot be dismissed; try again instead."""


@dataclass(frozen=True, slots=True)
class Household:
    """Who lives together, in which villager group, since when that is stated, and the assistance by its case.

    Of the cases ``dismissed`` nothing is noted any more.
    """

    group_code: str
    members: tuple[Member, ...]
    stated_on: date
    assistance: Mapping[str, AssistanceNoted] = field(default_factory=dict)
    dismissed: frozenset[str] = frozenset()


class KnownOfHome(Known):
    """What is found before a household is stated anew: the code of its villager group on that day."""

    place: str


class KnownOfAssistance(Known):
    """What is found before assistance is noted: how the household stood on that day, None if nobody recorded it."""

    standing: Standing | None


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


def decide(command: HouseholdCommand, household: Household | None, known: Known) -> list[Event]:
    """Record a household, state its members anew, or note how it is assisted."""
    match command, known:
        case RecordHousehold() as stating, _:
            return _state(stating, household, known)
        case NoteAssistance() as noting, KnownOfAssistance(standing=standing):
            return _note(noting, household, standing)
        case NoteAssistanceEnded() as ending, _:
            return _note_end(ending, household)
        case DismissAssistance() as dismissing, _:
            return _dismiss(dismissing, household)
        case _:
            raise TypeError(f"{type(known).__name__} is not what {type(command).__name__} needs to know")


def _state(command: RecordHousehold, household: Household | None, known: Known) -> list[Event]:
    if level_of(command.group_code) is not Level.GROUP:
        raise VillagerGroupMissing
    require_composition(command.members, command.on)
    facts = {name: getattr(command, name) for name in ("household_id", "group_code", "members")}
    if household is None:
        require_order(command.on, known.today)
        return [HouseholdRecorded(**facts)]
    place = known.place if isinstance(known, KnownOfHome) else household.group_code
    if village_of(place) != village_of(command.group_code):
        raise HouseholdMoved
    require_order(command.on, known.today, household.stated_on)
    if (place, _sorted(household.members)) == (command.group_code, _sorted(command.members)):
        return []
    return [HouseholdMembersChanged(**facts)]


def _note(command: NoteAssistance, household: Household | None, standing: Standing | None) -> list[Event]:
    if household and (command.reference in household.assistance or command.reference in household.dismissed):
        return []
    require_registered(standing)
    return [AssistanceNoted(**command.model_dump(exclude={"on"}), since=command.on)]


def _note_end(command: NoteAssistanceEnded, household: Household | None) -> list[Event]:
    if household and command.reference in household.dismissed:
        return []
    noted = household and household.assistance.get(command.reference)
    if not noted:
        raise AssistanceNotNoted
    return [AssistanceEnded(**{**dict(noted), "since": command.on})]


def _dismiss(command: DismissAssistance, household: Household | None) -> list[Event]:
    if household and command.reference in household.assistance:
        raise AssistanceAlreadyNoted
    if household and command.reference in household.dismissed:
        return []
    return [AssistanceDismissed(**command.model_dump(exclude={"area", "on"}))]


def evolve(household: Household | None, recorded: Recorded[Any]) -> Household | None:
    """Keep who was stated last, and how they are assisted now."""
    event: HouseholdEvent = recorded.event
    if isinstance(event, HouseholdRecorded | HouseholdMembersChanged):
        stated = Household(event.group_code, event.members, recorded.valid_on)
        return replace(stated, assistance=household.assistance, dismissed=household.dismissed) if household else stated
    if household is None:
        return None
    others = {reference: noted for reference, noted in household.assistance.items() if reference != event.reference}
    match event:
        case AssistanceNoted():
            return replace(household, assistance={**others, event.reference: event})
        case AssistanceEnded():
            return replace(household, assistance=others)
        case AssistanceDismissed():
            return replace(household, dismissed=household.dismissed | {event.reference})


def about(command: HouseholdCommand, household: Household | None, _known: Known) -> About:
    """A household lies in its village; what is dismissed of one that nobody recorded, where the track said."""
    if isinstance(command, DismissAssistance):
        return About(f"household/{command.household_id}", command.area, command.on)
    stated = command if isinstance(command, RecordHousehold) else household
    if stated is None:
        raise HouseholdNotKnown
    return About(f"household/{command.household_id}", village_of(stated.group_code), command.on)


def claims(event: HouseholdEvent, household: Household | None) -> tuple[Claim, ...]:
    """Hold every member for this household, and let go of those who left."""
    if isinstance(event, OfAssistance):
        return ()
    now = {member.person_id for member in event.members}
    before = {member.person_id for member in household.members} if household else set()
    return (
        *(Claim(HOUSEHOLD_MEMBER, person, PersonInTwoHouseholds) for person in sorted(now - before)),
        *(Claim(HOUSEHOLD_MEMBER, person, held=False) for person in sorted(before - now)),
    )


def _sorted(members: tuple[Member, ...]) -> list[Member]:
    return sorted(members, key=lambda member: member.person_id)
