"""The rules of a household: who may be stated to live together, and what is noted of its assistance."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from casework.areas import Level, level_of, village_of
from casework.dates import KnownOfDate, require_date, require_order
from casework.four_eyes import require_outsider
from casework.registration import HouseholdNotKnown, HouseholdNotRegistered, Standing, require_registered
from chronicle.decider import About, Claim, Known
from chronicle.messages import Event, Recorded
from chronicle.refusals import Invalid, Refusal

from identification.cases.household.commands import (
    ChangeMembers,
    DismissAssistance,
    DissolveHousehold,
    HouseholdCommand,
    NoteAssistance,
    NoteAssistanceEnded,
    RecordHousehold,
)
from identification.cases.household.decisions.composition import require_composition
from identification.cases.household.events import (
    AssistanceDismissed,
    AssistanceEnded,
    AssistanceNoted,
    HouseholdDissolved,
    HouseholdEvent,
    HouseholdMembersChanged,
    HouseholdRecorded,
    Member,
    OfAssistance,
)
from identification.people.persons import HOUSEHOLD_CASE, HOUSEHOLD_LEFT, HOUSEHOLD_MEMBER


class PersonInTwoHouseholds(
    Refusal,
    code="person-in-two-households",
    zh="有家庭成员已登记在另一户：如为同一户，请按身份证号码查到该户，从该户的记录再次申请；如已离开，先在该户变更成员或注销该户。",
):
    """A member is in another household: find it by ID number and apply from its record; or they leave that first."""


class HouseholdMoved(
    Refusal, code="household-moved", zh="该户登记在另一个村，不能在此变更；由原村注销后，在此作为新户登记。"
):
    """The household is recorded in another village; once that one has dissolved it, it is a new one here."""


class HouseholdApplying(Refusal, code="household-applying", zh="该户有办理中的申请，请修改、更正或者撤回。"):
    """The household has an open application: amend, correct or withdraw that."""


class RegistrationNotEnded(Refusal, code="registration-not-ended", zh="该户仍是建档立卡户，须先终止建档立卡。"):
    """The household is still registered; that has to end first."""


class ChangesMisstated(
    Invalid,
    code="changes-misstated",
    zh="有{count}人的变动原因没有填写，或者与其增减不符；每个增加或减少的人填写一项。",
):
    """For whoever came or left, and nobody else, state one reason that fits; persons for whom it does not: {count}."""


class VillagerGroupMissing(Invalid, code="villager-group-missing", zh="请选到村民小组。"):
    """Choose the villager group in which the household lives."""


class AssistanceNotNoted(Refusal, code="assistance-not-noted", zh="该户没有记录这项帮扶，请先补记。"):
    """This assistance was not noted of the household; its beginning comes first."""


class AssistanceAlreadyNoted(Refusal, code="assistance-already-noted", zh="该户已记录这项帮扶，不能不予记录，请重试。"):
    """This assistance is noted of the household and cannot be dismissed; try again instead."""


@dataclass(frozen=True, slots=True)
class Household:
    """Who lives together, in which villager group, since when that is stated, and the assistance by its case.

    Of the cases ``dismissed`` nothing is noted any more. Of a dissolved one, ``members`` were the last.
    """

    group_code: str
    members: tuple[Member, ...]
    stated_on: date
    assistance: Mapping[str, AssistanceNoted] = field(default_factory=dict)
    dismissed: frozenset[str] = frozenset()
    dissolved_on: date | None = None

    @property
    def living(self) -> tuple[Member, ...]:
        """Who lives there now: nobody, once it was dissolved."""
        return () if self.dissolved_on else self.members


class KnownOfHome(Known):
    """What is found before a household is stated anew: the code of its villager group on that day."""

    place: str


class KnownOfCase(KnownOfHome, KnownOfDate):
    """What is found besides, where no application states it: whether one is open or led to what is registered now.

    ``case_on`` is the day it was registered or, while nothing is open, the last day of what had ended.
    """

    has_case: bool
    is_registered: bool
    case_on: date | None = None

    def previous(self, household: Household) -> date:
        """The day of what a change or dissolution of a household follows."""
        return max(household.stated_on, self.case_on or household.stated_on)


class KnownOfAssistance(Known):
    """What is found before assistance is noted: how the household stood on that day, None if nobody recorded it."""

    standing: Standing | None


def decide(command: HouseholdCommand, household: Household | None, known: Known) -> list[Event]:
    """Record a household, state its members anew, dissolve it, or note how it is assisted."""
    match command, known:
        case ChangeMembers() as change, KnownOfCase() as found:
            return _change(change, household, found)
        case DissolveHousehold() as dissolving, KnownOfCase() as found:
            return _dissolve(dissolving, household, found)
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
    previous = known.previous(household) if isinstance(known, KnownOfCase) else household.stated_on
    require_order(command.on, known.today, previous)
    is_retyped = isinstance(command, ChangeMembers) and command.retyped
    if not is_retyped and (place, _sorted(household.living)) == (command.group_code, _sorted(command.members)):
        return []
    return [HouseholdMembersChanged(**facts)]


def _change(command: ChangeMembers, household: Household | None, known: KnownOfCase) -> list[Event]:
    if household is None:
        raise HouseholdNotKnown
    if not known.is_registered:
        raise HouseholdApplying if known.has_case else HouseholdNotRegistered
    changed = _state(command, household, known)
    if not changed:
        return []
    late_reason = require_date(command, known)
    before, now = _ids(household.living), _ids(command.members)
    require_outsider(known.actor.person, before | now)
    told = Counter((change.person_id, change.kind.comes) for change in command.changes)
    so = Counter([*((person, True) for person in now - before), *((person, False) for person in before - now)])
    if misstated := {person for person, _ in (told - so) + (so - told)}:
        raise ChangesMisstated(count=len(misstated))
    return [each.model_copy(update={"changes": command.changes, "late_reason": late_reason}) for each in changed]


def _dissolve(command: DissolveHousehold, household: Household | None, known: KnownOfCase) -> list[Event]:
    if household is None:
        raise HouseholdNotKnown
    if household.dissolved_on:
        return []
    if known.has_case:
        raise RegistrationNotEnded if known.is_registered else HouseholdApplying
    late_reason = require_date(command, known, known.previous(household))
    require_outsider(known.actor.person, _ids(household.members))
    return [HouseholdDissolved(household_id=command.household_id, reason=command.reason, late_reason=late_reason)]


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
    if isinstance(event, HouseholdDissolved):
        return replace(household, stated_on=recorded.valid_on, dissolved_on=recorded.valid_on)
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
    """Hold every member for this household, and let go of those who left; no application is of a dissolved one."""
    if isinstance(event, OfAssistance):
        return ()
    now = _ids(() if isinstance(event, HouseholdDissolved) else event.members)
    before = _ids(household.living if household else ())
    return (
        *(Claim(HOUSEHOLD_MEMBER, person, PersonInTwoHouseholds) for person in sorted(now - before)),
        *(Claim(HOUSEHOLD_MEMBER, person, held=False) for person in sorted(before - now)),
        *(Claim(HOUSEHOLD_LEFT, f"{person}/{event.household_id}") for person in sorted(before - now)),
        *_returning(event, household, now - before),
    )


def _returning(event: HouseholdEvent, household: Household | None, came: set[str]) -> tuple[Claim, ...]:
    if isinstance(event, HouseholdDissolved):
        return (Claim(HOUSEHOLD_CASE, event.household_id, HouseholdApplying),)
    if household is None:
        return ()
    case = (Claim(HOUSEHOLD_CASE, event.household_id, held=False),) if household.dissolved_on else ()
    left = (Claim(HOUSEHOLD_LEFT, f"{person}/{event.household_id}", held=False) for person in sorted(came))
    return (*case, *left)


def _ids(members: Sequence[Member]) -> set[str]:
    return {member.person_id for member in members}


def _sorted(members: tuple[Member, ...]) -> list[Member]:
    return sorted(members, key=lambda member: member.person_id)
