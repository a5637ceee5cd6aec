"""户: who lives together and shares income and spending; everybody in one household only."""

from datetime import date
from typing import Any

import pytest
from applications import GRANDMOTHER, GROUP, MEMBERS, SON, VILLAGE, member
from casework.codes import RelationToHead
from casework.dates import BeforePreviousAct, DateInFuture
from chronicle.decider import Known
from chronicle.messages import Actor, Recorded, StoredEvent
from chronicle.refusals import Refusal
from identification.cases.household.commands import RecordHousehold
from identification.cases.household.decider import (
    Household,
    HouseholdMoved,
    MemberTwice,
    NoHead,
    PersonInTwoHouseholds,
    TwoHeads,
    VillagerGroupMissing,
    about,
    claims,
    decide,
    evolve,
)
from identification.cases.household.events import HouseholdMembersChanged, HouseholdRecorded

ON, TODAY = date(2015, 6, 1), date(2015, 7, 1)
NEXT_GROUP, NEXT_VILLAGE = "36042410621602", "36042410620201"
KNOWN = Known(actor=Actor("officer", "office", "village_officer"), today=TODAY)
recorded = Household(GROUP, MEMBERS, ON)


def statement(**changed: Any) -> RecordHousehold:
    usual = {"household_id": "household", "group_code": GROUP, "members": MEMBERS, "on": ON}
    return RecordHousehold.model_validate(usual | changed)


def refused(command: RecordHousehold, household: Household | None = None) -> type[Refusal]:
    with pytest.raises(Refusal) as refusal:
        decide(command, household, KNOWN)
    return type(refusal.value)


def test_a_household_is_recorded_with_everybody_who_lives_in_it() -> None:
    first = HouseholdRecorded(household_id="household", group_code=GROUP, members=MEMBERS)
    assert decide(statement(), None, KNOWN) == [first]


def test_stating_the_same_members_in_another_order_changes_nothing() -> None:
    assert decide(statement(members=MEMBERS[::-1]), recorded, KNOWN) == []


def test_a_member_who_left_is_stated_no_more() -> None:
    remaining = MEMBERS[:3]
    changed = HouseholdMembersChanged(household_id="household", group_code=GROUP, members=remaining)
    assert decide(statement(members=remaining), recorded, KNOWN) == [changed]


def test_a_household_moves_within_its_village() -> None:
    moved = HouseholdMembersChanged(household_id="household", group_code=NEXT_GROUP, members=MEMBERS)
    assert decide(statement(group_code=NEXT_GROUP), recorded, KNOWN) == [moved]


def test_a_household_does_not_move_to_another_village_here() -> None:
    assert refused(statement(group_code=NEXT_VILLAGE), recorded) is HouseholdMoved


def test_a_household_lives_in_a_villager_group() -> None:
    assert refused(statement(group_code=VILLAGE)) is VillagerGroupMissing


@pytest.mark.parametrize(
    ("members", "refusal"),
    [
        ((), NoHead),
        (MEMBERS[1:], NoHead),
        ((*MEMBERS, member("second head")), TwoHeads),
        ((*MEMBERS, member(SON, RelationToHead.OTHER)), MemberTwice),
    ],
)
def test_a_household_is_one_head_and_others_each_once(members: tuple[Any, ...], refusal: type[Refusal]) -> None:
    assert refused(statement(members=members)) is refusal
    assert refused(statement(members=members), recorded) is refusal


def test_nobody_is_stated_to_live_somewhere_tomorrow() -> None:
    assert refused(statement(on=date(2015, 7, 2))) is DateInFuture
    assert refused(statement(on=date(2015, 7, 2)), recorded) is DateInFuture


def test_what_was_stated_later_is_not_overtaken_by_an_earlier_day() -> None:
    assert refused(statement(on=date(2015, 5, 31)), recorded) is BeforePreviousAct


def test_every_member_is_held_so_that_nobody_lives_in_two_households() -> None:
    (first,) = decide(statement(), None, KNOWN)
    assert isinstance(first, HouseholdRecorded)
    held = claims(first, None)
    assert {claim.key for claim in held if claim.held} == {person.person_id for person in MEMBERS}
    assert {claim.refusal for claim in held} == {PersonInTwoHouseholds}


def test_who_left_is_free_to_join_another_household() -> None:
    newcomer = member("daughter-in-law", RelationToHead.DAUGHTER_IN_LAW)
    (changed,) = decide(statement(members=(*MEMBERS[:3], newcomer)), recorded, KNOWN)
    assert isinstance(changed, HouseholdMembersChanged)
    assert {claim.key: claim.held for claim in claims(changed, recorded)} == {
        "daughter-in-law": True,
        GRANDMOTHER: False,
    }


def test_a_household_is_remembered_as_it_was_stated_last() -> None:
    (changed,) = decide(statement(members=MEMBERS[:2], on=date(2015, 6, 20)), recorded, KNOWN)
    assert isinstance(changed, HouseholdMembersChanged)
    assert evolve(recorded, Recorded(changed, _stored(date(2015, 6, 20)))) == Household(
        GROUP, MEMBERS[:2], date(2015, 6, 20)
    )


def test_a_household_is_the_subject_of_what_happens_to_it_in_its_village() -> None:
    subject = about(statement(), None, KNOWN)
    assert (subject.subject, subject.area, subject.valid_on) == ("household/household", VILLAGE, ON)


def _stored(on: date) -> StoredEvent:
    return StoredEvent(
        event_id="event",
        type=HouseholdMembersChanged.type,
        source="identification",
        subject="household/household",
        area=VILLAGE,
        stream="household/household",
        version=2,
        partition=0,
        valid_on=on,
        actor=KNOWN.actor,
        command_id="command",
        correlation_id="conversation",
        causation_id=None,
        traceparent=None,
        corrects=None,
        receipt=None,
        data="{}",
    )
