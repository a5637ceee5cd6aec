"""The feed as a Kafka topic: structured CloudEvents, the subject as key, the partition as recorded."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from threading import RLock

from kafka.consumer.fetcher import ConsumerRecord  # type: ignore[import-untyped]

from chronicle.feed import nothing, wire
from chronicle.feed.kafka_client import Topic
from chronicle.feed.kafka_reading import Reader
from chronicle.feed.kafka_writing import LARGEST, Writer
from chronicle.feed.positions import FEED, Reached, fit
from chronicle.feed.stopped import TooLarge, Unreadable
from chronicle.messages import PARTITIONS, StoredEvent
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

    def send(self, partition: int, events: Sequence[StoredEvent]) -> int:
        """Write events in order; the last one's offset. TooLarge: nothing was written. Unavailable: unknown."""
        records = [(event.subject.encode(), wire.written(event).encode()) for event in events]
        for event, (key, value) in zip(events, records, strict=True):
            if len(key) + len(value) > LARGEST:
                raise TooLarge(partition, event.sequence)
        with self._turn:
            return self._writer.write(partition, records)

    def sent(
        self, source: str, since: Mapping[int, int] | None = None, meanwhile: Callable[[], object] = nothing
    ) -> dict[int, Head]:
        """How far one source got without a gap, read on from offsets of its own where they still are that."""
        with self._turn, closing(self._reader):
            ends = self._reader.ends()
            begin = {p: offset for p, offset in (since or {}).items() if 0 < offset <= ends[p]}
            last = {
                p: own[0] for p, offset in begin.items() if (own := _own(source, self._reader.read(p, offset - 1, 1)))
            }
            held: dict[int, Reached] = {p: {source: Head(event.sequence, event.hash)} for p, event in last.items()}
            for partition, records in self._reader.sweep({p: begin[p] if p in last else 0 for p in range(PARTITIONS)}):
                meanwhile()
                held[partition] = fit(held.get(partition, {}), _own(source, records), {}).reached
            self._writer.last = {partition: end - 1 for partition, end in ends.items()}
        return {partition: reached[source] for partition, reached in held.items() if source in reached}

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

    def heads(self) -> dict[int, Head]:
        """The last offset of every partition; waits a moment for more to come."""
        with self._turn:
            return {partition: Head(end, b"") for partition, end in self._reader.ends().items()}

    def close(self) -> None:
        """Let go of Kafka."""
        with self._turn:
            self._reader.close()
            self._writer.close()


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


def _own(source: str, records: Iterable[ConsumerRecord]) -> list[StoredEvent]:
    # What is elsewhere called so is read in vain, and what is ours is always called so.
    name = f'"source":"{source}"'.encode()
    events = [event_in(record) for record in records if name in (record.value or b"")]
    return [event for event in events if event.source == source]
