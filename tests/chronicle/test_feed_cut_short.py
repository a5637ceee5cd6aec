"""A feed that lost its end, however it went on since: nobody reads over the hole; the alarm stays till it is mended."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import copy
from time import monotonic

import pytest
from chronicle.feed.alarms import Alarm, alarms
from chronicle.feed.embedded import EmbeddedFeed, renew
from chronicle.feed.kafka import KafkaFeed
from chronicle.feed.positions import FEED
from chronicle.feed.stopped import Corrupt, FeedLost, FeedStopped
from chronicle.following import Follower
from chronicle.refusals import Unavailable
from chronicle.relay import Relay
from chronicle.store import Database, EventStore
from chronicle.store.tables import follower_position
from private_kafka import Cluster
from sqlalchemy import select
from tallies import Weighed, everything, fill, opened, rows, run, shared, stored, tally_of

LATER = datetime.now(UTC) + timedelta(days=1)

Own = tuple[Database, EventStore]


@pytest.fixture
def toys(tmp_path: Path) -> Iterator[Own]:
    with opened(f"sqlite:///{tmp_path}/toy.db") as toys:
        yield toys


@pytest.fixture
def others(tmp_path: Path) -> Iterator[Own]:
    with opened(f"sqlite:///{tmp_path}/other.db", "other") as others:
        yield others


@pytest.fixture
def there(tmp_path: Path) -> Iterator[Database]:
    with opened(f"sqlite:///{tmp_path}/there.db", "there") as (there, _):
        with there.writing() as connection:
            everything.open(connection)
            everything.beside("anew").open(connection)
        yield there


@pytest.fixture
def topic(kafka: Cluster) -> Iterator[str]:
    with kafka.topic() as topic:
        yield topic


def raised(database: Database) -> list[Alarm]:
    with database.reading() as connection:
        return alarms(connection, LATER)


def offset(database: Database, partition: int) -> int:
    ours = (follower_position.c.partition == partition, follower_position.c.source == FEED)
    with database.reading() as connection:
        return int(connection.execute(select(follower_position.c.sequence).where(*ours)).scalar_one())


def patiently(*loops: Relay | Follower, until: Callable[[], object]) -> None:
    end = monotonic() + 60
    while not until() and monotonic() < end:
        for loop in loops:
            with suppress(Unavailable, FeedStopped):
                loop.step()


def relayed(*relays: Relay, stores: Sequence[EventStore]) -> None:
    def all_sent() -> bool:
        return all(
            sum(place.reached for place in relay.places.values()) == len(stored(store))
            for relay, store in zip(relays, stores, strict=True)
        )

    patiently(*relays, until=all_sent)


def sent(feed: EmbeddedFeed, *own: Own) -> None:
    run(*[Relay(store, database, feed) for database, store in own])


def sums(*own: Own) -> dict[str, int]:
    return tally_of(event for _, store in own for event in stored(store))[1]


def test_a_history_restored_behind_its_followers_is_not_read_on_until_it_is_another(
    toys: Own, others: Own, there: Database, tmp_path: Path
) -> None:
    path = tmp_path / "history.db"
    with shared(f"sqlite:///{path}") as (_, feed):
        partition = fill(toys[1], 5, subjects=1)[0].partition
        sent(feed, toys)
    copy(path, tmp_path / "backup.db")
    with closing(Database(f"sqlite:///{path}")) as whole:
        fill(others[1], 5, subjects=1, kind=Weighed)
        sent(EmbeddedFeed(whole), others)
        run(Follower(everything, there, EmbeddedFeed(whole)))
    before = rows(there, everything)

    copy(tmp_path / "backup.db", path)
    with closing(Database(f"sqlite:///{path}")) as restored:
        feed = EmbeddedFeed(restored)
        run(Follower(everything, there, feed))
        (alarm,) = raised(there)
        assert (alarm.partition, alarm.sequence, alarm.reason) == (partition, 11, FeedLost().reason)
        # By now it goes further than it went, in another order.
        fill(toys[1], 9, subjects=1)
        fill(toys[1], 1, subjects=4)
        sent(feed, toys, others)
        for _ in range(2):
            run(Follower(everything, there, feed))

        assert raised(there) == [alarm]
        assert (rows(there, everything), offset(there, partition)) == (before, 10)

        renew(restored)
        another = EmbeddedFeed(restored)
        run(Relay(toys[1], toys[0], another), Follower(everything, there, another))
    assert rows(there, everything)[1] == sums(toys, others)
    assert raised(there) == []


@pytest.mark.parametrize("restored_together", [True, False])
def test_of_a_restored_history_those_restored_with_it_read_only_what_comes(
    toys: Own, there: Database, tmp_path: Path, *, restored_together: bool
) -> None:
    with shared(f"sqlite:///{tmp_path}/history.db") as (history, feed):
        fill(toys[1], 5)
        sent(feed, toys)
        run(Follower(everything, there, feed), Follower(everything, history, feed))

        renew(history, [there] if restored_together else [])

        another = EmbeddedFeed(history)
        assert another.generation != feed.generation
        own, other = (Follower(everything, each, another) for each in (history, there))
        own.open()
        other.open()
        assert sum(own.behind().values()) == 0
        assert sum(other.behind().values()) == (0 if restored_together else 5)
        before = rows(there, everything)
        run(other)
        assert rows(there, everything) == before


def test_the_alarm_ends_when_the_history_is_again_what_was_read(toys: Own, there: Database, tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    with shared(f"sqlite:///{path}"):
        pass
    copy(path, tmp_path / "empty.db")
    with closing(Database(f"sqlite:///{path}")) as whole, closing(Database(f"sqlite:///{tmp_path}/empty.db")) as empty:
        fill(toys[1], 20)
        sent(EmbeddedFeed(whole), toys)
        run(Follower(everything, there, EmbeddedFeed(whole)))
        follower = Follower(everything, there, EmbeddedFeed(empty))
        run(follower)
        assert len(raised(there)) == 5

        follower.log = EmbeddedFeed(whole)
        patiently(follower, until=lambda: not raised(there))
        assert raised(there) == []
        assert not follower.failing


def test_nothing_is_read_beyond_the_end(toys: Own, tmp_path: Path) -> None:
    with shared(f"sqlite:///{tmp_path}/history.db") as (_, feed):
        partition = fill(toys[1], 3, subjects=1)[0].partition
        sent(feed, toys)

        assert feed.read(partition, 3, 1) == []
        with pytest.raises(FeedLost):
            feed.read(partition, 4, 1)


@pytest.mark.parametrize("running", [True, False], ids=["running", "started anew"])
def test_a_topic_that_lost_its_end_is_sent_it_again_and_not_read_on_by_who_was_further(
    toys: Own, others: Own, there: Database, kafka: Cluster, topic: str, *, running: bool
) -> None:
    with ExitStack() as stack:

        def feed() -> KafkaFeed:
            return stack.enter_context(closing(KafkaFeed(kafka.address, topic)))

        relays, follower = (
            [Relay(store, own, feed()) for own, store in (toys, others)],
            Follower(everything, there, feed()),
        )
        for number in (10, 5):
            fill(toys[1], number, subjects=1)
            fill(others[1], number, subjects=1, kind=Weighed)
            relayed(*relays, stores=(toys[1], others[1]))
            patiently(follower, until=lambda: rows(there, everything)[1] == sums(toys, others))
        before, partition = rows(there, everything), stored(toys[1])[0].partition

        kafka.cut(topic, partition, 20)
        fill(others[1], 9, subjects=1, kind=Weighed)
        fill(toys[1], 3, subjects=1)
        fill(toys[1], 1, subjects=4)
        relayed(relays[1], stores=[others[1]])
        relayed(*relays, stores=(toys[1], others[1]))
        follower = follower if running else Follower(everything, there, feed())
        patiently(follower, until=lambda: raised(there) and not any(p.is_due for p in follower.places.values()))

        assert {each.partition: each.reason for each in raised(there)} == {partition: FeedLost().reason}
        assert offset(there, partition) == 30 < feed().heads()[partition].sequence
        assert rows(there, everything)[0].items() >= before[0].items(), "the other partitions went on"
        anew = Follower(everything.beside("anew"), there, feed())
        patiently(anew, until=lambda: rows(there, everything, "anew")[1] == sums(toys, others))
        assert rows(there, everything, "anew")[1] == sums(toys, others)
        assert raised(toys[0]) == raised(others[0]) == []


def test_a_record_spoilt_on_disk_is_named_and_the_other_partitions_go_on(
    toys: Own, there: Database, kafka: Cluster, topic: str
) -> None:
    with closing(KafkaFeed(kafka.address, topic)) as feed:
        events = fill(toys[1], 20)
        relayed(Relay(toys[1], toys[0], feed), stores=[toys[1]])
        kafka.spoil(topic, events[0].partition)
        follower = Follower(everything, there, feed)

        fine = tally_of(event for event in events if event.partition != events[0].partition)
        patiently(follower, until=lambda: raised(there) and rows(there, everything) == fine)

        (alarm,) = raised(there)
        assert (alarm.partition, alarm.reason) == (events[0].partition, Corrupt().reason)
        assert rows(there, everything) == fine
