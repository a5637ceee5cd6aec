"""Sweeping: what no event names, and what nobody can open any more, does not stay on the storage."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import islice
from time import monotonic

import structlog
from chronicle.clock import Clock
from chronicle.store import Database
from chronicle.store.tables import event, person_key
from sqlalchemy import Connection, select

from identification.files.storage import Kept, Storage

# A file comes before the event that names it, by no more than a request takes.
GRACE = timedelta(days=1)
EVERY, AGAIN = 3600.0, 60.0
_AT_ONCE = 500

log = structlog.get_logger()


@dataclass
class Sweeper:
    """Deletes files of households whose key was destroyed, and files that no event named within a day.

    ``lacks_events`` tells whether the shared history holds events that this store does not: it was restored, and they
    may name files.
    """

    storage: Storage
    database: Database
    clock: Clock
    lacks_events: Callable[[], bool]
    _due: float = field(default_factory=lambda: monotonic() + AGAIN)
    _walk: Iterator[Kept] | None = field(default=None)
    _swept: int = field(default=0)

    def step(self) -> bool:
        """Sweep some when an hour has gone by, and go on until all was looked at; a loop's step."""
        if self._walk is None:
            if monotonic() < self._due:
                return False
            self._walk, self._swept = self.storage.kept(), 0
        # Sooner, should it fail.
        walk, self._walk, self._due = self._walk, None, monotonic() + AGAIN
        if self._sweep_some(walk):
            self._walk = walk
            return True
        self._due = monotonic() + EVERY
        if self._swept:
            log.info("evidence swept", files=self._swept)
        return self._swept > 0

    def sweep(self) -> int:
        """Delete what is to go; gives how many. Nothing goes while the store lacks events."""
        walk, self._swept = self.storage.kept(), 0
        while self._sweep_some(walk):
            pass
        return self._swept

    def _sweep_some(self, walk: Iterator[Kept]) -> bool:
        some = list(islice(walk, _AT_ONCE))
        with self.database.reading() as connection:
            gone = list(self._to_go(some, connection))
        if gone and self.lacks_events():
            return False
        self.storage.delete(gone)
        self._swept += len(gone)
        return len(some) == _AT_ONCE

    def _to_go(self, some: Iterable[Kept], connection: Connection) -> Iterator[str]:
        parts = {kept: kept.name.split("/") for kept in some}
        households, pieces = ({part[place] for part in parts.values()} for place in (0, 1))
        erased = select(person_key.c.owner).where(person_key.c.owner.in_(households), person_key.c.state == "erased")
        streams = [f"evidence/{piece}" for piece in pieces]
        named = select(event.c.stream).where(event.c.stream.in_(streams), event.c.version == 1)
        without_key, with_event = set(connection.scalars(erased)), set(connection.scalars(named))
        latest = self.clock.now() - GRACE
        for kept, (household, piece, field_name) in parts.items():
            is_named = f"evidence/{piece}" in with_event and "." not in field_name
            if household in without_key or (not is_named and kept.since < latest):
                yield kept.name
