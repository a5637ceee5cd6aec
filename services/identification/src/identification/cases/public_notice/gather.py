"""What is found before a public notice is posted or closed."""

from collections.abc import Sequence

from chronicle.decider import Reading

from identification.cases.acts import found_of_act
from identification.cases.public_notice.commands import NoticeCommand
from identification.cases.public_notice.decider import KnownOfNotice, Notice


def gather(
    parts: Sequence[tuple[NoticeCommand, Notice]], reading: Reading
) -> list[KnownOfNotice]:
    """Find how many days a notice is posted."""
    return [
        KnownOfNotice(
            **found_of_act(reading, command.area_code, command.on),
            notice_days=reading.value("notice_days", command.area_code, command.on),
        )
        for command, _ in parts
    ]
