"""Rebuild: the same rows again, beside those that serve, and a switch that nobody notices."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from random import Random
from threading import Event, Thread
from typing import Any

import pytest
from chronicle.feed.alarms import alarms
from chronicle.feed.positions import START
from chronicle.following import Follower, Loops, Unfinished, prune, rebuild
from chronicle.messages import EventTypes, Recorded
from chronicle.relay import Relay
from chronicle.store import Database, EventStore
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, func, inspect, select, update
from tallies import (
    Counted,
    CountedAnew,
    Script,
    Tally,
    apply,
    counted,
    everything,
    fill,
    opened,
    record,
    rows,
    run,
    shared,
    stored,
    tally_of,
)

LATER = datetime.now(UTC) + timedelta(days=1)


@pytest.fixture
def own(store_url: str) -> Iterator[tuple[Database, EventStore]]:
    with opened(store_url) as own:
        yield own


@pytest.fixture
def small(tmp_path: Path) -> Iterator[tuple[Database, EventStore]]:
    with opened(f"sqlite:///{tmp_path}/small.db") as small:
        fill(small[1], 40, subjects=8)
        yield small


@pytest.fixture
def versions() -> Iterator[int]:
    return count(1)


def tables_of(database: Database) -> set[str]:
    with database.reading() as connection:
        return {name for name in inspect(connection).get_table_names() if "counted" in name}


def test_rebuilt_from_the_store_the_rows_are_the_same_and_following_goes_on(own: tuple[Database, EventStore]) -> None:
    database, store = own
    live = Follower(counted, database, store, batch=3)
    fill(store, 40)
    run(live)
    before = rows(database, counted)

    rebuilt = rebuild(counted, database, store)

    assert (rebuilt.events, dict(rebuilt.differing)) == (40, {"counted_v1": 0, "counted_v1_source": 0})
    assert rows(database, counted) == before
    assert tables_of(database) == {"counted_v1", "counted_v1_source"}
    fill(store, 30)
    run(live)
    assert rows(database, counted) == tally_of(stored(store))


def test_rebuilt_from_the_feed_the_rows_are_the_same(own: tuple[Database, EventStore], tmp_path: Path) -> None:
    database, store = own
    with shared(f"sqlite:///{tmp_path}/history.db") as (_, feed):
        events = fill(store, 40)
        run(Relay(store, database, feed), Follower(everything, database, feed))

        assert rebuild(everything, database, feed).events == 40
        assert rows(database, everything) == tally_of(events)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(chance=st.randoms(use_true_random=False), batch=st.integers(1, 9))
def test_the_order_of_partitions_among_each_other_changes_nothing(
    small: tuple[Database, EventStore], versions: Iterator[int], chance: Random, batch: int
) -> None:
    database, store = small
    projection, feed = replace(everything, version=next(versions)), Script()
    shuffled = Follower(projection, database, feed, batch=batch)
    waiting = [event.partition for event in stored(store)]
    chance.shuffle(waiting)
    for partition in waiting:
        feed.send({partition: store.read(partition, feed.heads().get(partition, START).sequence, 1)})
        if chance.random() < 0.2:
            shuffled.step()
    run(shuffled)

    rebuilt = rebuild(projection, database, feed)

    assert set(rebuilt.differing.values()) == {0}
    assert rows(database, projection) == tally_of(stored(store))


def test_rows_that_differ_are_counted_and_replaced(own: tuple[Database, EventStore]) -> None:
    database, store = own
    fill(store, 20)
    run(Follower(counted, database, store))
    with database.writing() as connection:
        connection.execute(
            update(counted.tables.subjects).where(counted.tables.subjects.c.subject == "thing/2").values(number=9)
        )

    rebuilt = rebuild(counted, database, store)

    assert dict(rebuilt.differing) == {"counted_v1": 2, "counted_v1_source": 0}
    assert rows(database, counted) == tally_of(stored(store))


def test_a_projection_without_tables_is_built_whole(own: tuple[Database, EventStore]) -> None:
    database, store = own
    events = fill(store, 20)

    assert dict(rebuild(counted, database, store).differing) == {}
    assert rows(database, counted) == tally_of(events)


def test_a_rebuild_that_cannot_get_past_an_event_leaves_what_serves(own: tuple[Database, EventStore]) -> None:
    database, store = own
    events = fill(store, 20)
    run(Follower(counted, database, store))

    def fail(batch: Sequence[Recorded[Any]], tables: Tally, connection: Connection) -> None:
        if any(each.event.amount == 7 for each in batch):
            raise KeyError(7)
        apply(batch, tables, connection)

    with pytest.raises(Unfinished):
        rebuild(replace(counted, apply=fail), database, store)
    assert rows(database, counted) == tally_of(events)

    rebuild(counted, database, store)
    assert tables_of(database) == {"counted_v1", "counted_v1_source"}
    with database.reading() as connection:
        assert alarms(connection, LATER) == []


def test_a_rebuild_gets_past_an_event_that_stopped_the_tables_before(own: tuple[Database, EventStore]) -> None:
    database, store = own
    record(store, ("thing/1", Counted(amount=1)), ("thing/1", CountedAnew(amount=2)))
    run(Follower(counted, database, store))

    rebuild(replace(counted, types=EventTypes(Counted, CountedAnew)), database, store)

    assert rows(database, counted) == tally_of(stored(store))
    with database.reading() as connection:
        assert alarms(connection, LATER) == []


def test_the_next_version_is_built_beside_and_the_earlier_one_pruned(own: tuple[Database, EventStore]) -> None:
    database, store = own
    anew = replace(counted, version=2)
    now, then = Follower(counted, database, store), Follower(anew, database, store)
    events = fill(store, 20)
    run(now)

    then.step()
    assert rows(database, counted) == tally_of(events)
    run(then)
    assert rows(database, anew) == tally_of(events)
    assert sorted(prune(anew, database)) == ["counted_v1", "counted_v1_source"]

    assert tables_of(database) == {"counted_v2", "counted_v2_source"}
    assert set(then.behind().values()) == {0}


def test_readers_see_whole_tables_and_followers_go_on_while_it_is_rebuilt(own: tuple[Database, EventStore]) -> None:
    database, store = own
    fill(store, 200)
    live = Follower(counted, database, store)
    run(live)
    loops, ended, seen = Loops(), Event(), [200]
    loops.add("live", live.step)
    reader = Thread(target=_watch, args=(database, ended, seen))
    loops.start()
    reader.start()

    for _ in range(4):
        fill(store, 10)
        rebuild(counted, database, store)

    assert _eventually(lambda: rows(database, counted) == tally_of(stored(store)))
    ended.set()
    reader.join()
    assert loops.stop()
    assert len(seen) > 5
    assert seen == sorted(seen)


def _watch(database: Database, ended: Event, seen: list[int]) -> None:
    number = select(func.sum(counted.tables.subjects.c.number))
    while not ended.wait(0.002):
        with database.reading() as connection:
            seen.append(int(connection.execute(number).scalar_one()))


def _eventually(true: Any) -> bool:
    return any(true() or Event().wait(0.02) for _ in range(500))
