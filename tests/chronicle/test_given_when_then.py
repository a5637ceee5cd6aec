"""Given, when, then: rules read as sentences, and a rule that is broken is told plainly."""

from datetime import date

import pytest
from bank import (
    CHIEF,
    TELLER,
    AccountClosed,
    AccountOpened,
    CloseAccount,
    KnownOfAccount,
    MoneyPaidIn,
    MoneyPaidOut,
    NoSuchAccount,
    OpenAccount,
    Overdrawn,
    OwnPayout,
    PayIn,
    PayOut,
    account,
)
from chronicle.refusals import NotFound
from chronicle.testing import Case, by

KNOWN = KnownOfAccount(actor=TELLER, today=date(2015, 6, 1))
OPENED = AccountOpened(owner="ann", number=1)
TEN_IN = MoneyPaidIn(amount=10)

case = Case(account)


def test_an_event_follows_from_a_command() -> None:
    case.given(OPENED).when(PayIn(amount=5), KNOWN).then(MoneyPaidIn(amount=5))


def test_several_events_follow_from_one_command() -> None:
    case.given(OPENED, TEN_IN).when(CloseAccount(), KNOWN).then(MoneyPaidOut(amount=10), AccountClosed())


def test_what_is_already_true_is_nothing_new() -> None:
    case.given(OPENED).when(OpenAccount(owner="ann"), KNOWN).then_nothing()


def test_what_is_not_allowed_is_refused_with_its_facts() -> None:
    case.given(OPENED, TEN_IN).when(PayOut(amount=11), KNOWN).then_refused(Overdrawn, balance=10)


def test_who_entered_an_event_may_matter() -> None:
    case.given(OPENED, by(TEN_IN, actor=TELLER)).when(PayOut(amount=5), KNOWN).then_refused(OwnPayout)
    case.given(OPENED, by(TEN_IN, actor=CHIEF)).when(PayOut(amount=5), KNOWN).then(MoneyPaidOut(amount=5))


def test_a_story_goes_on_after_what_came_of_it() -> None:
    opened = case.when(OpenAccount(owner="ann"), KNOWN).then(AccountOpened(owner="ann", number=1))
    paid_in = opened.when(PayIn(amount=5), KNOWN).then(MoneyPaidIn(amount=5))
    paid_in.when(PayOut(amount=5), KNOWN).then_refused(OwnPayout)
    assert [told.actor for told in paid_in.history] == [TELLER, TELLER]


def test_when_something_else_comes_of_it_both_are_named() -> None:
    outcome = case.given(OPENED).when(PayIn(amount=5), KNOWN)
    with pytest.raises(
        AssertionError, match=r"expected MoneyPaidIn\(amount=6\)\nbut there came MoneyPaidIn\(amount=5\)"
    ):
        outcome.then(MoneyPaidIn(amount=6))
    with pytest.raises(AssertionError, match=r"expected nothing\nbut there came MoneyPaidIn\(amount=5\)"):
        outcome.then_nothing()
    with pytest.raises(AssertionError, match=r"expected Overdrawn \nbut there came MoneyPaidIn\(amount=5\)"):
        outcome.then_refused(Overdrawn)


def test_when_it_is_refused_for_another_reason_that_is_named() -> None:
    outcome = case.when(PayIn(amount=5), KNOWN)
    with pytest.raises(AssertionError, match=r"but it was refused: NoSuchAccount"):
        outcome.then(MoneyPaidIn(amount=5))
    with pytest.raises(AssertionError, match=r"but it was refused: NoSuchAccount"):
        outcome.then_nothing()
    with pytest.raises(AssertionError, match=r"expected NotFound"):
        outcome.then_refused(NotFound)
    with pytest.raises(AssertionError, match=r"expected NoSuchAccount {'number': 7}"):
        outcome.then_refused(NoSuchAccount, number=7)
