"""The feed as a Kafka topic: what was recorded is there in order, for us and for any other client."""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import Any, ClassVar

import pytest
from chronicle.feed import kafka_reading, wire
from chronicle.feed.alarms import alarms
from chronicle.feed.kafka import KafkaFeed
from chronicle.feed.opening import open_feed
from chronicle.feed.positions import FEED, START, Reached
from chronicle.feed.stopped import FeedLost, Unreadable
from chronicle.following import Follower
from chronicle.messages import PARTITIONS, StoredEvent, partition_of
from chronicle.relay import Relay
from chronicle.store import Database, EventStore
from chronicle.store.values import Head
from cloudevents.core.bindings.kafka import KafkaMessage, from_structured_event
from confluent_kafka import OFFSET_BEGINNING, Consumer, Producer, TopicPartition
from kafka import KafkaConsumer  # type: ignore[import-untyped]
from private_kafka import Cluster
from tallies import Counted, Weighed, counted, fill, opened, record, rows, run, sent_by, stored, tally_of

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


def held(feed: KafkaFeed) -> list[StoredEvent]:
    found: list[StoredEvent] = []
    for partition, head in sorted(feed.heads().items()):
        before = len(found)
        while len(found) - before < head.sequence:
            found += feed.read(partition, len(found) - before, 700)
    return found


def consumed(kafka: Cluster, topic: str, number: int) -> list[Any]:
    consumer = Consumer({"bootstrap.servers": kafka.address, "group.id": "another client"})
    with closing(consumer):
        consumer.assign([TopicPartition(topic, partition, OFFSET_BEGINNING) for partition in range(PARTITIONS)])
        messages: list[Any] = consumer.consume(number, timeout=10)
    return sorted(messages, key=lambda message: (message.partition(), message.offset()))


def write(kafka: Cluster, topic: str, partition: int, value: bytes | None, headers: dict[str, str]) -> None:
    producer = Producer({"bootstrap.servers": kafka.address})
    producer.produce(topic, value, partition=partition, headers=list(headers.items()))
    assert producer.flush(10) == 0


def test_everything_recorded_is_read_back_in_order_on_all_partitions(own: Own, feed: KafkaFeed) -> None:
    database, store = own
    fill(store, 3_000, subjects=200)

    run(Relay(store, database, feed))

    assert len(feed.heads()) == PARTITIONS
    assert held(feed) == stored(store)
    assert sent_by("toy", feed) == store.heads()


def test_reading_goes_anywhere_and_on_from_there(own: Own, feed: KafkaFeed) -> None:
    database, store = own
    events = fill(store, 50, subjects=1)
    partition = events[0].partition
    run(Relay(store, database, feed))

    for after, limit in ((0, 10), (10, 10), (40, 100), (5, 3), (50, 10), (49, 1)):
        assert feed.read(partition, after, limit) == events[after : after + limit]


def test_what_comes_later_is_seen_by_who_waits_at_the_end(own: Own, feed: KafkaFeed, kafka: Cluster) -> None:
    database, store = own
    with closing(KafkaFeed(kafka.address, feed.generation.partition("#")[0])) as waiting:
        everywhere = dict.fromkeys(range(PARTITIONS), START)
        assert set(waiting.heads(everywhere).values()) == {Head(0, b"")}
        fill(store, 100)
        run(Relay(store, database, feed))

        while sum(head.sequence for head in waiting.heads(everywhere).values()) < 100:
            pass
        assert held(waiting) == stored(store)


def test_another_client_reads_the_right_keys_partitions_order_and_header(
    own: Own, feed: KafkaFeed, kafka: Cluster, topic: str
) -> None:
    database, store = own
    events = fill(store, 300, subjects=40)
    run(Relay(store, database, feed))

    messages = consumed(kafka, topic, len(events))

    assert [message.value().decode() for message in messages] == [wire.written(event) for event in events]
    assert [message.partition() for message in messages] == [event.partition for event in events]
    assert [message.key() for message in messages] == [event.subject.encode() for event in events]
    assert {tuple(message.headers()) for message in messages} == {(("content-type", wire.CONTENT_TYPE.encode()),)}


