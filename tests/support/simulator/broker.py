"""A Kafka in memory behind the three classes of its client that chronicle uses, with what goes wrong in real ones."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple, Self
from unittest.mock import patch

from chronicle.feed import wire
from chronicle.feed.positions import Reached, fit
from chronicle.messages import PARTITIONS, StoredEvent
from kafka import TopicPartition  # type: ignore[import-untyped]
from kafka.errors import (  # type: ignore[import-untyped]
    KafkaError,
    KafkaTimeoutError,
    LogTruncationError,
    NodeNotReadyError,
    OffsetOutOfRangeError,
)
from simulator.chance import Chance

HEADERS = [("content-type", wire.CONTENT_TYPE.encode())]

Values = list[bytes]


class Record(NamedTuple):
    """What a consumer gives."""

    partition: int
    offset: int
    value: bytes
    headers: Sequence[tuple[str, bytes]] = HEADERS


class Written(bytes):
    """One record: the same written again, under another leader, is another one."""

    __slots__ = ()


class Topic:
    """The partitions of one topic: what is there for good, and what a leader wrote that may be lost with it."""

    def __init__(self, number: int, logs: Sequence[Values] = ()) -> None:
        self.id = f"topic-{number}"
        self.logs = [list(log) for log in logs] or [Values() for _ in range(PARTITIONS)]
        self.acknowledged: dict[tuple[str, int], int] = {}
        self.hidden: set[tuple[str, int]] = set()
        self.pending = [Values() for _ in range(PARTITIONS)]

    def append(self, partition: int, values: Values) -> None:
        """Write for good."""
        self.logs[partition] += map(Written, values)


class Broker:
    """All topics by name, and what happens to what is sent to them."""

    def __init__(self, chance: Chance) -> None:
        self.chance, self.name, self.was_cut = chance, "history.1", False
        self.hides_cut = False
        self.topics = {self.name: Topic(1)}
        self._made, self._away_until = 1, 0.0
        self._late: list[tuple[Topic, int, Values]] = []
        self._unsure = chance.dice.choice((0.0, 0.1, 0.3))

    @property
    def topic(self) -> Topic:
        """What is now called so."""
        return self.topics[self.name]

    @contextmanager
    def installed(self) -> Iterator[None]:
        """Have chronicle meet this broker for a while."""
        clients = {
            "kafka_writing.KafkaProducer": lambda **_: Producer(self),
            "kafka_reading.KafkaConsumer": lambda **_: Consumer(self),
            "kafka_client.KafkaAdminClient": lambda **_: Admin(self),
        }
        clocks = {f"kafka_{module}.monotonic": self.chance.monotonic for module in ("client", "reading", "writing")}
        # In every other run a reader soon holds enough.
        little = {"kafka_reading.HELD": 3 if self.chance.seed % 2 else 2_000}
        patches = [patch(f"chronicle.feed.{name}", new) for name, new in (clients | clocks | little).items()]
        for each in patches:
            each.start()
        try:
            yield
        finally:
            for each in patches:
                each.stop()

    def ask(self, where: str) -> None:
        """Ask anything of it; NodeNotReadyError while it is away."""
        self.chance.point(where)
        if self.chance.monotonic() < self._away_until:
            self.chance.wait(0.1)
            raise NodeNotReadyError

    def write(self, name: str, partition: int, values: Values) -> int:
        """Write, and give the first offset; KafkaTimeoutError when the outcome is unknown to whoever asked."""
        self.ask("sending")
        topic, dice = self.topics[name], self.chance.dice
        self._settle(topic, partition)
        if not self.chance.happens(self._unsure):
            topic.append(partition, values)
            self._acknowledge(topic, partition, values)
            self.chance.point("sent")
            return len(topic.logs[partition]) - len(values)
        outcome = dice.choice(("lost", "written", "torn", "late", "pending", "twice"))
        self.chance.note(outcome, partition, len(values))
        match outcome:
            case "late":
                self._late.append((topic, partition, values))
            case "pending":
                topic.pending[partition] = values
            case _:
                torn = dice.randrange(len(values))
                written = {"lost": [], "written": values, "torn": values[:torn], "twice": values * 2}[outcome]
                topic.append(partition, written)
        if outcome == "twice":
            self._acknowledge(topic, partition, values)
            return len(topic.logs[partition]) - len(values)
        raise KafkaTimeoutError

    def leave(self, seconds: float) -> None:
        """Be away for a while."""
        self._away_until = self.chance.monotonic() + seconds

    def deliver(self) -> None:
        """Come to an end with all that is under way: late writes arrive, uncertain ones are kept or lost."""
        self.chance.dice.shuffle(self._late)
        for topic, partition, values in self._late:
            self._settle(topic, partition)
            topic.append(partition, values)
        self._late = []
        for partition in range(PARTITIONS):
            self._settle(self.topic, partition)

    @property
    def generation(self) -> str:
        """What chronicle calls the present topic."""
        return f"{self.name}#{self.topic.id}"

    def cut(self, read: Mapping[int, int]) -> None:
        """Lose last records, though they were acknowledged, but for so many of each partition: a power cut."""
        dice, ends = self.chance.dice, self.topic.acknowledged
        for partition, log in enumerate(self.topic.logs):
            # A relay that looked back knows as well what it was never answered.
            for end, value in enumerate(log, 1):
                place = _event(value).source, partition
                ends[place] = max(end, ends.get(place, 0))
            del log[max(read.get(partition, 0), len(log) - dice.choice((0, 1, 2, 5))) :]
        self.topic.hidden |= {place for place, end in ends.items() if end > len(self.topic.logs[place[1]])}
        self.was_cut = True

    def replace(self, *, filled: bool) -> None:
        """Make the topic anew under the same name, empty or past what it held."""
        logs = [log * 2 for log in self.topic.logs] if filled else []
        self.topics[self.name] = self._new(logs)

    def refill(self, *, whole: bool) -> None:
        """Go on in a topic of another name, which has all that fits of the old one, or lacks some."""
        logs = []
        for partition in range(PARTITIONS):
            _, fits = self.fitting(partition)
            most = len(fits) if whole else self.chance.dice.randint(0, len(fits))
            logs.append([wire.written(event).encode() for event in fits[:most]])
        self.name, self.was_cut, self.hides_cut = f"history.{self._made + 1}", False, False
        self.topics[self.name] = self._new(logs)

    def fitting(self, partition: int) -> tuple[Reached, list[StoredEvent]]:
        """How far each source goes here without a gap, and with which events."""
        found = fit({}, [_event(value) for value in self.topic.logs[partition]], {})
        assert not found.misfit
        return found.reached, found.events

    def sent_by(self, source: str) -> set[str]:
        """The events of one source that are here, be it behind a gap."""
        events = (_event(value) for log in self.topic.logs for value in log)
        return {event.event_id for event in events if event.source == source}

    def _new(self, logs: Sequence[Values]) -> Topic:
        self._made += 1
        return Topic(self._made, logs)

    def _acknowledge(self, topic: Topic, partition: int, values: Values) -> None:
        place, end = (_event(values[0]).source, partition), len(topic.logs[partition])
        # Where others wrote again as much as was cut off, no offset shows it to whoever writes next.
        self.hides_cut |= place in topic.hidden and end - len(values) >= topic.acknowledged[place]
        topic.hidden.discard(place)
        topic.acknowledged[place] = end

    def _settle(self, topic: Topic, partition: int) -> None:
        if topic.pending[partition] and self.chance.dice.random() < 0.5:
            topic.append(partition, topic.pending[partition])
        topic.pending[partition] = []


class Admin:
    """Tells which topic bears a name."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is open."""

    def describe_topics(self, names: Sequence[str]) -> list[dict[str, Any]]:
        self._broker.ask("describing")
        topic = self._broker.topics[names[0]]
        return [{"error_code": 0, "partitions": [None] * PARTITIONS, "topic_id": topic.id}]


