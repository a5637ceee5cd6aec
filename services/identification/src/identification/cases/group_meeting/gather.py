"""What is found before a group meeting is recorded."""

from collections.abc import Sequence

from chronicle.decider import Reading

from identification.cases.acts import found_of_act
from identification.cases.group_meeting.commands import HoldGroupMeeting
from identification.cases.group_meeting.decider import GroupMeeting, KnownOfMeeting


def gather(
    parts: Sequence[tuple[HoldGroupMeeting, GroupMeeting]], reading: Reading
) -> list[KnownOfMeeting]:
    """Find the quorum in force for the group."""
    return [
        KnownOfMeeting(
            **found_of_act(reading, command.group_code, command.on),
            quorum_share=reading.value("quorum_share", command.group_code, command.on),
        )
        for command, _ in parts
    ]
