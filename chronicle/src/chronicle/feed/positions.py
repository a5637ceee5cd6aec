"""How far a reader got in each partition, by source: the last sequence and hash. Moved by compare-and-set."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select, tuple_, update

from chronicle.feed.stopped import TopicReplaced
from chronicle.messages import PARTITIONS, StoredEvent
from chronicle.store.tables import follower_position as position
from chronicle.store.values import Head

FEED, RELAY = "", "relay"
START = Head(0, bytes(32))

# Made once: as often as they are executed, making them would take longer than the database does.
_BEFORE = ("follower", "partition", "source", "generation", "sequence")
_TURN = select(func.pg_advisory_xact_lock(func.hashtext(bindparam("about"))))
_PLACE = (position.c.follower, position.c.partition, position.c.source)
_KEEP = select(*_PLACE).where(tuple_(*_PLACE).in_(bindparam("places", expanding=True)))
_KEEP = _KEEP.with_for_update(skip_locked=True)
_MOVE = update(position).where(*(position.c[name] == bindparam(f"its_{name}") for name in _BEFORE))
_READ = select(position).where(position.c.follower == bindparam("its_follower"))
_LOCK = _READ.where(position.c.partition == bindparam("its_partition")).order_by(position.c.source).with_for_update()

Reached = Mapping[str, Head]
Hashes = Mapping[tuple[str, int], bytes]
Row = dict[str, Any]
Moved = tuple[Row | None, Row]


class Overtaken(Exception):
    """Somebody else moved this position meanwhile."""


@dataclass(frozen=True, slots=True)
class Fit:
    """What of a delivery comes next, and how far that reaches; what comes too early, and what cannot be."""

    events: list[StoredEvent]
    reached: Reached
    ahead: StoredEvent | None = None
    misfit: StoredEvent | None = None


def is_new(reached: Reached, event: StoredEvent) -> bool:
    """Tell an event that was not reached yet."""
    return event.sequence > reached.get(event.source, START).sequence


def fit(reached: Reached, delivered: Iterable[StoredEvent], recent: Hashes) -> Fit:
    """Fit what comes next to what was reached; ``recent`` holds hashes of the last events by source and sequence."""
    after, events, early = dict(reached), [], list[StoredEvent]()
    for number, event in enumerate(delivered, 1):
        last = after.get(event.source, START)
        if event.sequence == last.sequence + 1 and event.previous_hash == last.hash:
            after[event.source] = Head(event.sequence, event.hash)
            events.append(event)
        elif event.sequence > last.sequence + 1:
            early.append(event)
        elif event.sequence > last.sequence or _differs(event, last, recent):
            return Fit(events, after, misfit=event)
        if FEED in reached:
            after[FEED] = Head(reached[FEED].sequence + number, event.hash)
    # What came too early may have come again in its place.
    missing = (each for each in early if each.sequence > after.get(each.source, START).sequence)
    return Fit(events, after, next(missing, None))


def _differs(event: StoredEvent, last: Head, recent: Hashes) -> bool:
    # Older ones are not remembered: a repeated run ends at the last hash, and that stands for all before it.
    if event.sequence == last.sequence:
        return event.hash != last.hash
    return recent.get((event.source, event.sequence), event.hash) != event.hash


def take_turns(connection: Connection, about: str) -> None:
    """Wait until nobody else is in a transaction about the same."""
    if connection.dialect.name != "sqlite":
        connection.execute(_TURN, {"about": about})


@dataclass(frozen=True, slots=True)
class Positions:
    """The stored positions of one reader; ``source`` is whose numbers its log counts, empty for offsets of the feed."""

    reader: str
    source: str
    generation: str

    def open(self, connection: Connection) -> dict[int, Reached]:
        """Read every partition; offsets of another topic begin at the beginning. TopicReplaced, if it has this name."""
        held = select(position.c.generation).where(position.c.follower == self.reader, position.c.source == self.source)
        for generation in connection.execute(held.distinct()).scalars():
            if generation != self.generation and generation.partition("#")[0] == self.generation.partition("#")[0]:
                raise TopicReplaced
        if not self.read(connection):
            connection.execute(insert(position), [self._row(p, self.source, START) for p in range(PARTITIONS)])
        lost = (position.c.source == self.source, position.c.generation != self.generation)
        begin = update(position).where(position.c.follower == self.reader, *lost)
        connection.execute(begin.values(generation=self.generation, sequence=0, hash=START.hash))
        return self.read(connection)

    def read(self, connection: Connection) -> dict[int, Reached]:
        """Read every partition as it is stored; nothing for a reader that never began."""
        reached: dict[int, dict[str, Head]] = {}
        for row in connection.execute(_READ, {"its_follower": self.reader}):
            reached.setdefault(row.partition, {})[row.source] = Head(row.sequence, row.hash)
        return dict(reached)

    def lock(self, connection: Connection, partition: int) -> Reached:
        """Read one partition, and keep others from moving it until the transaction ends."""
        locked = connection.execute(_LOCK, {"its_follower": self.reader, "its_partition": partition})
        return {row.source: Head(row.sequence, row.hash) for row in locked}

    def move(self, connection: Connection, before: Mapping[int, Reached], after: Mapping[int, Reached]) -> None:
        """Move partitions on, all or none; Overtaken when one is no longer where it was."""
        write(connection, self.moves(before, after))

    def moves(self, before: Mapping[int, Reached], after: Mapping[int, Reached]) -> list[Moved]:
        """What is to be written for that: for each source that moves its row before, None when it has none, and after.

        The counted source comes first, so that nobody adds a row to what is elsewhere by now.
        """
        return [
            (self._row(p, source, before[p][source]) if source in before[p] else None, self._row(p, source, head))
            for p in sorted(after)
            for source, head in sorted(after[p].items(), key=lambda each: each[0] != self.source)
            if before[p].get(source) != head
        ]

    def _row(self, partition: int, source: str, head: Head) -> Row:
        row = {"follower": self.reader, "partition": partition, "source": source}
        generation = self.generation if source == self.source else ""
        return {**row, "generation": generation, "sequence": head.sequence, "hash": head.hash}


def busy(connection: Connection, moves: Iterable[Moved]) -> set[str]:
    """The readers of whose moves another transaction holds some, or whose places are gone; it waits for nobody.

    The others are kept for this one. SQLite has one transaction at a time.
    """
    if connection.dialect.name == "sqlite":
        return set()
    places = {tuple(row[column.name] for column in _PLACE) for row, _ in moves if row}
    got = {tuple(row) for row in connection.execute(_KEEP, {"places": [*places]})}
    return {follower for follower, *_ in places - got}


def write(connection: Connection, moves: Iterable[Moved]) -> None:
    """Write the moves of one reader or of many; Overtaken when one is no longer where it was."""
    new, further = list[Row](), list[Row]()
    for before, after in moves:
        if before is None:
            new.append(after)
        else:
            here = {f"its_{name}": before[name] for name in _BEFORE}
            further.append({**here, "sequence": after["sequence"], "hash": after["hash"]})
    if further and connection.execute(_MOVE, further).rowcount != len(further):
        raise Overtaken
    if new:
        connection.execute(insert(position), new)
