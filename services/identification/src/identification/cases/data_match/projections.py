"""Until when data matches wait; whom they mean is nowhere."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from chronicle.following import Projection, upsert
from chronicle.messages import Recorded
from chronicle.store.tables import Id
from sqlalchemy import Column, Connection, Date, Index, MetaData, Table, bindparam, delete, select

from identification.cases.data_match.events import TYPES, DataMatchReceived


def define(metadata: MetaData, name: str) -> Table:
    """One row for each that waits."""
    return Table(
        name,
        metadata,
        Column("data_match_id", Id, primary_key=True),
        Column("waits_until", Date, nullable=False),
        Index(f"{name}_until", "waits_until"),
    )


def apply(batch: Sequence[Recorded[Any]], table: Table, connection: Connection) -> None:
    """Add what was received, and take away what was attached or expired."""
    received = {each.event.data_match_id: each.event for each in batch if isinstance(each.event, DataMatchReceived)}
    upsert(
        connection, table, [{"data_match_id": one, "waits_until": told.waits_until} for one, told in received.items()]
    )
    settled = [{"match": each.event.data_match_id} for each in batch if not isinstance(each.event, DataMatchReceived)]
    if settled:
        connection.execute(delete(table).where(table.c.data_match_id == bindparam("match")), settled)


def waiting_until(connection: Connection, today: date, most: int) -> list[str]:
    """Read which waited until a day before today, the oldest first."""
    table = waiting_data_matches.tables
    over = select(table.c.data_match_id).where(table.c.waits_until < today)
    return list(connection.execute(over.order_by(table.c.waits_until, table.c.data_match_id).limit(most)).scalars())


waiting_data_matches: Projection[Table] = Projection("waiting_data_match", 1, TYPES, define, apply)
