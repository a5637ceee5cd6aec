"""The feed: every service's events, in one order a partition. Services write and read it through this port only."""

from collections.abc import Sequence
from typing import Protocol

from chronicle.messages import StoredEvent
from chronicle.store import EventStore
from chronicle.store.values import Head


class Feed(Protocol):
    """Where services share their events. Offsets begin at 1 and have no gaps in a partition."""

    @property
    def source(self) -> str:
        """Empty: events of many sources, numbered by offsets of the feed's own."""

    @property
    def generation(self) -> str:
        """Which feed this is; one that was lost and made anew has another."""

    def send(self, partition: int, events: Sequence[StoredEvent]) -> None:
        """Write events of one source in order: there for good when this returns, unknown when it raises."""

    def sent(self, source: str) -> dict[int, Head]:
        """The last sequence and hash of one source in each partition that holds any."""

    def read(self, partition: int, after: int, limit: int) -> list[StoredEvent]:
        """Read one partition on from an offset, without gaps."""

    def heads(self) -> dict[int, Head]:
        """The last offset of every partition."""


Log = EventStore | Feed