class Future:
    """What became of one record."""

    def __init__(self) -> None:
        self.offset: int | None = None

    def get(self, _timeout: float) -> "Future":
        if self.offset is None:
            raise KafkaTimeoutError
        return self


class Producer:
    """Writes at the flush, to each partition as much or as little as becomes of it."""

    def __init__(self, broker: Broker) -> None:
        self._broker, self._sender = broker, self
        self._batch: list[tuple[str, int, bytes, Future]] = []

    def send(self, name: str, value: bytes, _key: bytes, _headers: object, partition: int) -> Future:
        self._batch.append((name, partition, value, Future()))
        return self._batch[-1][3]

    def flush(self, _timeout: float) -> None:
        batch, self._batch = self._batch, []
        for (name, partition), group in groupby(batch, key=itemgetter(0, 1)):
            records = list(group)
            # What comes of one partition says nothing of the others; futures without an offset tell.
            with suppress(KafkaError):
                first = self._broker.write(name, partition, [value for *_, value, _ in records])
                for number, (*_, future) in enumerate(records, first):
                    future.offset = number

    def force_close(self) -> None:
        """Nothing is kept."""

    join: Callable[..., None] = lambda *_: None

    def close(self, timeout: float) -> None:
        """Nothing is open."""


class Consumer:
    """Reads on, and notices like Kafka's own when what it read is cut off, or the end lies before it."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        self._at: dict[TopicPartition, int] = {}
        self._read: dict[TopicPartition, bytes] = {}
        self._assigned: list[TopicPartition] = []

    def assign(self, places: Collection[TopicPartition]) -> None:
        self._assigned = sorted(places)

    def seek(self, place: TopicPartition, offset: int) -> None:
        self._at[place] = offset
        self._read.pop(place, None)

    def poll(self, timeout_ms: int) -> Mapping[TopicPartition, list[Record]]:
        self._broker.ask("polling")
        polled = {place: records for place in self._assigned if (records := self._next(place))}
        if not polled:
            self._broker.chance.wait(timeout_ms / 1_000)
        return polled

    def end_offsets(self, places: Sequence[TopicPartition], timeout_ms: int) -> dict[TopicPartition, int]:
        self._broker.ask(f"looking for the end within {timeout_ms}")
        return {place: len(self._log(place)) for place in places}

    def highwater(self, place: TopicPartition) -> int:
        return len(self._log(place))

    def close(self, timeout_ms: int) -> None:
        """Nothing is open."""

    def _next(self, place: TopicPartition) -> list[Record]:
        at, log = self._at.get(place), self._log(place)
        if at is None:
            return []
        if at > len(log):
            raise OffsetOutOfRangeError({place: at})
        if place in self._read and log[at - 1] is not self._read[place]:
            raise LogTruncationError({place: None})
        most = self._broker.chance.dice.randint(1, 20) if self._broker.chance.faults else len(log)
        records = [Record(place.partition, at + number, value) for number, value in enumerate(log[at : at + most])]
        if records:
            self._at[place], self._read[place] = at + len(records), records[-1].value
        return records

    def _log(self, place: TopicPartition) -> Values:
        return self._broker.topics[place.topic].logs[place.partition]


def _event(value: bytes) -> StoredEvent:
    return wire.read(value.decode())
