"""Leases: workers share partitions, take over what the dead held, and never do anything twice."""

from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep

import pytest
from chronicle.feed.leases import ALL, Leases, share
from chronicle.following import Follower
from chronicle.messages import PARTITIONS, StoredEvent, new_id
from chronicle.relay import Relay
from chronicle.store import Database, EventStore, open_store
from chronicle.store.tables import lease
from hypothesis import given
from hypothesis import strategies as st
from private_postgres import USUAL
from sqlalchemy import select, update
from tallies import counted, fill, opened, rows, run, shared, stored, tally_of

on_postgres = pytest.mark.parametrize("store_url", [f"postgresql-{USUAL}"], indirect=True)
SECONDS, SHORT, PATIENCE = 3.0, 1.0, 60.0

Own = tuple[Database, EventStore]


@pytest.fixture
def own(store_url: str) -> Iterator[Own]:
    with opened(store_url) as own:
        yield own


def sharing(database: Database, worker: str, reader: str = "counted_v1") -> Leases:
    leases = Leases(database, reader)
    leases.share(worker, SECONDS)
    return leases


def settled(*sharing: Leases) -> list[frozenset[int]]:
    """What each holds once all have renewed so often that each has its share."""
    until = monotonic() + PATIENCE
    while True:
        held = [leases.held() for leases in sharing]
        if {len(each) for each in held} == {PARTITIONS // len(sharing)} or monotonic() > until:
            return held
        sleep(SECONDS / 60)


def expire(database: Database) -> None:
    """Let the time of every lease run out."""
    with database.writing() as connection:
        connection.execute(update(lease).values(until=0))


@given(st.lists(st.text("abc", min_size=1, max_size=2), min_size=1, max_size=40))
def test_shares_are_apart_and_become_fair_whoever_comes_first(renewing: list[str]) -> None:
    held: dict[str, frozenset[int]] = {}
    for worker in [*renewing, *sorted(set(renewing)) * 3]:
        held[worker], _ = share(held, worker)
        assert sum(map(len, held.values())) == len(frozenset().union(*held.values())), "apart"

    sizes = {len(partitions) for partitions in held.values()}
    assert frozenset().union(*held.values()) == ALL
    assert max(sizes) - min(sizes) <= 1


@on_postgres
def test_one_alone_has_everything(own: Own) -> None:
    assert sharing(own[0], "a").held() == ALL


@on_postgres
def test_two_share_and_who_is_left_takes_over_at_once(own: Own) -> None:
    one, another = sharing(own[0], "a"), sharing(own[0], "b")
    assert one.held() == ALL
    assert another.held() == frozenset(), "nothing is taken away while it is held"

    first, second = settled(one, another)
    assert (len(first), len(second)) == (PARTITIONS / 2, PARTITIONS / 2)
    assert first | second == ALL

    one.release()
    assert settled(another) == [ALL]
    with own[0].reading() as connection:
        assert connection.execute(select(lease.c.worker)).scalars().all() == ["b"]


@on_postgres
def test_what_a_dead_worker_held_before_the_clock_went_back_is_free(own: Own) -> None:
    assert sharing(own[0], "dead").held() == ALL
    with own[0].writing() as connection:
        connection.execute(update(lease).values(until=lease.c.until + 8 * 3_600_000_000))

    assert sharing(own[0], "another").held() == ALL


@on_postgres
def test_readers_of_other_names_do_not_meet(own: Own) -> None:
    one, another = sharing(own[0], "a", "one"), sharing(own[0], "b", "another")

    assert one.held() == another.held() == ALL


@on_postgres
def test_another_takes_over_from_a_frozen_worker_which_awake_again_does_nothing_twice(
    own: Own, monkeypatch: pytest.MonkeyPatch
) -> None:
    database, store = own
    fill(store, 30)
    heavy = open_store(database, "toy")
    frozen, other = Follower(counted, database, heavy), Follower(counted, database, store)
    frozen.leases.share(new_id(), 60)
    other.leases.share(new_id(), SECONDS)

    def read(partition: int, after: int, limit: int) -> list[StoredEvent]:
        events = store.read(partition, after, limit)
        assert not other.step(), "everything is held"
        expire(database)
        assert settled(other.leases) == [ALL]
        run(other)
        return events

    monkeypatch.setattr(heavy, "read", read)
    frozen.step()
    assert rows(database, counted) == tally_of(stored(store))

    monkeypatch.undo()
    fill(store, 10)
    run(frozen, other)
    assert rows(database, counted) == tally_of(stored(store))


@on_postgres
def test_a_relay_that_awakes_when_others_have_everything_waits_for_its_share(own: Own, tmp_path: Path) -> None:
    database, store = own
    with shared(f"sqlite:///{tmp_path}/history.db") as (_, feed):
        frozen, other = Relay(store, database, feed), Relay(store, database, feed)
        for relay in (frozen, other):
            relay.leases.share(new_id(), SHORT)
        fill(store, 10)
        run(frozen)
        sleep(SHORT * 1.1)
        run(other)

        assert not frozen.step()


def test_on_sqlite_one_process_has_everything(tmp_path: Path) -> None:
    with opened(f"sqlite:///{tmp_path}/own.db") as (database, _):
        one, another = sharing(database, "a"), sharing(database, "b")

        assert one.held() == another.held() == ALL
        one.release()
