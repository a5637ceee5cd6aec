"""The erasures of those who objected or complained, done or to be done."""

from collections.abc import Sequence
from typing import Any

from chronicle.following import Projection, rows_of, upsert
from chronicle.messages import Recorded
from chronicle.store.tables import Id
from sqlalchemy import Column, Connection, Date, Index, MetaData, Table, Text

from identification.cases.objector.events import (
    TYPES,
    ObjectorErased,
    ObjectorErasureProposalWithdrawn,
    ObjectorErasureProposed,
    ObjectorEvent,
)


def define(metadata: MetaData, name: str) -> Table:
    """One row for each whose erasure was proposed; ``since`` is when it last changed."""
    return Table(
        name,
        metadata,
        Column("erasure_id", Id, primary_key=True),
        Column("owner", Text, nullable=False),
        Column("area", Text, nullable=False),
        Column("since", Date, nullable=False),
        Column("reason", Text),
        Column("proposed_on", Date),
        Column("proposed_by", Text),
        Column("erased_on", Date),
        Index(f"{name}_place", "area", "since"),
    )


def apply(batch: Sequence[Recorded[ObjectorEvent]], table: Table, connection: Connection) -> None:
    """Bring those of a batch to where its events leave them."""
    rows = rows_of(connection, table, {_id_of(recorded) for recorded in batch})
    for recorded in batch:
        one = _id_of(recorded)
        where = {"owner": recorded.event.owner, "area": recorded.area, "since": recorded.valid_on}
        rows[one] = {**rows.get(one, {"erasure_id": one, "erased_on": None}), **where, **_changed(recorded)}
    upsert(connection, table, list(rows.values()))


def _id_of(recorded: Recorded[ObjectorEvent]) -> str:
    return recorded.event.owner.partition("/")[2]


def _changed(recorded: Recorded[ObjectorEvent]) -> dict[str, Any]:
    match recorded.event:
        case ObjectorErasureProposed(reason=reason):
            proposed = {"proposed_on": recorded.valid_on, "proposed_by": recorded.actor.person}
            return {"reason": reason.value, **proposed}
        case ObjectorErasureProposalWithdrawn():
            return dict.fromkeys(("reason", "proposed_on", "proposed_by"))
        case ObjectorErased():
            return {"erased_on": recorded.valid_on}


objector_erasures: Projection[Table] = Projection("objector_erasure", 1, TYPES, define, apply)
