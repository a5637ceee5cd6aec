"""Handling: load, gather, decide, append; each command once, all of it or nothing, or a refusal that says why."""

import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import replace
from datetime import date
from itertools import count
from typing import Any

import pytest
from bank import (
    AREA,
    CHIEF,
    TELLER,
    AccountOpened,
    CloseAccount,
    NoSuchAccount,
    OpenAccount,
    Overdrawn,
    OwnerHasAccount,
    PayIn,
    PayOut,
    account,
    asking,
    part,
    payroll,
)
from chronicle.decider import Reading
from chronicle.handling import Handler
from chronicle.messages import StoredEvent
from chronicle.policy import Entry, Policy
from chronicle.recording import Part
from chronicle.refusals import Conflict, KeyReused, Refusal, RowsRefused, Stale
from chronicle.store import Database, EventStore, install, open_store
from chronicle.store.values import Answer, Append, Delivery, HeldClaim
from drafts import everything, key


@pytest.fixture
def bank(store_url: str) -> Iterator[Handler]:
    with closing(Database(store_url)) as database:
        with database.writing() as connection:
            install(connection)
        yield Handler(open_store(database, "bank"), database, Policy([]))


def opened(bank: Handler, *names: str, balance: int = 100) -> None:
    """Accounts named like their owners, with something paid in by the chief."""
    for name in names:
        bank.handle(asking(), [part(name, OpenAccount(owner=name))], Delivery())
        bank.handle(asking(CHIEF), [part(name, PayIn(amount=balance))], Delivery())


def balance(bank: Handler, name: str) -> int:
    state = bank.states.of({f"account/{name}": account})[f"account/{name}"].state
    assert isinstance(state.balance, int)
    return state.balance


def history(bank: Handler, name: str) -> list[StoredEvent]:
    return bank.store.load({f"account/{name}": 0})[f"account/{name}"]


class Meanwhile(EventStore):
    """A store where somebody else is faster, so many times."""

    def __init__(self, bank: Handler, name: str, times: int) -> None:
        vars(self).update(vars(bank.store))
        self._other = Handler(bank.store, bank.database, bank.policy)
        self._name, self._times = name, times

    def append(self, append: Append) -> Answer:
        """Let the other one pay in first."""
        if self._times > 0:
            self._times -= 1
            self._other.handle(asking(CHIEF), [part(self._name, PayIn(amount=1))], Delivery())
        return super().append(append)


def overtaken(bank: Handler, name: str, times: int) -> Handler:
    return Handler(Meanwhile(bank, name, times), bank.database, bank.policy)


def insisting(bank: Handler, parts: list[Part]) -> int:
    """How often it took to be faster than others."""
    for attempt in count(1):
        with suppress(Conflict):
            bank.handle(asking(), parts, Delivery())
            return attempt
    raise AssertionError


def test_what_is_decided_is_recorded_and_answered(bank: Handler) -> None:
    opened(bank, "ann")
    asked = asking()
    answer = bank.handle(asked, [part("ann", PayOut(amount=30))], Delivery(status=200, location="/accounts/ann"))

    event = history(bank, "ann")[-1]
    assert answer == Answer(200, "/accounts/ann", 3, answer.positions)
    assert [str(position) for position in answer.positions] == [f"bank/{event.partition}:{event.sequence}"]
    assert (event.type, event.data, event.version) == ("bank.money-paid-out.v1", '{"amount":30}', 3)
    assert (event.source, event.subject, event.area, event.stream) == ("bank", "customer/ann", AREA, "account/ann")
    assert (event.actor, event.valid_on, event.recorded_at) == (TELLER, asked.today, asked.now)
    assert (event.command_id, event.correlation_id) == (asked.command_id, asked.correlation_id)
    assert balance(bank, "ann") == 70


def test_a_receipt_says_by_which_rule_and_on_what_it_was_decided(bank: Handler) -> None:
    opened(bank, "ann")
    receipt: dict[str, Any] = json.loads(history(bank, "ann")[1].receipt or "")
    assert receipt["rule"] == "bank.account"
    assert receipt["digest"] == account.digest
    assert receipt["version"] == 1
    assert receipt["known"]["today"] == "2015-06-01"


def test_a_receipt_names_a_policy_entry_once_however_many_areas_it_was_looked_up_for(bank: Handler) -> None:
    def gather(parts: Sequence[Any], reading: Reading) -> Sequence[Any]:
        for group in ("01", "02"):
            reading.value("fee", AREA + group, reading.asked.today)
        return account.gather(parts, reading)

    fee = Entry.model_validate(
        {
            "name": "fee",
            "area": "national",
            "value": 5,
            "from": date(2014, 1, 1),
            "source": "s",
            "needs_confirmation": False,
        }
    )
    charging = Handler(bank.store, bank.database, Policy([fee]))
    opening = Part(replace(account, gather=gather), "ann", OpenAccount(owner="ann"))
    charging.handle(asking(), [opening], Delivery())

    assert json.loads(history(bank, "ann")[0].receipt or "")["policy"] == [fee.receipt()]


