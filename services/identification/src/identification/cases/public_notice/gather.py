"""What is found before a public notice is posted or closed."""

from collections.abc import Sequence
from typing import Any

from chronicle.decider import Decider, Reading
from chronicle.messages import EventTypes, Recorded
from chronicle.store.rows import COLUMNS, event_of
from chronicle.store.tables import event
from sqlalchemy import bindparam, select

from identification.cases.acts.decider import about
from identification.cases.acts.gather import found_of_act
from identification.cases.application.gather import application_decider
from identification.cases.public_notice.commands import CloseNotice, NoticeCommand
from identification.cases.public_notice.decider import KnownOfNotice, Notice, decide, evolve
from identification.cases.public_notice.events import NoticeClosed, NoticePosted

_HISTORY = (
    select(event)
    .where(event.c.stream.in_(bindparam("streams", expanding=True)))
    .order_by(event.c.stream, event.c.version)
)


def gather(parts: Sequence[tuple[NoticeCommand, Notice]], reading: Reading) -> list[KnownOfNotice]:
    """Find how many days a notice is posted, and which of its rows are no longer on it."""
    return [
        KnownOfNotice(
            **found_of_act(command, reading),
            notice_days=reading.value("notice_days", command.area_code, command.on),
            taken_off=_taken_off(command, notice, reading) if isinstance(command, CloseNotice) else (),
        )
        for command, notice in parts
    ]


def _taken_off(command: CloseNotice, notice: Notice, reading: Reading) -> tuple[str, ...]:
    # The lists of applications are behind; the events are not.
    rows = {f"{application_decider.name}/{one}": one for one in notice.open_rows}
    history: dict[str, list[Recorded[Any]]] = {}
    for row in reading.connection.execute(_HISTORY, {"streams": list(rows)}).mappings():
        stored = event_of([row[name] if name != "valid_on" else row[name].isoformat() for name in COLUMNS])
        if recorded := application_decider.types.read(stored):
            history.setdefault(stored.stream, []).append(recorded)
    folded = {rows[stream]: application_decider.fold(events) for stream, events in history.items()}
    postings = {one: application.posting for one, application in folded.items() if application}
    on_it = {one for one, posting in postings.items() if posting and posting.notice_id == command.act_id}
    return tuple(sorted(notice.open_rows - on_it))


public_notice_decider: Decider[NoticeCommand, Notice, KnownOfNotice] = Decider(
    name="public_notice",
    types=EventTypes(NoticePosted, NoticeClosed),
    initial=Notice(),
    decide=decide,
    evolve=evolve,
    about=about,
    gather=gather,
    rules=("casework",),
)
