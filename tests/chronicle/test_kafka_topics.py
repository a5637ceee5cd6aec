"""Topics are made as they must be, and what is otherwise is named."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from chronicle.feed.topics import TopicDrift, ensure
from chronicle.messages import new_id
from chronicle.refusals import Unavailable
from kafka import KafkaAdminClient  # type: ignore[import-untyped]
from kafka.errors import KafkaConnectionError, UnknownTopicOrPartitionError  # type: ignore[import-untyped]
from private_kafka import Cluster
from private_servers import wait_until


@pytest.fixture
def name(kafka: Cluster) -> Iterator[str]:
    name = f"ensured-{new_id()}"
    yield name
    with KafkaAdminClient(bootstrap_servers=kafka.address) as admin, suppress(UnknownTopicOrPartitionError):
        admin.delete_topics([name])


def test_a_topic_is_made_once_and_is_then_as_it_must_be(kafka: Cluster, name: str) -> None:
    assert ensure(kafka.address, name)
    assert not ensure(kafka.address, name)


def test_the_topic_of_ones_own_kafka_is_as_it_must_be(kafka: Cluster) -> None:
    with kafka.topic() as topic:
        assert not ensure(kafka.address, topic)


def test_every_difference_is_named(kafka: Cluster, name: str) -> None:
    wrong = {"retention.ms": "3600000", "cleanup.policy": "compact", "max.message.bytes": "5"}
    with KafkaAdminClient(bootstrap_servers=kafka.address) as admin:
        admin.create_topics(
            {name: {"num_partitions": 3, "replication_factor": 1, "configs": wrong}}, wait_for_metadata=True
        )

    with pytest.raises(TopicDrift) as drift:
        ensure(kafka.address, name)

    assert drift.value.differences == [
        "partitions is 3 and must be 16",
        "cleanup.policy is compact and must be delete",
        "retention.ms is 3600000 and must be -1",
        "max.message.bytes is 5 and must be 1000000",
    ]


def test_where_there_are_three_brokers_two_have_every_event(three_brokers: Cluster) -> None:
    name = f"ensured-{new_id()}"
    ensure(three_brokers.address, name)

    assert not heard_of(three_brokers, name)
    assert copies(three_brokers, name) == {3}


def test_while_a_broker_is_away_a_topic_is_as_it_must_be_and_a_new_one_waits_for_it(three_brokers: Cluster) -> None:
    there, new = f"ensured-{new_id()}", f"ensured-{new_id()}"
    ensure(three_brokers.address, there)
    three_brokers.kill(3)
    try:
        wait_until(lambda: misses(three_brokers, 3))
        assert not heard_of(three_brokers, there)
        with ThreadPoolExecutor() as pool:
            making = pool.submit(ensure, three_brokers.address, new)
            three_brokers.start(3)
            assert making.result()
    finally:
        three_brokers.mend()

    assert copies(three_brokers, new) == {3}


def heard_of(cluster: Cluster, name: str) -> bool:
    # Of what was made a moment ago, not every broker has heard.
    while True:
        with suppress(Unavailable):
            return ensure(cluster.address, name)


def test_too_few_copies_are_a_difference(three_brokers: Cluster) -> None:
    name = f"ensured-{new_id()}"
    few = {"num_partitions": 16, "replication_factor": 2, "configs": {"min.insync.replicas": "1"}}
    with KafkaAdminClient(bootstrap_servers=three_brokers.address) as admin:
        admin.create_topics({name: few}, wait_for_metadata=True)

    with pytest.raises(TopicDrift) as drift:
        heard_of(three_brokers, name)

    assert {"replicas is 2 and must be 3", "min.insync.replicas is 1 and must be 2"} <= {*drift.value.differences}


def copies(cluster: Cluster, name: str) -> set[int]:
    with KafkaAdminClient(bootstrap_servers=cluster.address) as admin:
        (made,) = admin.describe_topics([name])
    return {len(partition["replica_nodes"]) for partition in made["partitions"]}


def misses(cluster: Cluster, number: int) -> bool:
    # For some seconds the others still send clients to the one that is gone.
    with suppress(KafkaConnectionError), KafkaAdminClient(bootstrap_servers=cluster.address) as admin:
        brokers = admin.describe_cluster()["brokers"]
        return [broker["broker_id"] for broker in brokers if broker["is_fenced"]] == [number]
    return False
