"""The list of re-checks, open or concluded."""

from collections.abc import Sequence
from typing import Any

from chronicle.following import Projection, upsert
from chronicle.messages import Recorded
from chronicle.store.tables import Id
from sqlalchemy import Column, Connection, Date, Index, MetaData, Table, Text, bindparam, update

from identification.cases.recheck.events import TYPES, RecheckConcluded, RecheckOpened


def define(metadata: MetaData, name: str) -> Table:
    """One row for each."""
    return Table(
        name,
        metadata,
        Column("recheck_id", Id, primary_key=True),
        Column("application_id", Id, nullable=False),
        Column("household_id", Id, nullable=False),
        Column("group_code", Text, nullable=False),
        Column("cause", Text, nullable=False),
        Column("kind", Text),
        Column("ground", Text),
        Column("repeats", Text),
        Column("duty", Text, nullable=False),
        Column("opened_on", Date, nullable=False),
        Column("due_on", Date, nullable=False),
        Column("outcome", Text),
        Column("reason", Text),
        Column("concluded_on", Date),
        Index(f"{name}_place", "group_code", "due_on"),
    )


def apply(batch: Sequence[Recorded[Any]], table: Table, connection: Connection) -> None:
    """Add what was opened, and say what came of it."""
    upsert(connection, table, [_row(each) for each in batch if isinstance(each.event, RecheckOpened)])
    concluded = [
        {
            "recheck": each.event.recheck_id,
            "outcome": each.event.outcome.value,
            "reason": each.event.reason.value,
            "concluded_on": each.valid_on,
        }
        for each in batch
        if isinstance(each.event, RecheckConcluded)
    ]
    if concluded:
        connection.execute(update(table).where(table.c.recheck_id == bindparam("recheck")), concluded)


def _row(recorded: Recorded[RecheckOpened]) -> dict[str, Any]:
    opened = recorded.event
    return {
        "recheck_id": opened.recheck_id,
        "application_id": opened.application_id,
        "household_id": opened.household_id,
        "group_code": opened.group_code,
        "cause": opened.cause.value,
        "kind": opened.kind.value if opened.kind else None,
        "ground": opened.ground.value if opened.ground else None,
        "repeats": opened.repeats,
        "duty": opened.duty.value,
        "opened_on": recorded.valid_on,
        "due_on": opened.due_on,
        "outcome": None,
        "reason": None,
        "concluded_on": None,
    }


rechecks: Projection[Table] = Projection("recheck", 2, TYPES, define, apply)
