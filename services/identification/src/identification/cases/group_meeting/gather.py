"""What is found before a group meeting is recorded."""

from collections.abc import Sequence

from chronicle.decider import Decider, Reading
from chronicle.messages import EventTypes

from identification.cases.acts.decider import about
from identification.cases.acts.gather import found_of_act
from identification.cases.group_meeting.commands import HoldGroupMeeting
from identification.cases.group_meeting.decider import GroupMeeting, KnownOfMeeting, decide, evolve
from identification.cases.group_meeting.events import GroupMeetingHeld


def gather(parts: Sequence[tuple[HoldGroupMeeting, GroupMeeting]], reading: Reading) -> list[KnownOfMeeting]:
    """Find the quorum in force for the group."""
    return [
        KnownOfMeeting(
            **found_of_act(command, reading),
            quorum_share=reading.value("quorum_share", command.area_code, command.on),
        )
        for command, _ in parts
    ]


group_meeting_decider: Decider[HoldGroupMeeting, GroupMeeting, KnownOfMeeting] = Decider(
    name="group_meeting",
    types=EventTypes(GroupMeetingHeld),
    initial=GroupMeeting(),
    decide=decide,
    evolve=evolve,
    about=about,
    gather=gather,
    rules=("casework",),
)
