"""What a follower says when its feed, or what it writes to, stops it: where, since when, and how much is to come."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import sleep
from typing import Any

import pytest
from chronicle.feed.alarms import Alarm, alarms
from chronicle.feed.places import Place
from chronicle.feed.stopped import (
    FeedLost,
    FeedStopped,
    KafkaRefuses,
    TooLarge,
    TopicCutShort,
    TopicMissing,
    TopicReplaced,
)
from chronicle.following import Follower
from chronicle.following import follower as follower_module
from chronicle.following.parking import all_blocked
from chronicle.messages import Everything, Recorded, StoredEvent
from chronicle.refusals import Unavailable
from chronicle.store import Database
from chronicle.store.values import Head
from sqlalchemy import Connection
from tallies import Script, counted, fill, opened, rows, run, tally_of

LATER = datetime.now(UTC) + timedelta(days=1)


class Failing(Script):
    """A feed that fails as told."""

    def __init__(self, *, heads: Exception | None = None, read: Exception | None = None) -> None:
        super().__init__()
        self.failing_heads, self.failing_read = heads, read

    def heads(self, last: Mapping[int, Head] | None = None) -> dict[int, Head]:
        """How many there are, or not even that."""
        if self.failing_heads:
            raise self.failing_heads
        return super().heads(last)

    def read(self, partition: int, after: int, limit: int) -> list[StoredEvent]:
        """Read on, or fail."""
        if self.failing_read:
            raise self.failing_read
        return super().read(partition, after, limit)


class Writing:
    """A reader that writes to what stops it at one event."""

    reader, types = "writing", Everything()

    def __init__(self, at: StoredEvent, error: FeedStopped) -> None:
        self.at, self.error = at, error
        self.taken: list[list[str]] = []

    def open(self, _connection: Connection) -> None:
        """Nothing to open."""

    def take(self, batch: Sequence[Recorded[Any]]) -> Callable[[Connection], object]:
        """Write, but for that event."""
        ids = [each.event_id for each in batch]
        if self.at.event_id in ids:
            self.taken.append([])
            raise self.error
        self.taken.append(ids)
        return lambda _: None


class Dawdling(Writing):
    """A reader that was frozen in the middle of writing, at first."""

    def __init__(self) -> None:
        self.froze = False
        self.taken: list[list[str]] = []

    def take(self, batch: Sequence[Recorded[Any]]) -> Callable[[Connection], object]:
        """Write, at first for longer than the server lets."""

        def write(connection: Connection) -> None:
            if not self.froze:
                self.froze = True
                connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = '100ms'")
                sleep(0.5)
            connection.exec_driver_sql("SELECT 1")
            self.taken.append([each.event_id for each in batch])

        return write


@pytest.fixture
def there(tmp_path: Path) -> Iterator[Database]:
    with opened(f"sqlite:///{tmp_path}/there.db", "there") as (there, _):
        yield there


@pytest.fixture
def events(tmp_path: Path) -> list[StoredEvent]:
    with opened(f"sqlite:///{tmp_path}/own.db") as (_, store):
        return fill(store, 20)


def deliver(feed: Script, events: Sequence[StoredEvent]) -> None:
    for event in events:
        feed.send({event.partition: [event]})


def raised(database: Database) -> list[Alarm]:
    with database.reading() as connection:
        return alarms(connection, LATER)


def test_a_follower_that_cannot_read_has_something_to_come(there: Database, events: list[StoredEvent]) -> None:
    feed = Failing()
    follower = Follower(counted, there, feed)
    run(follower)
    deliver(feed, events)

    feed.failing_read = Unavailable()
    with pytest.raises(Unavailable):
        follower.step()

    assert all(follower.places[event.partition].is_due for event in events)
    assert sum(place.behind for place in follower.places.values()) == len(events)


def test_what_is_lost_where_a_partition_begins_is_an_alarm_however_often_it_is_tried(
    there: Database, events: list[StoredEvent], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follower_module, "FIRST_RETRY", 0.0)
    feed = Failing(read=FeedLost(events[0].partition, 1))
    feed.send({events[0].partition: events[:1]})
    follower = Follower(counted, there, feed)

    follower.step()
    before = raised(there)
    for _ in range(3):
        follower.step()

    assert [alarm.reason for alarm in before] == [FeedLost().reason]
    assert raised(there) == before


@pytest.mark.parametrize("error", [TopicMissing(), TopicReplaced(), KafkaRefuses()])
def test_an_alarm_of_the_whole_feed_keeps_its_time_and_ends_with_the_feed_back(
    there: Database, events: list[StoredEvent], error: FeedStopped
) -> None:
    feed = Failing(heads=error)
    follower = Follower(counted, there, feed)
    for _ in range(2):
        with pytest.raises(type(error)):
            follower.step()
        before = raised(there)

    with pytest.raises(type(error)):
        follower.step()
    assert [alarm.reason for alarm in before] == [error.reason]
    assert raised(there) == before
    feed.failing_heads = None
    deliver(feed, events)
    run(follower)
    assert raised(there) == []
    assert rows(there, counted) == tally_of(events)


@pytest.mark.parametrize("error", [TopicReplaced(), TopicCutShort(3, 7)])
def test_what_stops_the_topic_it_writes_to_is_no_fault_of_an_event(
    there: Database, events: list[StoredEvent], error: FeedStopped
) -> None:
    feed, writing = Failing(), Writing(events[-1], error)
    deliver(feed, events)
    follower = Follower(writing, there, feed)

    for _ in range(2):
        with pytest.raises(type(error)):
            follower.step()
        before = raised(there)
    with pytest.raises(type(error)):
        follower.step()

    assert writing.taken == [[], [], []], "nothing is tried event by event"
    (alarm,) = raised(there)
    assert (alarm.partition, alarm.sequence, alarm.reason) == (error.partition, error.number, error.reason)
    assert [alarm] == before, "it keeps its time"


def test_an_event_too_large_for_the_topic_it_writes_to_stops_its_partition_alone(
    there: Database, events: list[StoredEvent]
) -> None:
    large = events[2]
    feed, writing = Failing(), Writing(large, TooLarge(large.partition, 0))
    deliver(feed, events)
    follower = Follower(writing, there, feed)

    run(follower)

    (alarm,) = raised(there)
    assert (alarm.event_id, alarm.reason) == (large.event_id, f"TooLarge on {large.type}")
    stuck = [each for each in events if each.partition == large.partition and each.sequence >= large.sequence]
    assert {event_id for taken in writing.taken for event_id in taken} == {
        event.event_id for event in events if event not in stuck
    }
    assert follower.places[large.partition] == Place(large.sequence - 1, large.sequence - 1 + len(stuck), stopped=True)


def test_whose_transaction_the_server_ended_blames_no_event(database_url: str, events: Sequence[StoredEvent]) -> None:
    feed, reader = Script(), Dawdling()
    deliver(feed, events)
    with opened(database_url, "there") as (there, _):
        follower = Follower(reader, there, feed, tries=1)
        with pytest.raises(Unavailable):
            follower.step()
        run(follower)

        assert sorted(each for taken in reader.taken for each in taken) == sorted(each.event_id for each in events)
        with there.reading() as connection:
            assert (all_blocked(connection), alarms(connection, LATER)) == ([], [])
