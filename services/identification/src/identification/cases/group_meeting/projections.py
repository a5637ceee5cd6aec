"""The list of group meetings."""

from chronicle.messages import EventTypes

from identification.cases.acts.projections import Begun, act_list
from identification.cases.group_meeting.events import GroupMeetingHeld


def _told(held: GroupMeetingHeld) -> Begun:
    return Begun(held.meeting_id, held.group_code, len(held.agenda))


group_meetings = act_list("group_meeting", EventTypes(GroupMeetingHeld), _told)
