"""The relay: copies one service's store into the feed, partition by partition, in order."""

from collections.abc import Collection, Mapping
from typing import NamedTuple

from sqlalchemy import delete, insert, select, update

from chronicle.feed import Feed
from chronicle.feed.alarms import Alarm, sound
from chronicle.feed.leases import Leases
from chronicle.feed.places import Place, Places
from chronicle.feed.positions import START, Overtaken, require_same_topic
from chronicle.feed.stopped import FeedStopped, TooLarge
from chronicle.store import Database, EventStore
from chronicle.store.tables import follower_alarm
from chronicle.store.tables import relay_position as cursor
from chronicle.store.values import Head

RELAY = "relay"
RESTORED = "the feed holds events that the store does not"
BATCH = 500


class FeedAhead(Exception):
    """The feed holds events of this service that its store does not: the store was restored or is another one."""


class Move(NamedTuple):
    """How far a batch moved a cursor, and the feed's offset there."""

    before: int
    sequence: int
    offset: int


class Relay:
    """Copies one store into one feed. What was sent may be sent again; nothing is left out."""

    def __init__(self, store: EventStore, database: Database, feed: Feed) -> None:
        self._store, self._database, self._feed = store, database, feed
        self._sent: dict[int, int] = {}
        self.places: Places = {}
        self.leases = Leases(database, RELAY)

    def step(self) -> bool:
        """Send one batch of every partition; True when anything was sent. After any error it looks back at the feed."""
        try:
            self._begin()
            heads = {partition: head.sequence for partition, head in self._store.heads().items()}
            behind = [partition for partition, sent in self._sent.items() if sent < heads[partition]]
            moves = {partition: move for partition in behind if (move := self._send(partition))}
            self._move(moves)
            self.places = {p: Place(sent, heads[p], p in behind and p not in moves) for p, sent in self._sent.items()}
            return bool(moves)
        except BaseException as error:
            self._sent = {}
            if isinstance(error, FeedStopped):
                self._sound(error.partition, error.number, error.reason)
            raise

    def _begin(self) -> None:
        held = self.leases.held()
        # What others had meanwhile, they sent.
        if self._sent.keys() != held:
            self._sent = self._look_back(held) if held else {}

    def _send(self, partition: int) -> Move | None:
        sent = self._sent[partition]
        events = self._store.read(partition, sent, BATCH)
        try:
            offset = self._feed.send(partition, events)
        except TooLarge as large:
            # This partition waits for somebody; the others go on.
            self._sound(partition, large.number, large.reason)
            events = [event for event in events if event.sequence < large.number]
            if not events:
                return None
            offset = self._feed.send(partition, events)
        return Move(sent, events[-1].sequence, offset)

    def _move(self, moves: Mapping[int, Move]) -> None:
        if not moves:
            return
        with self._database.writing() as connection:
            for partition, move in moves.items():
                here = (cursor.c.partition == partition, cursor.c.generation == self._feed.generation)
                moved = update(cursor).where(*here, cursor.c.sequence == move.before)
                if connection.execute(moved.values(sequence=move.sequence, offset=move.offset)).rowcount != 1:
                    raise Overtaken
        self._sent |= {partition: move.sequence for partition, move in moves.items()}

    def _look_back(self, partitions: Collection[int]) -> dict[int, int]:
        since = self._since()
        sent = self._feed.sent(self._store.source, since, self.leases.held)
        held = {partition: sent.get(partition, START) for partition in sorted(partitions)}
        strange = [(partition, head) for partition, head in held.items() if not self._has(partition, head)]
        for partition, head in strange:
            self._sound(partition, head.sequence, RESTORED)
        if strange:
            raise FeedAhead
        self._keep(held, since)
        return {partition: head.sequence for partition, head in held.items()}

    def _since(self) -> dict[int, int]:
        with self._database.reading() as connection:
            rows = connection.execute(select(cursor)).all()
        for row in rows:
            require_same_topic(row.generation, self._feed.generation)
        return {row.partition: row.offset for row in rows if row.generation == self._feed.generation}

    def _has(self, partition: int, head: Head) -> bool:
        if head == START:
            return True
        found = self._store.read(partition, head.sequence - 1, 1)
        return bool(found) and (found[0].sequence, found[0].hash) == (head.sequence, head.hash)

    def _keep(self, held: Mapping[int, Head], since: Mapping[int, int]) -> None:
        rows = [
            {"partition": p, "generation": self._feed.generation, "sequence": head.sequence, "offset": since.get(p, 0)}
            for p, head in held.items()
        ]
        with self._database.writing() as connection:
            connection.execute(delete(cursor).where(cursor.c.partition.in_(held)))
            connection.execute(insert(cursor), rows)
            ours = (follower_alarm.c.follower == RELAY, follower_alarm.c.partition.in_(held))
            connection.execute(delete(follower_alarm).where(*ours))

    def _sound(self, partition: int, number: int, reason: str) -> None:
        with self._database.writing() as connection:
            sound(connection, Alarm(RELAY, partition, self._store.source, number, None, reason))
