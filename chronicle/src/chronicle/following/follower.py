"""A follower: takes every event of a log to one reader once, in one transaction with how far it got."""

from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from threading import Lock
from time import monotonic
from typing import NamedTuple

import structlog
from sqlalchemy import Connection

from chronicle.feed import Log
from chronicle.feed.alarms import AHEAD, MISFIT, Alarm, alarmed, fits_again, quiet, sound
from chronicle.feed.leases import Leases
from chronicle.feed.places import Place, Places
from chronicle.feed.positions import FEED, Fit, Hashes, Moved, Overtaken, Positions, Reached, fit, is_new, take_turns
from chronicle.feed.stopped import Corrupt, FeedLost, FeedStopped, TooLarge, Unreadable
from chronicle.following.parking import Parking
from chronicle.following.reader import Reader, Write
from chronicle.messages import PARTITIONS, StoredEvent, UnknownVersion, partition_of
from chronicle.refusals import Busy, Conflict, Unavailable
from chronicle.store import Database, EventStore

BATCH = 2_000
FIRST_RETRY, LAST_RETRY = 0.25, 60.0
LOOK_AGAIN = 60.0  # at least, for alarms of one that had a partition before and was late to tell
TRIES, LONGER = 5, 4  # within four seconds; so many times as often, in twelve minutes, for another reader to catch up

logger = structlog.get_logger(__name__)

Delivered = Mapping[int, Sequence[StoredEvent]]


class Unfinished(Exception):
    """Tables built beside those that serve do not get as far."""


class Pause(NamedTuple):
    """Until when a partition is left alone after a failure (monotonic seconds), for how long, and after which event."""

    until: float
    seconds: float
    event_id: str | None = None
    tries: int = 1


