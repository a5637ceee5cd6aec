"""What can be asked of a relocation."""

from datetime import date

from chronicle.messages import Command

from relocation.cases.relocation.findings import DeclineReason, Mode, Place, Placement


class ProposeRelocation(Command):
    """Propose that a household moves."""

    relocation_id: str
    household_id: str
    mode: Mode
    placement: Placement
    place: Place
    on: date


class AcceptRelocation(Command):
    """Enter that the household accepts, by the word of one member."""

    answered_by: str
    on: date


class DeclineRelocation(Command):
    """Enter that the household declines, by the word of one member, and why."""

    answered_by: str
    reason: DeclineReason
    on: date


Answering = AcceptRelocation | DeclineRelocation
RelocationCommand = ProposeRelocation | Answering
