"""Reading one Kafka topic from positions of one's own: no consumer group, nothing skipped, nothing committed there."""

import re
from collections import deque
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from itertools import islice
from time import monotonic

from kafka import KafkaConsumer, TopicPartition  # type: ignore[import-untyped]
from kafka.consumer.fetcher import ConsumerRecord  # type: ignore[import-untyped]
from kafka.errors import CorruptRecordError, LogTruncationError, OffsetOutOfRangeError  # type: ignore[import-untyped]

from chronicle.feed import wire
from chronicle.feed.kafka_client import ASK_AGAIN, Topic, answering, opened
from chronicle.feed.stopped import Corrupt, FeedLost, Unreadable
from chronicle.messages import PARTITIONS, StoredEvent
from chronicle.refusals import Unavailable
from chronicle.store.values import Head

WAIT, PATIENCE = 0.5, 5.0
HELD = 2_000  # records that are taken at a time; twice as many are kept, and a fetch of each partition
FETCHED = 32_768  # bytes of a partition at a time, or one batch: packed, that is some two hundred records


class Reader:
    """Reads some partitions of one topic by one consumer and keeps what was not asked for yet.

    Its numbers are how many records come before, which is Kafka's offset.
    """

    def __init__(self, topic: Topic) -> None:
        self._topic, self._places = topic, [TopicPartition(topic.name, each) for each in range(PARTITIONS)]
        self._consumer: KafkaConsumer | None = None
        self._held: dict[int, deque[ConsumerRecord]] = {}
        self._at: dict[int, int] = {}
        self._ends, self._asked = dict[int, int](), 0.0

    def ends(self) -> dict[int, int]:
        """How many records each partition holds."""
        with self._reading() as consumer:
            self._ask(consumer)
            return dict(self._ends)

    def news(self, last: Mapping[int, Head]) -> dict[int, int]:
        """How many records these partitions hold; waits a moment for more. FeedLost where another record was last.

        From then on those alone are read, each on from its last record.
        """
        with self._reading() as consumer:
            if monotonic() > self._asked + ASK_AGAIN:
                # A consumer whose brokers are away, or whose topic is another one by now, does not tell.
                self._ask(consumer)
            self._topic.require_same(within=ASK_AGAIN)
            self._assign(consumer, last)
            for partition, head in last.items():
                if (gone := self._let_go(partition, head.sequence)) and not _is(gone, head):
                    self._held[partition].clear()
                    self._at.pop(partition, None)
            new = {p: head.sequence for p, head in last.items() if self._next(p) != head.sequence}
            lost = self._stand(consumer, new, last)
            held = sum(len(held) for p, held in self._held.items() if self._ends[p] > last[p].sequence)
            # Who takes less at a time than Kafka gives would else hold more and more.
            if self._held and held < HELD:
                self._poll(consumer, 0 if new or held else WAIT)
        if lost:
            raise FeedLost(lost[0], last[lost[0]].sequence + 1)
        return {partition: self._ends[partition] for partition in last}

    def read(self, partition: int, after: int, limit: int) -> list[ConsumerRecord]:
        """Read on from a number: something when there is anything; FeedLost when the topic no longer goes so far."""
        with self._reading() as consumer:
            self._assign(consumer, {partition, *self._held})
            self._place(consumer, partition, after)
            if after >= self._ends[partition]:
                self._ask(consumer)
            if after < self._ends[partition]:
                self._await(consumer, [partition])
            held = self._held[partition]
            start = max(0, after - held[0].offset) if held else 0
            # Kept until the next look, as not all of it may be taken.
            records = list(islice(held, start, start + limit))
            if after > self._ends[partition] or (held and (not records or records[0].offset != after)):
                raise FeedLost(partition, after + 1)
            return records

    def sweep(self, after: Mapping[int, int]) -> Iterator[tuple[int, list[ConsumerRecord]]]:
        """Read some partitions from a number each to their present end, in any order of partitions."""
        with self._reading() as consumer:
            self._ask(consumer)
            self._assign(consumer, after)
            ends, missing = dict(self._ends), {p: number for p, number in after.items() if number < self._ends[p]}
            while missing:
                for partition, number in missing.items():
                    self._place(consumer, partition, number)
                    self._let_go(partition, number)
                for partition in self._await(consumer, missing):
                    records = [record for record in self._held[partition] if record.offset < ends[partition]]
                    self._held[partition].clear()
                    yield partition, records
                    missing[partition] = records[-1].offset + 1
                missing = {p: number for p, number in missing.items() if number < ends[p]}

    def close(self) -> None:
        """Throw the consumer away with all that it holds."""
        consumer, self._consumer = self._consumer, None
        self._held, self._at = {}, {}
        if consumer:
            # Why it is thrown away says more than how that went.
            with suppress(Unavailable), answering():
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

    def _stand(self, consumer: KafkaConsumer, new: Mapping[int, int], last: Mapping[int, Head]) -> list[int]:
        # By the record before, as read by this consumer, Kafka too notices when what it read is cut off later.
        if any(number > self._ends[partition] for partition, number in new.items()):
            self._ask(consumer)
        for partition, number in new.items():
            self._place(consumer, partition, max(0, number - 1))
        there = [p for p, number in new.items() if 0 < number <= self._ends[p]]
        while missing := [partition for partition in there if not self._held[partition]]:
            self._await(consumer, missing)
        fitting = {p for p in there if _is(self._held[p].popleft(), last[p])}
        lost = [p for p, number in new.items() if number and p not in fitting]
        self._assign(consumer, self._held.keys() - {*lost})
        return lost

    def _await(self, consumer: KafkaConsumer, partitions: Collection[int]) -> list[int]:
        until = monotonic() + PATIENCE
        while not (there := [partition for partition in partitions if self._held[partition]]):
            if monotonic() > until:
                raise Unavailable
            self._poll(consumer, WAIT)
        return there

    def _poll(self, consumer: KafkaConsumer, wait: float) -> None:
        try:
            polled = consumer.poll(timeout_ms=int(wait * 1_000))
        except (OffsetOutOfRangeError, LogTruncationError) as error:
            self._topic.require_same()
            cut = error.divergent_offsets if isinstance(error, LogTruncationError) else error.args[0]
            partition = next(place.partition for place in cut)
            raise FeedLost(partition, self._at.get(partition, 0) + 1) from error
        except CorruptRecordError as error:
            if place := re.search(r"partition=(\d+)\) at offset (\d+)", str(error)):
                raise Corrupt(int(place[1]), int(place[2]) + 1) from error
            raise
        for place, records in polled.items():
            partition, held = place.partition, self._held[place.partition]
            # Who waits for one partition is given of the others, too: beyond what is kept, they are read again later.
            is_room = sum(map(len, self._held.values())) < 2 * HELD
            if not held or (is_room and held[-1].offset + 1 == records[0].offset):
                held.extend(records)
            self._at[partition] = records[-1].offset + 1
            end = max(self._at[partition], consumer.highwater(place) or 0)
            self._ends[partition] = max(self._ends[partition], end)

    def _assign(self, consumer: KafkaConsumer, partitions: Collection[int]) -> None:
        if self._held.keys() != set(partitions):
            consumer.assign([self._places[partition] for partition in partitions])
            self._held = {partition: self._held.get(partition, deque()) for partition in partitions}
            self._at = {partition: at for partition, at in self._at.items() if partition in self._held}

    def _next(self, partition: int) -> int | None:
        held = self._held[partition]
        return held[0].offset if held else self._at.get(partition)

    def _let_go(self, partition: int, before: int) -> ConsumerRecord | None:
        held, last = self._held[partition], None
        while held and held[0].offset < before:
            last = held.popleft()
        return last

    def _place(self, consumer: KafkaConsumer, partition: int, after: int) -> None:
        held = self._held[partition]
        if held and held[0].offset <= after <= held[-1].offset:
            return
        held.clear()
        if self._at.get(partition) != after:
            consumer.seek(self._places[partition], after)
            self._at[partition] = after

    def _ask(self, consumer: KafkaConsumer) -> None:
        for place, end in consumer.end_offsets(self._places, timeout_ms=int(PATIENCE * 1_000)).items():
            self._ends[place.partition] = end
        self._asked = monotonic()

    def _opened(self) -> KafkaConsumer:
        self._topic.require_same()
        self._consumer = consumer = opened(
            KafkaConsumer, self._topic.servers, allow_auto_create_topics=False, group_id=None,
            enable_auto_commit=False, auto_offset_reset="none", isolation_level="read_committed",
            max_poll_records=HELD, max_partition_fetch_bytes=FETCHED, fetch_min_bytes=1, fetch_max_wait_ms=500,
            request_timeout_ms=30_000,
        )  # fmt: skip
        self._ask(consumer)
        return consumer


def event_in(record: ConsumerRecord) -> StoredEvent:
    """Read the event in a record, in either mode; Unreadable for what is no event of ours."""
    try:
        headers = {name.lower(): value.decode() for name, value in record.headers}
        text = record.value.decode()
        if headers.get("content-type", "").startswith("application/cloudevents"):
            event = wire.read(text)
        else:
            event = wire.read_binary({name.removeprefix("ce_"): value for name, value in headers.items()}, text)
    except (AttributeError, KeyError, TypeError, ValueError):
        raise Unreadable(record.partition, record.offset + 1) from None
    if event.partition != record.partition:
        raise Unreadable(record.partition, record.offset + 1)
    return event


def _is(record: ConsumerRecord, head: Head) -> bool:
    with suppress(Unreadable):
        return (record.offset + 1, event_in(record).hash) == (head.sequence, head.hash)
    return False
