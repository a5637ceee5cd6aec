"""Kafka away, frozen, cut short or made anew: nothing is left out, nothing applied twice, nothing goes on silently."""

from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import copy
from threading import Timer, active_count
from time import monotonic

import pytest
from chronicle.feed import kafka_client, kafka_reading, kafka_writing
from chronicle.feed.adopting import adopt
from chronicle.feed.alarms import Alarm, alarms
from chronicle.feed.embedded import EmbeddedFeed
from chronicle.feed.kafka import KafkaFeed
from chronicle.feed.positions import FEED
from chronicle.feed.stopped import FeedLost, TopicMissing, TopicReplaced
from chronicle.feed.topics import NotARefill, refill
from chronicle.following import Follower
from chronicle.messages import PARTITIONS, StoredEvent
from chronicle.refusals import Unavailable
from chronicle.relay import FeedAhead, Relay
from chronicle.store import Database, EventStore, open_store
from chronicle.store.tables import follower_position
from chronicle.store.values import Head
from chronicle.verification import verify
from kafka import KafkaAdminClient, TopicPartition  # type: ignore[import-untyped]
from private_kafka import Cluster
from private_servers import wait_until
from sqlalchemy import update
from tallies import Weighed, counted, fill, opened, rows, run, sent_by, shared, stored, tally_of

LATER = datetime.now(UTC) + timedelta(days=1)

Own = tuple[Database, EventStore]


@pytest.fixture
def topic(kafka: Cluster) -> Iterator[str]:
    with kafka.topic() as topic:
        yield topic


@pytest.fixture
def feed(kafka: Cluster, topic: str) -> Iterator[KafkaFeed]:
    with closing(KafkaFeed(kafka.address, topic)) as feed:
        yield feed


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Own]:
    with opened(f"sqlite:///{tmp_path}/own.db") as own:
        yield own


@pytest.fixture
def there(tmp_path: Path) -> Iterator[Database]:
    with opened(f"sqlite:///{tmp_path}/there.db", "there") as (there, _):
        yield there


@pytest.fixture
def history(tmp_path: Path) -> Iterator[EmbeddedFeed]:
    with shared(f"sqlite:///{tmp_path}/history.db") as (_, history):
        yield history


@pytest.fixture
def a_short_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kafka_writing, "DEADLINE", 1.0)


@pytest.fixture
def asking_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (kafka_reading, kafka_writing):
        monkeypatch.setattr(module, "ASK_AGAIN", 0.0)


def raised(database: Database) -> list[Alarm]:
    with database.reading() as connection:
        return alarms(connection, LATER)


def stops(error: type[Exception], loop: Relay | Follower) -> None:
    # What was on its way may fail otherwise first.
    for _ in range(5):
        try:
            loop.step()
        except error:
            return
        except Unavailable:
            continue
    raise AssertionError(f"it goes on without {error.__name__}")


def answers(feed: KafkaFeed, last: dict[int, Head]) -> bool:
    with suppress(Unavailable):
        return bool(feed.heads(last))
    return False


def frozen(kafka: Cluster) -> None:
    kafka.freeze()
    Timer(3.0, kafka.thaw).start()


def killed(kafka: Cluster) -> None:
    kafka.kill()
    Timer(1.0, kafka.start).start()


