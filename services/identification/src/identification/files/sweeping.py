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
    _due: float = field(default=0.0)

    def step(self) -> bool:
        """Sweep when an hour has gone by; a loop's step."""
        if monotonic() < self._due:
            return False
        # Sooner, should it fail.
        self._due = monotonic() + AGAIN
        swept = self.sweep()
        self._due = monotonic() + EVERY
        if swept:
            log.info("evidence swept", files=swept)
        return swept > 0

    def sweep(self) -> int:
        """Delete what is to go; gives how many. Nothing goes while the store lacks events."""
        if self.lacks_events():
            return 0
        swept = 0
        kept = self.storage.kept()
        while some := list(islice(kept, _AT_ONCE)):
            with self.database.reading() as connection:
                gone = list(self._to_go(some, connection))
            self.storage.delete(gone)
            swept += len(gone)
        return swept

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
