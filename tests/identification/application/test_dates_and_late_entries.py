"""办理日期: no act is dated before the one it follows or after today, and a late entry gives its reason."""

from datetime import date, timedelta
from typing import NamedTuple

import pytest
from applications import (
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
from casework.dates import BeforePreviousAct, DateInFuture, LateEntryNeedsReason
from casework.reasons import LateEntryReason
from identification.cases.application.commands import ApplicationCommand


class Case(NamedTuple):
    """An act that would be accepted, and the day of the one before it."""

    history: tuple[Act, ...]
    act: ApplicationCommand
    previous: date


ACTS = {
    "deliberation": Case(steps(1, 1), deliberation(), date(2015, 6, 1)),
    "group notice, posted": Case(steps(1, 2), posting(3), date(2015, 6, 3)),
    "group notice, closed": Case((*steps(1, 2), posting(3)), passing(3), date(2015, 6, 4)),
    "village verification": Case(steps(1, 3), verification(), date(2015, 6, 11)),
    "village notice, posted": Case(steps(1, 4), posting(5), date(2015, 6, 12)),
    "township review, drawn": Case(steps(1, 5), draw(), date(2015, 6, 20)),
    "township review, concluded": Case((*steps(1, 5), draw()), review(), date(2015, 6, 22)),
    "final notice, posted": Case(steps(1, 6), posting(7), date(2015, 6, 24)),
    "final notice, closed": Case((*steps(1, 6), posting(7)), passing(7), date(2015, 6, 25)),
    "withdrawal": Case((filing(),), withdrawal(), date(2015, 6, 1)),
    "objection": Case((*steps(1, 4), posting(5)), objection(date(2015, 6, 15)), date(2015, 6, 13)),
    "decision on an objection": Case(
        (*steps(1, 4), posting(5), objection(date(2015, 6, 15))), ruling(date(2015, 6, 17)), date(2015, 6, 15)
    ),
}
each_act = pytest.mark.parametrize("case", ACTS.values(), ids=ACTS)


def at(act: ApplicationCommand, on: date) -> ApplicationCommand:
    return act.model_copy(update={"on": on})


@each_act
def test_no_act_is_before_the_one_it_follows(case: Case) -> None:
    early = case.previous - timedelta(days=1)
    given(*case.history).when(at(case.act, early)).then_refused(BeforePreviousAct, on=early, previous=case.previous)


@each_act
def test_no_act_is_still_to_come(case: Case) -> None:
    yesterday = case.act.on - timedelta(days=1)
    given(*case.history).when(case.act, today=yesterday).then_refused(DateInFuture, on=case.act.on)


@each_act
def test_ten_days_later_it_is_entered_without_a_reason(case: Case) -> None:
    (event,) = given(*case.history).when(case.act, today=case.act.on + timedelta(days=10)).outcome.decided
    assert getattr(event, "late_reason", "missing") is None


@each_act
def test_eleven_days_later_it_needs_a_reason(case: Case) -> None:
    eleven_days_later = case.act.on + timedelta(days=11)
    given(*case.history).when(case.act, today=eleven_days_later).then_refused(LateEntryNeedsReason, days=10)
    late = case.act.model_copy(update={"late_reason": LateEntryReason.NO_NETWORK})
    (event,) = given(*case.history).when(late, today=eleven_days_later).outcome.decided
    assert getattr(event, "late_reason", "missing") is LateEntryReason.NO_NETWORK
