"""A projection with one row for each subject or case, of which every event sets some columns."""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Column, Connection, MetaData, Select, Table, Text, bindparam, select
from sqlalchemy.schema import SchemaItem

from chronicle.following.projection import Projection, upsert
from chronicle.messages import Event, EventTypes, Recorded

Sets = Mapping[type[Event], Callable[[Recorded[Any]], Mapping[str, Any]]]
Heard = dict[str, dict[str, Any]]


def of_subject(recorded: Recorded[Any]) -> str:
    """Give the part of an event's subject after its kind."""
    return recorded.subject.partition("/")[2]


def one_row_each(
    name: str,
    version: int,
    columns: Callable[[], Sequence[SchemaItem]],
    sets: Sets,
    key: Callable[[Recorded[Any]], str] = of_subject,
) -> Projection[Table]:
    """Keep a row for each ``id``, the event's ``key``, with the columns as the events set them, else null."""

    def define(metadata: MetaData, table: str) -> Table:
        return Table(table, metadata, Column("id", Text, primary_key=True), *columns())

    def apply(batch: Sequence[Recorded[Any]], table: Table, connection: Connection) -> None:
        ids = {key(recorded) for recorded in batch}
        rows = rows_of(connection, table, ids)
        empty = dict.fromkeys(table.c.keys())
        for recorded in batch:
            one = key(recorded)
            rows[one] = {**rows.get(one, empty), "id": one, **sets[type(recorded.event)](recorded)}
        upsert(connection, table, rows.values())

    return Projection(name, version, EventTypes(*sets), define, apply)


def rows_of(connection: Connection, table: Table, ids: Collection[str]) -> dict[str, dict[str, Any]]:
    """The rows of those that have one, by id: the primary key, of one column."""
    (key,) = table.primary_key
    return {row[key.name]: {**row} for row in connection.execute(_of_ids(table), {"ids": [*ids]}).mappings()}


@lru_cache(maxsize=512)
def _of_ids(table: Table) -> Select[Any]:
    (key,) = table.primary_key
    return select(table).where(key.in_(bindparam("ids", expanding=True)))


def heard(projection: Projection[Table], connection: Connection, kind: str, ids: Collection[str]) -> Heard:
    """The same of subjects of a kind, each row with ``read_at``: how far the projection had come with its subject."""
    at = projection.read_at(connection, [f"{kind}/{one}" for one in ids])
    rows = rows_of(connection, projection.tables, ids)
    return {one: {**row, "read_at": at[f"{kind}/{one}"]} for one, row in rows.items()}
