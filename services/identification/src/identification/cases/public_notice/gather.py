"""What is found before a public notice is posted or closed."""

from collections.abc import Sequence

from chronicle.decider import Decider, Reading
from chronicle.messages import EventTypes

from identification.cases.acts.decider import about
from identification.cases.acts.gather import found_of_act
from identification.cases.public_notice.commands import NoticeCommand
from identification.cases.public_notice.decider import KnownOfNotice, Notice, decide, evolve
from identification.cases.public_notice.events import NoticeClosed, NoticePosted


def gather(parts: Sequence[tuple[NoticeCommand, Notice]], reading: Reading) -> list[KnownOfNotice]:
    """Find how many days a notice is posted."""
    return [
        KnownOfNotice(
            **found_of_act(command, reading),
            notice_days=reading.value("notice_days", command.area_code, command.on),
        )
        for command, _ in parts
    ]


public_notice_decider: Decider[NoticeCommand, Notice, KnownOfNotice] = Decider(
    name="public_notice",
    types=EventTypes(NoticePosted, NoticeClosed),
    initial=Notice(),
    decide=decide,
    evolve=evolve,
    about=about,
    gather=gather,
)
