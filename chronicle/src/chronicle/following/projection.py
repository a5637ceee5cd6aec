"""Projections: read tables, and how batches of events change them."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from operator import itemgetter
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, MetaData, Table, bindparam, func, select
from sqlalchemy.dialects import postgresql, sqlite

from chronicle.feed.positions import FEED
from chronicle.messages import EventTypes, Recorded, partition_of
from chronicle.store.tables import follower_position
from chronicle.store.values import Position

T = TypeVar("T")


@dataclass(frozen=True)
class Projection(Generic[T]):
    """Read tables that can be made anew at any time. A row belongs to one subject, or is a sum that knows no order.

    ``define(metadata, name)`` makes the tables, each called ``name`` or ``name_…``, and ``apply(batch, tables,
    connection)`` writes a batch to them. Another shape is another version, built beside the one that serves.
    """

    name: str
    version: int
    types: EventTypes
    define: Callable[[MetaData, str], T]
    apply: Callable[[Sequence[Recorded[Any]], T, Connection], None]
    called: str | None = None

    @property
    def reader(self) -> str:
        """What its tables are called, such as ``work_queue_v3`` for those that serve."""
        return self.called or f"{self.name}_v{self.version}"

    @property
    def tables(self) -> T:
        """The tables, to query."""
        return self._built[1]

    @property
    def metadata(self) -> MetaData:
        """The same as SQLAlchemy keeps them together; ValueError when one is not called after the projection."""
        return self._built[0]

    def beside(self, called: str) -> "Projection[T]":
        """The same projection with tables of another name."""
        return replace(self, called=called)

    def open(self, connection: Connection) -> None:
        """Make the tables that are not there."""
        self.metadata.create_all(connection)

    def read_at(self, connection: Connection, subjects: Collection[str]) -> dict[str, tuple[str, ...]]:
        """Tell how far its rows about each subject have come, as positions; asked for before they are read."""
        at, partitions = follower_position.c, {subject: partition_of(subject) for subject in subjects}
        here = (at.follower == self.reader, at.source != FEED, at.partition.in_(set(partitions.values())))
        reached: dict[int, list[str]] = {}
        for source, partition, sequence in connection.execute(
            select(at.source, at.partition, at.sequence).where(*here).order_by(at.source)
        ):
            reached.setdefault(partition, []).append(str(Position(source, partition, sequence)))
        return {subject: tuple(reached.get(partition, ())) for subject, partition in partitions.items()}

    def take(self, batch: Sequence[Recorded[Any]]) -> Callable[[Connection], object]:
        """What a batch changes, written when its position moves."""
        return lambda connection: self.apply(batch, self.tables, connection)

    @cached_property
    def _built(self) -> tuple[MetaData, T]:
        metadata, name = MetaData(), self.reader
        tables = self.define(metadata, name)
        if not all(table == name or table.startswith(f"{name}_") for table in metadata.tables):
            raise ValueError(f"every table of {self.name} is called after it")
        return metadata, tables


def upsert(
    connection: Connection, table: Table, rows: Iterable[Mapping[str, Any]], adding: Collection[str] = ()
) -> None:
    """Insert rows, all of the same columns; where the primary key is there, replace the others or add to ``adding``."""
    key_of = itemgetter(*[column.name for column in table.primary_key])
    folded: dict[Any, Mapping[str, Any]] = {}
    for row in rows:
        key = key_of(row)
        before = folded.get(key) if adding else None
        folded[key] = {**row, **{name: before[name] + row[name] for name in adding}} if before else row
    if folded:
        _insert(connection, table, list(folded.values()), adding)


def _insert(connection: Connection, table: Table, rows: list[Mapping[str, Any]], adding: Collection[str]) -> None:
    columns, dialect = [table.c[name] for name in rows[0]], connection.dialect
    new: Any = sqlite.insert(table)
    if dialect.name != "sqlite":
        # One statement with an array for each column: a third of the time of as many small ones.
        arrays = [func.unnest(bindparam(column.name, type_=postgresql.ARRAY(column.type))) for column in columns]
        new = postgresql.insert(table).from_select(columns, select(*arrays))
    changed = {
        column.name: column + new.excluded[column.name] if column.name in adding else new.excluded[column.name]
        for column in columns
        if not column.primary_key
    }
    keys = list(table.primary_key)
    there = new.on_conflict_do_update(index_elements=keys, set_=changed) if changed else new.on_conflict_do_nothing()
    values = {column.name: [row[column.name] for row in rows] for column in columns}
    if dialect.name != "sqlite":
        connection.execute(there, values)
        return
    # Handed to the driver: SQLAlchemy takes longer over a row than SQLite does.
    said = there.compile(dialect=dialect, column_keys=[*values])
    for column in columns:
        if written := column.type.dialect_impl(dialect).bind_processor(dialect):
            values[column.name] = [*map(written, values[column.name])]
    given = [values[name] for name in said.positiontup or ()]
    connection.exec_driver_sql(str(said), [*zip(*given, strict=True)])
