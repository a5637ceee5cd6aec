"""The backfill runs as the county lists them, and what was recorded in each."""

from collections.abc import Mapping, Sequence
from typing import Any

from chronicle.following import one_row_each
from chronicle.following.projection import Projection, upsert
from chronicle.messages import Everything, Recorded
from chronicle.store.tables import Id
from sqlalchemy import Column, Connection, Date, Index, MetaData, Table, Text

from identification.cases.backfill_run.events import BackfillRunClosed, BackfillRunOpened, BackfillRunSigned


def _columns() -> tuple[Column[Any], ...]:
    names = ("first_day", "last_day", "open_until", "opened_on", "signed_on", "closed_on")
    days = [Column(name, Date) for name in names]
    texts = [Column(name, Text) for name in ("area_code", "reason", "opened_by", "signed_by", "closed_by")]
    return (*days, *texts)


def _opened(recorded: Recorded[BackfillRunOpened]) -> Mapping[str, Any]:
    facts = recorded.event.model_dump(exclude={"run_id", "document"})
    return {**facts, "opened_on": recorded.valid_on, "opened_by": recorded.actor.person}


def _signed(recorded: Recorded[BackfillRunSigned]) -> Mapping[str, Any]:
    return {"signed_on": recorded.valid_on, "signed_by": recorded.actor.person}


def _closed(recorded: Recorded[BackfillRunClosed]) -> Mapping[str, Any]:
    return {"closed_on": recorded.valid_on, "closed_by": recorded.actor.person}


backfill_runs = one_row_each(
    "backfill_run",
    1,
    _columns,
    {BackfillRunOpened: _opened, BackfillRunSigned: _signed, BackfillRunClosed: _closed},
)


def define_entries(metadata: MetaData, name: str) -> Table:
    """One row for each event that was entered in a run."""
    return Table(
        name,
        metadata,
        Column("event_id", Id, primary_key=True),
        Column("run_id", Id, nullable=False),
        Column("type", Text, nullable=False),
        Index(f"{name}_run", "run_id", "type"),
    )


def apply_to_entries(batch: Sequence[Recorded[Any]], table: Table, connection: Connection) -> None:
    """Add what was entered in a run."""
    entered = [(each, each.actor.backfill) for each in batch if each.actor.backfill]
    rows = [{"event_id": each.event_id, "run_id": run, "type": each.stored.type} for each, run in entered]
    upsert(connection, table, rows)


backfill_entries: Projection[Table] = Projection("backfill_entry", 1, Everything(), define_entries, apply_to_entries)
