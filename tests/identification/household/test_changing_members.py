"""家庭成员变动: births, deaths and marriages of a registered household, and a household that is no more."""

from datetime import date, timedelta
from typing import Any

import pytest
from applications import GRANDMOTHER, GROUP, HEAD, MEMBERS, SON, member
from casework.codes import RelationToHead
from casework.dates import BeforePreviousAct, DateInFuture, LateEntryNeedsReason
from casework.four_eyes import OwnHousehold
from casework.reasons import LateEntryReason
from casework.registration import HouseholdNotKnown, HouseholdNotRegistered
from chronicle.messages import Actor
from chronicle.testing import Case, by
from identification.cases.household.commands import ChangeMembers, DissolveHousehold, RecordHousehold
from identification.cases.household.decider import (
    ChangesMisstated,
    HouseholdApplying,
    HouseholdMoved,
    KnownOfCase,
    RegistrationNotEnded,
)
from identification.cases.household.decisions.composition import NoHead
from identification.cases.household.events import (
    AssistanceNoted,
    Change,
    HouseholdDissolved,
    HouseholdMembersChanged,
    HouseholdRecorded,
)
from identification.cases.household.findings import AssistanceKind, DissolutionReason, MemberChange, Track
from identification.cases.household.gather import household_decider

ON, LATER, TODAY = date(2015, 6, 1), date(2015, 7, 3), date(2015, 7, 5)
FACTS: dict[str, Any] = {"household_id": "household", "group_code": GROUP, "members": MEMBERS}
BRIDE = member("bride", RelationToHead.DAUGHTER_IN_LAW, "1998-01-01")
NOW = (*MEMBERS[:3], BRIDE)
CHANGES = (
    Change(person_id="bride", kind=MemberChange.MARRIED_IN),
    Change(person_id=GRANDMOTHER, kind=MemberChange.DIED),
)

nobody = Case(household_decider)
recorded = nobody.given(by(HouseholdRecorded(**FACTS), on=ON))
dissolved = recorded.given(
    by(
        HouseholdDissolved(household_id="household", reason=DissolutionReason.MOVED_AWAY, late_reason=None),
        on=LATER,
    )
)


def known(
    *,
    has_case: bool = True,
    is_registered: bool = True,
    case_on: date | None = None,
    who: str = "officer",
    today: date = TODAY,
) -> KnownOfCase:
    actor = Actor(who, "office", "village_officer")
    found: dict[str, Any] = {"place": GROUP, "has_case": has_case, "is_registered": is_registered}
    return KnownOfCase(actor=actor, today=today, late_entry_days=10, case_on=case_on, **found)


ENDED = known(has_case=False, is_registered=False)


def change(**changed: Any) -> ChangeMembers:
    return ChangeMembers.model_validate({**FACTS, "members": NOW, "changes": CHANGES, "on": LATER, **changed})


def dissolution(**changed: Any) -> DissolveHousehold:
    facts = {"household_id": "household", "reason": DissolutionReason.MOVED_AWAY, "on": LATER}
    return DissolveHousehold.model_validate(facts | changed)


def claims(case: Case, event: Any) -> dict[tuple[str, str], bool]:
    return {(claim.kind, claim.key): claim.held for claim in household_decider.claims(event, case.state)}


def test_who_came_and_who_left_is_stated_with_the_reason_of_each() -> None:
    recorded.when(change(), known()).then(
        HouseholdMembersChanged(**FACTS | {"members": NOW}, changes=CHANGES, late_reason=None)
    )


def test_what_is_so_already_changes_nothing() -> None:
    recorded.when(change(members=MEMBERS, changes=()), known()).then_nothing()


def test_what_was_typed_otherwise_is_stated_anew_though_the_same_people_live_there() -> None:
    recorded.when(change(members=MEMBERS, changes=(), retyped=True), known()).then(HouseholdMembersChanged(**FACTS))


def test_that_somebody_fell_ill_needs_no_reason() -> None:
    ill = (*MEMBERS[:3], MEMBERS[3].model_copy(update={"health_status": "major_illness"}))
    recorded.when(change(members=ill, changes=()), known()).then(HouseholdMembersChanged(**FACTS | {"members": ill}))


@pytest.mark.parametrize(
    ("changes", "count"),
    [
        ((), 2),
        (CHANGES[:1], 1),
        ((CHANGES[0], *CHANGES), 1),
        ((*CHANGES, Change(person_id=GRANDMOTHER, kind=MemberChange.OTHER_OUT)), 1),
        ((*CHANGES, Change(person_id=SON, kind=MemberChange.IMPRISONED)), 1),
        ((CHANGES[0], Change(person_id=GRANDMOTHER, kind=MemberChange.NEWBORN)), 1),
    ],
    ids=["none", "one left out", "told twice", "two reasons", "of one who stays", "came instead of left"],
)
def test_each_who_came_or_left_has_one_reason_that_fits(changes: tuple[Change, ...], count: int) -> None:
    recorded.when(change(changes=changes), known()).then_refused(ChangesMisstated, count=count)


def test_of_a_household_that_applies_the_application_is_set_right_instead() -> None:
    recorded.when(change(), known(is_registered=False)).then_refused(HouseholdApplying)


def test_of_a_household_that_is_not_registered_nobody_is_stated_but_by_an_application() -> None:
    recorded.when(change(), ENDED).then_refused(HouseholdNotRegistered)
    dissolved.when(change(), ENDED).then_refused(HouseholdNotRegistered)


