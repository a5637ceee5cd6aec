"""Parking: an event that fails for good waits with all later ones of its subject, and the others go on."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import structlog
from sqlalchemy import ColumnElement, Connection, Row, Select, and_, delete, exists, func, insert, select, update

from chronicle.clock import SystemClock
from chronicle.feed import wire
from chronicle.feed.positions import Overtaken
from chronicle.feed.stopped import FeedStopped
from chronicle.following.reader import Reader, Write
from chronicle.messages import StoredEvent, from_microseconds, microseconds, partition_of
from chronicle.refusals import Busy, NotFound, Unavailable
from chronicle.store import Database
from chronicle.store.tables import blocked_subject as blocked
from chronicle.store.tables import parked_event as parked

logger = structlog.get_logger(__name__)


class Asked(StrEnum):
    """What an operator asks of a follower: to try again, or to leave out the event that fails and go on."""

    RETRY = "retry"
    RELEASE = "release"


@dataclass(frozen=True, slots=True)
class Blocked:
    """A subject that a follower leaves alone: at which event, why, since when, and how many events wait."""

    follower: str
    subject: str
    event_id: str
    type: str
    reason: str
    since: datetime
    asked: Asked | None
    waiting: int


class Parking:
    """Keeps what one reader cannot take, subject by subject, until an operator asks to try again or to leave it out."""

    def __init__(self, reader: Reader, database: Database, left_out: Collection[str] = ()) -> None:
        self._reader, self._database, self._left_out = reader, database, left_out
        self._subjects: set[str] = set()

    def open(self, connection: Connection) -> None:
        """Read which subjects are blocked."""
        self._subjects = blocked_subjects(connection, self._reader.reader)

    def take(self, events: Sequence[StoredEvent]) -> Write | None:
        """Let the reader take what it can, and park what it handles of subjects that are blocked."""
        types = self._reader.types
        events = [event for event in events if event.event_id not in self._left_out]
        goes = [event for event in events if event.subject not in self._subjects]
        waits = [event for event in events if event.subject in self._subjects and types.handles(event)]
        batch = [recorded for event in goes if (recorded := types.read(event))]
        write = self._reader.take(batch) if batch else None
        return self._both(waits, write) if waits else write

    def block(self, connection: Connection, event: StoredEvent, reason: str) -> None:
        """Leave a subject alone from this event on."""
        logger.error("subject blocked", follower=self._reader.reader, reason=reason, **event.named())
        row = {"follower": self._reader.reader, "subject": event.subject, "since": microseconds(SystemClock().now())}
        connection.execute(insert(blocked).values(**row, **_failed(event, reason)))
        self._subjects.add(event.subject)
        self._park(connection, event)

    def see_to(self, held: Callable[[], Collection[int]]) -> bool:
        """Do what operators asked for about blocked subjects of the partitions held; True when there was any."""
        partitions = held()
        mine = [subject for subject in self._subjects if partition_of(subject) in partitions]
        if not mine:
            return False
        with self._database.reading() as connection:
            here = (
                blocked.c.follower == self._reader.reader,
                blocked.c.subject.in_(mine),
                blocked.c.asked.is_not(None),
            )
            asked = connection.execute(select(blocked.c.subject).where(*here).order_by(blocked.c.since)).scalars().all()
        for subject in asked:
            self._go_on(subject, held)
        return bool(asked)

    def _both(self, waits: Sequence[StoredEvent], write: Write | None) -> Write:
        def both(connection: Connection) -> None:
            for event in waits:
                self._park(connection, event)
            if write:
                write(connection)

        return both

    def _park(self, connection: Connection, event: StoredEvent) -> None:
        self._lock(connection, event.subject)
        row = {"follower": self._reader.reader, "subject": event.subject}
        mine = [parked.c[name] == value for name, value in row.items()]
        last = connection.execute(select(func.max(parked.c.number)).where(*mine)).scalar() or 0
        waits = {"number": last + 1, "event_id": event.event_id, "event": wire.written(event)}
        connection.execute(insert(parked).values(**row, **waits))

    def _go_on(self, subject: str, held: Callable[[], Collection[int]]) -> None:
        while partition_of(subject) in held() and (event := self._next(subject)):
            try:
                recorded = self._reader.types.read(event)
                write = self._reader.take([recorded]) if recorded else None
                with self._database.writing() as connection:
                    self._let_go(connection, event, write)
            except (Overtaken, Unavailable, Busy, FeedStopped):
                raise  # it is still asked for
            except Exception as error:  # noqa: BLE001 - whatever it is, the subject stays blocked
                self._still_fails(event, f"{type(error).__name__} on {event.type}")
                return

    def _next(self, subject: str) -> StoredEvent | None:
        """What waits first, after what is to be left out; when nothing does, the subject is followed again."""
        with self._database.writing() as connection:
            wish = self._lock(connection, subject)
            if wish.asked == Asked.RELEASE:
                named = (self._waiting(subject), parked.c.event_id == wish.event_id)
                connection.execute(update(parked).where(*named).values(left_out=wish.why))
                rest = {"asked": Asked.RETRY.value, "why": None}
                connection.execute(update(blocked).where(self._blocked(subject)).values(rest))
            if first := connection.execute(self._first(subject)).first():
                return wire.read(first.event)
            connection.execute(delete(blocked).where(self._blocked(subject)))
        self._subjects.discard(subject)
        logger.info("subject followed again", follower=self._reader.reader)
        return None

    def _let_go(self, connection: Connection, event: StoredEvent, write: Write | None) -> None:
        self._lock_at(connection, event)
        connection.execute(delete(parked).where(self._waiting(event.subject), parked.c.event_id == event.event_id))
        if write:
            write(connection)

    def _still_fails(self, event: StoredEvent, reason: str) -> None:
        with self._database.writing() as connection:
            wish = self._lock_at(connection, event)
            # Somebody may have asked meanwhile to go without this one.
            is_to_go = (wish.asked, wish.event_id) == (Asked.RELEASE, event.event_id)
            failed = _failed(event, reason) | ({} if is_to_go else {"asked": None, "why": None})
            connection.execute(update(blocked).where(self._blocked(event.subject)).values(failed))
        logger.error("subject still blocked", follower=self._reader.reader, reason=reason, **event.named())

    def _lock(self, connection: Connection, subject: str) -> Row[Any]:
        held = connection.execute(select(blocked).where(self._blocked(subject)).with_for_update()).first()
        if held is None:
            # Another worker, which had the partition meanwhile, follows the subject again.
            raise Overtaken
        return held

    def _lock_at(self, connection: Connection, event: StoredEvent) -> Row[Any]:
        held = self._lock(connection, event.subject)
        first = connection.execute(self._first(event.subject)).first()
        if first is None or first.event_id != event.event_id:
            raise Overtaken
        return held

    def _first(self, subject: str) -> Select[Any]:
        return select(parked).where(self._waiting(subject)).order_by(parked.c.number).limit(1)

    def _blocked(self, subject: str) -> ColumnElement[bool]:
        return and_(blocked.c.follower == self._reader.reader, blocked.c.subject == subject)

    def _waiting(self, subject: str) -> ColumnElement[bool]:
        mine = and_(parked.c.follower == self._reader.reader, parked.c.subject == subject)
        return and_(mine, parked.c.left_out.is_(None))


def retry(connection: Connection, follower: str, subject: str) -> None:
    """Ask a follower to try a subject again, which it does at its next step; NotFound when that is not blocked."""
    _ask(connection, Asked.RETRY, None, blocked.c.follower == follower, blocked.c.subject == subject)


def release(connection: Connection, follower: str, subject: str, event_id: str, why: str) -> None:
    """Ask a follower to go without the event that blocks a subject; NotFound when that is another one, or no longer."""
    here = {"follower": follower, "subject": subject, "event_id": event_id}
    blocks, waits = ([table.c[name] == value for name, value in here.items()] for table in (blocked, parked))
    _ask(connection, Asked.RELEASE, why, *blocks, exists().where(*waits, parked.c.left_out.is_(None)))


def blocked_subjects(connection: Connection, follower: str) -> set[str]:
    """The subjects that a follower leaves alone."""
    return {*connection.execute(select(blocked.c.subject).where(blocked.c.follower == follower)).scalars()}


def left_out(connection: Connection, follower: str) -> set[str]:
    """The events that operators decided a follower is to go without."""
    mine = (parked.c.follower == follower, parked.c.left_out.is_not(None))
    return {*connection.execute(select(parked.c.event_id).where(*mine)).scalars()}


def all_blocked(connection: Connection) -> list[Blocked]:
    """Every subject that some follower leaves alone, the longest first."""
    behind = and_(parked.c.follower == blocked.c.follower, parked.c.subject == blocked.c.subject)
    number = select(func.count()).where(behind, parked.c.left_out.is_(None)).scalar_subquery()
    shown = [blocked.c[name] for name in ("follower", "subject", "event_id", "type", "reason", "since", "asked")]
    rows = connection.execute(select(*shown, number).order_by(blocked.c.since, blocked.c.subject))
    return [Blocked(*row[:5], from_microseconds(row[5]), row[6] and Asked(row[6]), row[7]) for row in rows]


def _ask(connection: Connection, what: Asked, why: str | None, *here: ColumnElement[bool]) -> None:
    if connection.execute(update(blocked).where(*here).values(asked=what.value, why=why)).rowcount != 1:
        raise NotFound


def _failed(event: StoredEvent, reason: str) -> dict[str, str | None]:
    return {"event_id": event.event_id, "type": event.type, "reason": reason}
