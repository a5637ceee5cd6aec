"""Projections: read tables, and how batches of events change them."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from operator import itemgetter
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, Dialect, MetaData, Table, bindparam, func, select
from sqlalchemy.dialects import postgresql, sqlite

from chronicle.feed.positions import FEED
from chronicle.messages import EventTypes, Recorded, partition_of
from chronicle.store.tables import follower_position
from chronicle.store.values import Position

T = TypeVar("T")

# Statements are made once: as often as they are executed, making them would take longer than the database does.
_AT = follower_position.c
_READ_AT = (
    select(_AT.source, _AT.partition, _AT.sequence)
    .where(_AT.follower == bindparam("reader"), _AT.source != FEED)
    .where(_AT.partition.in_(bindparam("partitions", expanding=True)))
    .order_by(_AT.source)
)


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
        partitions, reached = {subject: partition_of(subject) for subject in subjects}, dict[int, list[str]]()
        asked = {"reader": self.reader, "partitions": [*{*partitions.values()}]}
        for source, partition, sequence in connection.execute(_READ_AT, asked):
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
    values = {name: [row[name] for row in rows] for name in rows[0]}
    if connection.dialect.name != "sqlite":
        connection.execute(_of_arrays(table, tuple(values), frozenset(adding)), values)
        return
    # Handed to the driver: SQLAlchemy takes longer over a row than SQLite does.
    said, order, written = _row_by_row(connection.dialect, table, tuple(values), frozenset(adding))
    given = [[*map(written[name], values[name])] if name in written else values[name] for name in order]
    connection.exec_driver_sql(said, [*zip(*given, strict=True)])


@lru_cache(maxsize=512)
def _of_arrays(table: Table, names: tuple[str, ...], adding: frozenset[str]) -> Any:
    # One statement with an array for each column: a third of the time of as many small ones.
    arrays = [func.unnest(bindparam(name, type_=postgresql.ARRAY(table.c[name].type))) for name in names]
    return _or_changed(postgresql.insert(table).from_select(names, select(*arrays)), table, names, adding)


@lru_cache(maxsize=512)
def _row_by_row(
    dialect: Dialect, table: Table, names: tuple[str, ...], adding: frozenset[str]
) -> tuple[str, list[str], dict[str, Any]]:
    said = _or_changed(sqlite.insert(table), table, names, adding).compile(dialect=dialect, column_keys=names)
    processors = {name: table.c[name].type.dialect_impl(dialect).bind_processor(dialect) for name in names}
    return str(said), list(said.positiontup or ()), {name: each for name, each in processors.items() if each}


def _or_changed(new: Any, table: Table, names: Collection[str], adding: Collection[str]) -> Any:
    changed = {
        name: table.c[name] + new.excluded[name] if name in adding else new.excluded[name]
        for name in names
        if not table.c[name].primary_key
    }
    keys = list(table.primary_key)
    return new.on_conflict_do_update(index_elements=keys, set_=changed) if changed else new.on_conflict_do_nothing()