def test_of_a_household_that_nobody_recorded_nothing_changes() -> None:
    nobody.when(change(), known()).then_refused(HouseholdNotKnown)
    nobody.when(dissolution(), ENDED).then_refused(HouseholdNotKnown)


def test_those_who_stay_are_a_household() -> None:
    recorded.when(change(members=NOW[1:]), known()).then_refused(NoHead)


@pytest.mark.parametrize("command", [change, dissolution])
def test_its_day_is_after_what_was_stated_before_and_not_to_come(command: Any) -> None:
    case = known() if command is change else ENDED
    early, tomorrow = date(2015, 5, 31), date(2015, 7, 6)
    recorded.when(command(on=early, late_reason="paper_batch"), case).then_refused(
        BeforePreviousAct, on=early, previous=ON
    )
    recorded.when(command(on=tomorrow), case).then_refused(DateInFuture, on=tomorrow)


@pytest.mark.parametrize("command", [change, dissolution])
def test_its_day_is_not_before_its_registration_nor_before_that_or_an_application_ended(command: Any) -> None:
    before, is_registered = LATER - timedelta(days=1), command is change
    found = known(has_case=is_registered, is_registered=is_registered, case_on=LATER)
    recorded.when(command(on=before), found).then_refused(BeforePreviousAct, on=before, previous=LATER)
    assert recorded.when(command(on=LATER), found).decided


def test_what_is_entered_late_says_why() -> None:
    late = LateEntryReason.PAPER_BATCH
    in_june = date(2015, 6, 2)
    recorded.when(change(on=in_june), known()).then_refused(LateEntryNeedsReason, days=10)
    recorded.when(change(on=in_june, late_reason=late), known()).then(
        HouseholdMembersChanged(**FACTS | {"members": NOW}, changes=CHANGES, late_reason=late)
    )
    recorded.when(dissolution(on=in_june), ENDED).then_refused(LateEntryNeedsReason, days=10)


@pytest.mark.parametrize("who", [HEAD, GRANDMOTHER, "bride"])
def test_nobody_states_who_lives_in_their_own_household(who: str) -> None:
    recorded.when(change(), known(who=who)).then_refused(OwnHousehold)


def test_whoever_left_may_live_elsewhere_and_is_remembered_where_they_lived() -> None:
    assert claims(recorded, HouseholdMembersChanged(**FACTS | {"members": NOW})) == {
        ("household-member", "bride"): True,
        ("household-left", "bride/household"): False,
        ("household-member", GRANDMOTHER): False,
        ("household-left", f"{GRANDMOTHER}/household"): True,
    }


@pytest.mark.parametrize("reason", DissolutionReason)
def test_a_household_that_is_no_more_is_dissolved(reason: DissolutionReason) -> None:
    recorded.when(dissolution(reason=reason), ENDED).then(
        HouseholdDissolved(household_id="household", reason=reason, late_reason=None)
    )


def test_dissolving_it_again_changes_nothing() -> None:
    dissolved.when(dissolution(on=TODAY), ENDED).then_nothing()


def test_while_it_is_registered_or_applies_it_is_not_dissolved() -> None:
    recorded.when(dissolution(), known()).then_refused(RegistrationNotEnded)
    recorded.when(dissolution(), known(is_registered=False)).then_refused(HouseholdApplying)


def test_nobody_dissolves_their_own_household() -> None:
    recorded.when(dissolution(), known(has_case=False, is_registered=False, who=HEAD)).then_refused(OwnHousehold)


def test_dissolved_it_lets_go_of_everybody_and_no_application_of_it_is_opened_any_more() -> None:
    event = HouseholdDissolved(household_id="household", reason=DissolutionReason.MOVED_AWAY, late_reason=None)
    let_go = {("household-member", one.person_id): False for one in MEMBERS}
    remembered = {("household-left", f"{one.person_id}/household"): True for one in MEMBERS}
    assert claims(recorded, event) == {**let_go, **remembered, ("household-case", "household"): True}
    (case,) = (claim for claim in household_decider.claims(event, recorded.state) if claim.kind == "household-case")
    assert case.refusal is HouseholdApplying


def test_applying_anew_it_is_a_household_again_with_everybody_who_is_stated() -> None:
    again = RecordHousehold(**FACTS, on=LATER)
    event = HouseholdMembersChanged(**FACTS)
    dissolved.when(again, known()).then(event)
    taken = {("household-member", one.person_id): True for one in MEMBERS}
    forgotten = {("household-left", f"{one.person_id}/household"): False for one in MEMBERS}
    assert claims(dissolved, event) == {**taken, **forgotten, ("household-case", "household"): False}
    assert dissolved.given(by(event, on=TODAY)).state.living == MEMBERS


def test_in_another_village_it_is_another_household() -> None:
    dissolved.when(RecordHousehold(**FACTS | {"group_code": "36042410620201"}, on=LATER), known()).then_refused(
        HouseholdMoved
    )


def test_nothing_is_stated_of_it_before_the_day_it_was_dissolved() -> None:
    dissolved.when(RecordHousehold(**FACTS, on=ON), known()).then_refused(BeforePreviousAct, on=ON, previous=LATER)


def test_what_a_track_does_for_it_stays_noted() -> None:
    facts: dict[str, Any] = {"household_id": "household", "track": Track.RELOCATION, "kind": AssistanceKind.RELOCATION}
    moving = AssistanceNoted(**facts, reference="move", since=ON)
    event = HouseholdDissolved(household_id="household", reason=DissolutionReason.MOVED_AWAY, late_reason=None)
    assert recorded.given(moving, by(event, on=LATER)).state.assistance == {"move": moving}
