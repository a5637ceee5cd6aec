"""Three brokers whose leader dies while events are relayed and followed: nothing missing, twice or out of order."""

from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic

import pytest
from chronicle.feed.alarms import alarms
from chronicle.feed.kafka import KafkaFeed
from chronicle.feed.topics import ensure
from chronicle.following import Follower
from chronicle.messages import new_id
from chronicle.refusals import Unavailable
from chronicle.relay import Relay
from kafka import KafkaAdminClient  # type: ignore[import-untyped]
from private_kafka import Cluster
from tallies import counted, fill, opened, rows, stored, tally_of

LATER = datetime.now(UTC) + timedelta(days=1)


def leader(cluster: Cluster, topic: str, partition: int) -> int:
    with KafkaAdminClient(bootstrap_servers=cluster.address) as admin:
        (found,) = admin.describe_topics([topic])
    return int(next(each["leader_id"] for each in found["partitions"] if each["partition_index"] == partition))


def test_when_the_leader_dies_relay_and_follower_go_on_with_another(three_brokers: Cluster, tmp_path: Path) -> None:
    topic = f"case-history-{new_id()}"
    ensure(three_brokers.address, topic)
    with (
        opened(f"sqlite:///{tmp_path}/own.db") as (database, store),
        opened(f"sqlite:///{tmp_path}/there.db", "there") as (there, _),
        closing(KafkaFeed(three_brokers.address, topic)) as sending,
        closing(KafkaFeed(three_brokers.address, topic)) as reading,
    ):
        relay, follower = Relay(store, database, sending), Follower(counted, there, reading)
        partition = fill(store, 500, subjects=5)[0].partition

        def go_on(seconds: float = 120.0) -> None:
            until = monotonic() + seconds
            while monotonic() < until and rows(there, counted) != tally_of(stored(store)):
                for loop in (relay, follower):
                    with suppress(Unavailable):
                        loop.step()

        with there.writing() as connection:
            counted.open(connection)
        go_on()
        for _ in range(2):
            fill(store, 2_000, subjects=5)
            with suppress(Unavailable):
                relay.step()
            three_brokers.kill(leader(three_brokers, topic, partition))
            go_on()
            assert rows(there, counted) == tally_of(stored(store))
            three_brokers.mend()

        with there.reading() as one, database.reading() as another:
            assert alarms(one, LATER) == alarms(another, LATER) == []


def test_a_record_that_its_leader_alone_has_is_not_acknowledged(three_brokers: Cluster, tmp_path: Path) -> None:
    topic = f"case-history-{new_id()}"
    ensure(three_brokers.address, topic)
    with (
        opened(f"sqlite:///{tmp_path}/own.db") as (_, store),
        closing(KafkaFeed(three_brokers.address, topic)) as feed,
    ):
        one, another = fill(store, 2, subjects=1)
        leading = leader(three_brokers, topic, one.partition)
        assert feed.send({one.partition: [one]}) == {one.partition: 1}
        for number in {1, 2, 3} - {leading}:
            three_brokers.kill(number)

        with pytest.raises(Unavailable):
            feed.send({another.partition: [another]})
    three_brokers.mend()
