"""The rules of a public notice: posted once, at full length, and closed by a signed act, never by the clock.

One that cannot stand is annulled before it is closed (作废), and its households are posted anew on another.
"""

from dataclasses import dataclass, replace

from casework.notices import last_day, require_closable
from chronicle.decider import About
from chronicle.messages import Event, Recorded
from chronicle.refusals import NotFound, Refusal

from identification.cases.acts.decider import KnownOfAct, about_act, require_act, require_performers
from identification.cases.public_notice.commands import AnnulNotice, CloseNotice, NoticeCommand, PostNotice
from identification.cases.public_notice.events import NoticeAnnulled, NoticeClosed, NoticeEvent, NoticePosted


class NoticeAlreadyPosted(Refusal, code="notice-already-posted", zh="这份公示已经张贴过。"):
    """This notice was already posted."""


class NoticeUnknown(NotFound, code="notice-unknown", zh="没有找到这份公示。"):
    """There is no such notice."""


class NotOnTheNotice(Refusal, code="not-on-the-notice", zh="有{count}户不在这份公示上。"):
    """Households that are not on this notice: {count}."""


class NoticeIsAnnulled(Refusal, code="notice-is-annulled", zh="这份公示已经作废，不能结束。"):
    """This notice was annulled and cannot be closed."""


class NoticeOver(Refusal, code="notice-over", zh="这份公示上已没有农户，不能作废。"):
    """No household is on this notice any more; there is nothing to annul."""


@dataclass(frozen=True, slots=True)
class Notice:
    """What closing and annulling need to know of a posted notice."""

    posted: NoticePosted | None = None
    open_rows: frozenset[str] = frozenset()
    is_annulled: bool = False


class KnownOfNotice(KnownOfAct):
    """What is found before a notice is posted, closed or annulled; ``taken_off`` by an objection or a withdrawal.

    ``posted_in`` is by which code, on the day, the area goes in which it was posted.
    """

    notice_days: int
    posted_in: str | None = None
    taken_off: tuple[str, ...] = ()


def decide(command: NoticeCommand, notice: Notice, known: KnownOfNotice) -> list[Event]:
    """Post, close or annul a notice, or refuse it."""
    match command:
        case PostNotice():
            return _post(command, notice, known)
        case CloseNotice():
            return _close(command, notice, known)
        case AnnulNotice():
            return _annul(command, notice, known)


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
    posted = _posted(command, notice, known)
    if notice.is_annulled:
        raise NoticeIsAnnulled
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


def _annul(command: AnnulNotice, notice: Notice, known: KnownOfNotice) -> list[Event]:
    posted = _posted(command, notice, known)
    if notice.is_annulled:
        return []
    hanging = notice.open_rows.difference(known.taken_off)
    if not hanging:
        raise NoticeOver
    # All of it or nothing: a sheet is not half torn.
    if others := hanging.symmetric_difference(command.rows):
        raise NotOnTheNotice(count=len(others))
    require_performers(command.performed_by)
    late_reason = require_act(command, command.rows, known, previous=posted.first_day)
    return [
        NoticeAnnulled(
            notice_id=command.act_id,
            area_code=posted.area_code,
            step=posted.step,
            reason=command.reason,
            rows=command.rows,
            taken_off=known.taken_off,
            performed_by=command.performed_by,
            late_reason=late_reason,
        )
    ]


def _posted(command: CloseNotice | AnnulNotice, notice: Notice, known: KnownOfNotice) -> NoticePosted:
    if notice.posted is None or known.posted_in != command.area_code:
        raise NoticeUnknown
    return notice.posted


def about(command: NoticeCommand, notice: Notice, _known: KnownOfNotice) -> About:
    """A notice stays with the area it was posted in, by whatever code that goes later."""
    return about_act(command, notice.posted.area_code if notice.posted else None)


def evolve(notice: Notice, recorded: Recorded[NoticeEvent]) -> Notice:
    """Remember what was posted and which rows are still on it."""
    match recorded.event:
        case NoticePosted() as posted:
            return Notice(posted, frozenset(row.application_id for row in posted.rows))
        case NoticeClosed() as closed:
            return replace(notice, open_rows=frozenset(closed.remaining))
        case NoticeAnnulled():
            return replace(notice, open_rows=frozenset(), is_annulled=True)
