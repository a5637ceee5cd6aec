"""The rules of a public notice: posted once, at full length, and closed by a signed act, never by the clock."""

from dataclasses import dataclass, replace

from casework.notices import last_day, require_closable
from chronicle.messages import Event, Recorded
from chronicle.refusals import NotFound, Refusal

from identification.cases.acts.decider import KnownOfAct, require_act, require_performers
from identification.cases.public_notice.commands import CloseNotice, NoticeCommand, PostNotice
from identification.cases.public_notice.events import NoticeClosed, NoticePosted


class NoticeAlreadyPosted(Refusal, code="notice-already-posted", zh="这份公示已经张贴过。"):
    """This notice was already posted."""


class NoticeUnknown(NotFound, code="notice-unknown", zh="没有找到这份公示。"):
    """There is no such notice."""


class NotOnTheNotice(Refusal, code="not-on-the-notice", zh="有{count}户不在这份公示上。"):
    """Households that are not on this notice: {count}."""


@dataclass(frozen=True, slots=True)
class Notice:
    """What closing needs to know of a posted notice."""

    posted: NoticePosted | None = None
    open_rows: frozenset[str] = frozenset()


class KnownOfNotice(KnownOfAct):
    """What is found before a notice is posted or closed; ``taken_off`` by an objection or a withdrawal."""

    notice_days: int
    taken_off: tuple[str, ...] = ()


def decide(command: NoticeCommand, notice: Notice, known: KnownOfNotice) -> list[Event]:
    """Post or close a notice, or refuse it."""
    match command:
        case PostNotice():
            return _post(command, notice, known)
        case CloseNotice():
            return _close(command, notice, known)


def _post(command: PostNotice, notice: Notice, known: KnownOfNotice) -> list[Event]:
    if notice.posted:
        raise NoticeAlreadyPosted
    require_performers(command.performed_by)
    late_reason = require_act(command, command.rows, known)
    return [
        NoticePosted(
            notice_id=command.act_id,
            area_code=command.area_code,
            step=command.step,
            title=command.title,
            how_to_object=command.how_to_object,
            first_day=command.on,
            last_day=last_day(command.on, known.notice_days),
            days=known.notice_days,
            rows=command.shown,
            place=command.place,
            sheet=command.sheet,
            performed_by=command.performed_by,
            late_reason=late_reason,
        )
    ]


def _close(command: CloseNotice, notice: Notice, known: KnownOfNotice) -> list[Event]:
    posted = notice.posted
    if posted is None or posted.area_code != command.area_code:
        raise NoticeUnknown
    if strangers := frozenset(command.rows) - {row.application_id for row in posted.rows}:
        raise NotOnTheNotice(count=len(strangers))
    closed = tuple(row for row in command.rows if row in notice.open_rows)
    taken_off = tuple(row for row in known.taken_off if row not in closed)
    if not closed and not taken_off:
        return []
    require_performers(command.performed_by)
    late_reason = require_act(command, command.rows or taken_off, known, previous=posted.first_day)
    if closed:
        require_closable(command.on, posted.first_day, posted.days)
    return [
        NoticeClosed(
            notice_id=command.act_id,
            area_code=posted.area_code,
            step=posted.step,
            closed=closed,
            taken_off=taken_off,
            remaining=tuple(sorted(notice.open_rows.difference(closed, taken_off))),
            photos=command.photos,
            performed_by=command.performed_by,
            late_reason=late_reason,
        )
    ]


def evolve(notice: Notice, recorded: Recorded[NoticePosted | NoticeClosed]) -> Notice:
    """Remember what was posted and which rows are still on it."""
    match recorded.event:
        case NoticePosted() as posted:
            return Notice(posted, frozenset(row.application_id for row in posted.rows))
        case NoticeClosed() as closed:
            return replace(notice, open_rows=frozenset(closed.remaining))
