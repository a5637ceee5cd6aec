"""How our Kafka clients are set up and what they make of answers: what no broker can be made to say at will."""

import gc
from collections.abc import Sequence
from logging import CRITICAL
from pathlib import Path
from threading import active_count
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest
from chronicle.feed import kafka_client, kafka_writing
from chronicle.feed.kafka_client import answering, opened
from chronicle.feed.kafka_writing import LARGEST, Writer
from chronicle.feed.stopped import KafkaRefuses, TooLarge, TopicCutShort
from chronicle.refusals import Unavailable
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, errors  # type: ignore[import-untyped]


class Topic:
    """A topic that stays what it is."""

    servers: ClassVar = ["nowhere:1"]
    name = "case-history"

    def require_same(self, within: float = 0.0) -> None:
        """It is."""


class Producer:
    """A producer whose broker acknowledges at the offsets told."""

    told: ClassVar[list[int]] = []
    settings: ClassVar[dict[str, Any]] = {}
    closed: ClassVar[int] = 0
    flushed: ClassVar[int] = 0

    def __init__(self, **settings: Any) -> None:
        Producer.settings = settings
        self._sender = SimpleNamespace(force_close=lambda: None, join=lambda _: None)

    def send(self, *_record: object) -> Any:
        """Acknowledge at the next offset."""
        offset = Producer.told.pop(0)
        return SimpleNamespace(get=lambda _: SimpleNamespace(offset=offset))

    def flush(self, _timeout: float) -> None:
        """Everything is acknowledged."""
        Producer.flushed += 1

    def close(self, timeout: float) -> None:  # noqa: ARG002 - as it is called
        """Count."""
        Producer.closed += 1


@pytest.fixture
def writer(monkeypatch: pytest.MonkeyPatch) -> Writer:
    monkeypatch.setattr(kafka_writing, "KafkaProducer", Producer)
    monkeypatch.setattr(Producer, "closed", 0)
    monkeypatch.setattr(Producer, "flushed", 0)
    return Writer(Topic())  # type: ignore[arg-type]


def write(writer: Writer, *offsets: int) -> int:
    Producer.told = list(offsets)
    return writer.write({3: [(b"key", b"value")] * len(offsets)})[3]


def test_every_record_is_acknowledged_by_all_and_sent_once(writer: Writer) -> None:
    assert write(writer, 4, 5) == 6

    assert Producer.settings["acks"] == "all"
    assert Producer.settings["enable_idempotence"] is True


def test_no_partition_waits_for_the_answers_to_another(writer: Writer) -> None:
    Producer.told = [4, 7, 8]

    assert writer.write({3: [(b"key", b"value")], 5: [(b"key", b"value")] * 2}) == {3: 5, 5: 9}

    assert Producer.flushed == 1


@pytest.mark.parametrize("offsets", [[4], [3], [0, 1], [6, 6], [7, 5]])
def test_what_is_acknowledged_before_what_was_acknowledged_was_cut_off(writer: Writer, offsets: Sequence[int]) -> None:
    write(writer, 3, 4)

    with pytest.raises(TopicCutShort) as stopped:
        write(writer, *offsets)

    assert (stopped.value.partition, stopped.value.number, Producer.closed) == (3, offsets[0] + 1, 1)


def test_an_acknowledgement_without_an_offset_is_none(writer: Writer) -> None:
    with pytest.raises(Unavailable):
        write(writer, -1)
    assert Producer.closed == 1


def test_what_is_too_large_is_not_sent(writer: Writer) -> None:
    records = [(b"key", b"value"), (b"key", b"x" * (LARGEST - 2))]

    with pytest.raises(TooLarge) as large:
        writer.write({3: records})

    assert (large.value.partition, large.value.number) == (3, 1)


@pytest.mark.parametrize(
    "error",
    [
        errors.TopicAuthorizationFailedError(),
        errors.ClusterAuthorizationFailedError(),
        errors.SaslAuthenticationFailedError(),
        errors.MessageSizeTooLargeError(),
        errors.CorruptRecordError(),
        errors.UnsupportedVersionError(),
        errors.IncompatibleBrokerVersion(),
        errors.UnsupportedCodecError(),
    ],
)
def test_what_kafka_refuses_for_good_is_another_thing_than_kafka_away(error: Exception) -> None:
    with pytest.raises(KafkaRefuses) as refused, answering():
        raise error
    assert refused.value.__cause__ is error


@pytest.mark.parametrize(
    "error",
    [
        errors.KafkaConnectionError(),
        errors.KafkaTimeoutError(),
        errors.NotEnoughReplicasError(),
        errors.OutOfOrderSequenceNumberError(),
        ConnectionResetError(),
    ],
)
def test_what_passes_is_kafka_away(error: Exception) -> None:
    with pytest.raises(Unavailable), answering():
        raise error


@pytest.mark.parametrize("kind", [KafkaAdminClient, KafkaConsumer, KafkaProducer])
def test_a_client_that_finds_no_broker_leaves_nothing_behind(
    kind: type, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(kafka_client.SOON, "bootstrap_timeout_ms", 100)
    caplog.set_level(CRITICAL, "kafka")  # a line that is kept keeps the socket it tells of
    before = active_count(), files_open()

    for _ in range(3):
        with pytest.raises(errors.KafkaTimeoutError):
            opened(kind, ["127.0.0.1:1"])

    assert (active_count(), files_open()) == before


def files_open() -> int:
    gc.collect()
    return len([*Path("/proc/self/fd").iterdir()])
