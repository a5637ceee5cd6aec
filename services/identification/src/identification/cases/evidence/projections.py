"""The list of evidence: what is attached to which step, and what counts no longer."""

from collections.abc import Sequence
from typing import Any

from chronicle.following import Projection, upsert
from chronicle.messages import Recorded
from chronicle.store.tables import Id
from sqlalchemy import Boolean, Column, Connection, Date, Index, Integer, MetaData, Table, Text, bindparam, update

from identification.cases.evidence.events import TYPES, EvidenceAttached, EvidenceSuperseded


def define(metadata: MetaData, name: str) -> Table:
    """One row for each piece; those that count have no ``superseded_on``."""
    return Table(
        name,
        metadata,
        Column("evidence_id", Id, primary_key=True),
        Column("application_id", Id, nullable=False),
        Column("group_code", Text, nullable=False),
        Column("step", Integer, nullable=False),
        Column("kind", Text, nullable=False),
        Column("media_type", Text, nullable=False),
        Column("size", Integer, nullable=False),
        Column("digest", Text, nullable=False),
        Column("has_thumbnail", Boolean, nullable=False),
        Column("has_position", Boolean, nullable=False),
        Column("attached_on", Date, nullable=False),
        Column("superseded_on", Date),
        Column("reason", Text),
        Column("superseded_by", Text),
        Index(f"{name}_application", "application_id", "step"),
    )


def apply(batch: Sequence[Recorded[Any]], table: Table, connection: Connection) -> None:
    """Add what was attached, and say what counts no longer."""
    upsert(connection, table, [_row(each) for each in batch if isinstance(each.event, EvidenceAttached)])
    superseded = [
        {"piece": each.event.evidence_id, "on": each.valid_on, **_reason(each.event)}
        for each in batch
        if isinstance(each.event, EvidenceSuperseded)
    ]
    if superseded:
        this = update(table).where(table.c.evidence_id == bindparam("piece"))
        changed = this.values(superseded_on=bindparam("on"), reason=bindparam("why"), superseded_by=bindparam("by"))
        connection.execute(changed, superseded)


def _reason(superseded: EvidenceSuperseded) -> dict[str, Any]:
    return {"why": superseded.reason.value, "by": superseded.superseded_by}


def _row(recorded: Recorded[Any]) -> dict[str, Any]:
    event: EvidenceAttached = recorded.event
    return {
        "evidence_id": event.evidence_id,
        "application_id": event.application_id,
        "group_code": event.group_code,
        "step": event.step,
        "kind": event.kind.value,
        "media_type": event.media_type.value,
        "size": event.size,
        "digest": event.digest,
        "has_thumbnail": event.has_thumbnail,
        "has_position": event.position is not None,
        "attached_on": recorded.valid_on,
        "superseded_on": None,
        "reason": None,
        "superseded_by": None,
    }


evidence: Projection[Table] = Projection("evidence", 1, TYPES, define, apply)