@pytest.mark.usefixtures("asking_each_time")
def test_whoever_waited_for_a_broker_has_no_more_threads_than_before(
    kafka: Cluster, feed: KafkaFeed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(kafka_client.SOON, "bootstrap_timeout_ms", 500)
    nothing_read = {partition: Head(0, bytes(32)) for partition in range(PARTITIONS)}
    feed.heads(nothing_read)
    before = active_count()

    kafka.kill()
    assert not any(answers(feed, nothing_read) for _ in range(3))
    kafka.start()
    wait_until(lambda: answers(feed, nothing_read))

    assert active_count() == before


@pytest.mark.parametrize("lost", [frozen, killed])
@pytest.mark.usefixtures("a_short_deadline")
def test_a_broker_lost_while_relaying_costs_time_and_nothing_else(
    own: Own, there: Database, kafka: Cluster, topic: str, lost: Callable[[Cluster], None]
) -> None:
    database, store = own
    with closing(KafkaFeed(kafka.address, topic)) as feed, closing(KafkaFeed(kafka.address, topic)) as reading:
        relay, follower = Relay(store, database, feed), Follower(counted, there, reading)
        fill(store, 500, subjects=50)
        run(relay, follower)
        fill(store, 2_000, subjects=50)
        lost(kafka)
        with pytest.raises(Unavailable):
            relay.step()
        until = monotonic() + 30
        while monotonic() < until and rows(there, counted) != tally_of(stored(store)):
            with suppress(Unavailable):
                run(relay, follower)

    assert rows(there, counted) == tally_of(stored(store))
    assert raised(there) == raised(database) == []


@pytest.mark.usefixtures("asking_each_time")
def test_a_reader_notices_that_kafka_is_away_and_that_it_is_back(own: Own, kafka: Cluster, feed: KafkaFeed) -> None:
    database, store = own
    feed.heads()
    kafka.freeze()
    try:
        with pytest.raises(Unavailable):
            feed.heads()
    finally:
        kafka.thaw()

    fill(store, 10)
    run(Relay(store, database, feed))
    assert sum(head.sequence for head in feed.heads().values()) == 10


@pytest.mark.usefixtures("asking_each_time")
@pytest.mark.parametrize("since", [0, 200])
def test_a_topic_made_anew_is_refused_however_far_it_reaches(
    own: Own, there: Database, kafka: Cluster, topic: str, tmp_path: Path, since: int
) -> None:
    database, store = own
    fill(store, 100)
    feeds = [KafkaFeed(kafka.address, topic) for _ in range(3)]
    relay, follower = Relay(store, database, feeds[0]), Follower(counted, there, feeds[1])
    run(relay, follower)

    kafka.make_anew(topic)
    with opened(f"sqlite:///{tmp_path}/other.db", "other") as (theirs, other):
        fill(other, since, kind=Weighed)
        run(Relay(other, theirs, feeds[2]))
    fill(store, 100)

    for refusing in (relay, follower, Relay(store, database, feeds[2]), Follower(counted, there, feeds[2])):
        stops(TopicReplaced, refusing)
    assert TopicReplaced().reason in {alarm.reason for alarm in raised(database)}
    assert TopicReplaced().reason in {alarm.reason for alarm in raised(there)}


def test_after_a_topic_was_lost_another_is_filled_from_the_history_and_all_go_on(
    own: Own, there: Database, kafka: Cluster, topic: str, history: EmbeddedFeed
) -> None:
    database, store = own
    fill(store, 100)
    with closing(KafkaFeed(kafka.address, topic)) as feed:
        run(Relay(store, database, feed), Follower(counted, there, feed), Relay(store, database, history))
        fill(store, 20)
        run(Relay(store, database, feed))
        kafka.make_anew(topic)
        fill(store, 20)
        stops(TopicReplaced, Follower(counted, there, feed))

    with kafka.topic() as second, closing(KafkaFeed(kafka.address, second)) as filled:
        assert refill(history, filled) == 100
        run(Relay(store, database, filled), Follower(counted, there, filled))

    assert rows(there, counted) == tally_of(stored(store))
    assert raised(database) == raised(there) == []


def test_filling_again_goes_on_where_it_stopped_and_only_with_its_own_history(
    own: Own, feed: KafkaFeed, history: EmbeddedFeed, tmp_path: Path
) -> None:
    database, store = own
    events = fill(store, 50, subjects=1)
    run(Relay(store, database, history))
    # It stopped on the way, and some was written twice.
    for begin, end in ((0, 20), (15, 20)):
        feed.send({events[0].partition: events[begin:end]})

    assert refill(history, feed) == 30
    assert refill(history, feed) == 0
    assert sent_by("toy", feed) == {events[0].partition: Head(50, events[-1].hash)}
    with shared(f"sqlite:///{tmp_path}/strange.db") as (_, strange):
        strange.send({events[0].partition: events[:1]})
        with pytest.raises(NotARefill):
            refill(strange, feed)


def test_what_a_relay_began_to_fill_is_not_filled_up(
    own: Own, feed: KafkaFeed, history: EmbeddedFeed, tmp_path: Path
) -> None:
    with opened(f"sqlite:///{tmp_path}/other.db", "other") as (theirs, other):
        fill(other, 5, subjects=1, kind=Weighed)
        run(Relay(other, theirs, history))
    database, store = own
    fill(store, 5, subjects=1)
    run(Relay(store, database, history), Relay(store, database, feed))

    with pytest.raises(NotARefill):
        refill(history, feed)


def test_filling_stops_when_a_relay_sends_meanwhile(
    own: Own, feed: KafkaFeed, history: EmbeddedFeed, kafka: Cluster, topic: str
) -> None:
    database, store = own
    events = fill(store, 5, subjects=1)
    run(Relay(store, database, history))

    class Meanwhile(EmbeddedFeed):
        def read(self, partition: int, after: int, limit: int) -> list[StoredEvent]:
            with closing(KafkaFeed(kafka.address, topic)) as another:
                another.send({partition: events[:1]})
            return super().read(partition, after, limit)

    with pytest.raises(NotARefill):
        refill(Meanwhile(history._database), feed)  # noqa: SLF001 - the same history


def test_what_was_cut_off_at_the_beginning_is_an_alarm_and_the_other_partitions_go_on(
    own: Own, there: Database, feed: KafkaFeed, kafka: Cluster, topic: str
) -> None:
    database, store = own
    events = fill(store, 100, subjects=20)
    run(Relay(store, database, feed))
    partition = events[0].partition
    with KafkaAdminClient(bootstrap_servers=kafka.address) as admin:
        admin.delete_records({TopicPartition(topic, partition): 3})

    with suppress(Unavailable):
        run(Follower(counted, there, feed))

    (alarm,) = raised(there)
    assert (alarm.partition, alarm.source, alarm.sequence, alarm.reason) == (partition, FEED, 1, FeedLost().reason)
    assert rows(there, counted) == tally_of(event for event in events if event.partition != partition)


def test_a_topic_that_no_longer_goes_so_far_is_an_alarm(own: Own, there: Database, feed: KafkaFeed) -> None:
    database, store = own
    events = fill(store, 20, subjects=1)
    run(Relay(store, database, feed), Follower(counted, there, feed))
    partition = events[0].partition
    here = (follower_position.c.partition == partition, follower_position.c.source == FEED)
    with there.writing() as connection:
        connection.execute(update(follower_position).where(*here).values(sequence=25))

    Follower(counted, there, feed).step()

    (alarm,) = raised(there)
    assert (alarm.partition, alarm.sequence, alarm.reason) == (partition, 26, FeedLost().reason)


def test_without_its_topic_nothing_goes_on(own: Own, there: Database, kafka: Cluster) -> None:
    database, store = own
    fill(store, 1)
    with closing(KafkaFeed(kafka.address, "no-such-topic")) as feed:
        for loop in (Relay(store, database, feed), Follower(counted, there, feed)):
            with pytest.raises(TopicMissing):
                loop.step()


def test_a_restored_store_takes_back_what_the_topic_has_and_goes_on(
    tmp_path: Path, there: Database, kafka: Cluster, topic: str, feed: KafkaFeed
) -> None:
    with opened(f"sqlite:///{tmp_path}/toy.db") as (database, store):
        fill(store, 30)
        run(Relay(store, database, feed))
    copy(tmp_path / "toy.db", tmp_path / "backup.db")
    with closing(Database(f"sqlite:///{tmp_path}/toy.db")) as whole:
        everything = fill(open_store(whole, "toy"), 30)
        run(Relay(open_store(whole, "toy"), whole, feed))

    with closing(Database(f"sqlite:///{tmp_path}/backup.db")) as restored:
        store = open_store(restored, "toy")
        with pytest.raises(FeedAhead):
            Relay(store, restored, feed).step()
        with closing(KafkaFeed(kafka.address, topic)) as asked:
            lives: list[bool] = []
            assert Relay(store, restored, asked).lacks_events(lambda: lives.append(True))
            assert lives
        assert adopt(store, restored, feed) == 30
        with closing(KafkaFeed(kafka.address, topic)) as asked:
            assert not Relay(store, restored, asked).lacks_events()
        assert adopt(store, restored, feed) == 0
        assert stored(store) == everything
        assert verify(restored) == []
        fill(store, 30)
        run(Relay(store, restored, feed), Follower(counted, there, KafkaFeed(kafka.address, topic)))
        assert rows(there, counted) == tally_of(stored(store))
