"""The relocations as they stand."""

from collections.abc import Sequence
from typing import Any

from chronicle.following import Projection, upsert
from chronicle.messages import Recorded
from chronicle.store.tables import Id
from sqlalchemy import Column, Connection, Date, Index, Integer, MetaData, Table, Text, select

from relocation.cases.relocation.decider import stage_after
from relocation.cases.relocation.events import TYPES, RelocationEvent, RelocationProposed


def define(metadata: MetaData, name: str) -> Table:
    """One row for each relocation; ``since`` is the day of its last act."""
    return Table(
        name,
        metadata,
        Column("relocation_id", Id, primary_key=True),
        # Text, as the key of the registered households it is joined with.
        Column("household_id", Text, nullable=False, index=True),
        Column("group_code", Text, nullable=False),
        Column("stage", Text, nullable=False),
        Column("proposed_on", Date, nullable=False),
        Column("since", Date, nullable=False),
        Column("mode", Text, nullable=False),
        Column("placement", Text, nullable=False),
        Column("place", Text, nullable=False),
        Column("persons", Integer, nullable=False),
        Column("floor_area_limit_m2", Text, nullable=False),
        Column("own_contribution", Text, nullable=False),
        Column("answered_by", Id),
        Column("reason", Text),
        Index(f"{name}_place", "group_code", "proposed_on"),
    )


def apply(batch: Sequence[Recorded[RelocationEvent]], table: Table, connection: Connection) -> None:
    """Bring the relocations of a batch to where its events leave them."""
    touched = {recorded.event.relocation_id for recorded in batch}
    there = connection.execute(select(table).where(table.c.relocation_id.in_(touched))).mappings()
    rows: dict[str, dict[str, Any]] = {row["relocation_id"]: dict(row) for row in there}
    empty = dict.fromkeys(table.c.keys())
    for recorded in batch:
        key = recorded.event.relocation_id
        rows[key] = {**rows.get(key, empty), **_changed(recorded)}
    upsert(connection, table, rows.values())


relocations: Projection[Table] = Projection("relocation", 1, TYPES, define, apply)


def _changed(recorded: Recorded[RelocationEvent]) -> dict[str, Any]:
    event, on = recorded.event, recorded.valid_on
    told = {**event.model_dump(mode="json"), "stage": stage_after(event).value, "since": on}
    return {**told, "proposed_on": on} if isinstance(event, RelocationProposed) else told
