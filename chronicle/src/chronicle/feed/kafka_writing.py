"""Writing to one Kafka topic: every record acknowledged, or its producer is thrown away and the outcome unknown."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from itertools import pairwise
from time import monotonic

from kafka import KafkaProducer  # type: ignore[import-untyped]
from kafka.errors import KafkaError  # type: ignore[import-untyped]

from chronicle.feed.kafka_client import ASK_AGAIN, Topic, answering, opened
from chronicle.feed.stopped import TooLarge, TopicCutShort
from chronicle.feed.wire import CONTENT_TYPE
from chronicle.refusals import Unavailable

LARGEST = 900_000
DEADLINE, PATIENCE = 20.0, 5.0
_HEADERS = [("content-type", CONTENT_TYPE.encode())]
Records = Sequence[tuple[bytes, bytes]]


class Writer:
    """Writes records to partitions of one topic; not shared between threads, nor made before a fork."""

    def __init__(self, topic: Topic) -> None:
        self.topic = topic
        self._producer: KafkaProducer | None = None
        self.last: dict[int, int] = {}

    def write(self, batches: Mapping[int, Records]) -> dict[int, int]:
        """Write keys and values, of each partition in order; how many it then holds. Unknown when Unavailable.

        TooLarge has the number of records before the one that is, and nothing was written.
        """
        for partition, records in batches.items():
            for number, (key, value) in enumerate(records):
                if len(key) + len(value) > LARGEST:
                    raise TooLarge(partition, number)
        try:
            with answering():
                offsets = self._acknowledged(self._producer or self._opened(), batches)
            # A topic made anew takes what is sent and says nothing.
            self.topic.require_same(within=ASK_AGAIN)
            return {partition: self._counted(partition, offsets[partition]) for partition in batches}
        except BaseException:
            # A producer that failed once may never send again, and what it still holds would come out of order.
            self.close()
            raise

    def close(self) -> None:
        """Throw the producer away with all that it has not sent."""
        producer, self._producer = self._producer, None
        if producer:
            # Its own close waits for what never comes, and leaves its thread behind.
            producer._sender.force_close()  # noqa: SLF001
            producer._sender.join(PATIENCE)  # noqa: SLF001
            with suppress(KafkaError):
                producer.close(timeout=0)

    def _acknowledged(self, producer: KafkaProducer, batches: Mapping[int, Records]) -> dict[int, list[int]]:
        until, topic = monotonic() + DEADLINE, self.topic.name
        # All at once: one after the other, each partition would wait for the answers to those before it.
        sent = {p: [producer.send(topic, value, key, _HEADERS, p) for key, value in batches[p]] for p in batches}
        # It also fails while a batch is being split, whose records all arrive: only the futures tell.
        with suppress(KafkaError):
            producer.flush(DEADLINE)
        return {p: [each.get(max(0.0, until - monotonic())).offset for each in sent[p]] for p in sent}

    def _counted(self, partition: int, offsets: Sequence[int]) -> int:
        if -1 in offsets:
            raise Unavailable
        if any(later <= earlier for earlier, later in pairwise((self.last.get(partition, -1), *offsets))):
            self.topic.require_same()
            raise TopicCutShort(partition, offsets[0] + 1)
        self.last[partition] = offsets[-1]
        return offsets[-1] + 1

    def _opened(self) -> KafkaProducer:
        self.topic.require_same()
        self._producer = opened(
            KafkaProducer, self.topic.servers, allow_auto_create_topics=False, acks="all", enable_idempotence=True,
            compression_type="lz4", linger_ms=5, batch_size=262_144, max_request_size=1_000_000, max_block_ms=5_000,
            request_timeout_ms=15_000, delivery_timeout_ms=60_000, retry_backoff_ms=200,
        )  # fmt: skip
        return self._producer
