"""A private Kafka keeps what it acknowledged, and is gone after its user, however they ended."""

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path

import private_kafka
import pytest
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition  # type: ignore[import-untyped]
from kafka.admin import ConfigResource  # type: ignore[import-untyped]
from kafka.errors import KafkaTimeoutError  # type: ignore[import-untyped]
from private_kafka import Broker, Cluster, running, stop_abandoned
from private_servers import CannotRun


@contextmanager
def producing(cluster: Cluster) -> Iterator[KafkaProducer]:
    producer = KafkaProducer(bootstrap_servers=cluster.address, acks="all", delivery_timeout_ms=30_000)
    try:
        yield producer
    finally:
        producer.close(timeout=5)


def values(cluster: Cluster, topic: str, partition: int) -> list[bytes]:
    place = TopicPartition(topic, partition)
    with closing(
        KafkaConsumer(bootstrap_servers=cluster.address, group_id=None, consumer_timeout_ms=10_000)
    ) as consumer:
        consumer.assign([place])
        consumer.seek_to_beginning(place)
        return [record.value for record in islice(consumer, consumer.end_offsets([place])[place])]


def answers(broker: Broker) -> bool:
    try:
        socket.create_connection(("127.0.0.1", broker.port), timeout=1).close()
    except ConnectionRefusedError:
        return False
    return True


def test_what_is_written_is_read_back(kafka: Cluster) -> None:
    with kafka.topic() as topic, producing(kafka) as producer:
        producer.send(topic, b"accepted", partition=15).get(10)

        assert values(kafka, topic, 15) == [b"accepted"]


def test_each_topic_is_ones_own_and_kept_for_ever(kafka: Cluster) -> None:
    with kafka.topic() as first, kafka.topic(partitions=1) as second:
        with producing(kafka) as producer:
            producer.send(first, b"accepted", partition=0).get(10)
        with KafkaAdminClient(bootstrap_servers=kafka.address) as admin:
            configs = admin.describe_configs([ConfigResource("TOPIC", second)])["topic"][second]

        assert values(kafka, second, 0) == []
        assert configs["retention.ms"]["value"] == "-1"


def test_a_frozen_broker_goes_on_when_thawed(kafka: Cluster) -> None:
    with kafka.topic() as topic, producing(kafka) as producer:
        producer.send(topic, b"registered", partition=3).get(10)
        kafka.freeze()
        sent = producer.send(topic, b"accepted", partition=3)
        with pytest.raises(KafkaTimeoutError):
            sent.get(1)

        kafka.thaw()

        assert sent.get(10).offset == 1


def test_three_brokers_lose_one_and_go_on(three_brokers: Cluster) -> None:
    with three_brokers.topic(partitions=3) as topic, producing(three_brokers) as producer:
        for partition in range(3):
            producer.send(topic, b"before", partition=partition).get(10)

        three_brokers.kill(2)

        for partition in range(3):
            producer.send(topic, b"after", partition=partition).get(30)
            assert values(three_brokers, topic, partition) == [b"before", b"after"]


def test_a_broker_keeps_what_it_acknowledged_when_killed_and_nothing_when_ended() -> None:
    with running(settings={"broker.session.timeout.ms": "3000"}) as cluster:
        (broker,) = cluster.brokers
        with cluster.topic(partitions=1) as topic:
            with producing(cluster) as producer:
                producer.send(topic, b"accepted", partition=0).get(10)
            cluster.kill()
            assert not answers(broker)

            cluster.start()

            assert values(cluster, topic, 0) == [b"accepted"]

    assert not answers(broker)
    assert not broker.folder.parent.exists()


def test_a_broker_left_by_a_killed_run_is_stopped_by_the_next(kafka: Cluster) -> None:
    script = (
        "from private_kafka import *\n"
        "with running() as c: print(c.brokers[0].folder, c.brokers[0].port, flush=True); input()"
    )
    with subprocess.Popen(  # noqa: S603 — our own script
        [sys.executable, "-c", script],
        cwd=Path(private_kafka.__file__).parent,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as run:
        assert run.stdout is not None
        folder, port = run.stdout.readline().split()
        run.send_signal(signal.SIGKILL)
    orphan = Broker(1, Path(folder), int(port), ())
    assert answers(orphan)

    stop_abandoned()

    assert not answers(orphan)
    assert not orphan.folder.parent.exists()
    assert answers(kafka.brokers[0])


def test_a_broker_that_cannot_run_says_why() -> None:
    with pytest.raises(CannotRun, match="Invalid value one"), running(settings={"node.id": "one"}):
        pass
