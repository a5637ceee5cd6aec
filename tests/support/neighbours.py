"""The shared history, and the other services that record beside the one that is tested."""

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from pathlib import Path

from chronicle.feed.embedded import EmbeddedFeed, install_history
from chronicle.feed.positions import FEED
from chronicle.messages import StoredEvent
from chronicle.relay import Relay
from chronicle.store import Database, EventStore, install, open_store, tables
from chronicle.store.values import Answer, Append
from sqlalchemy import update


class Neighbours:
    """A feed in a folder; what the others record is sent to it at once."""

    def __init__(self, folder: Path) -> None:
        self.url = f"sqlite:///{folder / 'feed.db'}"
        self._folder, self._shared = folder, Database(self.url)
        self._others: dict[str, Database] = {}
        with self._shared.writing() as connection:
            install_history(connection)
        self.feed = EmbeddedFeed(self._shared)

    def record(self, stored: Iterable[StoredEvent], now: datetime) -> None:
        """Record in the services what these events tell, at most 500 in a row of one service."""
        for source, events in groupby(stored, attrgetter("source")):
            database = self._of(source)
            store = open_store(database, source)
            store.append(Append(list(events), now, Answer(201, None, 1)))
            self.relay(store, database)

    def relay(self, store: EventStore, database: Database) -> None:
        """Send what a service recorded to the feed."""
        relay = Relay(store, database, self.feed)
        while relay.step():
            pass

    def close(self) -> None:
        """Close the databases."""
        for database in (self._shared, *self._others.values()):
            database.close()

    def _of(self, source: str) -> Database:
        if source not in self._others:
            self._others[source] = Database(f"sqlite:///{self._folder / f'beside-{source}.db'}")
            with self._others[source].writing() as connection:
                install(connection)
        return self._others[source]


def forget_the_feed(database: Database) -> None:
    """Let a service lose how far it has heard, as when nothing was written of that."""
    reached = tables.follower_position
    with database.writing() as connection:
        connection.execute(update(reached).where(reached.c.source == FEED).values(sequence=0))
