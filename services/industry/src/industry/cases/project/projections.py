"""The projects, and the shares of them that households have or had."""

from collections.abc import Sequence
from typing import Any

from chronicle.following import Projection, one_row_each, upsert
from chronicle.messages import EventTypes, Recorded
from sqlalchemy import Column, Connection, Date, Integer, MetaData, Table, Text, bindparam, update

from industry.cases.project.events import EnrolmentEnded, HouseholdEnrolled, ProjectClosed, ProjectOpened


def _opened(recorded: Recorded[ProjectOpened]) -> dict[str, Any]:
    event = recorded.event
    return {
        "area": recorded.area,
        "pattern": event.pattern.value,
        "unit": event.unit.value,
        "capacity": str(event.capacity),
        "led_by": event.led_by.value,
        "opened_on": recorded.valid_on,
    }


def _closed(recorded: Recorded[ProjectClosed]) -> dict[str, Any]:
    return {"closed_on": recorded.valid_on}


projects = one_row_each(
    "project",
    1,
    lambda: (
        Column("area", Text, index=True),
        Column("pattern", Text),
        Column("unit", Text),
        Column("capacity", Text),
        Column("led_by", Text),
        Column("opened_on", Date),
        Column("closed_on", Date),
    ),
    {ProjectOpened: _opened, ProjectClosed: _closed},
)


def define(metadata: MetaData, name: str) -> Table:
    """One row for each enrolment, ended or not; ``hundredths`` is its quantity, times 100, so that sums are exact."""
    return Table(
        name,
        metadata,
        Column("enrolment_id", Text, primary_key=True),
        Column("project_id", Text, nullable=False, index=True),
        Column("household_id", Text, nullable=False, index=True),
        Column("area", Text, nullable=False),
        Column("pattern", Text, nullable=False),
        Column("unit", Text, nullable=False),
        Column("hundredths", Integer, nullable=False),
        Column("enrolled_on", Date, nullable=False),
        Column("ended_on", Date),
        Column("reason", Text),
    )


def apply(batch: Sequence[Recorded[Any]], table: Table, connection: Connection) -> None:
    """Add the enrolments of a batch, then end those that ended."""
    upsert(connection, table, [_enrolled(each) for each in batch if isinstance(each.event, HouseholdEnrolled)])
    ended = [_ended(each) for each in batch if isinstance(each.event, EnrolmentEnded)]
    if ended:
        changed: dict[str, Any] = {"ended_on": bindparam("on"), "reason": bindparam("why")}
        connection.execute(update(table).where(table.c.enrolment_id == bindparam("id")).values(changed), ended)


def _enrolled(recorded: Recorded[HouseholdEnrolled]) -> dict[str, Any]:
    event = recorded.event
    return {
        "enrolment_id": event.enrolment_id,
        "project_id": event.project_id,
        "household_id": event.household_id,
        "area": recorded.area,
        "pattern": event.pattern.value,
        "unit": event.unit.value,
        "hundredths": int(event.quantity * 100),
        "enrolled_on": recorded.valid_on,
    }


def _ended(recorded: Recorded[EnrolmentEnded]) -> dict[str, Any]:
    return {"id": recorded.event.enrolment_id, "on": recorded.valid_on, "why": recorded.event.reason.value}


enrolments: Projection[Table] = Projection("enrolment", 1, EventTypes(HouseholdEnrolled, EnrolmentEnded), define, apply)
