"""What can be asked of a household."""

from datetime import date

from chronicle.messages import Command

from identification.cases.household.events import Member
from identification.cases.household.findings import AssistanceKind, DismissalReason, Track


class RecordHousehold(Command):
    """State who lives together; a known household's members are stated anew."""

    household_id: str
    group_code: str
    members: tuple[Member, ...]
    on: date


class NoteAssistance(Command):
    """Note that a track assists a household from a day on, as it decided in its case ``reference``."""

    household_id: str
    track: Track
    kind: AssistanceKind
    reference: str
    on: date


class NoteAssistanceEnded(Command):
    """Note that a track assists a household no longer, from a day on, as it decided in its case ``reference``."""

    household_id: str
    reference: str
    on: date


class DismissAssistance(Command):
    """Leave unnoted what a track decided in its case ``reference``, which was refused with the code ``refusal``."""

    household_id: str
    area: str
    track: Track
    reference: str
    refusal: str
    reason: DismissalReason
    on: date


HouseholdCommand = RecordHousehold | NoteAssistance | NoteAssistanceEnded | DismissAssistance
