"""What can be asked of a household."""

from datetime import date

from casework.dates import Dated
from chronicle.messages import Command

from identification.cases.household.events import Change, Member
from identification.cases.household.findings import AssistanceKind, DismissalReason, DissolutionReason, Track


class RecordHousehold(Command):
    """State who lives together; a known household's members are stated anew."""

    household_id: str
    group_code: str
    members: tuple[Member, ...]
    on: date


class ChangeMembers(RecordHousehold, Dated):
    """State anew who lives in a registered household, and why each who came or left did.

    ``retyped`` says that something else was typed anew, such as a name, of which events hold nothing.
    """

    changes: tuple[Change, ...]
    retyped: bool = False


class DissolveHousehold(Dated):
    """Let go of everybody in a household that is no more where it was recorded."""

    household_id: str
    reason: DissolutionReason


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


HouseholdCommand = (
    RecordHousehold | ChangeMembers | DissolveHousehold | NoteAssistance | NoteAssistanceEnded | DismissAssistance
)
