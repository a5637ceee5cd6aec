"""The allowances as they stand."""

from collections.abc import Sequence
from typing import Any

from chronicle.following import Projection, upsert
from chronicle.messages import Recorded
from chronicle.store.tables import Id
from sqlalchemy import Column, Connection, Date, Index, Integer, MetaData, Table, Text, bindparam, update

from safety_net.cases.allowance.decider import stage_after
from safety_net.cases.allowance.events import TYPES, AllowanceAssessed


def define(metadata: MetaData, name: str) -> Table:
    """One row for each allowance; amounts are text of yuan with two places, ``since`` is when its stage was reached."""
    return Table(
        name,
        metadata,
        Column("allowance_id", Id, primary_key=True),
        Column("household_id", Id, nullable=False),
        Column("area", Text, nullable=False),
        Column("stage", Text, nullable=False),
        Column("since", Date, nullable=False),
        Column("assessed_on", Date, nullable=False),
        Column("protected_persons", Integer, nullable=False),
        Column("standard", Text, nullable=False),
        Column("monthly_income", Text, nullable=False),
        Column("monthly_amount", Text, nullable=False),
        Index(f"{name}_place", "area", "stage"),
        Index(f"{name}_household", "household_id"),
    )


def apply(batch: Sequence[Recorded[Any]], table: Table, connection: Connection) -> None:
    """Add the allowances that were assessed, and move on those that were decided on."""
    assessed = [recorded for recorded in batch if isinstance(recorded.event, AllowanceAssessed)]
    decided = [recorded for recorded in batch if not isinstance(recorded.event, AllowanceAssessed)]
    upsert(connection, table, map(_row, assessed))
    if decided:
        moved = update(table).where(table.c.allowance_id == bindparam("allowance"))
        connection.execute(moved.values(stage=bindparam("to"), since=bindparam("on")), list(map(_move, decided)))


def _row(recorded: Recorded[AllowanceAssessed]) -> dict[str, Any]:
    event, assessment = recorded.event, recorded.event.assessment
    return {
        "allowance_id": event.allowance_id,
        "household_id": event.household_id,
        "area": recorded.area,
        "stage": stage_after(event).value,
        "since": recorded.valid_on,
        "assessed_on": recorded.valid_on,
        "protected_persons": assessment.protected_persons,
        **{name: str(getattr(assessment, name)) for name in ("standard", "monthly_income", "monthly_amount")},
    }


def _move(recorded: Recorded[Any]) -> dict[str, Any]:
    event = recorded.event
    return {"allowance": event.allowance_id, "to": stage_after(event).value, "on": recorded.valid_on}


allowances: Projection[Table] = Projection("allowance", 1, TYPES, define, apply)
