"""The household answers: which member, on which day, and only once."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from casework.dates import BeforePreviousAct, DateInFuture
from casework.four_eyes import OwnHousehold
from casework.registration import HouseholdNotRegistered, HouseholdRegistrationEnded, Standing
from chronicle.decider import Claim
from chronicle.refusals import NotFound
from chronicle.testing import SOMEBODY, Case, by
from relocation.cases.relocation.commands import AcceptRelocation, Answering, DeclineRelocation
from relocation.cases.relocation.decider import (
    HOUSEHOLD_RELOCATION,
    AnsweredByNoMember,
    AnsweredOtherwise,
    AnswerNotByAdult,
    KnownOfAnswer,
    SecondRelocation,
)
from relocation.cases.relocation.events import RelocationAccepted, RelocationDeclined, RelocationProposed
from relocation.cases.relocation.findings import DeclineReason, Mode, Place, Placement
from relocation.cases.relocation.gather import relocation_decider
from running_track import GROUP, VILLAGE

PROPOSED_ON, ON, TODAY = date(2015, 5, 20), date(2015, 5, 25), date(2015, 6, 1)
IDS: dict[str, Any] = {"relocation_id": "relocation", "household_id": "household"}

proposed = RelocationProposed(
    **IDS,
    group_code=GROUP,
    mode=Mode.HOUSEHOLD,
    placement=Placement.DISPERSED,
    place=Place.TOWNSHIP,
    persons=2,
    floor_area_limit_m2=Decimal("50.00"),
    own_contribution=Decimal("5000.00"),
)
accepted = RelocationAccepted(**IDS, answered_by="head")
declined = RelocationDeclined(**IDS, answered_by="head", reason=DeclineReason.LIVELIHOOD)
accepting = AcceptRelocation(answered_by="head", on=ON)
declining = DeclineRelocation(answered_by="head", reason=DeclineReason.LIVELIHOOD, on=ON)

nothing = Case(relocation_decider)
relocation = nothing.given(by(proposed, on=PROPOSED_ON))
either = pytest.mark.parametrize(("answer", "answered"), [(accepting, accepted), (declining, declined)])


def known(**changed: Any) -> KnownOfAnswer:
    """The head, who is fifty, answers for a registered household."""
    fields: dict[str, Any] = {
        "actor": SOMEBODY,
        "today": TODAY,
        "area": VILLAGE,
        "group_code": GROUP,
        "standing": Standing.REGISTERED,
        "member_ids": ("head", "son"),
        "age": 50,
        "adult_age": 18,
    }
    return KnownOfAnswer(**fields | changed)


@either
def test_a_member_answers_for_the_household(answer: Answering, answered: Any) -> None:
    relocation.when(answer, known()).then(answered)


@either
def test_the_same_answer_again_is_already_true(answer: Answering, answered: Any) -> None:
    relocation.given(by(answered, on=ON)).when(answer, known()).then_nothing()


def test_the_other_answer_comes_too_late() -> None:
    relocation.given(by(accepted, on=ON)).when(declining, known()).then_refused(AnsweredOtherwise)
    relocation.given(by(declined, on=ON)).when(accepting, known()).then_refused(AnsweredOtherwise)


@either
def test_there_must_be_something_to_answer(answer: Answering, answered: Any) -> None:  # noqa: ARG001
    nothing.when(answer, known()).then_refused(NotFound)


def test_a_household_that_is_no_longer_registered_cannot_accept_and_may_decline() -> None:
    ended = known(standing=Standing.ENDED)

    relocation.when(accepting, ended).then_refused(HouseholdRegistrationEnded)
    relocation.when(declining, ended).then(declined)


def test_a_household_that_is_not_registered_cannot_accept() -> None:
    relocation.when(accepting, known(standing=Standing.RECORDED)).then_refused(HouseholdNotRegistered)


@either
def test_who_answers_is_a_member(answer: Answering, answered: Any) -> None:  # noqa: ARG001
    relocation.when(answer, known(age=None)).then_refused(AnsweredByNoMember)


@either
def test_who_answers_is_of_age(answer: Answering, answered: Any) -> None:
    relocation.when(answer, known(age=18)).then(answered)
    relocation.when(answer, known(age=17)).then_refused(AnswerNotByAdult, age=18)


@either
def test_nobody_enters_the_answer_of_the_own_household(answer: Answering, answered: Any) -> None:  # noqa: ARG001
    mine = known(member_ids=("head", SOMEBODY.person))

    relocation.when(answer, mine).then_refused(OwnHousehold, count=1)


@either
def test_an_answer_is_not_of_tomorrow(answer: Answering, answered: Any) -> None:
    relocation.when(answer, known(today=ON)).then(answered)
    relocation.when(answer, known(today=date(2015, 5, 24))).then_refused(DateInFuture, on=ON)


@either
def test_an_answer_is_not_before_the_proposal(answer: Answering, answered: Any) -> None:
    same_day, before = answer.model_copy(update={"on": PROPOSED_ON}), date(2015, 5, 19)

    relocation.when(same_day, known()).then(answered)
    relocation.when(answer.model_copy(update={"on": before}), known()).then_refused(
        BeforePreviousAct, on=before, previous=PROPOSED_ON
    )


def test_a_household_that_declines_is_free_and_one_that_accepts_is_not() -> None:
    held = Claim(HOUSEHOLD_RELOCATION, "household", SecondRelocation)

    assert relocation_decider.claims(accepted, relocation.state) == (held,)
    (free,) = relocation_decider.claims(declined, relocation.state)
    assert (free.kind, free.key, free.held) == (held.kind, held.key, False)
