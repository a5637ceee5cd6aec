"""Adopting: a restored store takes back from the feed what it recorded after its backup was made."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from chronicle.decider import Decider
from chronicle.feed import Feed
from chronicle.feed.positions import FEED, RELAY, START, fit
from chronicle.feed.stopped import Corrupt, FeedLost
from chronicle.messages import StoredEvent, is_as_recorded, microseconds, partition_of
from chronicle.store import Database, EventStore, tables
from chronicle.store.restored import release
from chronicle.store.rows import COLUMNS, row_of
from chronicle.store.values import Head, HeldClaim, caused, settled

BATCH = 500


class NotAdoptable(Exception):
    """What the feed holds does not continue what the store holds; nothing was taken."""

    def __init__(self) -> None:
        super().__init__("the feed does not continue what the store holds; nothing was taken")


class FeedTooShort(Exception):
    """The feed ends before what was sent to it when the backup was made; nothing was taken."""

    def __init__(self, partition: int, missing: int) -> None:
        said = f"the shared history lacks {missing} events of partition {partition} that the backup knows were sent"
        super().__init__(f"{said}: refill it first, or say --shorter if nobody has more; nothing was taken")


class Search:
    """Looks once through a feed for what restored stores lack, each on from where its relay had got in it."""

    def __init__(self, feed: Feed, restored: Iterable[tuple[EventStore, Database]]) -> None:
        self._looks = {store.source: _Look(store, *_begun(database, feed)) for store, database in restored}
        for partition in feed.heads():
            begin = min(look.places.get(partition, START).sequence for look in self._looks.values())
            # Which also says that no other partition is read meanwhile.
            (end,) = feed.heads({partition: START}).values()
            for event in _delivered(feed, partition, begin, end.sequence):
                if look := self._looks.get(event.source):
                    look.see(event)

    def lacking(self, source: str, *, shorter: bool) -> list[StoredEvent]:
        """Give what one of them lacks, partition by partition; NotAdoptable, FeedTooShort."""
        return self._looks[source].lacking(shorter=shorter)


def adopt(
    store: EventStore,
    database: Database,
    feed: Feed | Search,
    deciders: Iterable[Decider[Any, Any, Any]] = (),
    also: Callable[[Connection], object] = lambda _: None,
    *,
    shorter: bool = False,
) -> int:
    """Take back the events that the feed has and the store lacks, with the claims that deciders tell; how many events.

    What reactions did counts as done. What no event tells stays lost: first answers to the keys of clients, sealed
    texts, and the claims made with them. ``also`` does what else follows from the events, in the same transaction.
    From then on the store records again. NotAdoptable; FeedTooShort unless it may be ``shorter``. Whoever adopts for
    several stores searches the feed once for all of them.
    """
    search = feed if isinstance(feed, Search) else Search(feed, [(store, database)])
    lacking = search.lacking(store.source, shorter=shorter)
    before = store.load(dict.fromkeys({event.stream for event in lacking}, 0))
    events = list(_in_order(lacking, {stream: len(known) for stream, known in before.items()}))
    claims = _claims({decider.name: decider for decider in deciders}, before, events)
    with database.writing() as connection:
        release(connection)
        for event in events:
            _record(connection, event)
        for claim in claims:
            _claim(connection, claim)
        if answered := _answered(events):
            connection.execute(insert(tables.handled_command), answered)
        also(connection)
    return len(events)


class _Look:
    """What a feed tells of one store: of each partition its last event that is there, and those from there on."""

    def __init__(self, store: EventStore, places: Mapping[int, Head], sent: Mapping[int, Head]) -> None:
        self.places, self._store, self._sent, self._heads = places, store, sent, store.heads()
        # Where its relay had got, what came before is known.
        known = {p: sent.get(p, START) if places.get(p, START).sequence else START for p in self._heads}
        self._furthest = {partition: head.sequence for partition, head in known.items()}
        self._last = {p: head for p, head in known.items() if head.sequence <= self._heads[p].sequence}
        self._later: dict[int, list[StoredEvent]] = {partition: [] for partition in self._heads}

    def see(self, event: StoredEvent) -> None:
        """Take note of the next of its events."""
        partition, head = event.partition, self._heads[event.partition].sequence
        self._furthest[partition] = max(self._furthest[partition], event.sequence)
        last = self._last.get(partition)
        if event.sequence <= head and (last is None or event.sequence > last.sequence):
            self._last[partition] = Head(event.sequence, event.hash)
        if event.sequence >= head:
            self._later[partition].append(event)

    def lacking(self, *, shorter: bool) -> list[StoredEvent]:
        lacking = list[StoredEvent]()
        for partition, head in self._heads.items():
            if (missing := self._sent.get(partition, START).sequence - self._furthest[partition]) > 0 and not shorter:
                raise FeedTooShort(partition, missing)
            last = self._last.get(partition)
            if last is None or not self._store.has(partition, last):
                raise NotAdoptable
            lacking += _lacking(self._store.source, head, self._later[partition])
        return lacking


def _begun(database: Database, feed: Feed) -> tuple[Mapping[int, Head], Mapping[int, Head]]:
    """Where the relay had got in this very feed, nothing unless all of that is still there; and of its own events."""
    reached = tables.follower_position.c
    where = select(reached.partition, reached.sequence, reached.hash).where(reached.follower == RELAY)
    ours = (reached.source == FEED, reached.generation == feed.generation)
    with database.reading() as connection:
        places = {row[0]: Head(*row[1:]) for row in connection.execute(where.where(*ours))}
        sent = {row[0]: Head(*row[1:]) for row in connection.execute(where.where(reached.source != FEED))}
    with suppress(FeedLost, Corrupt):
        feed.heads(places)
        return places, sent
    return {}, sent


def _lacking(source: str, head: Head, events: Sequence[StoredEvent]) -> list[StoredEvent]:
    found = fit({source: head}, events, {})
    # What came too early comes again in its place; unless it is missing.
    is_missing = any(event.sequence > found.reached[source].sequence for event in events)
    if is_missing or found.misfit or not all(map(_intact, found.events)):
        raise NotAdoptable
    return found.events


def _delivered(feed: Feed, partition: int, after: int, end: int) -> Iterator[StoredEvent]:
    while after < end:
        events = feed.read(partition, after, BATCH)
        after += len(events)
        yield from events


def _intact(event: StoredEvent) -> bool:
    return is_as_recorded(event) and partition_of(event.subject) == event.partition


def _in_order(lacking: Sequence[StoredEvent], versions: dict[str, int]) -> Iterator[StoredEvent]:
    # A stream may run through several partitions: in each their order stands, and so does the stream's.
    waiting = {partition: deque(events) for partition, events in groupby(lacking, key=attrgetter("partition"))}
    while any(waiting.values()):
        before = sum(map(len, waiting.values()))
        for events in waiting.values():
            while events and events[0].version == versions[events[0].stream] + 1:
                versions[events[0].stream] += 1
                yield events.popleft()
        if sum(map(len, waiting.values())) == before:
            raise NotAdoptable


def _claims(
    deciders: Mapping[str, Decider[Any, Any, Any]],
    before: Mapping[str, Sequence[StoredEvent]],
    events: Iterable[StoredEvent],
) -> list[HeldClaim]:
    claims = []
    states: dict[str, Any] = {}
    for event in events:
        decider = deciders.get(event.stream.partition("/")[0])
        recorded = decider and decider.types.read(event)
        if decider and recorded:
            if event.stream not in states:
                known = [each for stored in before[event.stream] if (each := decider.types.read(stored))]
                states[event.stream] = decider.fold(known)
            told = decider.claims(recorded.event, states[event.stream])
            claims += [HeldClaim(each.kind, each.key, event.stream, each.held) for each in told]
            states[event.stream] = decider.evolve(states[event.stream], recorded)
    return settled(claims)


def _answered(events: Iterable[StoredEvent]) -> list[dict[str, Any]]:
    answered = {}
    for event in events:
        if event.causation_id:
            key, at = caused(event.command_id), microseconds(event.recorded_at)
            said = {"status": 201, "etag": event.version, "positions": f"{event.partition}:{event.sequence}"}
            answered[event.command_id] = {**asdict(key), **said, "recorded_at": at}
    return list(answered.values())


def _record(connection: Connection, event: StoredEvent) -> None:
    row = dict(zip(COLUMNS, row_of(event), strict=True)) | {"valid_on": event.valid_on}
    connection.execute(insert(tables.event).values(row))
    head = {"sequence": event.sequence, "hash": event.hash, "recorded_at": microseconds(event.recorded_at)}
    here = tables.partition_head.c.partition == event.partition
    connection.execute(update(tables.partition_head).where(here).values(head))


def _claim(connection: Connection, claim: HeldClaim) -> None:
    held = tables.claim.c
    there = (held.kind == claim.kind, held.key == claim.key)
    given_back = there if claim.held else (*there, held.stream == claim.stream)
    connection.execute(delete(tables.claim).where(*given_back))
    if claim.held:
        connection.execute(insert(tables.claim).values(kind=claim.kind, key=claim.key, stream=claim.stream))
