"""What can happen to a project."""

from typing import Annotated

from casework.dates import LateReason
from chronicle.messages import INTERNAL, OPEN, Event, EventTypes

from industry.cases.project.findings import EndingReason, LeadEntity, Pattern, Quantity, Unit

ProjectId = Annotated[str, INTERNAL]
EnrolmentId = Annotated[str, INTERNAL]
HouseholdId = Annotated[str, INTERNAL]


class ProjectOpened(Event, type="industry.project-opened.v1"):
    """A project of one of the five patterns takes households from this day on, until its capacity is filled."""

    project_id: ProjectId
    pattern: Annotated[Pattern, OPEN]
    unit: Annotated[Unit, OPEN]
    capacity: Annotated[Quantity, OPEN]
    led_by: Annotated[LeadEntity, OPEN]
    late_reason: LateReason


class HouseholdEnrolled(Event, type="industry.household-enrolled.v1"):
    """A household takes part in a project with its share of the capacity."""

    enrolment_id: EnrolmentId
    project_id: ProjectId
    household_id: HouseholdId
    pattern: Annotated[Pattern, OPEN]
    unit: Annotated[Unit, OPEN]
    quantity: Annotated[Quantity, INTERNAL]
    late_reason: LateReason


class EnrolmentEnded(Event, type="industry.enrolment-ended.v1"):
    """A household takes part in a project no longer, and its share is free again."""

    enrolment_id: EnrolmentId
    project_id: ProjectId
    household_id: HouseholdId
    pattern: Annotated[Pattern, OPEN]
    unit: Annotated[Unit, OPEN]
    quantity: Annotated[Quantity, INTERNAL]
    reason: Annotated[EndingReason, INTERNAL]
    late_reason: LateReason


class ProjectClosed(Event, type="industry.project-closed.v1"):
    """A project in which no household takes part any more takes none again."""

    project_id: ProjectId
    late_reason: LateReason


ProjectEvent = ProjectOpened | HouseholdEnrolled | EnrolmentEnded | ProjectClosed

TYPES = EventTypes(ProjectOpened, HouseholdEnrolled, EnrolmentEnded, ProjectClosed)