def test_the_sdk_of_cloudevents_reads_what_is_written(own: Own, feed: KafkaFeed, kafka: Cluster, topic: str) -> None:
    database, store = own
    (event,) = fill(store, 1)
    run(Relay(store, database, feed))
    (message,) = consumed(kafka, topic, 1)

    carried = KafkaMessage(headers=dict(message.headers()), key=message.key().decode(), value=message.value())
    read = from_structured_event(carried)

    assert (read.get_id(), read.get_type(), read.get_source()) == (event.event_id, event.type, event.source)
    assert (read.get_subject(), read.get_data()) == (event.subject, json.loads(event.data))


def test_an_event_in_binary_mode_is_read_too(own: Own, feed: KafkaFeed, kafka: Cluster, topic: str) -> None:
    _, store = own
    (event,) = fill(store, 1)
    attributes = json.loads(wire.written(event))
    del attributes["data"]
    headers = {f"ce_{name}": str(value) for name, value in attributes.items()}

    write(kafka, topic, event.partition, event.data.encode(), {**headers, "content-type": "application/json"})

    assert feed.read(event.partition, 0, 10) == [event]


@pytest.mark.parametrize("value", [None, b"", b"hello", b"\xff", b'{"specversion":"1.0","data":{}}'])
def test_what_is_no_event_of_ours_stops_its_partition_and_is_named(
    own: Own, feed: KafkaFeed, kafka: Cluster, topic: str, value: bytes | None
) -> None:
    database, store = own
    events = fill(store, 3, subjects=1)
    partition = events[0].partition
    run(Relay(store, database, feed))
    write(kafka, topic, partition, value, {"content-type": wire.CONTENT_TYPE})

    assert feed.read(partition, 0, 10) == events
    with pytest.raises(Unreadable, match=f"^{partition}:4: "):
        feed.read(partition, 3, 10)


def test_a_record_that_lacks_an_attribute_of_ours_stops_its_partition_and_is_named(
    own: Own, feed: KafkaFeed, kafka: Cluster, topic: str
) -> None:
    _, store = own
    (event,) = fill(store, 1)
    whole = json.loads(wire.written(event))
    needed = [name for name in whole if name != "data"]
    for name in needed:
        lacking = json.dumps({key: value for key, value in whole.items() if key != name}, separators=(",", ":"))
        write(kafka, topic, event.partition, lacking.encode(), {"content-type": wire.CONTENT_TYPE})

    for number, _name in enumerate(needed):
        with pytest.raises(Unreadable, match=f"^{event.partition}:{number + 1}: "):
            feed.read(event.partition, number, 1)


@pytest.mark.parametrize("value", [None, b"hello", b'{"specversion":"1.0","source":"toy","data":{}}'])
def test_a_relay_looks_back_past_what_is_nobodys(
    own: Own, feed: KafkaFeed, kafka: Cluster, topic: str, value: bytes | None
) -> None:
    database, store = own
    fill(store, 100)
    write(kafka, topic, 3, value, {})

    run(Relay(store, database, feed))

    assert sent_by("toy", feed) == {partition: head for partition, head in store.heads().items() if head.sequence}


def test_an_event_in_a_partition_not_its_own_is_none_of_ours(
    own: Own, feed: KafkaFeed, kafka: Cluster, topic: str
) -> None:
    _, store = own
    (event,) = fill(store, 1)
    wrong = (event.partition + 1) % PARTITIONS
    write(kafka, topic, wrong, wire.written(event).encode(), {"content-type": wire.CONTENT_TYPE})

    with pytest.raises(Unreadable):
        feed.read(wrong, 0, 10)


