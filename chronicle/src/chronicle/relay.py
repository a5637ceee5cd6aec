"""The relay: copies one service's store into the feed, partition by partition, in order."""

from collections.abc import Mapping

from sqlalchemy import Connection, delete, insert, update

from chronicle.feed import Feed
from chronicle.feed.alarms import Alarm, sound
from chronicle.feed.positions import START, Overtaken
from chronicle.messages import PARTITIONS
from chronicle.store import Database, EventStore
from chronicle.store.tables import follower_alarm
from chronicle.store.tables import relay_position as cursor
from chronicle.store.values import Head

RELAY = "relay"
RESTORED = "the feed holds events that the store does not"
BATCH = 500


class FeedAhead(Exception):
    """The feed holds events of this service that its store does not: the store was restored or is another one."""


class Relay:
    """Copies one store into one feed. What was sent may be sent again; nothing is left out."""

    def __init__(self, store: EventStore, database: Database, feed: Feed) -> None:
        self._store, self._database, self._feed = store, database, feed
        self._sent: dict[int, int] = {}

    def step(self) -> bool:
        """Send one batch of every partition; True when anything was sent. After any error it looks back at the feed."""
        try:
            if not self._sent:
                self._sent = self._look_back()
            heads = self._store.heads()
            behind = [partition for partition, sent in self._sent.items() if sent < heads[partition].sequence]
            for partition in behind:
                self._send(partition)
        except BaseException:
            self._sent = {}
            raise
        return bool(behind)

    def _send(self, partition: int) -> None:
        sent = self._sent[partition]
        events = self._store.read(partition, sent, BATCH)
        self._feed.send(partition, events)
        place = (cursor.c.partition == partition, cursor.c.generation == self._feed.generation)
        with self._database.writing() as connection:
            moved = update(cursor).where(*place, cursor.c.sequence == sent).values(sequence=events[-1].sequence)
            if connection.execute(moved).rowcount != 1:
                raise Overtaken
        self._sent[partition] = events[-1].sequence

    def _look_back(self) -> dict[int, int]:
        source = self._store.source
        held = dict.fromkeys(range(PARTITIONS), START) | self._feed.sent(source)
        strange = [(partition, head) for partition, head in held.items() if not self._has(partition, head)]
        with self._database.writing() as connection:
            for partition, head in strange:
                sound(connection, Alarm(RELAY, partition, source, head.sequence, None, RESTORED))
            if not strange:
                self._begin(connection, held)
        if strange:
            raise FeedAhead
        return {partition: head.sequence for partition, head in held.items()}

    def _has(self, partition: int, head: Head) -> bool:
        if head == START:
            return True
        found = self._store.read(partition, head.sequence - 1, 1)
        return bool(found) and (found[0].sequence, found[0].hash) == (head.sequence, head.hash)

    def _begin(self, connection: Connection, held: Mapping[int, Head]) -> None:
        rows = [{"partition": p, "generation": self._feed.generation, "sequence": h.sequence} for p, h in held.items()]
        connection.execute(delete(cursor))
        connection.execute(insert(cursor), rows)
        connection.execute(delete(follower_alarm).where(follower_alarm.c.follower == RELAY))
