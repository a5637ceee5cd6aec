"""The relay: copies one service's store into the feed, partition by partition, in order."""

from collections.abc import Callable, Collection, Mapping
from functools import cached_property
from time import monotonic

from sqlalchemy import delete

from chronicle.feed import Feed, nothing, share
from chronicle.feed.alarms import Alarm, sound
from chronicle.feed.leases import Leases
from chronicle.feed.places import Place, Places
from chronicle.feed.positions import FEED, RELAY, START, Overtaken, Positions, Reached, take_turns
from chronicle.feed.stopped import FeedStopped, TooLarge
from chronicle.messages import PARTITIONS
from chronicle.store import Database, EventStore
from chronicle.store.tables import follower_alarm
from chronicle.store.values import Head

RESTORED = "the feed holds events that the store does not"


class FeedAhead(Exception):
    """The feed holds events of this service that its store does not: the store was restored or is another one."""


class Relay:
    """Copies one store into one feed. What was sent may be sent again; nothing is left out.

    It notes how far it sent every ``noting`` seconds: whoever goes on from there looks at the feed itself.
    """

    def __init__(self, store: EventStore, database: Database, feed: Feed, noting: float = 0.0) -> None:
        self._store, self._database, self._feed, self._noting = store, database, feed, noting
        self._sent: dict[int, Reached] = {}
        self._noted: dict[int, Reached] = {}
        self._looked_back, self._due = False, 0.0
        self.places: Places = {}
        self.leases = Leases(database, RELAY)

    def step(self) -> bool:
        """Send one batch of every partition; True when anything was sent. After any error it looks back at the feed."""
        try:
            self._begin()
            heads = {partition: head.sequence for partition, head in self._store.heads().items()}
            behind = [partition for partition in self._sent if self._at(partition) < heads[partition]]
            self._look(heads)
            self._sent |= (moves := self._send(behind))
            self._note()
            self._look(heads, stopped := [partition for partition in behind if partition not in moves])
            self._quiet(self._sent.keys() - {*stopped})
            return bool(moves)
        except BaseException as error:
            self._sent = {}
            if isinstance(error, FeedStopped):
                self._sound(error.partition, error.number, error.reason)
            if isinstance(error, Overtaken):
                return True
            raise

    def lacks_events(self, meanwhile: Callable[[], object] = nothing) -> bool:
        """Tell whether the feed holds events that the store does not: it was restored, and has not adopted them.

        On a new topic that may take minutes; what is to be done ``meanwhile`` is done again and again.
        """
        _, sent = self._found(range(PARTITIONS), meanwhile)
        return bool(self._strange(sent))

    @cached_property
    def _positions(self) -> Positions:
        return Positions(RELAY, FEED, self._feed.generation)

    def _at(self, partition: int) -> int:
        return self._sent[partition][self._store.source].sequence

    def _look(self, heads: Mapping[int, int], stopped: Collection[int] = ()) -> None:
        self.places = {p: Place(self._at(p), heads[p], p in stopped) for p in self._sent}

    def _begin(self) -> None:
        held = self.leases.held()
        # What others had meanwhile, they sent.
        if self._sent.keys() != held:
            self._sent = self._look_back(held) if held else {}
            self._noted = dict(self._sent)

    def _send(self, partitions: Collection[int]) -> dict[int, Reached]:
        size, offsets = share(len(partitions)), dict[int, int]()
        batches = {partition: self._store.read(partition, self._at(partition), size) for partition in partitions}
        while batches and not offsets:
            try:
                offsets = self._feed.send(batches)
            except TooLarge as large:
                # This partition waits for somebody; the others go on.
                self._sound(large.partition, large.number, large.reason)
                before = [event for event in batches.pop(large.partition) if event.sequence < large.number]
                batches |= {large.partition: before} if before else {}
        last = {partition: events[-1] for partition, events in batches.items()}
        own = {p: Head(event.sequence, event.hash) for p, event in last.items()}
        return {p: {FEED: Head(offset, last[p].hash), self._store.source: own[p]} for p, offset in offsets.items()}

    def _note(self) -> None:
        now = monotonic()
        if self._noted == self._sent or now < self._due:
            return
        with self._database.writing() as connection:
            self._positions.move(connection, self._noted, self._sent)
        self._noted, self._due = dict(self._sent), now + self._noting

    def _found(
        self, partitions: Collection[int], meanwhile: Callable[[], object]
    ) -> tuple[Mapping[int, Reached], dict[int, Reached]]:
        positions = self._positions  # which asks the feed: not while others wait to write
        with self._database.writing() as connection:
            take_turns(connection, RELAY)
            before = positions.open(connection)
        begun = {p: before[p] if before[p][FEED].sequence else {FEED: START} for p in sorted(partitions)}
        found = self._feed.sent(self._store.source, begun, meanwhile)
        return before, {p: {self._store.source: START, **reached} for p, reached in found.items()}

    def _strange(self, sent: Mapping[int, Reached]) -> dict[int, Head]:
        return {p: head for p, by in sent.items() if not self._store.has(p, head := by[self._store.source])}

    def _look_back(self, partitions: Collection[int]) -> dict[int, Reached]:
        before, sent = self._found(partitions, self.leases.held)
        strange = self._strange(sent)
        for partition, head in strange.items():
            self._sound(partition, head.sequence, RESTORED)
        if strange:
            raise FeedAhead
        with self._database.writing() as connection:
            take_turns(connection, RELAY)
            now = self._positions.read(connection)
            if any(now[partition] != before[partition] for partition in sent):
                raise Overtaken
            self._positions.move(connection, before, sent)
        self._looked_back = True
        return sent

    def _quiet(self, partitions: Collection[int]) -> None:
        if self._looked_back:
            ours = (follower_alarm.c.follower == RELAY, follower_alarm.c.partition.in_(partitions))
            with self._database.writing() as connection:
                connection.execute(delete(follower_alarm).where(*ours))
            self._looked_back = False

    def _sound(self, partition: int, number: int, reason: str) -> None:
        with self._database.writing() as connection:
            sound(connection, Alarm(RELAY, partition, self._store.source, number, None, reason))
