"""帮扶: what a track decided is noted on a registered household, and that it ended."""

from datetime import date
from typing import Any

import pytest
from applications import GROUP, MEMBERS, VILLAGE
from casework.registration import HouseholdNotKnown, HouseholdNotRegistered, HouseholdRegistrationEnded, Standing
from chronicle.decider import Known
from chronicle.messages import Actor
from chronicle.testing import Case, by
from identification.cases.household.commands import DismissAssistance, NoteAssistance, NoteAssistanceEnded
from identification.cases.household.decider import AssistanceAlreadyNoted, AssistanceNotNoted, KnownOfAssistance
from identification.cases.household.events import (
    AssistanceDismissed,
    AssistanceEnded,
    AssistanceNoted,
    HouseholdMembersChanged,
    HouseholdRecorded,
)
from identification.cases.household.findings import AssistanceKind, DismissalReason, Track
from identification.cases.household.gather import household_decider

ON, LATER = date(2015, 7, 3), date(2015, 12, 1)
SHARE: dict[str, Any] = {"track": Track.INDUSTRY, "kind": AssistanceKind.PROJECT, "reference": "enrolment"}
NOTED = AssistanceNoted(household_id="household", since=ON, **SHARE)
ENDED = AssistanceEnded(household_id="household", since=LATER, **SHARE)
DISMISSED = AssistanceDismissed(
    household_id="household",
    track=Track.INDUSTRY,
    reference="enrolment",
    refusal="household-registration-ended",
    reason=DismissalReason.REGISTRATION_ENDED,
)
FACTS: dict[str, Any] = {"household_id": "household", "group_code": GROUP, "members": MEMBERS}
WHO: dict[str, Any] = {"actor": Actor("service", "identification", "system"), "today": LATER}

unknown = Case(household_decider)
recorded = unknown.given(by(HouseholdRecorded(**FACTS)))
assisted = recorded.given(NOTED)
noting = NoteAssistance(household_id="household", on=ON, **SHARE)
ending = NoteAssistanceEnded(household_id="household", reference="enrolment", on=LATER)
dismissing = DismissAssistance(**dict(DISMISSED), area=VILLAGE, on=LATER)
dismissed = recorded.given(DISMISSED)


def known(standing: Standing | None = Standing.REGISTERED) -> Known:
    return KnownOfAssistance(**WHO, standing=standing)


def test_what_a_track_decided_is_noted_with_its_case_and_since_when() -> None:
    recorded.when(noting, known()).then(NOTED)


def test_noting_it_again_changes_nothing_whatever_became_of_the_registration() -> None:
    assisted.when(noting, known()).then_nothing()
    assisted.when(noting, known(Standing.RECORDED)).then_nothing()


def test_another_case_of_the_same_track_is_noted_beside_it() -> None:
    another = SHARE | {"reference": "another"}
    noted = AssistanceNoted(household_id="household", since=ON, **another)
    both = assisted.when(NoteAssistance(household_id="household", on=ON, **another), known()).then(noted)
    assert both.state.assistance.keys() == {"enrolment", "another"}


def test_a_household_that_is_not_registered_is_not_assisted() -> None:
    recorded.when(noting, known(Standing.RECORDED)).then_refused(HouseholdNotRegistered)
    recorded.when(noting, known(Standing.ENDED)).then_refused(HouseholdRegistrationEnded)
    unknown.when(noting, known(None)).then_refused(HouseholdNotKnown)


def test_an_end_is_noted_with_the_case_that_ended() -> None:
    ended = assisted.when(ending, Known(**WHO)).then(ENDED)
    assert ended.state.assistance == {}


def test_an_end_whose_beginning_was_not_noted_is_refused() -> None:
    for case in (unknown, recorded, assisted.given(ENDED)):
        case.when(ending, Known(**WHO)).then_refused(AssistanceNotNoted)


def test_what_is_dismissed_says_what_was_refused_and_why_it_stays_so() -> None:
    recorded.when(dismissing, Known(**WHO)).then(DISMISSED)
    unknown.when(dismissing, Known(**WHO)).then(DISMISSED)


def test_of_a_case_that_was_dismissed_nothing_is_noted_any_more() -> None:
    for command, found in ((dismissing, Known(**WHO)), (noting, known()), (ending, Known(**WHO))):
        dismissed.when(command, found).then_nothing()
    stated = dismissed.given(HouseholdMembersChanged(**FACTS | {"members": MEMBERS[:2]}))
    stated.when(noting, known()).then_nothing()


def test_another_case_of_the_household_is_noted_all_the_same() -> None:
    another = SHARE | {"reference": "another"}
    noted = AssistanceNoted(household_id="household", since=ON, **another)
    dismissed.when(NoteAssistance(household_id="household", on=ON, **another), known()).then(noted)


def test_what_is_noted_cannot_be_dismissed() -> None:
    assisted.when(dismissing, Known(**WHO)).then_refused(AssistanceAlreadyNoted)
    assisted.given(ENDED).when(dismissing, Known(**WHO)).then(DISMISSED)


def test_members_stated_anew_leave_the_assistance_as_it_is() -> None:
    changed = assisted.given(HouseholdMembersChanged(**FACTS | {"members": MEMBERS[:2]}))
    assert changed.state.assistance == {"enrolment": NOTED}


def test_assistance_is_noted_about_the_household_in_its_village_and_claims_nobody() -> None:
    about = household_decider.about(noting, recorded.state, known())
    assert (about.subject, about.area, about.valid_on) == ("household/household", VILLAGE, ON)
    for event in (NOTED, ENDED, DISMISSED):
        assert household_decider.claims(event, assisted.state) == ()


def test_what_is_dismissed_lies_where_the_track_said_should_nobody_have_recorded_the_household() -> None:
    about = household_decider.about(dismissing, None, Known(**WHO))
    assert (about.subject, about.area, about.valid_on) == ("household/household", VILLAGE, LATER)


def test_noting_needs_to_know_whether_the_household_is_registered() -> None:
    with pytest.raises(TypeError, match="Known is not what NoteAssistance needs"):
        recorded.when(noting, Known(**WHO))
