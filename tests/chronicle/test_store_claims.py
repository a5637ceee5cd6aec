"""Claims: one stream holds a key at a time, decided in the append that takes it."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date
from uuid import UUID

import pytest
from chronicle.store import Database, EventStore, install, open_store
from chronicle.store.held import is_held, last_day
from chronicle.store.values import ClaimTaken, HeldClaim
from drafts import draft, drafts, give_back, key, record, take


@pytest.fixture
def database(store_url: str) -> Iterator[Database]:
    with closing(Database(store_url)) as database:
        with database.writing() as connection:
            install(connection)
        yield database


@pytest.fixture
def store(database: Database) -> EventStore:
    return open_store(database, "notes")


def taken(store: EventStore, *claims: HeldClaim) -> tuple[HeldClaim, ...]:
    """Which of these claims a new stream is refused."""
    before = store.heads()
    with pytest.raises(ClaimTaken) as refused:
        record(store, draft("other/1", subject="thing/2"), claims=claims, key=key("refused"))
    assert store.heads() == before
    assert store.answered(key("refused")) is None
    return refused.value.claims


def test_a_key_is_held_by_one_stream_at_a_time(store: EventStore) -> None:
    record(store, draft("note/1"), claims=[take("note/1", "7")])
    assert taken(store, take("other/1", "7")) == (take("other/1", "7"),)
    assert store.holder("number", ["7", "8"]) == {"7": "note/1"}


def test_every_claim_that_others_hold_is_named(store: EventStore) -> None:
    record(store, draft("note/1"), claims=[take("note/1", number) for number in "357"])
    refused = taken(store, *(take("other/1", number) for number in "98765"))
    assert refused == (take("other/1", "5"), take("other/1", "7"))


def test_two_kinds_of_key_do_not_meet(store: EventStore) -> None:
    record(store, draft("note/1"), claims=[take("note/1", "7")])
    record(store, draft("note/2"), claims=[take("note/2", "7", kind="owner")])
    assert store.holder("owner", ["7"]) == {"7": "note/2"}


def test_the_holder_may_take_it_again(store: EventStore) -> None:
    record(store, draft("note/1"), claims=[take("note/1", "7")])
    record(store, draft("note/1", 2), claims=[take("note/1", "7")])
    assert store.holder("number", ["7"]) == {"7": "note/1"}


def test_what_was_given_back_is_free(store: EventStore) -> None:
    record(store, draft("note/1"), claims=[take("note/1", "7")])
    record(store, draft("note/1", 2), claims=[give_back("note/1", "7")])
    record(store, draft("note/2"), claims=[take("note/2", "7")])
    assert store.holder("number", ["7"]) == {"7": "note/2"}


def test_nobody_gives_back_what_another_holds(store: EventStore) -> None:
    record(store, draft("note/1"), claims=[take("note/1", "7")])
    record(store, draft("note/2"), claims=[give_back("note/2", "7"), give_back("note/2", "8")])
    assert store.holder("number", ["7", "8"]) == {"7": "note/1"}


def test_a_key_passes_from_one_stream_to_another_in_one_append(store: EventStore) -> None:
    record(store, draft("note/1"), claims=[take("note/1", "7")])
    record(store, draft("note/2"), draft("note/1", 2), claims=[take("note/2", "7"), give_back("note/1", "7")])
    assert store.holder("number", ["7"]) == {"7": "note/2"}


@pytest.mark.parametrize(
    ("claims", "holder"),
    [
        ([take("note/1", "7"), give_back("note/1", "7")], {}),
        ([take("note/1", "7"), give_back("note/1", "7"), take("note/1", "7")], {"7": "note/1"}),
        ([give_back("note/1", "7"), take("note/1", "7")], {"7": "note/1"}),
    ],
)
def test_a_streams_last_word_on_a_key_counts(
    store: EventStore, claims: list[HeldClaim], holder: dict[str, str]
) -> None:
    record(store, draft("note/1"), claims=claims)
    assert store.holder("number", ["7"]) == holder


def test_two_streams_of_one_append_cannot_hold_one_key(store: EventStore) -> None:
    assert taken(store, take("other/1", "7"), take("note/1", "7")) == (take("note/1", "7"),)
    assert store.holder("number", ["7"]) == {}


def test_of_many_who_take_one_key_at_once_one_gets_it(store: EventStore) -> None:
    def reach_for(number: int, round_: int) -> bool:
        stream = f"note/{round_}/{number}"
        try:
            record(store, draft(stream, subject=stream), claims=[take(stream, f"{round_}")])
        except ClaimTaken:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        for round_ in range(20):
            got = list(pool.map(reach_for, range(8), [round_] * 8))
            assert got.count(True) == 1
            assert store.holder("number", [f"{round_}"]) == {f"{round_}": f"note/{round_}/{got.index(True)}"}


def test_a_key_that_changes_hands_all_the_time_is_never_held_twice_nor_lost(store: EventStore) -> None:
    def hold_in_turn(name: str) -> int:
        held, version = 0, 0
        while held < 15:
            try:
                record(store, draft(name, version + 1, subject=name), claims=[take(name, "7")])
            except ClaimTaken:
                continue
            assert store.holder("number", ["7"]) == {"7": name}
            record(store, draft(name, version + 2, subject=name), claims=[give_back(name, "7")])
            held, version = held + 1, version + 2
        return held

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(hold_in_turn, [f"note/{number}" for number in range(4)])) == [15] * 4
    assert store.holder("number", ["7"]) == {}


def test_keys_taken_in_opposite_orders_do_not_lock_each_other_out(store: EventStore) -> None:
    numbers = [f"{number}" for number in range(30)]

    def swap(name: str, order: list[str]) -> int:
        done = 0
        for version, mine in enumerate([order, order[::-1]] * 10, 1):
            claims = [take(name, number) if version % 2 else give_back(name, number) for number in mine]
            try:
                record(store, draft(name, done + 1, subject=name), claims=claims)
            except ClaimTaken:
                continue
            done += 1
        return done

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(swap, "abcd", [numbers, numbers[::-1]] * 2))
    assert min(done) >= 10


def test_drafts_may_claim_in_bulk(store: EventStore) -> None:
    numbers = [f"{number:05}" for number in range(1000)]
    record(store, *drafts("note/1", 300), claims=[take("note/1", number) for number in numbers])
    assert store.holder("number", numbers) == dict.fromkeys(numbers, "note/1")


def test_the_last_day_of_those_that_claimed_a_key_with_their_ids_is_found(
    store: EventStore, database: Database
) -> None:
    one, another, stranger = ("0a" * 16, "ff" * 16, "00" * 16)
    for number, (owner, id_, on) in enumerate(
        [("7", one, date(2015, 6, 20)), ("7", another, date(2015, 6, 3)), ("70", stranger, date(2015, 6, 30))], 1
    ):
        stream, claimed = f"note/{number}", f"{owner}/{UUID(id_)}"
        record(store, draft(stream, valid_on=on), claims=[take(stream, claimed, kind="over")])
    record(store, draft("note/4", valid_on=date(2015, 6, 29)), claims=[take("note/4", "7")])

    with database.reading() as connection:
        assert last_day(connection, "over", "7") == date(2015, 6, 20)
        assert last_day(connection, "over", "8") is None
        assert [is_held(connection, "number", number) for number in "78"] == [True, False]
