"""Topics: made as they must be, compared with what they must be, and filled again from a history."""

from collections.abc import Mapping

from kafka import KafkaAdminClient  # type: ignore[import-untyped]
from kafka.admin import ConfigResource, ConfigResourceType  # type: ignore[import-untyped]

from chronicle.feed.embedded import EmbeddedFeed
from chronicle.feed.kafka import KafkaFeed
from chronicle.feed.kafka_client import BACK_SOON, answering
from chronicle.messages import PARTITIONS

BATCH = 500
_KEPT_FOR_EVER = {
    "cleanup.policy": "delete",
    "retention.ms": "-1",
    "retention.bytes": "-1",
    "max.message.bytes": "1000000",
    "unclean.leader.election.enable": "false",
}


class TopicDrift(Exception):
    """The topic is not as it must be; one line for each difference."""

    def __init__(self, differences: list[str]) -> None:
        self.differences = differences
        super().__init__("\n".join(differences))


class NotARefill(Exception):
    """The topic holds something that is not of this history."""

    def __init__(self) -> None:
        super().__init__("the topic holds something that is not of this history")


def ensure(servers: str, topic: str) -> bool:
    """Make a topic, True when it was not there; else compare it: TopicDrift names each difference."""
    with answering(), KafkaAdminClient(bootstrap_servers=servers.split(","), **BACK_SOON) as admin:
        brokers = len(admin.describe_cluster()["brokers"])
        replicas, configs = _wanted(brokers)
        (found,) = admin.describe_topics([topic])
        if found["error_code"]:
            wanted = {"num_partitions": PARTITIONS, "replication_factor": replicas, "configs": configs}
            admin.create_topics({topic: wanted}, wait_for_metadata=True)
            return True
        described = admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic)], config_filter="all")
    values = {name: described["topic"][topic][name]["value"] for name in configs}
    partitions = found["partitions"]
    shape = {"partitions": len(partitions), "replicas": min(len(each["replica_nodes"]) for each in partitions)}
    if differences := _differences({**shape, **values}, {"partitions": PARTITIONS, "replicas": replicas, **configs}):
        raise TopicDrift(differences)
    return False


def refill(history: EmbeddedFeed, feed: KafkaFeed) -> int:
    """Write a history into an empty topic, or go on with one that was begun; how many events that took."""
    ends = history.heads()
    begun = {partition: _begun(partition, head.sequence, history, feed) for partition, head in feed.heads().items()}
    return sum(_refill(p, range(after, ends[p].sequence), history, feed) for p, after in begun.items())


def _refill(partition: int, offsets: range, history: EmbeddedFeed, feed: KafkaFeed) -> int:
    for after in offsets[::BATCH]:
        feed.send(partition, history.read(partition, after, min(BATCH, offsets.stop - after)))
    return len(offsets)


def _begun(partition: int, written: int, history: EmbeddedFeed, feed: KafkaFeed) -> int:
    if not written:
        return 0
    (last,) = feed.read(partition, written - 1, 1)
    # Some may have been written twice, so that the topic's offsets are ahead of the history's.
    offset = history.offset(last.event_id)
    if offset is None:
        raise NotARefill
    return offset


def _wanted(brokers: int) -> tuple[int, Mapping[str, str]]:
    replicas = min(3, brokers)
    return replicas, {**_KEPT_FOR_EVER, "min.insync.replicas": str(max(1, replicas - 1))}


def _differences(found: Mapping[str, object], wanted: Mapping[str, object]) -> list[str]:
    return [
        f"{name} is {found[name]} and must be {value}"
        for name, value in wanted.items()
        if str(found[name]) != str(value)
    ]
