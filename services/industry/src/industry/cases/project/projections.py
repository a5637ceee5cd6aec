"""The projects, and the shares of them that households have or had."""

from operator import attrgetter
from typing import Any

from chronicle.following import one_row_each
from chronicle.messages import Recorded
from sqlalchemy import Column, Date, Integer, Text

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


def _enrolled(recorded: Recorded[HouseholdEnrolled]) -> dict[str, Any]:
    event = recorded.event
    return {
        "project_id": event.project_id,
        "household_id": event.household_id,
        "area": recorded.area,
        "pattern": event.pattern.value,
        "unit": event.unit.value,
        # Times 100, so that sums are exact.
        "hundredths": int(event.quantity * 100),
        "enrolled_on": recorded.valid_on,
    }


def _ended(recorded: Recorded[EnrolmentEnded]) -> dict[str, Any]:
    return {"ended_on": recorded.valid_on, "reason": recorded.event.reason.value}


enrolments = one_row_each(
    "enrolment",
    2,
    lambda: (
        Column("project_id", Text, index=True),
        Column("household_id", Text, index=True),
        Column("area", Text),
        Column("pattern", Text),
        Column("unit", Text),
        Column("hundredths", Integer),
        Column("enrolled_on", Date),
        Column("ended_on", Date),
        Column("reason", Text),
    ),
    {HouseholdEnrolled: _enrolled, EnrolmentEnded: _ended},
    key=attrgetter("event.enrolment_id"),
)
