"""What can be asked of a project. Lists ask it once for each household."""

from casework.dates import Dated

from industry.cases.project.findings import EndingReason, LeadEntity, Pattern, Quantity


class OpenProject(Dated):
    """Open a project in a village or township, ``area_code``; its date is its first day."""

    project_id: str
    area_code: str
    pattern: Pattern
    capacity: Quantity
    led_by: LeadEntity


class EnrolHousehold(Dated):
    """Give a household a share of a project."""

    enrolment_id: str
    household_id: str
    quantity: Quantity


class EndEnrolment(Dated):
    """Take a household's share back."""

    household_id: str
    reason: EndingReason


class CloseProject(Dated):
    """Close a project in which nobody takes part any more."""


OfHousehold = EnrolHousehold | EndEnrolment
ProjectCommand = OpenProject | OfHousehold | CloseProject
