"""The event store of one service, whichever database it is on."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from prometheus_client import Histogram
from sqlalchemy import Text, cast, select

from chronicle.messages import StoredEvent
from chronicle.refusals import KeyReused
from chronicle.store.database import Database
from chronicle.store.postgres import PostgresEvents
from chronicle.store.rows import COLUMNS, event_of
from chronicle.store.sqlite import SqliteEvents
from chronicle.store.tables import event, handled_command
from chronicle.store.values import Answer, Append, ClaimTaken, Head, IdempotencyKey, KeyUsed, Position, VersionConflict

WINDOW = 500  # events of each partition
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


class EventStore:
    """Where one service records its events; every method may raise Unavailable."""

    def __init__(self, database: Database, source: str, events: PostgresEvents | SqliteEvents) -> None:
        self.source = source
        self._database, self._events = database, events
        self._windows: dict[int, list[StoredEvent]] = {}
        self._told: Callable[[], object] | None = None
        # Of no registry yet: whoever serves metrics registers it.
        self.appending = Histogram("append_seconds", "Appends to the store.", registry=None, buckets=SECONDS)

    def append(self, append: Append) -> Answer:
        """Record all or nothing; VersionConflict, ClaimTaken, KeyReused, Busy; a repeated key gets the first answer."""
        try:
            with self.appending.time():
                reached = self._events.append(append)
        except (KeyUsed, VersionConflict, ClaimTaken):
            # A repeated request conflicts with its own first hearing, and may notice that before the key.
            if append.key and (earlier := self.answered(append.key)):
                return earlier
            raise
        if self._told and append.events:
            self._told()
        return replace(append.answer, positions=self._positions(reached))

    def tell(self, told: Callable[[], object]) -> None:
        """Tell somebody once events are durable, in the thread of whoever appended them."""
        self._told = told

    def load(self, after: Mapping[str, int]) -> dict[str, list[StoredEvent]]:
        """Read streams on from the versions given."""
        return self._events.load(after)

    def find(self, event_id: str) -> StoredEvent | None:
        """Find one event by its id, which must be a UUID; None when there is none."""
        columns = (cast(event.c[name], Text) if name == "valid_on" else event.c[name] for name in COLUMNS)
        with self._database.reading() as connection:
            row = connection.execute(select(*columns).where(event.c.event_id == event_id)).one_or_none()
        return event_of(row) if row else None

    def read(self, partition: int, after: int, limit: int) -> list[StoredEvent]:
        """Read at most so many events of one partition on from a sequence, in order and without gaps."""
        window = self._windows.get(partition, ())
        if window and window[0].sequence - 1 <= after < window[-1].sequence:
            start = after + 1 - window[0].sequence
            return list(window[start : start + limit])
        events = self._events.read(partition, after, limit)
        # Stored events never change, and most readers read the same last ones: they are read once for all of them.
        self._windows[partition] = events[-WINDOW:]
        return events

    def has(self, partition: int, head: Head) -> bool:
        """Tell whether this very event is there; nothing was before the first."""
        found = self.read(partition, head.sequence - 1, 1) if head.sequence else [head]
        return [(each.sequence, each.hash) for each in found] == [head]

    def answered(self, key: IdempotencyKey) -> Answer | None:
        """The first answer to a key, if there was one; KeyReused when the body was another."""
        theirs = select(handled_command).where(handled_command.c.client == key.client, handled_command.c.key == key.key)
        with self._database.reading() as connection:
            row = connection.execute(theirs).one_or_none()
        if row is None:
            return None
        if row.fingerprint != key.fingerprint:
            raise KeyReused
        return Answer(row.status, row.location, row.etag, self._positions(row.positions))

    def heads(self) -> dict[int, Head]:
        """The last sequence and hash of every partition."""
        heads = {partition: Head(sequence, link) for partition, sequence, link, _ in self._events.heads()}
        # What was read may be of a store that was restored since.
        for partition, window in [*self._windows.items()]:
            if window and window[-1].sequence > heads[partition].sequence:
                self._windows.pop(partition, None)  # another thread may have looked at the same moment
        return heads

    def holder(self, kind: str, keys: Sequence[str]) -> dict[str, str]:
        """Which stream holds each claimed key."""
        return self._events.holder(kind, keys) if keys else {}

    def _positions(self, reached: str) -> tuple[Position, ...]:
        return tuple(Position.parse(f"{self.source}/{text}") for text in reached.split(",") if text)


def open_store(database: Database, source: str) -> EventStore:
    """Open the store of one service."""
    return EventStore(database, source, PostgresEvents(database.direct) if database.direct else SqliteEvents(database))
