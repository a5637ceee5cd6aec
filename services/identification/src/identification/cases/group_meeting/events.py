"""What can happen to a group meeting."""

from datetime import date
from typing import Annotated

from casework.deliberation import Count
from casework.reasons import LateEntryReason
from casework.steps import Ordinal
from chronicle.messages import INTERNAL, OPEN, Event
from pydantic import Field

from identification.cases.application.findings import SealedRef, Value


class Session(Value):
    """One sitting of a meeting: how many were entitled to attend and how many were there."""

    number: Ordinal
    held_on: date
    entitled: Annotated[Count, Field(gt=0)]
    present: Count


class GroupMeetingHeld(Event, type="identification.group-meeting-held.v1"):
    """A villager group met and deliberated on every household of its agenda."""

    meeting_id: Annotated[str, INTERNAL]
    group_code: Annotated[str, OPEN]
    convener: Annotated[str, INTERNAL]
    recorder: Annotated[str, INTERNAL]
    sessions: Annotated[tuple[Session, ...], OPEN]
    agenda: Annotated[tuple[str, ...], INTERNAL]
    minutes: Annotated[SealedRef, INTERNAL]
    late_reason: Annotated[LateEntryReason | None, INTERNAL]
