"""The open part of every event in a topic of its own, for whoever reads Kafka and has no grant of ours."""

from collections.abc import Callable, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any

from chronicle.feed.kafka_writing import Writer
from chronicle.feed.positions import FEED, Positions
from chronicle.messages import Everything, Recorded, StoredEvent
from sqlalchemy import Connection

from gateway.feeds.classes import Classes, DataClass

BATCH = 500


class OpenTopic:
    """Writes the open part of what it follows to a topic, at least once; another topic is begun at the beginning."""

    types = Everything()

    def __init__(self, classes: Classes, writer: Writer) -> None:
        self.reader = writer.topic.name
        self._classes, self._writer = classes, writer

    def open(self, connection: Connection) -> None:
        """Remember which topic it writes to; TopicReplaced when that was lost and made anew."""
        Positions(f"topic {self.reader}", FEED, self._writer.topic.generation).open(connection)

    def take(self, batch: Sequence[Recorded[Any]]) -> Callable[[Connection], object]:
        """Write the open part of these events, in their order and partitions."""
        told = [recorded.stored for recorded in batch if recorded.stored.type not in self._classes.withheld]
        for partition, group in groupby(told, key=attrgetter("partition")):
            records = [(event.subject.encode(), open_part(event, self._classes).encode()) for event in group]
            for begin in range(0, len(records), BATCH):
                self._writer.write({partition: records[begin : begin + BATCH]})
        return lambda _: None


def open_part(event: StoredEvent, classes: Classes) -> str:
    """One event as CloudEvents with nothing that is not open: no actor, no receipt, no sealed text, no digest."""
    return classes.shown(event, DataClass.OPEN)
