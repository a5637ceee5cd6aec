"""The household answers: which member, on which day, and only once; else an officer may withdraw the relocation."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from casework.dates import BeforePreviousAct, DateInFuture, LateEntryNeedsReason
from casework.four_eyes import OwnHousehold
from casework.reasons import LateEntryReason
from casework.registration import HouseholdNotRegistered, HouseholdRegistrationEnded, Standing
from chronicle.decider import Claim
from chronicle.refusals import NotFound
from chronicle.testing import SOMEBODY, Case, by
from relocation.cases.relocation.commands import AcceptRelocation, Answering, DeclineRelocation, WithdrawRelocation
from relocation.cases.relocation.decider import (
    HOUSEHOLD_RELOCATION,
    RELOCATION_OVER,
    AnsweredByNoMember,
    AnsweredOtherwise,
    AnswerNotByAdult,
    KnownOfAnswer,
    NothingAccepted,
    RelocationOver,
    SecondRelocation,
)
from relocation.cases.relocation.events import (
    RelocationAccepted,
    RelocationDeclined,
    RelocationProposed,
    RelocationWithdrawn,
)
from relocation.cases.relocation.findings import DeclineReason, Mode, Place, Placement, WithdrawalReason
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
    late_reason=None,
)
accepted = RelocationAccepted(**IDS, answered_by="head", late_reason=None)
declined = RelocationDeclined(**IDS, answered_by="head", reason=DeclineReason.LIVELIHOOD, late_reason=None)
accepting = AcceptRelocation(answered_by="head", on=ON)
declining = DeclineRelocation(answered_by="head", reason=DeclineReason.LIVELIHOOD, on=ON)

withdrawing = WithdrawRelocation(reason=WithdrawalReason.ENTERED_BY_MISTAKE, on=ON)
withdrawn = RelocationWithdrawn(**IDS, accepted=False, reason=WithdrawalReason.ENTERED_BY_MISTAKE, late_reason=None)

nothing = Case(relocation_decider)
relocation = nothing.given(by(proposed, on=PROPOSED_ON))
either = pytest.mark.parametrize(("answer", "answered"), [(accepting, accepted), (declining, declined)])


def known(**changed: Any) -> KnownOfAnswer:
    """The head, who is fifty, answers for a registered household."""
    fields: dict[str, Any] = {
        "actor": SOMEBODY,
        "today": TODAY,
        "area": VILLAGE,
        "late_entry_days": 90,
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

    relocation.when(answer, mine).then_refused(OwnHousehold)


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
    free, over = relocation_decider.claims(declined, relocation.state)
    assert (free.kind, free.key, free.held) == (held.kind, held.key, False)
    assert over == Claim(RELOCATION_OVER, "household/relocation")


def test_what_was_entered_by_mistake_is_withdrawn_once() -> None:
    after = relocation.when(withdrawing, known()).then(withdrawn)

    after.when(withdrawing, known()).then_nothing()


def test_what_was_accepted_is_withdrawn_too_and_the_event_says_that_it_was() -> None:
    moving = relocation.given(by(accepted, on=ON))
    for reason in WithdrawalReason:
        asked, told = withdrawing.model_copy(update={"reason": reason}), {"reason": reason, "accepted": True}
        moving.when(asked, known(standing=Standing.ENDED)).then(withdrawn.model_copy(update=told))


def test_only_a_household_that_accepted_can_change_its_mind() -> None:
    changed_mind = withdrawing.model_copy(update={"reason": WithdrawalReason.CHANGED_MIND})

    relocation.when(changed_mind, known()).then_refused(NothingAccepted)


def test_what_the_household_declined_is_not_withdrawn_and_what_was_withdrawn_is_not_answered() -> None:
    relocation.given(by(declined, on=ON)).when(withdrawing, known()).then_refused(RelocationOver)
    relocation.given(by(withdrawn, on=ON)).when(accepting, known()).then_refused(RelocationOver)
    relocation.given(by(withdrawn, on=ON)).when(declining, known()).then_refused(RelocationOver)
    nothing.when(withdrawing, known()).then_refused(NotFound)


def test_a_withdrawal_is_neither_of_tomorrow_nor_before_what_it_withdraws_nor_of_the_own_household() -> None:
    moving = relocation.given(by(accepted, on=ON))

    moving.when(withdrawing, known()).then(withdrawn.model_copy(update={"accepted": True}))
    moving.when(withdrawing.model_copy(update={"on": PROPOSED_ON}), known()).then_refused(BeforePreviousAct)
    moving.when(withdrawing, known(today=PROPOSED_ON)).then_refused(DateInFuture)
    moving.when(withdrawing, known(member_ids=(SOMEBODY.person,))).then_refused(OwnHousehold)


def test_a_withdrawn_relocation_frees_the_household_and_is_remembered_unless_it_was_a_mistake() -> None:
    changed_mind = withdrawn.model_copy(update={"reason": WithdrawalReason.CHANGED_MIND})
    free = Claim(HOUSEHOLD_RELOCATION, "household", SecondRelocation, held=False)

    assert relocation_decider.claims(withdrawn, relocation.state) == (free,)
    assert relocation_decider.claims(changed_mind, relocation.state) == (
        free,
        Claim(RELOCATION_OVER, "household/relocation"),
    )


@pytest.mark.parametrize("act", [accepting, declining, withdrawing])
def test_an_act_entered_late_needs_a_reason_and_bears_it(act: Any) -> None:
    explained = act.model_copy(update={"late_reason": LateEntryReason.NO_NETWORK})

    relocation.when(act, known(late_entry_days=6)).then_refused(LateEntryNeedsReason, days=6)
    for days, reason in ((6, LateEntryReason.NO_NETWORK), (7, None)):
        (event,) = relocation.when(explained, known(late_entry_days=days)).decided
        assert dict(event)["late_reason"] is reason
