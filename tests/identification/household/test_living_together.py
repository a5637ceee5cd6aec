"""户: who lives together and shares income and spending; everybody in one household only."""

from datetime import date
from typing import Any

import pytest
from applications import GRANDMOTHER, GROUP, MEMBERS, SON, VILLAGE, member
from casework.codes import RelationToHead
from casework.dates import BeforePreviousAct, DateInFuture
from chronicle.decider import Known
from chronicle.messages import Actor
from chronicle.refusals import Refusal
from chronicle.testing import Case, by
from identification.cases.household.commands import RecordHousehold
from identification.cases.household.decider import HouseholdMoved, PersonInTwoHouseholds, VillagerGroupMissing
from identification.cases.household.decisions.composition import MemberTwice, NoHead, NotBornYet, TwoHeads
from identification.cases.household.events import HouseholdMembersChanged, HouseholdRecorded
from identification.cases.household.gather import household_decider

ON, TODAY = date(2015, 6, 1), date(2015, 7, 1)
NEXT_GROUP, NEXT_VILLAGE = "36042410621602", "36042410620201"
KNOWN = Known(actor=Actor("officer", "office", "village_officer"), today=TODAY)
FACTS: dict[str, Any] = {"household_id": "household", "group_code": GROUP, "members": MEMBERS}
REMAINING = MEMBERS[:3]

nobody = Case(household_decider)
recorded = nobody.given(by(HouseholdRecorded(**FACTS), on=ON))


def statement(**changed: Any) -> RecordHousehold:
    return RecordHousehold.model_validate(FACTS | {"on": ON} | changed)


def changed(**facts: Any) -> HouseholdMembersChanged:
    return HouseholdMembersChanged(**FACTS | facts)


def claims(case: Case, *events: Any) -> dict[str, bool]:
    return {claim.key: claim.held for event in events for claim in household_decider.claims(event, case.state)}


def test_a_household_is_recorded_with_everybody_who_lives_in_it() -> None:
    nobody.when(statement(), KNOWN).then(HouseholdRecorded(**FACTS))


def test_stating_the_same_members_in_another_order_changes_nothing() -> None:
    recorded.when(statement(members=MEMBERS[::-1]), KNOWN).then_nothing()


def test_a_member_who_left_is_stated_no_more() -> None:
    recorded.when(statement(members=REMAINING), KNOWN).then(changed(members=REMAINING))


def test_what_was_stated_last_is_what_the_next_statement_is_compared_with() -> None:
    smaller = recorded.given(by(changed(members=REMAINING), on=date(2015, 6, 20)))
    smaller.when(statement(members=REMAINING, on=date(2015, 6, 21)), KNOWN).then_nothing()
    smaller.when(statement(on=date(2015, 6, 21)), KNOWN).then(changed())


def test_a_household_moves_within_its_village() -> None:
    recorded.when(statement(group_code=NEXT_GROUP), KNOWN).then(changed(group_code=NEXT_GROUP))


def test_a_household_does_not_move_to_another_village_here() -> None:
    recorded.when(statement(group_code=NEXT_VILLAGE), KNOWN).then_refused(HouseholdMoved)


def test_a_household_lives_in_a_villager_group() -> None:
    nobody.when(statement(group_code=VILLAGE), KNOWN).then_refused(VillagerGroupMissing)


@pytest.mark.parametrize("case", [nobody, recorded], ids=["not yet recorded", "recorded"])
@pytest.mark.parametrize(
    ("members", "refusal"),
    [
        ((), NoHead),
        (MEMBERS[1:], NoHead),
        ((*MEMBERS, member("second head")), TwoHeads),
        ((*MEMBERS, member(SON, RelationToHead.OTHER)), MemberTwice),
        ((*MEMBERS, member("a child to come", RelationToHead.OTHER, "2099-01-01")), NotBornYet),
    ],
)
def test_a_household_is_one_head_and_others_each_once(
    members: tuple[Any, ...], refusal: type[Refusal], case: Case
) -> None:
    case.when(statement(members=members), KNOWN).then_refused(refusal)


@pytest.mark.parametrize("case", [nobody, recorded], ids=["not yet recorded", "recorded"])
def test_nobody_is_stated_to_live_somewhere_tomorrow(case: Case) -> None:
    case.when(statement(on=date(2015, 7, 2)), KNOWN).then_refused(DateInFuture, on=date(2015, 7, 2))


def test_what_was_stated_later_is_not_overtaken_by_an_earlier_day() -> None:
    early = date(2015, 5, 31)
    recorded.when(statement(on=early), KNOWN).then_refused(BeforePreviousAct, on=early, previous=ON)


def test_every_member_is_held_so_that_nobody_lives_in_two_households() -> None:
    first = HouseholdRecorded(**FACTS)
    assert claims(nobody, first) == {person.person_id: True for person in MEMBERS}
    assert {claim.refusal for claim in household_decider.claims(first, None)} == {PersonInTwoHouseholds}


def test_who_left_is_free_to_join_another_household() -> None:
    newcomer = member("daughter-in-law", RelationToHead.DAUGHTER_IN_LAW)
    assert claims(recorded, changed(members=(*REMAINING, newcomer))) == {
        "daughter-in-law": True,
        GRANDMOTHER: False,
        "daughter-in-law/household": False,
        f"{GRANDMOTHER}/household": True,
    }


def test_a_household_is_the_subject_of_what_happens_to_it_in_its_village() -> None:
    about = household_decider.about(statement(), None, KNOWN)
    assert (about.subject, about.area, about.valid_on) == ("household/household", VILLAGE, ON)