def test_what_is_refused_is_not_recorded(bank: Handler) -> None:
    opened(bank, "ann")
    before = everything(bank.store)
    with pytest.raises(Overdrawn) as refused:
        bank.handle(asking(), [part("ann", PayOut(amount=101))], Delivery(key("k")))
    assert refused.value.facts == {"balance": 100}
    assert everything(bank.store) == before
    assert bank.store.answered(key("k")) is None


def test_what_is_already_true_records_nothing_and_is_answered_200(bank: Handler) -> None:
    opened(bank, "ann")
    before = everything(bank.store)
    again = [part("ann", OpenAccount(owner="ann"))]
    assert bank.handle(asking(), again, Delivery(location="/accounts/ann")) == Answer(200, "/accounts/ann", 2)
    assert bank.handle(asking(), again, Delivery(key("k"), location="/a")) == Answer(200, "/a", 2)
    assert everything(bank.store) == before


def test_one_who_is_overtaken_decides_again(bank: Handler) -> None:
    opened(bank, "ann")
    answer = overtaken(bank, "ann", times=3).handle(asking(), [part("ann", PayOut(amount=100))], Delivery())
    assert answer.etag == 6
    assert balance(bank, "ann") == 3


def test_one_who_is_overtaken_again_and_again_is_told_so(bank: Handler) -> None:
    opened(bank, "ann")
    with pytest.raises(Conflict):
        overtaken(bank, "ann", times=4).handle(asking(), [part("ann", PayOut(amount=1))], Delivery())
    assert balance(bank, "ann") == 104


def test_one_who_is_overtaken_may_be_refused_for_what_happened_meanwhile(bank: Handler) -> None:
    opened(bank, "ann")
    with pytest.raises(Overdrawn):
        overtaken(bank, "ann", times=1).handle(asking(), [part("ann", PayOut(amount=102))], Delivery())


def test_who_saw_an_older_version_is_stale(bank: Handler) -> None:
    opened(bank, "ann")
    for seen in (1, 3):
        with pytest.raises(Stale):
            bank.handle(asking(), [part("ann", PayIn(amount=1))], Delivery(if_match=seen))
    with pytest.raises(Stale):
        overtaken(bank, "ann", times=1).handle(asking(), [part("ann", PayIn(amount=1))], Delivery(if_match=2))
    assert bank.handle(asking(), [part("ann", PayIn(amount=1))], Delivery(if_match=3)).etag == 4


def test_a_list_is_recorded_as_one(bank: Handler) -> None:
    opened(bank, "ann", "bob", "cy")
    answer = bank.handle(asking(), payroll("june", "ann", "bob", "cy"), Delivery())
    assert answer.etag == 1
    assert len({event.command_id for name in ("ann", "bob", "cy") for event in history(bank, name)[2:]}) == 1
    assert [balance(bank, name) for name in ("ann", "bob", "cy")] == [110] * 3


def test_a_list_with_refused_rows_records_nothing_and_names_them_all(bank: Handler) -> None:
    opened(bank, "ann", "cy")
    before = everything(bank.store)
    with pytest.raises(RowsRefused) as refused:
        bank.handle(asking(), payroll("june", "ann", "bob", "cy", "dan"), Delivery())
    assert [(name, type(why)) for name, why in refused.value.rows] == [("bob", NoSuchAccount), ("dan", NoSuchAccount)]
    assert refused.value.facts == {"count": 2}
    assert everything(bank.store) == before


def test_rows_on_one_stream_are_decided_in_turn_each_on_what_those_before_it_leave(bank: Handler) -> None:
    opened(bank, "ann")
    rows = [
        Part(account, "ann", PayOut(amount=amount), row=row) for row, amount in zip("abc", (60, 50, 40), strict=True)
    ]
    with pytest.raises(RowsRefused) as refused:
        bank.handle(asking(), rows, Delivery())
    assert [(row, why.facts) for row, why in refused.value.rows] == [("b", {"balance": 40})]
    assert balance(bank, "ann") == 100

    answer = bank.handle(asking(), [rows[0], rows[2]], Delivery(if_match=2))
    assert (answer.etag, balance(bank, "ann")) == (4, 0)
    assert [(event.version, event.data) for event in history(bank, "ann")[2:]] == [
        (3, '{"amount":60}'),
        (4, '{"amount":40}'),
    ]


def test_lists_that_share_rows_at_once_are_each_recorded_whole(bank: Handler) -> None:
    names = [f"{number}" for number in range(12)]
    opened(bank, *names, balance=0)

    def pay(act: int) -> int:
        return insisting(bank, payroll(f"{act}", *(names[:7] if act % 2 else names[5:]), amount=1))

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(pay, range(20)))
    assert [balance(bank, name) for name in names] == [10] * 5 + [20] * 2 + [10] * 5


