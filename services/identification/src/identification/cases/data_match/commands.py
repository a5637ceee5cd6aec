"""What can be asked of what a department sent."""

from datetime import date

from chronicle.messages import Command

from identification.cases.application.findings import DataMatchKind, SealedRef


class ReceiveDataMatch(Command):
    """Receive what a department sent of somebody; ``area`` is the one the department answers for."""

    data_match_id: str
    area: str
    kind: DataMatchKind
    listed_on: date
    facts: SealedRef
    on: date


class AttachDataMatch(Command):
    """Attach it to the household of whom it means."""

    application_id: str
    household_id: str
    person_id: str
    on: date


class ExpireDataMatch(Command):
    """Wait no longer for whom it means."""

    owner: str
    on: date


DataMatchCommand = ReceiveDataMatch | AttachDataMatch | ExpireDataMatch