class Follower:
    """Follows one log for one reader; ``batch`` counts the events it handles, what lies between them is passed by.

    An event that fails in so many ``tries`` is parked, and its subject with it; None is for a reader that has to have
    every event. What an operator ``left_out`` is passed by.
    """

    def __init__(
        self,
        reader: Reader,
        database: Database,
        log: Log,
        batch: int = BATCH,
        tries: int | None = TRIES,
        left_out: Collection[str] = (),
    ) -> None:
        self.name, self.log, self._reader = reader.reader, log, reader
        self.failing: dict[int, Pause] = {}
        self.places: Places = {}
        self.leases = Leases(database, self.name)
        self.parking = Parking(reader, database, left_out)
        self.is_let_pass = False
        self.turn = Lock()
        self._database, self._batch, self._tries = database, batch, tries
        self._held, self._alarmed = frozenset[int](), set[int]()
        self._reached, self._stored = dict[int, Reached](), dict[int, Reached]()
        self._recent: dict[int, Hashes] = {}
        self._opened, self._until = False, 0.0

    @cached_property
    def positions(self) -> Positions:
        """Where it keeps how far it got."""
        return Positions(self.name, self.log.source, "" if isinstance(self.log, EventStore) else self.log.generation)

    def open(self) -> None:
        """Make what it writes to, and read how far it got."""
        positions = self.positions  # which asks the feed: not while others wait to write
        with self._database.writing() as connection:
            take_turns(connection, self.name)
            self._reader.open(connection)
            self._stored = positions.open(connection)
            self._alarmed = alarmed(connection, self.name, self._stored)
            self.parking.open(connection)
        self._reached = dict(self._stored)
        self._opened = True
        self._until = monotonic() + LOOK_AGAIN * (1 + partition_of(self.name) / PARTITIONS)  # not all at once

    def step(self) -> bool:
        """Follow by one batch of all partitions; True when any moved. After any error it reads its positions again."""
        try:
            with self.turn:
                self._begin()
            heads = self._heads()  # where it may wait
            rows = self._batch if any(head != self._at(p) for p, head in heads.items()) else 0
            with self._database.at_work(rows), self.turn:
                return self.parking.see_to(self.leases.held) | self._follow(heads)
        except BaseException as error:
            with self.turn:
                self._reached = {}
            if isinstance(error, FeedStopped):
                self._sound(self._stopped(error))
            if isinstance(error, Overtaken):
                return True
            raise

    def behind(self) -> dict[int, int]:
        """How many events of each partition are still to come."""
        with self._database.reading() as connection:
            reached = self.positions.read(connection)
        begun = {partition: by[self.log.source].sequence for partition, by in reached.items()}
        return {partition: head.sequence - begun.get(partition, 0) for partition, head in self.log.heads().items()}

    def passed(self) -> list[Moved]:
        """In its turn: what is not written yet of how far it passed by."""
        return self.positions.moves(self._stored, self._reached) if self._reached and self._until else []

    def wrote(self, *, overtaken: bool) -> None:
        """In its turn: what it passed by is written now; or somebody else moved it, and it has to look where to."""
        if overtaken:
            self._until = 0.0
        else:
            self._stored = dict(self._reached)

    def close(self) -> None:
        """Let go of the feed, when that is what it follows."""
        if not isinstance(self.log, EventStore):
            self.log.close()

    def finish(self, connection: Connection, until: Mapping[int, int]) -> None:
        """Follow every partition up to a number, all in one transaction; Unfinished when it cannot."""
        for partition, number in until.items():
            while (missing := number - self._at(partition)) > 0:
                before, limit = self._reached[partition], min(missing, self._batch)
                fits, write = self._fit({partition: self.log.read(partition, self._at(partition), limit)})
                self._move(connection, fits, write)
                self._note(fits)
                if self._reached[partition] == before:
                    raise Unfinished

    def _begin(self) -> None:
        held = self.leases.held()
        # What others had meanwhile, they moved.
        if held != self._held or not self._reached or monotonic() >= self._until:
            self.open()
        self._held = held

    def _at(self, partition: int) -> int:
        return self._reached[partition][self.log.source].sequence

    def _heads(self) -> dict[int, int]:
        waiting = {partition for partition, pause in self.failing.items() if monotonic() < pause.until}
        last = {partition: self._reached[partition][self.log.source] for partition in self._held - waiting}
        while True:
            try:
                heads = self.log.heads() if isinstance(self.log, EventStore) else self.log.heads(last)
                return {partition: head.sequence for partition, head in heads.items() if partition in last}
            except (FeedLost, Corrupt) as error:
                if last.pop(error.partition, None) is None:
                    raise
                self._pause(self._stopped(error))

    def _look(self, heads: Mapping[int, int], stopped: Collection[int]) -> None:
        known = {partition: place.head for partition, place in self.places.items()} | {**heads}
        self.places = {p: Place(self._at(p), known.get(p, self._at(p)), p in stopped) for p in self._held}

    def _delivered(self, heads: Mapping[int, int]) -> Delivered:
        behind = [partition for partition, head in heads.items() if head != self._at(partition)]
        share, most = (size // max(1, len(behind)) or 1 for size in (self._batch, max(self._batch, BATCH)))
        delivered = {partition: self._read(partition, share, most) for partition in behind}
        return {partition: events for partition, events in delivered.items() if events}

    def _read(self, partition: int, share: int, most: int) -> Sequence[StoredEvent]:
        known, handles = self._reached[partition], self._reader.types.handles
        events, handled, size = list[StoredEvent](), list[int](), share
        try:
            while size and len(handled) < share:
                page = self.log.read(partition, self._at(partition) + len(events), size)
                handled += [at for at, each in enumerate(page, len(events)) if is_new(known, each) and handles(each)]
                events += page
                # As much again as came in vain, while there is more.
                size = min(len(events), most - len(events)) if len(page) == size else 0
        except (FeedLost, Corrupt, Unreadable) as error:
            # This partition waits for somebody once it has got there; the others go on.
            if not events:
                self._pause(self._stopped(error))
        return events[: handled[share]] if len(handled) > share else events

    def _follow(self, heads: Mapping[int, int]) -> bool:
        self._look(heads, self.failing)
        again = heads.keys() & (self._held if self._opened else self.failing.keys())
        caught_up = {partition for partition, head in heads.items() if head == self._at(partition)}
        before, delivered = dict(self._reached), self._delivered(heads)
        stopped = self._advance(delivered) if delivered else set[int]()
        for partition in self.failing.keys() & ((delivered.keys() | caught_up) - stopped):
            del self.failing[partition]
            logger.info("following goes on", follower=self.name, partition=partition)
        self._look(heads, stopped | self.failing.keys())
        if again := again - stopped - self.failing.keys():
            with self._database.writing() as connection:
                fits_again(connection, self.name, again, {p for p in again if heads[p] == self._at(p)})
            self._opened = False
        return self._reached != before

    def _advance(self, delivered: Delivered) -> set[int]:
        """Take what was delivered; where that fails, each partition alone, and less and less of it. Those that stop."""
        try:
            fits, write = self._fit(delivered)
            if self.is_let_pass and write is None and self._only_passes(fits):
                self._note(fits, self._reached)
                return set()
            with self._database.writing() as connection:
                self._move(connection, fits, write)
        except Exception as error:
            # Whatever else the reader raises stops one partition alone.
            if isinstance(error, Overtaken | Unavailable | Busy | FeedStopped) and not isinstance(error, TooLarge):
                raise
            return self._narrow(delivered, error)
        self._note(fits)
        for partition in [partition for partition, found in fits.items() if found.misfit]:
            self._leave(partition)
        return {partition for partition, found in fits.items() if found.misfit or found.ahead}

    def _narrow(self, delivered: Delivered, error: Exception) -> set[int]:
        if len(delivered) > 1:
            return set[int]().union(*[self._advance({partition: events}) for partition, events in delivered.items()])
        partition, events = next(iter(delivered.items()))
        if len(events) == 1:
            return self._fail(partition, events[0], error)
        # Halved until the event that fails stands alone: all before it is applied, and the alarm names it.
        middle = len(events) // 2
        return self._advance({partition: events[:middle]}) or self._advance({partition: events[middle:]})

    def _fit(self, delivered: Delivered) -> tuple[Mapping[int, Fit], Write | None]:
        fits = {p: fit(self._reached[p], events, self._recent.get(p, {})) for p, events in delivered.items()}
        return fits, self.parking.take([event for found in fits.values() for event in found.events])

    def _only_passes(self, fits: Mapping[int, Fit]) -> bool:
        return not self._alarmed & fits.keys() and not any(found.misfit or found.ahead for found in fits.values())

    def _move(self, connection: Connection, fits: Mapping[int, Fit], write: Write | None) -> None:
        self.positions.move(connection, self._stored, {p: found.reached for p, found in fits.items()})
        for partition, found in sorted(fits.items()):
            if partition in self._alarmed:
                quiet(connection, self.name, partition, found.reached)
            if stopped := found.misfit or found.ahead:
                self._alarmed.add(partition)
                sound(connection, self._alarm(partition, stopped, MISFIT if found.misfit else AHEAD))
        if write:
            write(connection)

    def _note(self, fits: Mapping[int, Fit], *where: dict[int, Reached]) -> None:
        for partition, found in fits.items():
            for reached in where or (self._reached, self._stored):
                reached[partition] = found.reached
            if found.events:
                self._recent[partition] = {(event.source, event.sequence): event.hash for event in found.events}

    def _fail(self, partition: int, event: StoredEvent, error: Exception) -> set[int]:
        last, reason = self.failing.get(partition), f"{type(error).__name__} on {event.type}"
        tries = last.tries + 1 if last and last.event_id == event.event_id else 1
        enough = self._tries and self._tries * (LONGER if isinstance(error, Conflict) else 1)
        # Of a version that is not known here nothing is wrong: a newer reader comes.
        if enough is None or tries < enough or isinstance(error, UnknownVersion):
            self._pause(self._alarm(partition, event, reason), event, tries)
            return {partition}
        fits = {partition: fit(self._reached[partition], [event], self._recent.get(partition, {}))}
        with self._database.writing() as connection:
            self._move(connection, fits, lambda _: self.parking.block(connection, event, reason))
        self._note(fits)
        self.failing.pop(partition, None)
        return set()

    def _pause(self, alarm: Alarm, event: StoredEvent | None = None, tries: int = 1) -> None:
        if alarm.partition not in self.failing:
            named, place = event.named() if event else {}, alarm.partition
            logger.error("following stopped", follower=self.name, partition=place, reason=alarm.reason, **named)
        self._sound(alarm)
        self._leave(alarm.partition, event, tries)

    def _sound(self, alarm: Alarm) -> None:
        self._alarmed.add(alarm.partition)
        with self._database.writing() as connection:
            sound(connection, alarm)

    def _leave(self, partition: int, event: StoredEvent | None = None, tries: int = 1) -> None:
        last = self.failing.get(partition)
        seconds = min(last.seconds * 2, LAST_RETRY) if last else FIRST_RETRY
        self.failing[partition] = Pause(monotonic() + seconds, seconds, event.event_id if event else None, tries)

    def _stopped(self, error: FeedStopped) -> Alarm:
        return Alarm(self.name, error.partition, FEED, error.number, None, error.reason)

    def _alarm(self, partition: int, event: StoredEvent, reason: str) -> Alarm:
        return Alarm(self.name, partition, event.source, event.sequence, event.event_id, reason)
