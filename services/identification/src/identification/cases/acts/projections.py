"""The lists of organised acts: one table for each kind, all of one shape."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from chronicle.following.projection import Projection, upsert
from chronicle.messages import EventTypes, Recorded
from chronicle.store.tables import Id
from sqlalchemy import Column, Connection, Date, Index, Integer, MetaData, Table, Text, update


@dataclass(frozen=True, slots=True)
class Begun:
    """An act as its first event tells it; ``open_rows`` are still to be closed or judged."""

    act_id: str
    area_code: str
    rows: int
    open_rows: int = 0
    more: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Continued:
    """An act as a later event leaves it."""

    act_id: str
    open_rows: int
    more: Mapping[str, Any] = field(default_factory=dict)


def act_list(
    name: str,
    types: EventTypes,
    told: Callable[[Any], Begun | Continued],
    *more: Callable[[], Column[Any]],
    version: int = 1,
) -> Projection[Table]:
    """Keep a list of acts from what each of their events tells; ``more`` makes the columns only this kind has."""

    def define(metadata: MetaData, table: str) -> Table:
        return Table(
            table,
            metadata,
            Column("act_id", Id, primary_key=True),
            Column("area_code", Text, nullable=False),
            Column("on", Date, nullable=False),
            Column("rows", Integer, nullable=False),
            Column("open_rows", Integer, nullable=False),
            Column("entered_by", Text, nullable=False),
            *(column() for column in more),
            Index(f"{table}_place", "area_code", "on"),
        )

    def apply(batch: Sequence[Recorded[Any]], table: Table, connection: Connection) -> None:
        told_of = [(recorded, told(recorded.event)) for recorded in batch]
        upsert(connection, table, [_row(recorded, act) for recorded, act in told_of if isinstance(act, Begun)])
        for act in (act for _, act in told_of if isinstance(act, Continued)):
            changed = {"open_rows": act.open_rows, **act.more}
            connection.execute(update(table).where(table.c.act_id == act.act_id).values(changed))

    return Projection(name, version, types, define, apply)


def _row(recorded: Recorded[Any], act: Begun) -> dict[str, Any]:
    return {
        "act_id": act.act_id,
        "area_code": act.area_code,
        "on": recorded.valid_on,
        "rows": act.rows,
        "open_rows": act.open_rows,
        "entered_by": recorded.actor.person,
        **act.more,
    }
