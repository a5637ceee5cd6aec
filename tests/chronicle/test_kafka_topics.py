"""Topics are made as they must be, and what is otherwise is named."""

from collections.abc import Iterator
from contextlib import suppress

import pytest
from chronicle.feed.topics import TopicDrift, ensure
from chronicle.messages import new_id
from kafka import KafkaAdminClient  # type: ignore[import-untyped]
from kafka.errors import UnknownTopicOrPartitionError  # type: ignore[import-untyped]
from private_kafka import Cluster


@pytest.fixture
def name(kafka: Cluster) -> Iterator[str]:
    name = f"ensured-{new_id()}"
    yield name
    with KafkaAdminClient(bootstrap_servers=kafka.address) as admin, suppress(UnknownTopicOrPartitionError):
        admin.delete_topics([name])


def test_a_topic_is_made_once_and_is_then_as_it_must_be(kafka: Cluster, name: str) -> None:
    assert ensure(kafka.address, name)
    assert not ensure(kafka.address, name)


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

    with KafkaAdminClient(bootstrap_servers=three_brokers.address) as admin:
        (made,) = admin.describe_topics([name])
    assert {len(partition["replica_nodes"]) for partition in made["partitions"]} == {3}
    assert not ensure(three_brokers.address, name)
