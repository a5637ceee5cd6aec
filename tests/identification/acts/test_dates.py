"""办理日期 of acts themselves: none is still to come or before what it follows, and a late entry gives its reason."""

from datetime import date, timedelta
from typing import NamedTuple

import pytest
from acts import (
    HUANG,
    Act,
    close,
    conclude,
    draw,
    drawn,
    hold_meeting,
    hold_verification,
    meeting,
    never_drawn,
    never_posted,
    post,
    posted,
    verification,
)
from casework.dates import BeforePreviousAct, DateInFuture, LateEntryNeedsReason
from casework.reasons import LateEntryReason
from identification.cases.acts.commands import ActCommand


class Dated(NamedTuple):
    """An act that would be accepted, and the day of what it follows."""

    act: Act
    command: ActCommand
    previous: date | None = None


ACTS = {
    "group meeting": Dated(meeting, hold_meeting()),
    "village verification": Dated(verification, hold_verification()),
    "notice, posted": Dated(never_posted, post(HUANG)),
    "notice, closed": Dated(posted, close(HUANG), date(2015, 7, 1)),
    "review round, drawn": Dated(never_drawn, draw(HUANG)),
    "review round, concluded": Dated(drawn, conclude(HUANG), date(2015, 6, 22)),
}
each_act = pytest.mark.parametrize("dated", ACTS.values(), ids=ACTS)
following = {name: dated for name, dated in ACTS.items() if dated.previous}


@pytest.mark.parametrize("ahead", [1, 30])
@each_act
def test_no_act_is_still_to_come(dated: Dated, ahead: int) -> None:
    earlier = dated.command.on - timedelta(days=ahead)
    dated.act.when(dated.command, today=earlier).then_refused(DateInFuture, on=dated.command.on)


@pytest.mark.parametrize("dated", following.values(), ids=following)
def test_no_act_is_before_the_one_it_follows(dated: Dated) -> None:
    assert dated.previous
    early = dated.previous - timedelta(days=1)
    before = dated.command.model_copy(update={"on": early})
    dated.act.when(before).then_refused(BeforePreviousAct, on=early, previous=dated.previous)


@each_act
def test_ten_days_later_it_is_entered_without_a_reason(dated: Dated) -> None:
    later = dated.command.on + timedelta(days=10)
    (event,) = dated.act.when(dated.command, today=later).outcome.decided
    assert getattr(event, "late_reason", "missing") is None


@each_act
def test_eleven_days_later_it_needs_a_reason(dated: Dated) -> None:
    later = dated.command.on + timedelta(days=11)
    dated.act.when(dated.command, today=later).then_refused(LateEntryNeedsReason, days=10)
    late = dated.command.model_copy(update={"late_reason": LateEntryReason.NO_NETWORK})
    (event,) = dated.act.when(late, today=later).outcome.decided
    assert getattr(event, "late_reason", "missing") is LateEntryReason.NO_NETWORK
