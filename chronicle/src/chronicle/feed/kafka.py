"""The feed as a Kafka topic: structured CloudEvents, the subject as key, the partition as recorded."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from threading import RLock

from kafka.consumer.fetcher import ConsumerRecord  # type: ignore[import-untyped]

from chronicle.feed import nothing, wire
from chronicle.feed.kafka_client import Topic
from chronicle.feed.kafka_reading import Reader, event_in
from chronicle.feed.kafka_writing import Writer
from chronicle.feed.positions import FEED, START, Reached, fit
from chronicle.feed.stopped import FeedLost, TooLarge, Unreadable
from chronicle.messages import StoredEvent
from chronicle.store.values import Head


class KafkaFeed:
    """One topic. Its offsets are Kafka's, counted from 1; threads take turns, so whoever loops opens its own."""

    source = FEED

    def __init__(self, servers: str, topic: str) -> None:
        self._topic = Topic(servers, topic)
        self._reader, self._writer = Reader(self._topic), Writer(self._topic)
        self._turn = RLock()

    @property
    def generation(self) -> str:
        """The topic's name and id, as first seen."""
        return self._topic.generation

    def send(self, batches: Mapping[int, Sequence[StoredEvent]]) -> dict[int, int]:
        """Write events; the last one's offset by partition. TooLarge: nothing was written. Unavailable: unknown."""
        records = {p: [(event.subject.encode(), wire.written(event).encode()) for event in batches[p]] for p in batches}
        with self._turn:
            try:
                return self._writer.write(records)
            except TooLarge as large:
                raise TooLarge(large.partition, batches[large.partition][large.number].sequence) from None

    def sent(
        self, source: str, since: Mapping[int, Reached], meanwhile: Callable[[], object] = nothing
    ) -> dict[int, Reached]:
        """How far these partitions reach and how far one source got there without a gap."""
        with self._turn, closing(self._reader):
            held = self._still(since)
            begin = {partition: reached[FEED].sequence for partition, reached in held.items()}
            self._writer.last = {partition: number - 1 for partition, number in begin.items()}
            for partition, records in self._reader.sweep(begin):
                meanwhile()
                held[partition] = _found(source, held[partition], records)
                self._writer.last[partition] = records[-1].offset
        return held

    def read(self, partition: int, after: int, limit: int) -> list[StoredEvent]:
        """Read one partition on from an offset; FeedLost, TopicReplaced, Unreadable."""
        with self._turn:
            records = self._reader.read(partition, after, limit)
        events = []
        for record in records:
            try:
                events.append(event_in(record))
            except Unreadable:
                if not events:
                    raise
                break
        return events

    def heads(self, last: Mapping[int, Head] | None = None) -> dict[int, Head]:
        """The last offset of every partition; where records read last are given, it waits a moment for more."""
        with self._turn:
            ends = self._reader.ends() if last is None else self._reader.news(last)
        return {partition: Head(end, b"") for partition, end in ends.items()}

    def _still(self, since: Mapping[int, Reached]) -> dict[int, Reached]:
        held = dict(since)
        while True:
            try:
                self._reader.news({partition: reached[FEED] for partition, reached in held.items()})
            except FeedLost as lost:
                if held[lost.partition] == {FEED: START}:
                    raise
                held[lost.partition] = {FEED: START}
            else:
                return held

    def close(self) -> None:
        """Let go of Kafka."""
        with self._turn:
            self._reader.close()
            self._writer.close()


def _found(source: str, before: Reached, records: Sequence[ConsumerRecord]) -> Reached:
    # What is elsewhere called so is read in vain, and what is ours is always called so.
    name = f'"source":"{source}"'.encode()
    events = (event for _, event in _events(record for record in records if name in (record.value or b"")))
    known = {of: head for of, head in before.items() if of != FEED}
    own = fit(known, [event for event in events if event.source == source], {}).reached
    last = (Head(record.offset + 1, event.hash) for record, event in _events(reversed(records)))
    return {**own, FEED: next(last, before[FEED])}


def _events(records: Iterable[ConsumerRecord]) -> Iterator[tuple[ConsumerRecord, StoredEvent]]:
    # What is nobody's is passed by: were it ours, the gap it leaves would be filled again.
    for record in records:
        with suppress(Unreadable):
            yield record, event_in(record)
