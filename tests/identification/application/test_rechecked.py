"""回头看: what a re-check upheld sends an open application back to a step, or ends it."""

from datetime import date

import pytest
from applications import ARBITER, filing, given, objection, posting, rechecking, recusing, steps
from casework.dates import BeforePreviousAct
from identification.cases.application.decisions.notices import NotPosted
from identification.cases.application.decisions.rows import (
    ApplicationEnded,
    HasStake,
    NotInThisArea,
    OutcomeIncomplete,
    ReturnNotPossible,
)
from identification.cases.application.decisions.state import Ending
from identification.cases.application.events.rechecks import ApplicationRechecked
from identification.cases.application.findings import RecheckDecision

reviewed = steps(1, 6)
REJECTED = rechecking(RecheckDecision.REJECTED)


def test_it_goes_back_and_what_was_done_since_is_undone() -> None:
    # The filing, the deliberation and the group's notice came first.
    undone = tuple(f"event-{number}" for number in range(5, 10))
    back = given(*reviewed).when(rechecking())
    back.then(ApplicationRechecked, return_to=4, notice_id=None, voids=undone).step_is(4)


def test_it_ends() -> None:
    given(*reviewed).when(REJECTED).then(ApplicationRechecked, return_to=None).ended(Ending.REJECTED)


def test_from_a_notice_it_comes_off() -> None:
    posted = (*reviewed, posting(7))
    back = rechecking(on=date(2015, 6, 26))
    given(*posted).when(back).then(ApplicationRechecked, notice_id="notice-7").step_is(4)
    given(*posted, back).when(objection(date(2015, 6, 27))).then_refused(NotPosted)


def test_a_return_says_where_to_and_only_a_return() -> None:
    given(*reviewed).when(rechecking(return_to=None)).then_refused(OutcomeIncomplete)
    given(*reviewed).when(rechecking(RecheckDecision.REJECTED, return_to=4)).then_refused(OutcomeIncomplete)


@pytest.mark.parametrize("step", [1, 3, 5, 7])
def test_nothing_is_sent_back_to_where_nobody_judges_or_that_is_still_to_come(step: int) -> None:
    given(*reviewed).when(rechecking(return_to=step)).then_refused(ReturnNotPossible, step=step)


def test_what_has_ended_or_was_never_filed_is_not_sent_back() -> None:
    given(*reviewed, REJECTED).when(rechecking()).then_refused(ApplicationEnded, ending=Ending.REJECTED)
    given().when(rechecking()).then_refused(NotInThisArea)


def test_it_is_not_dated_before_what_happened_already() -> None:
    early = date(2015, 6, 20)
    given(*reviewed).when(rechecking(on=early)).then_refused(BeforePreviousAct, on=early, previous=date(2015, 6, 24))


def test_nobody_says_so_of_their_own_household_or_once_recused() -> None:
    given(*reviewed).when(rechecking(), by="spouse").then_refused(HasStake, count=1)
    given(filing(), recusing(ARBITER), *steps(3, 6)).when(rechecking()).then_refused(HasStake, count=1)


def test_whoever_said_so_has_had_a_part_in_the_household() -> None:
    application = given(*reviewed, rechecking()).state
    assert application
    assert ARBITER in application.participants
