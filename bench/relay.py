"""Relaying a store to Kafka beside a bare producer of the same bytes, and following Kafka beside a bare consumer.

The broker, the store and both clients share this machine. A bare producer flushes every 500 records of a partition and
checks each future, with the relay's settings; a bare consumer decodes JSON and writes the same rows by ``executemany``,
or, beside rebuilding, by one COPY (SQLite: one ``executemany``).
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import chain
from statistics import median
from typing import Any

from chronicle.feed import wire
from chronicle.feed.kafka import KafkaFeed
from chronicle.following import Follower, rebuild
from chronicle.messages import PARTITIONS, StoredEvent
from chronicle.relay import Relay
from chronicle.store import Database, EventStore, open_store
from kafka import KafkaConsumer, KafkaProducer, TopicPartition  # type: ignore[import-untyped]
from private_kafka import Cluster
from private_kafka import running as kafka_running
from tallies import fill, opened, run, stored

from bench.follow import Rows, fastest, insert_rows, latest, seconds, table_by_hand
from bench.stores import empty_databases

ROUNDS, EVENTS, BATCH = 3, 20_000, 500
COMPARED = (
    ("relay", "bare producer"),
    ("follow", "bare consumer, executemany"),
    ("rebuild", "bare consumer, COPY"),
)


def main() -> None:
    """Measure and print."""
    print(f"{EVENTS} events, the broker on this machine, median of {ROUNDS}\n")
    with kafka_running() as kafka, empty_databases(2) as databases:
        for kind, (own, there) in databases.items():
            with opened(own) as (database, store), opened(there, "there") as (other, _):
                fill(store, EVENTS, subjects=EVENTS)
                rounds = [_round(number, kafka, (database, store), other) for number in range(ROUNDS)]
            for what, beside in COMPARED:
                ratio = median(each[beside] / each[what] for each in rounds)
                ours, theirs = (EVENTS / median(each[name] for each in rounds) for name in (what, beside))
                print(f"{kind:14} {what:8} {ours:7.0f}/s   {beside:28} {theirs:7.0f}/s {ratio:6.2f}")


def _round(number: int, kafka: Cluster, own: tuple[Database, EventStore], other: Database) -> dict[str, float]:
    database, store = own
    here, took = latest(f"latest{number}"), dict[str, float]()
    with kafka.topic() as topic, kafka.topic() as bare:
        with closing(KafkaFeed(kafka.address, topic)) as feed:
            took["relay"] = _relay(Relay(open_store(database, store.source), database, feed))
        took["bare producer"] = _produce(kafka.address, bare, stored(store))
        with closing(KafkaFeed(kafka.address, topic)) as feed:
            took["follow"] = _follow(Follower(here, other, feed))
        with table_by_hand(other, f"by_hand{number}") as hand, _consumer(kafka.address, topic) as polled:
            took["bare consumer, executemany"] = seconds(lambda: _upsert(*hand, polled))
        with closing(KafkaFeed(kafka.address, topic)) as feed:
            feed.heads()
            took["rebuild"] = seconds(lambda: rebuild(here, other, feed))
        with table_by_hand(other, f"copied{number}") as hand, _consumer(kafka.address, topic) as polled:
            took["bare consumer, COPY"] = seconds(lambda: fastest(other)(*hand, chain.from_iterable(polled)))
    return took


def _relay(relay: Relay) -> float:
    # The first step looks back and connects.
    relay.step()
    sent = sum(place.reached for place in relay.places.values())
    return seconds(lambda: run(relay)) * EVENTS / (EVENTS - sent)


def _produce(address: str, topic: str, events: Sequence[StoredEvent]) -> float:
    producer = KafkaProducer(
        bootstrap_servers=address, acks="all", enable_idempotence=True, compression_type="lz4", linger_ms=5,
        batch_size=262_144,
    )  # fmt: skip
    header = [("content-type", wire.CONTENT_TYPE.encode())]
    records = [(event.partition, event.subject.encode(), wire.written(event).encode()) for event in events]

    def send(some: Sequence[tuple[int, bytes, bytes]]) -> None:
        futures = [producer.send(topic, value, key, header, partition) for partition, key, value in some]
        producer.flush()
        for future in futures:
            future.get(0)

    with closing(producer):
        send(records[:1])
        return seconds(lambda: list(map(send, [records[begin : begin + BATCH] for begin in range(0, EVENTS, BATCH)])))


def _follow(follower: Follower) -> float:
    follower.open()
    follower.log.heads()

    def follow() -> None:
        while sum(place.reached for place in follower.places.values()) < EVENTS:
            follower.step()

    return seconds(follow)


def _upsert(driver: Any, insert: str, polled: Iterator[Rows]) -> None:
    for rows in polled:
        insert_rows(driver, f"{insert} ON CONFLICT (subject) DO UPDATE SET amount = excluded.amount", rows)


@contextmanager
def _consumer(address: str, topic: str) -> Iterator[Iterator[Rows]]:
    places = [TopicPartition(topic, partition) for partition in range(PARTITIONS)]
    consumer = KafkaConsumer(
        bootstrap_servers=address, group_id=None, enable_auto_commit=False, auto_offset_reset="none",
        max_poll_records=2_000,
    )  # fmt: skip

    def polled() -> Iterator[Rows]:
        seen = 0
        while seen < EVENTS:
            records = [record for polled in consumer.poll(200).values() for record in polled]
            seen += len(records)
            events = [json.loads(record.value) for record in records]
            yield [(event["subject"], event["data"]["amount"]) for event in events]

    with closing(consumer):
        consumer.assign(places)
        for place in places:
            consumer.seek(place, 0)
        yield polled()


if __name__ == "__main__":
    main()
