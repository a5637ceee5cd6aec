"""The feed: every service's events, in one order a partition. Services write and read it through this port only."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from chronicle.messages import StoredEvent
from chronicle.store import EventStore
from chronicle.store.values import Head


def nothing() -> None:
    """What to do meanwhile, unless there is something."""


class Feed(Protocol):
    """Where services share their events. Offsets begin at 1 and have no gaps in a partition."""

    @property
    def source(self) -> str:
        """Empty: events of many sources, numbered by offsets of the feed's own."""

    @property
    def generation(self) -> str:
        """Which feed this is; one that was lost and made anew has another."""

    def send(self, partition: int, events: Sequence[StoredEvent]) -> int:
        """Write events of one source in order, there for good when it gives the last one's offset; else unknown."""

    def sent(
        self, source: str, since: Mapping[int, int] | None = None, meanwhile: Callable[[], object] = nothing
    ) -> dict[int, Head]:
        """How far one source got in each partition that holds any; ``since`` are offsets of its own to look on from.

        That may take minutes: ``meanwhile`` is called every now and then.
        """

    def read(self, partition: int, after: int, limit: int) -> list[StoredEvent]:
        """Read one partition on from an offset, without gaps."""

    def close(self) -> None:
        """Let go of what it is connected to."""

    def heads(self) -> dict[int, Head]:
        """The last offset of every partition."""


Log = EventStore | Feed
