"""What a track decides is noted on the household; what cannot be is for the county to see to."""

from datetime import date
from typing import Any

from casework.roles import Role
from chronicle.following import Issue, Reaction
from chronicle.messages import EventTypes, Recorded
from chronicle.recording import Part
from sqlalchemy import Connection

from identification.cases.assistance.gather import assistance_decider
from identification.cases.household.commands import (
    DismissAssistance,
    NoteAssistance,
    NoteAssistanceEnded,
)
from identification.cases.household.findings import AssistanceKind, DismissalReason, Track
from identification.heard import (
    AllowanceApprovedByCounty,
    AllowanceEnded,
    EnrolmentEnded,
    HouseholdEnrolled,
    RelocationAccepted,
    RelocationWithdrawn,
)

TYPES = EventTypes(
    RelocationAccepted,
    RelocationWithdrawn,
    HouseholdEnrolled,
    EnrolmentEnded,
    AllowanceApprovedByCounty,
    AllowanceEnded,
)


def note(cause: Recorded[Any], _connection: Connection) -> Issue:
    """Note of a household that a track assists it, or does so no longer."""
    # What nobody had accepted was never noted.
    if isinstance(cause.event, RelocationWithdrawn) and not cause.event.accepted:
        return Issue()
    return Issue([Part(assistance_decider, cause.event.household_id, _noting(cause))])


def dismissal(cause: Recorded[Any], refusal: str, reason: DismissalReason, on: date) -> Part:
    """Leave unnoted what a track decided, which was refused with this code."""
    command = DismissAssistance(
        household_id=cause.event.household_id,
        area=cause.area,
        track=Track(cause.stored.source),
        reference=_noting(cause).reference,
        refusal=refusal,
        reason=reason,
        on=on,
    )
    return Part(assistance_decider, command.household_id, command)


def _noting(cause: Recorded[Any]) -> NoteAssistance | NoteAssistanceEnded:
    event = cause.event
    where: dict[str, Any] = {"household_id": event.household_id, "on": cause.valid_on}
    match event:
        case RelocationAccepted(relocation_id=case):
            return NoteAssistance(track=Track.RELOCATION, kind=AssistanceKind.RELOCATION, reference=case, **where)
        case HouseholdEnrolled(enrolment_id=case):
            return NoteAssistance(track=Track.INDUSTRY, kind=AssistanceKind.PROJECT, reference=case, **where)
        case AllowanceApprovedByCounty(allowance_id=case):
            return NoteAssistance(track=Track.SAFETY_NET, kind=AssistanceKind.ALLOWANCE, reference=case, **where)
        case (
            EnrolmentEnded(enrolment_id=case)
            | AllowanceEnded(allowance_id=case)
            | RelocationWithdrawn(relocation_id=case)
        ):
            return NoteAssistanceEnded(reference=case, **where)
        case _:
            raise TypeError(f"nothing is noted of {type(event).__name__}")


assistance = Reaction("assistance", TYPES, None, Role.COUNTY_OFFICER, note)
