"""The feed: every service's events, in one order a partition. Services write and read it through this port only."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from chronicle.feed.positions import Reached
from chronicle.messages import StoredEvent
from chronicle.store import EventStore
from chronicle.store.values import Head

BATCH, AT_ONCE = 500, 2_000  # events of one partition, and of all, that are sent at a time


def share(partitions: int) -> int:
    """How many events of each of so many partitions are sent at a time."""
    return min(BATCH, AT_ONCE // max(1, partitions))


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

    def send(self, batches: Mapping[int, Sequence[StoredEvent]]) -> dict[int, int]:
        """Write events of one source, those of each partition in order; the last one's offset in each.

        There for good when it gives that; else unknown.
        """

    def sent(
        self, source: str, since: Mapping[int, Reached], meanwhile: Callable[[], object] = nothing
    ) -> dict[int, Reached]:
        """How far these partitions reach and how far one source got there, looked on from what was found before.

        Where the feed is no longer what was found, that is from the beginning. It may take minutes: ``meanwhile`` is
        called every now and then.
        """

    def read(self, partition: int, after: int, limit: int) -> list[StoredEvent]:
        """Read one partition on from an offset, without gaps; FeedLost when the feed does not go so far."""

    def close(self) -> None:
        """Let go of what it is connected to."""

    def heads(self, last: Mapping[int, Head] | None = None) -> dict[int, Head]:
        """The last offset of every partition, or of those whose records read last are given.

        FeedLost names the first of these in which that record is no longer there: ask again without it.
        """


Log = EventStore | Feed
