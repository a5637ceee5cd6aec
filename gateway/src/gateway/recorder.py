"""The recorder: takes the topic into the history, every event once and in the topic's order."""

from collections.abc import Callable, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any

from chronicle.feed.embedded import EmbeddedFeed
from chronicle.messages import Everything, Recorded
from sqlalchemy import Connection


class Recorder:
    """Writes what it follows into a history, in the transaction that moves its own position in the topic."""

    reader, types = "recorder", Everything()

    def __init__(self, history: EmbeddedFeed) -> None:
        self._history = history

    def open(self, _connection: Connection) -> None:
        """The history is there already."""

    def take(self, batch: Sequence[Recorded[Any]]) -> Callable[[Connection], object]:
        """What comes next in the history; what is there already is dropped."""
        events = [recorded.stored for recorded in batch]

        def write(connection: Connection) -> None:
            for partition, group in groupby(events, key=attrgetter("partition")):
                self._history.write(connection, partition, list(group))

        return write
