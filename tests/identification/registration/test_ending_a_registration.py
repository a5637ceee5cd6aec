"""终止建档立卡: the county ends a registration, by somebody who had no part in it."""

from datetime import date

import pytest
from applications import (
    ARBITER,
    CHECKER,
    CONVENER,
    FILED_ON,
    HEAD,
    HOUSEHOLD_NO,
    NINE_STEPS,
    RECORDER,
    REVIEWER,
    SPOUSE,
    TOWNSHIP_OFFICER,
    VERIFIER,
    VILLAGE_OFFICER,
    Act,
    deliberation,
    draw,
    filing,
    given,
    objection,
    passing,
    posting,
    registration_end,
    review,
    ruling,
    steps,
    withdrawal,
)
from casework.dates import BeforePreviousAct, LateEntryNeedsReason
from casework.deliberation import Votes
from casework.reasons import LateEntryReason
from casework.registration import HouseholdNotRegistered
from identification.cases.application.decisions.ending import EndedOwnWork
from identification.cases.application.decisions.rows import HasStake, NotInThisArea
from identification.cases.application.decisions.state import Ending
from identification.cases.application.events import RegistrationEnded
from identification.cases.application.findings import RegistrationEndReason

registered = steps(1, 7)
voted_down = deliberation(votes=Votes(in_favour=0, against=22, abstained=0))


@pytest.mark.parametrize("reason", RegistrationEndReason)
def test_a_registration_ends_for_a_reason_other_than_having_left_poverty(reason: RegistrationEndReason) -> None:
    given(*registered).when(registration_end(reason=reason)).then(
        RegistrationEnded, household_id="household", reason=reason, late_reason=None
    ).ended(Ending.REGISTRATION_ENDED)


def test_the_household_is_free_to_apply_anew_and_its_number_is_given_to_nobody_else() -> None:
    held = given(*registered, registration_end()).claims()
    assert {claim for claim, still in held.items() if still} == {
        ("household-number", HOUSEHOLD_NO),
        ("household-case-ended", "household/application"),
    }
    assert not held["household-case", "household"]
    assert not held["registered-household", "household"]


def test_ending_it_again_changes_nothing() -> None:
    given(*registered, registration_end()).when(registration_end(on=date(2015, 8, 1))).then_nothing()


@pytest.mark.parametrize(
    "history",
    [(filing(),), steps(1, 6), (filing(), withdrawal()), (filing(), voted_down)],
    ids=["applying", "not yet posted for the last time", "withdrawn", "rejected"],
)
def test_only_a_registration_is_ended(history: tuple[Act, ...]) -> None:
    given(*history).when(registration_end()).then_refused(HouseholdNotRegistered)


def test_what_was_never_filed_is_not_ended() -> None:
    given().when(registration_end()).then_refused(NotInThisArea)


@pytest.mark.parametrize(
    "person",
    [CONVENER, RECORDER, VERIFIER, REVIEWER, VILLAGE_OFFICER, TOWNSHIP_OFFICER],
)
def test_nobody_ends_it_who_performed_or_entered_a_step(person: str) -> None:
    given(*registered).when(registration_end(), by=person).then_refused(EndedOwnWork)


def test_nobody_ends_it_who_reviewed_it_for_the_county() -> None:
    given(*steps(1, 9), chain=NINE_STEPS).when(registration_end(on=date(2015, 8, 1)), by=CHECKER).then_refused(
        EndedOwnWork
    )


def test_nobody_ends_it_who_decided_an_objection_to_it_at_its_last_step() -> None:
    objected = (objection(date(2015, 6, 26)), ruling(date(2015, 6, 27)))
    closed = passing(7, on=date(2015, 7, 5))
    given(*steps(1, 6), posting(7), *objected, closed).when(registration_end(), by=ARBITER).then_refused(EndedOwnWork)


def test_nobody_ends_the_registration_of_their_own_household_or_kin() -> None:
    given(*registered).when(registration_end(), by=SPOUSE).then_refused(HasStake, count=1)
    visited = (draw(), review(visited_on=date(2015, 6, 23)))
    kin = given(filing(kin_of_cadres=("cadre",)), *steps(2, 5), *visited, *steps(7, 7))
    kin.when(registration_end(), by="cadre").then_refused(HasStake, count=1)
    given(*registered).when(registration_end(), by=HEAD).then_refused(EndedOwnWork)


def test_nobody_ends_the_registration_of_a_household_they_came_into_later() -> None:
    given(*registered, living=("bride",)).when(registration_end(), by="bride").then_refused(HasStake, count=1)


def test_it_does_not_end_before_it_began() -> None:
    given(*registered).when(registration_end(on=FILED_ON)).then_refused(
        BeforePreviousAct, on=FILED_ON, previous=date(2015, 7, 2)
    )


def test_an_end_entered_late_says_why() -> None:
    late = date(2015, 9, 1)
    given(*registered).when(registration_end(), today=late).then_refused(LateEntryNeedsReason, days=10)
    explained = registration_end(late_reason=LateEntryReason.NO_NETWORK)
    given(*registered).when(explained, today=late).then(RegistrationEnded, late_reason=LateEntryReason.NO_NETWORK)
