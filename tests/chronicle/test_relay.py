"""The relay: everything that was recorded is in the feed, once and in order, whatever was lost on the way."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import copy

import pytest
from chronicle.feed.alarms import alarms
from chronicle.feed.embedded import EmbeddedFeed
from chronicle.feed.positions import RELAY
from chronicle.messages import StoredEvent
from chronicle.relay import FeedAhead, Relay
from chronicle.store import Database, EventStore, open_store
from chronicle.store.tables import follower_position, lease
from chronicle.store.values import Answer, Append
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from tallies import Counted, fill, opened, record, run, shared, stored

LATER = datetime.now(UTC) + timedelta(days=1)


class Unsure:
    """A feed whose answers get lost: it fails before or after it has written some of what it was sent."""

    source = ""

    def __init__(self, feed: EmbeddedFeed, written: list[int]) -> None:
        self._feed, self._written, self.asked = feed, written, 0
        self.generation = feed.generation
        self.sent, self.read, self.heads, self.close = feed.sent, feed.read, feed.heads, feed.close

    def send(self, batches: Mapping[int, Sequence[StoredEvent]]) -> dict[int, int]:
        """Write, or fail on the way."""
        self.asked += 1
        if not self._written:
            return self._feed.send(batches)
        for partition, events in batches.items():
            if self._written and (written := events[: self._written.pop()]):
                self._feed.send({partition: written})
        raise ConnectionError


@pytest.fixture
def feed(tmp_path: Path) -> Iterator[EmbeddedFeed]:
    with shared(f"sqlite:///{tmp_path}/history.db") as (_, feed):
        yield feed


@pytest.fixture
def own(tmp_path: Path) -> Iterator[tuple[Database, EventStore]]:
    with opened(f"sqlite:///{tmp_path}/own.db") as own:
        yield own


def held(feed: EmbeddedFeed) -> list[StoredEvent]:
    return [event for partition in sorted(feed.heads()) for event in feed.read(partition, 0, 100_000)]


def test_everything_recorded_is_sent_once_and_in_order(store_url: str, feed: EmbeddedFeed) -> None:
    with opened(store_url) as (database, store):
        relay = Relay(store, database, feed)
        for number in (600, 1, 30):
            fill(store, number, subjects=2)
            run(relay)

            assert held(feed) == stored(store)
        assert not relay.step()


def test_what_several_partitions_hold_is_sent_at_once(own: tuple[Database, EventStore], feed: EmbeddedFeed) -> None:
    database, store = own
    fill(store, 60, subjects=20)
    counting = Unsure(feed, [])

    Relay(store, database, counting).step()

    assert counting.asked == 1
    assert held(feed) == stored(store)


def test_however_much_waits_no_more_than_two_thousand_events_are_sent_at_once(
    own: tuple[Database, EventStore], feed: EmbeddedFeed
) -> None:
    database, store = own
    fill(store, 4_000, subjects=200)
    sizes: list[int] = []

    class Counting(Unsure):
        def send(self, batches: Mapping[int, Sequence[StoredEvent]]) -> dict[int, int]:
            sizes.append(sum(map(len, batches.values())))
            return super().send(batches)

    run(Relay(store, database, Counting(feed, [])))

    assert held(feed) == stored(store)
    assert 1_000 < max(sizes) <= 2_000


def test_how_far_it_sent_is_noted_now_and_then_and_what_was_not_noted_is_not_sent_again(
    own: tuple[Database, EventStore], feed: EmbeddedFeed
) -> None:
    database, store = own
    events, unsure = fill(store, 20, subjects=2), Unsure(feed, [])

    def noted() -> int:
        with database.reading() as connection:
            here = (follower_position.c.follower == RELAY, follower_position.c.source == store.source)
            return sum(connection.execute(select(follower_position.c.sequence).where(*here)).scalars())

    relay = Relay(store, database, unsure, noting=3_600)
    run(relay)
    assert noted() == 20

    events = fill(store, 20, subjects=2)
    run(relay)
    assert (held(feed), noted()) == (events, 20)

    unsure.asked = 0
    run(Relay(store, database, unsure, noting=3_600))
    assert (held(feed), noted(), unsure.asked) == (events, 40, 0)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(0, 6), max_size=8))
def test_a_send_of_unknown_outcome_is_found_out_by_looking_back(
    own: tuple[Database, EventStore], feed: EmbeddedFeed, written: list[int]
) -> None:
    database, store = own
    fill(store, 12, subjects=3)
    relay = Relay(store, database, Unsure(feed, written))

    for _ in range(len(written) + 1):
        with suppress(ConnectionError):
            run(relay)

    assert held(feed) == stored(store)


def test_what_the_feed_lost_is_sent_again(own: tuple[Database, EventStore], tmp_path: Path) -> None:
    database, store = own
    with shared(f"sqlite:///{tmp_path}/history.db") as (_, feed):
        fill(store, 20)
        run(Relay(store, database, feed))
    copy(tmp_path / "history.db", tmp_path / "backup.db")
    with closing(Database(f"sqlite:///{tmp_path}/history.db")) as whole:
        fill(store, 20)
        run(Relay(store, database, EmbeddedFeed(whole)))

    with closing(Database(f"sqlite:///{tmp_path}/backup.db")) as restored:
        run(Relay(store, database, EmbeddedFeed(restored)))
        assert held(EmbeddedFeed(restored)) == stored(store)


def test_a_feed_made_anew_gets_everything(own: tuple[Database, EventStore], feed: EmbeddedFeed, tmp_path: Path) -> None:
    database, store = own
    fill(store, 20)
    run(Relay(store, database, feed))

    with shared(f"sqlite:///{tmp_path}/anew.db") as (_, anew):
        run(Relay(store, database, anew))
        assert held(anew) == stored(store)


@pytest.mark.parametrize("recorded_since", [0, 40])
def test_a_restored_store_sends_nothing_and_raises_an_alarm(
    tmp_path: Path, feed: EmbeddedFeed, recorded_since: int
) -> None:
    with opened(f"sqlite:///{tmp_path}/toy.db") as (_, store):
        fill(store, 5, subjects=1)
    copy(tmp_path / "toy.db", tmp_path / "backup.db")
    with closing(Database(f"sqlite:///{tmp_path}/toy.db")) as whole:
        fill(open_store(whole, "toy"), 5, subjects=1)
        run(Relay(open_store(whole, "toy"), whole, feed))
    before = held(feed)

    with closing(Database(f"sqlite:///{tmp_path}/backup.db")) as restored:
        store = open_store(restored, "toy")
        record(store, *[("thing/0", Counted(amount=100 + each)) for each in range(recorded_since)])
        with pytest.raises(FeedAhead):
            Relay(store, restored, feed).step()

        assert held(feed) == before
        with restored.reading() as connection:
            (alarm,) = alarms(connection, LATER)
        assert (alarm.reader, alarm.sequence) == ("relay", 10)


def test_whether_a_store_lacks_events_is_told_to_whoever_asks_and_nothing_is_changed(
    store_url: str, tmp_path: Path, feed: EmbeddedFeed
) -> None:
    with opened(f"sqlite:///{tmp_path}/toy.db") as (whole, store):
        before = fill(store, 5, subjects=1)
        run(Relay(store, whole, feed))
        with opened(store_url) as (restored, anew):
            for event in before:
                anew.append(Append([event], event.recorded_at, Answer(201, None, 1)))
            assert not Relay(anew, restored, feed).lacks_events()
            fill(store, 5, subjects=1)
            assert not Relay(anew, restored, feed).lacks_events()
            run(Relay(store, whole, feed))

            assert Relay(anew, restored, feed).lacks_events()
            assert not Relay(store, whole, feed).lacks_events()
            with restored.reading() as connection:
                assert alarms(connection, LATER) == []
                assert connection.execute(select(lease)).all() == []


def test_a_store_restored_while_its_relay_runs_does_not_pass_for_what_it_was(
    tmp_path: Path, own: tuple[Database, EventStore], feed: EmbeddedFeed
) -> None:
    database, store = own
    fill(store, 5, subjects=1)
    with (
        closing(sqlite3.connect(tmp_path / "backup.db")) as backup,
        closing(sqlite3.connect(tmp_path / "own.db")) as now,
    ):
        now.backup(backup)
        fill(store, 5, subjects=1)
        relay = Relay(store, database, feed)
        run(relay)
        backup.backup(now)

    run(relay)
    with pytest.raises(FeedAhead):
        Relay(store, database, feed).step()


def test_the_alarm_ends_when_the_store_has_what_the_feed_has(
    own: tuple[Database, EventStore], feed: EmbeddedFeed, tmp_path: Path
) -> None:
    database, store = own
    with shared(f"sqlite:///{tmp_path}/foreign.db") as (_, foreign), opened(f"sqlite:///{tmp_path}/f.db") as (d, s):
        fill(s, 5)
        run(Relay(s, d, foreign))
        with pytest.raises(FeedAhead):
            run(Relay(store, database, foreign))

    fill(store, 7)
    run(Relay(store, database, feed))

    with database.reading() as connection:
        assert alarms(connection, LATER) == []
