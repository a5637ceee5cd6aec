"""办结: withdrawal, rejection and registration end an application; a new one may follow."""

from datetime import date

import pytest
from applications import (
    REJECTED,
    Act,
    deliberation,
    draw,
    filing,
    given,
    objection,
    passing,
    posting,
    review,
    ruling,
    steps,
    verification,
    withdrawal,
)
from casework.dates import BeforePreviousAct
from casework.deliberation import Votes
from identification.cases.application.commands import ApplicationCommand
from identification.cases.application.decisions.rows import ApplicationEnded, NotInThisArea
from identification.cases.application.decisions.state import Ending
from identification.cases.application.events import ApplicationWithdrawn
from identification.cases.application.findings import ObjectionDecision, WithdrawalReason

LATER = date(2015, 8, 1)
voted_down = (filing(), deliberation(votes=Votes(in_favour=0, against=22, abstained=0)))
ENDINGS: dict[str, tuple[Ending, tuple[Act, ...]]] = {
    "withdrawn": (Ending.WITHDRAWN, (filing(), withdrawal())),
    "voted down by the group": (Ending.REJECTED, voted_down),
    "rejected by the village": (Ending.REJECTED, (*steps(1, 3), verification(outcome=REJECTED))),
    "rejected by the township": (Ending.REJECTED, (*steps(1, 5), draw(), review(outcome=REJECTED))),
    "rejected after an objection": (
        Ending.REJECTED,
        (
            *steps(1, 4),
            posting(5),
            objection(date(2015, 6, 15)),
            ruling(date(2015, 6, 16), ObjectionDecision.UPHELD_REJECTED),
        ),
    ),
    "registered": (Ending.REGISTERED, steps(1, 7)),
}
ended = pytest.mark.parametrize(("ending", "history"), ENDINGS.values(), ids=ENDINGS)


@pytest.mark.parametrize("step", [1, 2, 3, 4, 5, 6])
def test_a_household_withdraws_whenever_it_likes(step: int) -> None:
    given(*steps(1, step)).when(withdrawal(on=LATER)).then(
        ApplicationWithdrawn, reason=WithdrawalReason.OWN_WISH
    ).ended(Ending.WITHDRAWN)


def test_a_household_withdraws_while_it_is_posted_and_leaves_the_notice() -> None:
    given(*steps(1, 2), posting(3)).when(withdrawal(on=LATER)).then(ApplicationWithdrawn).accepted().when(
        passing(3, on=LATER)
    ).then_refused(ApplicationEnded, ending=Ending.WITHDRAWN)


def test_withdrawing_again_changes_nothing() -> None:
    given(filing(), withdrawal()).when(withdrawal()).then_nothing()


def test_a_household_does_not_withdraw_before_the_last_act() -> None:
    given(*steps(1, 2)).when(withdrawal()).then_refused(
        BeforePreviousAct, on=date(2015, 6, 2), previous=date(2015, 6, 3)
    )


def test_what_was_never_filed_is_not_withdrawn() -> None:
    given().when(withdrawal()).then_refused(NotInThisArea)


@ended
def test_when_it_has_ended_its_members_may_apply_anew(ending: Ending, history: tuple[Act, ...]) -> None:
    held = given(*history).claims()
    assert {key for (kind, key), still in held.items() if kind == "open-application" and still} == set()
    assert held["household-case", "household"] is (ending is Ending.REGISTERED)


@ended
@pytest.mark.parametrize(
    "command",
    [
        deliberation(on=LATER),
        posting(3, on=LATER),
        passing(3, notice_id="unheard-of", on=LATER),
        verification(on=LATER),
        draw(on=LATER),
        review(on=LATER),
        objection(LATER),
        ruling(LATER),
    ],
    ids=lambda command: type(command).__name__,
)
def test_when_it_has_ended_nothing_more_is_done(
    ending: Ending, history: tuple[Act, ...], command: ApplicationCommand
) -> None:
    given(*history).when(command).then_refused(ApplicationEnded, ending=ending)


@pytest.mark.parametrize("history", [voted_down, steps(1, 7)])
def test_what_ended_otherwise_is_not_withdrawn(history: tuple[Act, ...]) -> None:
    after = given(*history)
    assert after.state
    after.when(withdrawal(on=LATER)).then_refused(ApplicationEnded, ending=after.state.ending)
