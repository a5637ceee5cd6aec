"""What is found before a public notice is posted, closed or annulled."""

from collections.abc import Sequence

from chronicle.decider import Decider, Reading

from identification.cases.acts.gather import began_in, found_of_act
from identification.cases.application.gather import application_decider
from identification.cases.public_notice.commands import AnnulNotice, CloseNotice, NoticeCommand
from identification.cases.public_notice.decider import KnownOfNotice, Notice, about, decide, evolve
from identification.cases.public_notice.events import TYPES
from identification.histories import folded


def gather(parts: Sequence[tuple[NoticeCommand, Notice]], reading: Reading) -> list[KnownOfNotice]:
    """Find how many days a notice is posted, and which of its rows are no longer on it."""
    return [
        KnownOfNotice(
            **found_of_act(command, reading),
            notice_days=reading.value("notice_days", command.area_code, command.on),
            posted_in=began_in(notice.posted.area_code if notice.posted else None, command, reading),
            taken_off=_taken_off(command, notice, reading) if isinstance(command, CloseNotice | AnnulNotice) else (),
        )
        for command, notice in parts
    ]


def _taken_off(command: CloseNotice | AnnulNotice, notice: Notice, reading: Reading) -> tuple[str, ...]:
    postings = {one: state.posting for one, state in folded(application_decider, notice.open_rows, reading).items()}
    on_it = {one for one, posting in postings.items() if posting and posting.notice_id == command.act_id}
    return tuple(sorted(notice.open_rows - on_it))


public_notice_decider: Decider[NoticeCommand, Notice, KnownOfNotice] = Decider(
    name="public_notice",
    types=TYPES,
    initial=Notice(),
    decide=decide,
    evolve=evolve,
    about=about,
    gather=gather,
    rules=("casework",),
)