def test_two_relays_at_once_write_some_twice_and_leave_nothing_out(
    own: Own, kafka: Cluster, topic: str, tmp_path: Path
) -> None:
    database, store = own
    fill(store, 2_000, subjects=100)

    def relay() -> None:
        with closing(KafkaFeed(kafka.address, topic)) as feed:
            mine = Relay(store, database, feed)
            for _ in range(20):
                run(mine)

    threads = [Thread(target=relay) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with (
        opened(f"sqlite:///{tmp_path}/there.db", "there") as (there, _),
        closing(KafkaFeed(kafka.address, topic)) as feed,
    ):
        follower = Follower(counted, there, feed)
        run(follower)
        assert rows(there, counted) == tally_of(stored(store))
        assert sent_by("toy", feed) == store.heads()


def test_an_event_too_large_for_a_record_stops_its_partition_alone(own: Own, feed: KafkaFeed) -> None:
    database, store = own
    record(store, ("thing/0", Counted(amount=1)))
    (small,) = stored(store)
    fill(store, 40)
    large = small._replace(data=json.dumps({"amount": "1" * 900_000}))
    events = [event for event in stored(store) if event.partition == small.partition]

    class WithALargeOne:
        source, heads, has = store.source, store.heads, store.has

        @staticmethod
        def read(partition: int, after: int, limit: int) -> list[StoredEvent]:
            found = store.read(partition, after, limit)
            return [each._replace(data=large.data) if each == events[3] else each for each in found]

    relay = Relay(WithALargeOne(), database, feed)  # type: ignore[arg-type]
    run(relay)

    assert feed.read(small.partition, 0, 10) == events[:3]
    assert held(feed) == [event for event in stored(store) if event not in events[3:]]
    with database.reading() as connection:
        (alarm,) = alarms(connection, LATER)
    assert (alarm.reader, alarm.partition, alarm.sequence) == ("relay", small.partition, 4)
    assert not relay.step()


def test_looking_back_begins_at_the_offset_that_was_kept(own: Own, feed: KafkaFeed) -> None:
    database, store = own
    events = fill(store, 100, subjects=1)
    partition = events[0].partition
    run(Relay(store, database, feed))

    end = Head(100, events[-1].hash)
    found: Reached = {FEED: Head(90, events[89].hash), "toy": Head(90, events[89].hash)}
    assert feed.sent("toy", {partition: found})[partition] == {FEED: end, "toy": end}
    # A record that is another one by now, or beyond the end, is no place to begin at.
    for wrong in (Head(90, events[88].hash), Head(200, events[-1].hash)):
        assert feed.sent("toy", {partition: {FEED: wrong, "toy": wrong}})[partition] == {FEED: end, "toy": end}


def test_who_looks_back_far_lives_meanwhile(own: Own, feed: KafkaFeed) -> None:
    database, store = own
    fill(store, 10)
    run(Relay(store, database, feed))
    asked: list[bool] = []

    feed.sent("toy", {partition: {FEED: START} for partition in range(PARTITIONS)}, lambda: asked.append(True))

    assert asked


class Polling(KafkaConsumer):  # type: ignore[misc]
    """Remembers how many records of which partitions it got."""

    polled: ClassVar[Counter[int]] = Counter()

    def poll(self, **settings: Any) -> Any:
        got = super().poll(**settings)
        Polling.polled.update({place.partition: len(records) for place, records in got.items()})
        return got


@pytest.fixture
def polling(monkeypatch: pytest.MonkeyPatch) -> Counter[int]:
    monkeypatch.setattr(kafka_reading, "KafkaConsumer", Polling)
    Polling.polled.clear()
    return Polling.polled


def test_only_what_is_held_is_read(
    own: Own, feed: KafkaFeed, kafka: Cluster, topic: str, polling: Counter[int], tmp_path: Path
) -> None:
    database, store = own
    with (
        opened(f"sqlite:///{tmp_path}/there.db", "there") as (there, _),
        closing(KafkaFeed(kafka.address, topic)) as sending,
    ):
        follower = Follower(counted, there, feed)
        mine = frozenset(range(4, 9))
        follower.leases.held = lambda: mine  # type: ignore[method-assign]
        for _ in range(2):
            events = fill(store, 500, subjects=100)
            run(Relay(store, database, sending))
            polling.clear()
            run(follower)

        assert rows(there, counted) == tally_of(event for event in events if event.partition in mine)
        assert polling.keys() == mine


def test_who_takes_little_at_a_time_fetches_all_once_and_not_long_before(
    own: Own, feed: KafkaFeed, polling: Counter[int], tmp_path: Path
) -> None:
    database, store = own
    for _ in range(10):
        fill(store, 500, subjects=100, kind=Weighed)
        fill(store, 500, subjects=100)
    events = stored(store)
    run(Relay(store, database, feed))
    with opened(f"sqlite:///{tmp_path}/there.db", "there") as (there, _):
        follower, ahead = Follower(counted, there, feed, batch=50), list[int]()
        polling.clear()
        while follower.step():
            ahead.append(polling.total() - sum(place.reached for place in follower.places.values()))

        assert rows(there, counted) == tally_of(event for event in events if event.type == Counted.type)
    assert len(ahead) > 50
    # At first as much as it takes to have something of every partition.
    assert max(ahead[1:]) < max(ahead[0], 2 * kafka_reading.HELD)
    assert polling.total() < len(events) * 1.1


def test_who_catches_up_with_much_of_every_partition_keeps_little_of_it(
    own: Own, feed: KafkaFeed, tmp_path: Path
) -> None:
    database, store = own
    events, relay = 6 * kafka_reading.HELD, Relay(store, database, feed)
    for _ in range(events // 1_000):
        fill(store, 1_000, subjects=200)
    run(relay)
    with opened(f"sqlite:///{tmp_path}/there.db", "there") as (there, _):
        follower, held = Follower(counted, there, feed), list[int]()
        while follower.step():
            held.append(sum(map(len, feed._reader._held.values())))  # noqa: SLF001 - what it has at one time

        assert rows(there, counted) == tally_of(stored(store))
    assert 0 < max(held) < events / 2


class Sipping(KafkaConsumer):  # type: ignore[misc]
    """Is given a few records of a partition at a time, as of large events."""

    def __init__(self, *topics: str, **settings: Any) -> None:
        super().__init__(*topics, **settings | {"max_partition_fetch_bytes": 2_048})


def test_what_is_passed_by_in_one_partition_does_not_pile_up_the_others(
    own: Own, feed: KafkaFeed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kafka_reading, "HELD", 100)
    monkeypatch.setattr(kafka_reading, "KafkaConsumer", Sipping)
    database, store = own
    things = [f"thing/{number}" for number in range(64)]
    passed_by = [thing for thing in things if partition_of(thing) < 3]
    relay = Relay(store, database, feed)
    for _ in range(60):
        record(store, *[(thing, Weighed(amount=1)) for thing in passed_by * 2])
        record(store, *[(thing, Counted(amount=1)) for thing in things])
        run(relay)
    with opened(f"sqlite:///{tmp_path}/there.db", "there") as (there, _):
        follower, held = Follower(counted, there, feed, batch=16), list[int]()
        while follower.step():
            held.append(sum(map(len, feed._reader._held.values())))  # noqa: SLF001 - what it has at one time

        assert rows(there, counted) == tally_of(event for event in stored(store) if event.type == Counted.type)
    assert kafka_reading.HELD < max(held) < 5 * kafka_reading.HELD


def test_what_is_held_already_is_held_against_what_was_read_before(own: Own, feed: KafkaFeed) -> None:
    database, store = own
    events = fill(store, 5, subjects=1)
    run(Relay(store, database, feed))
    partition = events[0].partition
    feed.heads({partition: START})
    assert feed.read(partition, 0, 2) == events[:2]

    assert feed.heads({partition: Head(2, events[1].hash)}) is not None
    with pytest.raises(FeedLost):
        feed.heads({partition: Head(4, events[1].hash)})


def test_who_looked_back_over_what_others_wrote_does_not_look_there_again(
    own: Own, feed: KafkaFeed, polling: Counter[int], tmp_path: Path
) -> None:
    database, store = own
    with opened(f"sqlite:///{tmp_path}/quiet.db", "quiet") as (theirs, quiet):
        fill(quiet, 1)
        fill(store, 2_000, subjects=100)
        run(Relay(quiet, theirs, feed), Relay(store, database, feed))
        Relay(quiet, theirs, feed).step()
        polling.clear()

        Relay(quiet, theirs, feed).step()

        # The last record of each, to know that it is still there.
        assert max(polling.values()) == 1
        assert sent_by("quiet", feed) == {p: head for p, head in quiet.heads().items() if head.sequence}


def test_a_url_says_which_feed(kafka: Cluster, topic: str, tmp_path: Path) -> None:
    with closing(KafkaFeed(kafka.address, topic)) as feed:
        assert open_feed(f"kafka://{kafka.address},{kafka.address}/{topic}").generation == feed.generation
    assert feed.generation.startswith(f"{topic}#")
    assert not isinstance(open_feed(f"sqlite:///{tmp_path}/history.db"), KafkaFeed)
    with pytest.raises(ValueError, match="is written kafka://"):
        open_feed("kafka://nowhere")