def test_a_row_that_wants_what_another_holds_is_named(bank: Handler) -> None:
    opened(bank, "ann", "bob")
    rows = [Part(account, f"new-{name}", OpenAccount(owner=name), row=name) for name in ("ann", "cy", "bob")]
    with pytest.raises(RowsRefused) as refused:
        bank.handle(asking(), rows, Delivery())
    assert [(row, type(why)) for row, why in refused.value.rows] == [
        ("ann", OwnerHasAccount),
        ("bob", OwnerHasAccount),
    ]
    assert history(bank, "new-cy") == []


def test_what_another_holds_is_refused_until_given_back(bank: Handler) -> None:
    opened(bank, "ann")
    another = [part("another", OpenAccount(owner="ann"))]
    with pytest.raises(OwnerHasAccount):
        bank.handle(asking(), another, Delivery())
    bank.handle(asking(), [part("ann", CloseAccount())], Delivery())
    assert bank.handle(asking(), another, Delivery()).status == 201


def test_a_key_may_change_hands_within_one_command(bank: Handler) -> None:
    opened(bank, "ann")
    parts = [part("another", OpenAccount(owner="ann")), part("ann", CloseAccount())]
    bank.handle(asking(), parts, Delivery())
    assert bank.store.holder("owner", ["ann"]) == {"ann": "account/another"}


def test_a_delivery_brings_claims_of_its_own(bank: Handler) -> None:
    brought = HeldClaim("card", "7", "card/7", refusal=OwnerHasAccount)
    bank.handle(asking(), [part("ann", OpenAccount(owner="ann"))], Delivery(claims=(brought,)))
    other = HeldClaim("card", "7", "card/8", refusal=OwnerHasAccount)
    with pytest.raises(OwnerHasAccount):
        bank.handle(asking(), [part("bob", OpenAccount(owner="bob"))], Delivery(claims=(other,)))


def test_of_many_who_want_the_next_number_at_once_each_gets_one(bank: Handler) -> None:
    def open_one(number: int) -> int:
        return insisting(bank, [part(f"{number}", OpenAccount(owner=f"{number}"))])

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(open_one, range(15)))
    numbers = [AccountOpened.read(event.data).number for event in everything(bank.store)]
    assert sorted(numbers) == list(range(1, 16))


def test_a_repeated_request_gets_the_first_answer_after_the_state_moved_on(bank: Handler) -> None:
    opened(bank, "ann")
    pay_out, close = [part("ann", PayOut(amount=60))], [part("ann", CloseAccount())]
    first = bank.handle(asking(), pay_out, Delivery(key("pay"), if_match=2))
    closed = bank.handle(asking(), close, Delivery(key("close")))
    before = everything(bank.store)

    # Decided anew, these would be stale, refused, and nothing new.
    assert bank.handle(asking(), pay_out, Delivery(key("pay"), if_match=2)) == first
    assert bank.handle(asking(), pay_out, Delivery(key("pay"))) == first
    assert bank.handle(asking(), close, Delivery(key("close"))) == closed
    assert everything(bank.store) == before


def test_a_repeated_request_gets_the_first_answer_where_it_would_do_more(bank: Handler) -> None:
    opened(bank, "ann")
    first = bank.handle(asking(), [part("ann", PayIn(amount=1))], Delivery(key("k")))
    assert bank.handle(asking(), [part("ann", PayIn(amount=1))], Delivery(key("k"))) == first
    assert balance(bank, "ann") == 101


def test_what_was_already_true_stays_the_answer_when_it_is_no_longer(bank: Handler) -> None:
    opened(bank, "ann")
    again = [part("ann", OpenAccount(owner="ann"))]
    first = bank.handle(asking(), again, Delivery(key("k")))
    bank.handle(asking(), [part("ann", CloseAccount())], Delivery())
    assert bank.handle(asking(), again, Delivery(key("k"))) == first
    assert len(history(bank, "ann")) == 4


@pytest.mark.parametrize("amount", [1, 1000], ids=["accepted", "refused"])
def test_a_key_used_for_something_else_is_refused(bank: Handler, amount: int) -> None:
    opened(bank, "ann")
    bank.handle(asking(), [part("ann", PayOut(amount=1))], Delivery(key("k")))
    with pytest.raises(KeyReused):
        bank.handle(asking(), [part("ann", PayOut(amount=amount))], Delivery(key("k", b"another body")))
    assert balance(bank, "ann") == 99


def test_the_same_request_many_times_at_once_is_done_once(bank: Handler) -> None:
    opened(bank, "ann")

    def send(request: int) -> Answer | type[Refusal]:
        try:
            return bank.handle(asking(), [part("ann", PayOut(amount=1))], Delivery(key(f"{request // 6}")))
        except Conflict as conflict:
            return type(conflict)

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(send, range(60)))
    assert balance(bank, "ann") == 100 - len(set(answers) - {Conflict})
    assert all(len(set(answers[start : start + 6]) - {Conflict}) == 1 for start in range(0, 60, 6))
