"""Reading one Kafka topic from positions of one's own: no consumer group, nothing skipped, nothing committed there."""

from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from time import monotonic

from kafka import KafkaConsumer, TopicPartition  # type: ignore[import-untyped]
from kafka.consumer.fetcher import ConsumerRecord  # type: ignore[import-untyped]
from kafka.errors import LogTruncationError, OffsetOutOfRangeError  # type: ignore[import-untyped]

from chronicle.feed.kafka_client import ASK_AGAIN, BACK_SOON, Topic, answering
from chronicle.feed.stopped import FeedLost
from chronicle.messages import PARTITIONS
from chronicle.refusals import Unavailable

WAIT, PATIENCE = 0.2, 5.0
HELD = 10_000


class Reader:
    """Reads all partitions of one topic by one consumer and keeps what was not asked for yet.

    Its numbers are how many records come before, which is Kafka's offset.
    """

    def __init__(self, topic: Topic) -> None:
        self._topic, self._places = topic, [TopicPartition(topic.name, each) for each in range(PARTITIONS)]
        self._consumer: KafkaConsumer | None = None
        self._held: list[deque[ConsumerRecord]] = [deque() for _ in self._places]
        self._at = [0] * PARTITIONS
        self._ends = [0] * PARTITIONS
        self._asked = 0.0

    def ends(self) -> dict[int, int]:
        """How many records each partition holds; waits a moment for more. Unavailable when Kafka is away."""
        fresh = self._consumer is None
        with self._reading() as consumer:
            if monotonic() > self._asked + ASK_AGAIN:
                # A consumer whose brokers are away, or whose topic is another one by now, does not tell.
                self._ask(consumer)
            self._topic.require_same(within=ASK_AGAIN)
            self._poll(consumer, 0 if fresh or any(self._held) else WAIT)
            return dict(enumerate(self._ends))

    def read(self, partition: int, after: int, limit: int) -> list[ConsumerRecord]:
        """Read on from a number: something when there is anything; FeedLost when the topic no longer goes so far."""
        held = self._held[partition]
        with self._reading() as consumer:
            self._place(consumer, partition, after)
            if after >= self._ends[partition]:
                self._ask(consumer)
            until = monotonic() + PATIENCE
            while not held and after < self._ends[partition]:
                if monotonic() > until:
                    raise Unavailable
                self._poll(consumer, WAIT)
            if after > self._ends[partition] or (held and held[0].offset != after):
                raise FeedLost(partition, after + 1)
            return [held.popleft() for _ in islice(range(len(held)), limit)]

    def sweep(self, after: Mapping[int, int]) -> Iterator[tuple[int, list[ConsumerRecord]]]:
        """Read some partitions from a number each to their present end, in any order of partitions."""
        with self._reading() as consumer:
            self._ask(consumer)
            missing = {partition for partition, number in after.items() if number < self._ends[partition]}
            ends, until = tuple(self._ends), monotonic() + PATIENCE
            for partition in missing:
                self._place(consumer, partition, after[partition])
            while missing:
                self._poll(consumer, WAIT)
                for partition in [each for each in missing if self._held[each]]:
                    records = [record for record in self._held[partition] if record.offset < ends[partition]]
                    self._held[partition].clear()
                    yield partition, records
                    until = monotonic() + PATIENCE
                    if self._at[partition] >= ends[partition]:
                        missing.remove(partition)
                if monotonic() > until:
                    raise Unavailable

    def close(self) -> None:
        """Throw the consumer away with all that it holds."""
        consumer, self._consumer = self._consumer, None
        for held in self._held:
            held.clear()
        if consumer:
            with answering():
                consumer.close(timeout_ms=1_000)

    @contextmanager
    def _reading(self) -> Iterator[KafkaConsumer]:
        # After an error a consumer may spin for ever on its next poll.
        try:
            with answering():
                yield self._consumer or self._opened()
        except BaseException:
            self.close()
            raise

    def _poll(self, consumer: KafkaConsumer, wait: float) -> None:
        try:
            polled = consumer.poll(timeout_ms=int(wait * 1_000))
        except (OffsetOutOfRangeError, LogTruncationError) as error:
            self._topic.require_same()
            raise self._lost(error) from error
        for place, records in polled.items():
            partition, held = place.partition, self._held[place.partition]
            if len(held) < HELD and (not held or held[-1].offset + 1 == records[0].offset):
                held.extend(records)
            self._at[partition] = records[-1].offset + 1
            end = max(self._at[partition], consumer.highwater(place) or 0)
            self._ends[partition] = max(self._ends[partition], end)

    def _place(self, consumer: KafkaConsumer, partition: int, after: int) -> None:
        held = self._held[partition]
        if (held[0].offset if held else self._at[partition]) != after:
            held.clear()
            consumer.seek(self._places[partition], after)
            self._at[partition] = after

    def _ask(self, consumer: KafkaConsumer) -> None:
        for place, end in consumer.end_offsets(self._places, timeout_ms=2_000).items():
            self._ends[place.partition] = end
        self._asked = monotonic()

    def _opened(self) -> KafkaConsumer:
        self._topic.require_same()
        self._consumer = consumer = KafkaConsumer(
            bootstrap_servers=self._topic.servers,
            group_id=None,
            enable_auto_commit=False,
            auto_offset_reset="none",
            isolation_level="read_committed",
            max_poll_records=2_000,
            max_partition_fetch_bytes=1_048_576,
            fetch_min_bytes=1,
            fetch_max_wait_ms=250,
            request_timeout_ms=30_000,
            allow_auto_create_topics=False,
            **BACK_SOON,
        )
        self._ask(consumer)
        # Whoever is at the end already never asks to read, and waits for what comes next.
        consumer.assign(self._places)
        for partition, place in enumerate(self._places):
            self._at[partition] = self._ends[partition]
            consumer.seek(place, self._ends[partition])
        return consumer

    def _lost(self, error: OffsetOutOfRangeError | LogTruncationError) -> FeedLost:
        places = error.divergent_offsets if isinstance(error, LogTruncationError) else error.args[0]
        partition = next(place.partition for place in places)
        return FeedLost(partition, self._at[partition] + 1)
