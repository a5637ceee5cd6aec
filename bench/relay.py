"""Relaying a store to Kafka beside a bare producer of the same bytes, and following Kafka beside a bare consumer.

The broker, the store and both clients share this machine. A bare producer flushes every 500 records of a partition and
checks each future, with the relay's settings; a bare consumer decodes JSON and writes the same rows by ``executemany``.
"""

import json
from collections.abc import Callable, Sequence
from contextlib import closing
from statistics import median
from time import perf_counter
from typing import Any

from chronicle.feed import wire
from chronicle.feed.kafka import KafkaFeed
from chronicle.following import Follower, Projection, upsert
from chronicle.messages import PARTITIONS, EventTypes, Recorded, StoredEvent
from chronicle.relay import Relay
from chronicle.store import Database, EventStore, open_store
from kafka import KafkaConsumer, KafkaProducer, TopicPartition  # type: ignore[import-untyped]
from private_kafka import Cluster
from private_kafka import running as kafka_running
from sqlalchemy import BigInteger, Column, Connection, MetaData, Table, Text
from tallies import Counted, fill, opened, run, stored

from bench.stores import empty_databases

ROUNDS, EVENTS, BATCH = 3, 20_000, 500


def main() -> None:
    """Measure and print."""
    print(f"{EVENTS} events, the broker on this machine, median of {ROUNDS}\n")
    print("store           relay/s  bare producer/s  ratio  follow/s  bare consumer + executemany/s  ratio")
    with kafka_running() as kafka, empty_databases(2) as databases:
        for kind, (own, there) in databases.items():
            with opened(own) as (database, store), opened(there, "there") as (other, _):
                fill(store, EVENTS, subjects=EVENTS)
                rounds = [_round(number, kafka, (database, store), other) for number in range(ROUNDS)]
            relayed, produced, followed, consumed = (EVENTS / median(each[n] for each in rounds) for n in range(4))
            relaying, following = (median(each[n + 1] / each[n] for each in rounds) for n in (0, 2))
            print(f"{kind:14} {relayed:8.0f} {produced:16.0f} {relaying:6.2f}", end="")
            print(f" {followed:9.0f} {consumed:30.0f} {following:6.2f}")


def _round(
    number: int, kafka: Cluster, own: tuple[Database, EventStore], other: Database
) -> tuple[float, float, float, float]:
    database, store = own
    latest = Projection(f"latest{number}", 1, EventTypes(Counted), _define, _apply)
    with kafka.topic() as topic, kafka.topic() as bare:
        with closing(KafkaFeed(kafka.address, topic)) as feed:
            relayed = _relay(Relay(open_store(database, store.source), database, feed))
        produced = _produce(kafka.address, bare, stored(store))
        with closing(KafkaFeed(kafka.address, topic)) as feed:
            followed = _follow(Follower(latest, other, feed))
        with other.writing() as connection:
            _define(MetaData(), f"by_hand{number}").create(connection)
        return relayed, produced, followed, _consume(kafka.address, topic, other, f"by_hand{number}")


def _define(metadata: MetaData, name: str) -> Table:
    return Table(name, metadata, Column("subject", Text, primary_key=True), Column("amount", BigInteger))


def _apply(batch: Sequence[Recorded[Counted]], table: Table, connection: Connection) -> None:
    upsert(connection, table, [{"subject": each.subject, "amount": each.event.amount} for each in batch])


def _relay(relay: Relay) -> float:
    # The first step looks back and connects.
    relay.step()
    sent = sum(place.reached for place in relay.places.values())
    return _seconds(lambda: run(relay)) * EVENTS / (EVENTS - sent)


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
        return _seconds(lambda: list(map(send, [records[begin : begin + BATCH] for begin in range(0, EVENTS, BATCH)])))


def _follow(follower: Follower) -> float:
    follower.open()
    follower.log.heads()

    def follow() -> None:
        while sum(place.reached for place in follower.places.values()) < EVENTS:
            follower.step()

    return _seconds(follow)


def _consume(address: str, topic: str, database: Database, table: str) -> float:
    places = [TopicPartition(topic, partition) for partition in range(PARTITIONS)]
    mark = "?" if database.is_sqlite else "%s"
    upserted = f"({mark}, {mark}) ON CONFLICT (subject) DO UPDATE SET amount = excluded.amount"
    insert = f"INSERT INTO {table} (subject, amount) VALUES {upserted}"  # noqa: S608 - fixed names
    consumer = KafkaConsumer(
        bootstrap_servers=address, group_id=None, enable_auto_commit=False, auto_offset_reset="none",
        max_poll_records=2_000,
    )  # fmt: skip

    def consume() -> None:
        seen = 0
        while seen < EVENTS:
            records = [record for polled in consumer.poll(200).values() for record in polled]
            events = [json.loads(record.value) for record in records]
            with database.writing() as connection:
                driver: Any = connection.connection.driver_connection
                driver.cursor().executemany(insert, [(event["subject"], event["data"]["amount"]) for event in events])
            seen += len(records)

    with closing(consumer):
        consumer.assign(places)
        for place in places:
            consumer.seek(place, 0)
        return _seconds(consume)


def _seconds(work: Callable[[], object]) -> float:
    began = perf_counter()
    work()
    return perf_counter() - began


if __name__ == "__main__":
    main()
