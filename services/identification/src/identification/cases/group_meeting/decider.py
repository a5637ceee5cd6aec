"""The rules of a group meeting: who must be there and who may chair it."""

from dataclasses import dataclass
from fractions import Fraction

from casework.areas import Level, level_of
from casework.dates import require_order
from casework.deliberation import require_quorum
from chronicle.messages import Event, Recorded
from chronicle.refusals import Invalid, Refusal

from identification.cases.acts.decider import KnownOfAct, require_act
from identification.cases.application.decisions.deliberation import RecorderIsConvener
from identification.cases.group_meeting.commands import HoldGroupMeeting
from identification.cases.group_meeting.events import GroupMeetingHeld


class MeetingAlreadyHeld(Refusal, code="meeting-already-held", zh="这次评议会已经登记过。"):
    """This meeting was already recorded."""


class NotAGroup(Invalid, code="not-a-group", zh="评议会应选择村民小组。"):
    """A group meeting is held by a villager group."""


class SessionsUnclear(Invalid, code="sessions-unclear", zh="会议场次应从1开始依次编号，每户须对应其中一场。"):
    """Sessions are numbered from 1, and every item belongs to one of them."""


@dataclass(frozen=True, slots=True)
class GroupMeeting:
    """What later decisions need to know of a meeting."""

    is_held: bool = False


class KnownOfMeeting(KnownOfAct):
    """What is found before a meeting is recorded."""

    quorum_share: str


def decide(command: HoldGroupMeeting, meeting: GroupMeeting, known: KnownOfMeeting) -> list[Event]:
    """Record a meeting, or refuse it."""
    if meeting.is_held:
        raise MeetingAlreadyHeld
    if level_of(command.area_code) is not Level.GROUP:
        raise NotAGroup
    if command.convener == command.recorder:
        raise RecorderIsConvener
    agenda = tuple(item.application_id for item in command.agenda)
    late_reason = require_act(command, agenda, known)
    _require_sessions(command, known)
    return [
        GroupMeetingHeld(
            meeting_id=command.act_id,
            group_code=command.area_code,
            convener=command.convener,
            recorder=command.recorder,
            sessions=command.sessions,
            agenda=agenda,
            minutes=command.minutes,
            late_reason=late_reason,
        )
    ]


def _require_sessions(command: HoldGroupMeeting, known: KnownOfMeeting) -> None:
    numbers = [session.number for session in command.sessions]
    named = {item.session for item in command.agenda}
    if numbers != list(range(1, len(numbers) + 1)) or not named <= set(numbers):
        raise SessionsUnclear
    for session in command.sessions:
        require_order(session.held_on, known.today)
        require_quorum(session.entitled, session.present, Fraction(known.quorum_share))
    if command.on != max(session.held_on for session in command.sessions):
        raise SessionsUnclear


def evolve(_meeting: GroupMeeting, _held: Recorded[GroupMeetingHeld]) -> GroupMeeting:
    """Remember that the meeting was held."""
    return GroupMeeting(is_held=True)
