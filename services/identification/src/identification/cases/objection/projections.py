"""The list of objections, and from which day each is whose to resolve."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from chronicle.following import Projection, upsert
from chronicle.messages import EventTypes, Recorded
from chronicle.store.tables import Id
from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Date,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    bindparam,
    delete,
    select,
    update,
)

from identification.cases.objection.decider import JUDGES
from identification.cases.objection.events import ObjectionEvent, ObjectionReceived, ObjectionResolved
from identification.cases.objection.findings import Against, Resolution


class Tables(NamedTuple):
    """Every objection, and the applications for which each is undecided."""

    objection: Table
    held: Table


def define(metadata: MetaData, name: str) -> Tables:
    """One row for each; the column of a duty holds the day from which it is that duty's to resolve."""
    objection = Table(
        name,
        metadata,
        Column("objection_id", Id, primary_key=True),
        Column("notice_id", Id, nullable=False),
        Column("application_id", Id),
        Column("area_code", Text, nullable=False),
        Column("step", Integer, nullable=False),
        Column("against", Text, nullable=False),
        Column("ground", Text, nullable=False),
        Column("matter", Text),
        Column("anonymous", Boolean, nullable=False),
        Column("repeats", Text),
        Column("received_on", Date, nullable=False),
        Column("due_on", Date, nullable=False),
        *(Column(duty.value, Date) for duty in JUDGES),
        Column("resolution", Text),
        Column("resolved_on", Date),
        Index(f"{name}_place", "area_code", "due_on"),
        Index(f"{name}_matter", "notice_id", "matter"),
    )
    held = Table(
        f"{name}_held",
        metadata,
        Column("objection_id", Id, primary_key=True),
        Column("application_id", Id, primary_key=True),
    )
    return Tables(objection, held)


def apply(batch: Sequence[Recorded[ObjectionEvent]], tables: Tables, connection: Connection) -> None:
    """Add what was received, and say how it was resolved."""
    table = tables.objection
    upsert(connection, table, [_row(each) for each in batch if isinstance(each.event, ObjectionReceived)])
    upsert(connection, tables.held, [held for each in batch for held in _held(each.event)])
    resolved = [
        {"objection": each.event.objection_id, "how": each.event.resolution.value, "on": each.valid_on}
        for each in batch
        if isinstance(each.event, ObjectionResolved)
    ]
    decided = [
        {"objection": each.event.objection_id, "application": one}
        for each in batch
        if isinstance(each.event, ObjectionResolved)
        for one in each.event.rows
    ]
    if decided:
        held = tables.held.c
        here = (held.objection_id == bindparam("objection"), held.application_id == bindparam("application"))
        connection.execute(delete(tables.held).where(*here), decided)
    if resolved:
        this = update(table).where(table.c.objection_id == bindparam("objection"))
        connection.execute(this.values(resolution=bindparam("how"), resolved_on=bindparam("on")), resolved)


def omission_dismissed(connection: Connection, notice_id: str, matter: str | None) -> str | None:
    """Find the objection that was dismissed when the same was said to have been left out of a notice."""
    if matter is None:
        return None
    table = objections.tables.objection
    same = select(table.c.objection_id).where(
        table.c.notice_id == notice_id,
        table.c.matter == matter,
        table.c.against == Against.OMISSION.value,
        table.c.resolution == Resolution.DISMISSED.value,
    )
    found: str | None = connection.scalar(same.order_by(table.c.objection_id).limit(1))
    return found


def _held(event: ObjectionEvent) -> list[dict[str, str]]:
    held = event.held if isinstance(event, ObjectionReceived) else ()
    return [{"objection_id": event.objection_id, "application_id": one} for one in held]


def _row(recorded: Recorded[Any]) -> dict[str, Any]:
    event: ObjectionReceived = recorded.event
    since = {body.duty.value: body.since for body in event.bodies}
    return {
        "objection_id": event.objection_id,
        "notice_id": event.notice_id,
        "application_id": event.application_id,
        "area_code": event.area_code,
        "step": event.step,
        "against": event.against.value,
        "ground": event.ground.value,
        "matter": event.matter,
        "anonymous": event.objector is None,
        "repeats": event.repeats,
        "received_on": recorded.valid_on,
        "due_on": event.due_on,
        **{duty.value: since.get(duty.value) for duty in JUDGES},
        "resolution": None,
        "resolved_on": None,
    }


objections: Projection[Tables] = Projection(
    "objection", 2, EventTypes(ObjectionReceived, ObjectionResolved), define, apply
)
