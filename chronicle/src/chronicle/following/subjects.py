"""A projection with one row for each subject, of which every event sets some columns."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Column, Connection, MetaData, RowMapping, Table, Text, select

from chronicle.following.projection import Projection, upsert
from chronicle.messages import Event, EventTypes, Recorded

Sets = Mapping[type[Event], Callable[[Recorded[Any]], Mapping[str, Any]]]


def one_row_each(
    name: str, version: int, columns: Callable[[], Sequence[Column[Any]]], sets: Sets
) -> Projection[Table]:
    """Keep a row ``id``, the part of the subject after its kind, with the columns as the events set them, else null."""

    def define(metadata: MetaData, table: str) -> Table:
        return Table(table, metadata, Column("id", Text, primary_key=True), *columns())

    def apply(batch: Sequence[Recorded[Any]], table: Table, connection: Connection) -> None:
        ids = {recorded.subject.partition("/")[2] for recorded in batch}
        rows: dict[str, Mapping[str, Any]] = {**rows_of(connection, table, ids)}  # type: ignore[dict-item]
        empty = dict.fromkeys(table.c.keys())
        for recorded in batch:
            key = recorded.subject.partition("/")[2]
            rows[key] = {**rows.get(key, empty), "id": key, **sets[type(recorded.event)](recorded)}
        upsert(connection, table, rows.values())

    return Projection(name, version, EventTypes(*sets), define, apply)


def rows_of(connection: Connection, table: Table, ids: Collection[str]) -> dict[str, RowMapping]:
    """The rows of those subjects that have one, by id."""
    return {row["id"]: row for row in connection.execute(select(table).where(table.c.id.in_(ids))).mappings()}
