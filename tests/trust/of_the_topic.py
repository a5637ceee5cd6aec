"""Faults of what Kafka is sent: it refuses records for their size; somebody sends again what is there."""

from collections.abc import Sequence
from time import monotonic
from typing import NamedTuple

from chronicle.feed.opening import topic_at
from chronicle.feed.stopped import FeedStopped, KafkaRefuses
from chronicle.feed.topics import KEPT_FOR_EVER
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition  # type: ignore[import-untyped]
from kafka.admin import ConfigResource, ConfigResourceType  # type: ignore[import-untyped]
from private_servers import wait_until
from tests.trust.installation import Trusted
from tests.trust.of_servers import not_accepted
from tests.trust.promises import Outcome, Promise, Trial

SIZE = "max.message.bytes"
AGAIN, ALL_AGAIN = 2, 10
_ALARMS = "SELECT partition, sequence FROM follower_alarm WHERE follower = 'relay' AND reason = '{}'"


class Record(NamedTuple):
    """One record as somebody else may send it again."""

    partition: int
    key: bytes
    value: bytes
    headers: Sequence[tuple[str, bytes]]


def too_large(it: Trusted, trial: Trial) -> Outcome:
    """Let Kafka take no record of the size of ours: an alarm, and commands are accepted; all is sent when it does."""
    began = monotonic()
    with it.under_load():
        it.accepts()
        take(it, "100")
        refused = monotonic()
        wait_until(lambda: bool(relay_alarms(it, "identification", KafkaRefuses)))
        it.accepts()
        trial.longer(60)
        accepted = it.history.accepted(refused)
        take(it, KEPT_FOR_EVER[SIZE])
        it.accepts()
    found = [*not_accepted(it, began), *it.findings()]
    figure = f"an alarm, {accepted} accepted meanwhile"
    return Outcome(figure, "accepted > 0, an alarm that ends by itself, nothing missing afterwards", found)


def sent_again(it: Trusted, trial: Trial) -> Outcome:
    """Send again what the topic has, from elsewhere and late, sources and partitions mixed: it changes nothing."""
    times, sent = int(trial.of(AGAIN, ALL_AGAIN)), 0
    with it.under_load():
        for _ in range(times):
            it.accepts()
            # Each once, or every time would be three times as long as the one before.
            records = list({each.value: each for each in read(it)}.values())
            # Whole, so that each source's order in a partition begins anew; then in any order at all.
            sent += written(it, [*records, *trial.random.sample(records, len(records))])
    return Outcome(f"{sent} records sent again", findings=it.findings())


def topic_of(it: Trusted) -> str:
    """What the shared topic is called now."""
    return topic_at(it.running.processes["migrate"].environment["GATEWAY_FEED_URL"])[1]


def read(it: Trusted) -> list[Record]:
    """All that the topic holds now, partition by partition."""
    topic, found = topic_of(it), list[Record]()
    consumer = KafkaConsumer(bootstrap_servers=it.kafka.address)
    try:
        places = [TopicPartition(topic, partition) for partition in consumer.partitions_for_topic(topic)]
        ends = consumer.end_offsets(places)
        consumer.assign(places)
        consumer.seek_to_beginning(*places)
        while any(consumer.position(place) < end for place, end in ends.items()):
            for place, records in consumer.poll(timeout_ms=500).items():
                found += [Record(place.partition, each.key, each.value, each.headers) for each in records]
    finally:
        consumer.close()
    return sorted(found, key=lambda record: record.partition)


def written(it: Trusted, records: Sequence[Record]) -> int:
    """Send records as anybody may who reaches Kafka; how many."""
    producer, topic = KafkaProducer(bootstrap_servers=it.kafka.address), topic_of(it)
    for each in records:
        producer.send(topic, each.value, each.key, list(each.headers), each.partition)
    producer.flush()
    producer.close()
    return len(records)


def take(it: Trusted, size: str) -> None:
    """Let the topic take records of so many bytes."""
    with KafkaAdminClient(bootstrap_servers=it.kafka.address) as admin:
        admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic_of(it), {SIZE: size})])


def relay_alarms(it: Trusted, service: str, kind: type[FeedStopped]) -> dict[int, int]:
    """The partitions in which a relay stands for such a reason, and at which event."""
    return it.numbers(service, _ALARMS.format(kind().reason))


PROMISES = (
    Promise("sent-again", "What is sent again, late and from elsewhere, changes nothing", sent_again),
    Promise("too-large", "While Kafka takes no record of ours commands are accepted, and it has them later", too_large),
)
