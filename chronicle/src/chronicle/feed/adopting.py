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
from chronicle.feed.positions import FEED, RELAY, START, Positions, fit
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


def adopt(
    store: EventStore,
    database: Database,
    feed: Feed,
    deciders: Iterable[Decider[Any, Any, Any]] = (),
    also: Callable[[Connection], object] = lambda _: None,
    *,
    shorter: bool = False,
) -> int:
    """Take back the events that the feed has and the store lacks, with the claims that deciders tell; how many events.

    What reactions did counts as done. What no event tells stays lost: first answers to the keys of clients, sealed
    texts, and the claims made with them. ``also`` does what else follows from the events, in the same transaction.
    From then on the store records again. NotAdoptable; FeedTooShort unless it may be ``shorter``.
    """
    lacking = _lacking_in(store, database, feed, shorter=shorter)
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


def _lacking_in(store: EventStore, database: Database, feed: Feed, *, shorter: bool) -> list[StoredEvent]:
    heads, places, lacking = store.heads(), _places(database, feed), list[StoredEvent]()
    with database.reading() as connection:
        held = Positions(RELAY, FEED, "").read(connection)
    for partition, end in feed.heads().items():
        sent, begin = held.get(partition, {}).get(store.source, START), places.get(partition, START)
        known = sent if begin.sequence else START
        delivered = _delivered(feed, partition, begin.sequence, end.sequence)
        events = [event for event in delivered if event.source == store.source]
        theirs: list[Head | StoredEvent] = [known, *events]
        if (missing := sent.sequence - max(each.sequence for each in theirs)) > 0 and not shorter:
            raise FeedTooShort(partition, missing)
        here = (each for each in theirs if each.sequence <= heads[partition].sequence)
        last = max(here, key=attrgetter("sequence"), default=None)
        if last is None or not store.has(partition, Head(last.sequence, last.hash)):
            raise NotAdoptable
        lacking += _lacking(store.source, heads[partition], events)
    return lacking


def _places(database: Database, feed: Feed) -> dict[int, Head]:
    """Where the relay had got in this very feed; nothing unless all of that is still there."""
    reached = tables.follower_position.c
    ours = (reached.follower == RELAY, reached.source == FEED, reached.generation == feed.generation)
    with database.reading() as connection:
        rows = connection.execute(select(reached.partition, reached.sequence, reached.hash).where(*ours))
        places = {row[0]: Head(*row[1:]) for row in rows}
    with suppress(FeedLost, Corrupt):
        feed.heads(places)
        return places
    return {}


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
