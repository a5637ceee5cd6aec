"""The followers of one database: which log each projection follows, and waiting until they have seen something."""

from collections.abc import Callable, Collection, Iterable
from time import monotonic, sleep
from typing import Any

from sqlalchemy import Connection, select

from chronicle.feed import Feed, Log
from chronicle.feed.positions import FEED
from chronicle.following.follower import Follower
from chronicle.following.projection import Projection
from chronicle.store import Database, EventStore
from chronicle.store.tables import follower_position
from chronicle.store.values import Position

PATIENCE = 5.0
LOOK_AGAIN = 0.005


class Following:
    """Keeps projections: those of a service's own events alone from its store, all others from the feed."""

    def __init__(
        self,
        database: Database,
        projections: Iterable[Projection[Any]],
        store: EventStore | None,
        feed: Callable[[], Feed] | None,
    ) -> None:
        self._database, self._store, self._feed = database, store, feed
        self.projections = {each.name: each for each in projections}
        self.followers = {name: Follower(each, database, self.log(each)) for name, each in self.projections.items()}

    def log(self, projection: Projection[Any]) -> Log:
        """Open what a projection follows, for one loop; ValueError when that is the feed and there is none."""
        if self._store and all(name.startswith(f"{self._store.source}.") for name in projection.types.names):
            return self._store
        if self._feed is None:
            raise ValueError(f"{projection.name} follows the feed")
        return self._feed()

    def open(self) -> None:
        """Make the tables of every projection, empty, where they are not there yet."""
        for follower in self.followers.values():
            follower.open()

    def close(self) -> None:
        """Let go of the feeds that were opened."""
        for follower in self.followers.values():
            follower.close()

    def catch_up(self) -> None:
        """Follow here and now until nothing more comes."""
        for follower in self.followers.values():
            while follower.step():
                pass

    def wait_for(
        self, positions: Iterable[Position], seconds: float = PATIENCE, names: Collection[str] | None = None
    ) -> bool:
        """Wait until projections, all unless named, have what was recorded there; False when they do not in time."""
        wanted, until = list(positions), monotonic() + seconds
        followers = [follower for name, follower in self.followers.items() if names is None or name in names]
        while not self._have(followers, wanted):
            if monotonic() > until:
                return False
            sleep(LOOK_AGAIN)
        return True

    def _have(self, followers: Collection[Follower], wanted: Collection[Position]) -> bool:
        with self._database.reading() as connection:
            return all(
                {each.name for each in followers if each.log.source in (FEED, position.source)}
                <= _having(connection, position)
                for position in wanted
            )


def _having(connection: Connection, position: Position) -> set[str]:
    reached = follower_position.c
    here = (reached.source == position.source, reached.partition == position.partition)
    rows = connection.execute(select(reached.follower).where(*here, reached.sequence >= position.sequence))
    return set(rows.scalars())
