"""What can be asked of a project. Lists ask it once for each household."""

from datetime import date

from chronicle.messages import Command

from industry.cases.project.findings import EndingReason, LeadEntity, Pattern, Quantity


class OpenProject(Command):
    """Open a project in a village or township, ``area_code``; ``on`` is its first day."""

    project_id: str
    area_code: str
    pattern: Pattern
    capacity: Quantity
    led_by: LeadEntity
    on: date


class EnrolHousehold(Command):
    """Give a household a share of a project."""

    enrolment_id: str
    household_id: str
    quantity: Quantity
    on: date


class EndEnrolment(Command):
    """Take a household's share back."""

    household_id: str
    reason: EndingReason
    on: date


class CloseProject(Command):
    """Close a project in which nobody takes part any more."""

    on: date


OfHousehold = EnrolHousehold | EndEnrolment
ProjectCommand = OpenProject | OfHousehold | CloseProject
