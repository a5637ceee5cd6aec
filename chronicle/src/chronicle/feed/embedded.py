"""The feed inside one database: the gateway's ``history`` table is the feed."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    CursorResult,
    Index,
    MetaData,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    UniqueConstraint,
    bindparam,
    select,
    update,
)

from chronicle.feed import nothing
from chronicle.feed.positions import FEED, Positions, Reached, fit
from chronicle.feed.stopped import FeedLost
from chronicle.messages import StoredEvent, new_id
from chronicle.store import Database, tables
from chronicle.store.rows import COLUMNS, TEXTS, event_of, row_of
from chronicle.store.tables import follower_position as held
from chronicle.store.values import Head

HISTORY = "history"

metadata = MetaData()
history = Table(
    HISTORY,
    metadata,
    Column("generation", SmallInteger, nullable=False),
    Column("offset", BigInteger, nullable=False),
    *(Column(column.name, column.type, nullable=column.nullable) for column in tables.event.columns),
    PrimaryKeyConstraint("generation", "partition", "offset"),
    UniqueConstraint("event_id"),
    UniqueConstraint("source", "partition", "sequence"),
    Index("history_subject", "subject", "generation", "offset"),
)

GENERATION = 1
_MARKS = ", ".join("?" * (2 + len(COLUMNS)))
_INSERT = f'INSERT INTO history (generation, "offset", {", ".join(COLUMNS)}) VALUES ({_MARKS})'  # noqa: S608
_READ = (
    f"SELECT {', '.join(TEXTS)} FROM history"  # noqa: S608 - fixed names
    ' WHERE generation = ? AND partition = ? AND "offset" > ? ORDER BY "offset" LIMIT ?'
)
_HERE = (history.c.partition == bindparam("of_partition"), history.c.offset == bindparam("at"))
_HASH = select(history.c.hash).where(history.c.generation == GENERATION, *_HERE)
_HEADS = select(held.c.partition, held.c.sequence, held.c.hash).where(held.c.follower == HISTORY, held.c.source == FEED)


class NotNext(Exception):
    """What was sent does not continue what the feed holds of its source."""


class NoHistory(ValueError):
    """The database keeps no history: it is another service's."""

    def __init__(self) -> None:
        super().__init__("this database keeps no shared history; the gateway's does")


class EmbeddedFeed:
    """The feed in the gateway's database."""

    source = FEED

    def __init__(self, database: Database) -> None:
        self._database = database

    @cached_property
    def generation(self) -> str:
        """Which history this is; made anew, it has another one. NoHistory where none was ever kept."""
        with self._database.reading() as connection:
            generations = select(held.c.generation).where(held.c.follower == HISTORY, held.c.source == FEED)
            generation: str | None = connection.scalar(generations.limit(1))
        if generation is None:
            raise NoHistory
        return generation

    def close(self) -> None:
        """Close the database; it is opened again when it is used again."""
        self._database.close()

    def read(self, partition: int, after: int, limit: int) -> list[StoredEvent]:
        """Read one partition on from an offset; FeedLost when it does not go so far."""
        with self._database.reading() as connection:
            rows = _execute(connection, _READ, (GENERATION, partition, after, limit)).all()
        if not rows and after > self.heads()[partition].sequence:
            raise FeedLost(partition, after + 1)
        return [event_of(row) for row in rows]

    def offset(self, event_id: str) -> int | None:
        """Where an event stands in its partition; None when it is not here."""
        with self._database.reading() as connection:
            return connection.execute(select(history.c.offset).where(history.c.event_id == event_id)).scalar()

    def heads(self, last: Mapping[int, Head] | None = None) -> dict[int, Head]:
        """The last offset and hash of every partition, or of those given; NoHistory, FeedLost if another was last."""
        with self._database.reading() as connection:
            heads = {row[0]: Head(*row[1:]) for row in connection.execute(_HEADS)}
            if not heads:
                raise NoHistory
            for partition, head in (last or {}).items():
                if head.sequence and head != heads[partition] and head.hash != _hash(connection, partition, head):
                    raise FeedLost(partition, head.sequence + 1)
        return heads if last is None else {partition: heads[partition] for partition in last}

    def sent(
        self, source: str, since: Mapping[int, Reached], _meanwhile: Callable[[], object] = nothing
    ) -> dict[int, Reached]:
        """How far these partitions reach, and one source there."""
        with self._database.reading() as connection:
            reached = self._held.read(connection)
        return {p: {of: head for of, head in reached[p].items() if of in (FEED, source)} for p in since}

    def send(self, batches: Mapping[int, Sequence[StoredEvent]]) -> dict[int, int]:
        """Write events of one source in order, but for those already there; NotNext for a gap or another history."""
        with self._database.writing() as connection:
            # In one order: each partition is locked by the first who writes to it.
            return {partition: self.write(connection, partition, batches[partition]) for partition in sorted(batches)}

    def write(self, connection: Connection, partition: int, events: Sequence[StoredEvent]) -> int:
        """The same in a transaction that does something else, too."""
        before = self._held.lock(connection, partition)
        new = fit({source: head for source, head in before.items() if source != FEED}, events, {})
        if new.ahead or new.misfit:
            raise NotNext
        end = before[FEED].sequence + len(new.events)
        if new.events:
            rows = enumerate(new.events, before[FEED].sequence + 1)
            _execute(connection, _INSERT, [(GENERATION, offset, *row_of(event)) for offset, event in rows])
            after = {**new.reached, FEED: Head(end, new.events[-1].hash)}
            self._held.move(connection, {partition: before}, {partition: after})
        return end

    @cached_property
    def _held(self) -> Positions:
        return Positions(HISTORY, FEED, self.generation)


def install_history(connection: Connection) -> None:
    """Create the history, what keeps it as it is, and what is kept of the readers in this database."""
    tables.metadata.create_all(connection, tables=[*tables.OF_FOLLOWERS, tables.lease])
    metadata.create_all(connection)
    Positions(HISTORY, FEED, new_id()).open(connection)
    for statement in _SQLITE_GUARDS if connection.dialect.name == "sqlite" else _POSTGRES_GUARDS:
        connection.exec_driver_sql(statement)


def renew(database: Database, readers: Iterable[Database] = ()) -> None:
    """Make a restored history count as another feed: followers begin at its beginning and drop what they know.

    Those in its own database and in ``readers``, restored from no later a moment, go on from where they were.
    """
    before, now = EmbeddedFeed(database).generation, new_id()
    for each in (database, *readers):
        with each.writing() as connection:
            connection.execute(update(held).where(held.c.generation == before).values(generation=now))


_NEVER = "the history never changes"
_SQLITE_GUARDS = tuple(
    f"CREATE TRIGGER history_no_{verb} BEFORE {verb} ON history BEGIN SELECT RAISE(ABORT, '{_NEVER}'); END"
    for verb in ("update", "delete")
)
_POSTGRES_GUARDS = (
    f"CREATE FUNCTION history_never_changes() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE '{_NEVER}'; END $$",
    (
        "CREATE TRIGGER history_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON history"
        " EXECUTE FUNCTION history_never_changes()"
    ),
)


def _hash(connection: Connection, partition: int, head: Head) -> bytes | None:
    return connection.execute(_HASH, {"of_partition": partition, "at": head.sequence}).scalar()


def _execute(connection: Connection, statement: str, values: Any) -> CursorResult[Any]:
    marked = statement if connection.dialect.name == "sqlite" else statement.replace("?", "%s")
    return connection.exec_driver_sql(marked, values)
