"""Topics: made as they must be, compared with what they must be, and filled again from a history."""

from collections import deque
from time import monotonic, sleep

from kafka import KafkaAdminClient  # type: ignore[import-untyped]
from kafka.admin import ConfigResource, ConfigResourceType  # type: ignore[import-untyped]
from kafka.errors import (  # type: ignore[import-untyped]
    InvalidReplicationFactorError,
    TopicAlreadyExistsError,
    UnknownTopicOrPartitionError,
)

from chronicle.feed import BATCH, share
from chronicle.feed.embedded import EmbeddedFeed
from chronicle.feed.kafka import KafkaFeed
from chronicle.feed.kafka_client import answering, opened
from chronicle.messages import PARTITIONS

PATIENCE, LOOK_AGAIN = 60.0, 0.5
KEPT_FOR_EVER = {
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
    """The topic holds something else than the beginning of this history, or somebody else writes to it meanwhile."""

    def __init__(self) -> None:
        super().__init__("the topic holds something else than the beginning of this history, or a relay writes to it")


def ensure(servers: str, topic: str) -> bool:
    """Make a topic, True when it was not there; else compare it: TopicDrift names each difference."""
    named = servers.split(",")
    with answering(), opened(KafkaAdminClient, named) as admin:
        # Those that are away now are named all the same.
        copies = min(3, max(len(named), len(admin.describe_cluster()["brokers"])))
        if _made(admin, topic, copies):
            return True
        (found,) = admin.describe_topics([topic])
        if found["error_code"]:
            raise UnknownTopicOrPartitionError  # to a broker that has not heard of it yet
        described = admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic)], config_filter="all")
    # More copies than needed are no difference: there may be fewer brokers just now.
    replicas = min(len(each["replica_nodes"]) for each in found["partitions"])
    needed = max(copies, replicas)
    wanted = {"partitions": PARTITIONS, "replicas": needed, **configured(needed)}
    there = {name: each["value"] for name, each in described["topic"][topic].items()}
    there |= {"partitions": len(found["partitions"]), "replicas": replicas}
    differing = [name for name, value in wanted.items() if str(there[name]) != str(value)]
    if differing:
        raise TopicDrift([f"{name} is {there[name]} and must be {wanted[name]}" for name in differing])
    return False


def refill(history: EmbeddedFeed, feed: KafkaFeed) -> int:
    """Write a history into an empty topic, or go on with one that was begun; how many events that took."""
    ends, held = history.heads(), {partition: head.sequence for partition, head in feed.heads().items()}
    begun = {partition: _begun(partition, number, history, feed) for partition, number in held.items()}
    reached = dict(begun)
    while missing := {p: ends[p].sequence - after for p, after in reached.items() if after < ends[p].sequence}:
        batches = {p: history.read(p, reached[p], min(share(len(missing)), left)) for p, left in missing.items()}
        for partition, events in batches.items():
            reached[partition] += len(events)
            held[partition] += len(events)
        if feed.send(batches) != {partition: held[partition] for partition in batches}:
            raise NotARefill
    return sum(reached.values()) - sum(begun.values())


def _begun(partition: int, written: int, history: EmbeddedFeed, feed: KafkaFeed) -> int:
    reached = number = 0
    while number < written:
        events = feed.read(partition, number, BATCH)
        number += len(events)
        following = deque(history.read(partition, reached, len(events)))
        for event in events:
            if following and event.event_id == following[0].event_id:
                following.popleft()
                reached += 1
            # Some may have been written twice, so that the topic's offsets are ahead of the history's.
            elif not 0 < (history.offset(event.event_id) or 0) <= reached:
                raise NotARefill
    return reached


def _made(admin: KafkaAdminClient, topic: str, copies: int) -> bool:
    until = monotonic() + PATIENCE
    wanted = {"num_partitions": PARTITIONS, "replication_factor": copies, "configs": configured(copies)}
    while True:
        try:
            admin.create_topics({topic: wanted}, wait_for_metadata=True)
        except TopicAlreadyExistsError:
            return False
        except InvalidReplicationFactorError:
            # Not all brokers are up yet.
            if monotonic() > until:
                raise
            sleep(LOOK_AGAIN)
        else:
            return True


def configured(copies: int) -> dict[str, str]:
    """The settings of a topic with so many copies."""
    return {**KEPT_FOR_EVER, "min.insync.replicas": str(max(1, copies - 1))}
