"""Looks at an installation from outside of its processes, in a process of its own that ends with its connections."""

import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from itertools import chain
from multiprocessing import get_context
from time import monotonic, sleep
from typing import TypeVar

from chronicle.feed import Feed
from chronicle.feed.alarms import PATIENCE, alarms
from chronicle.feed.embedded import EmbeddedFeed
from chronicle.feed.opening import open_feed
from chronicle.feed.stopped import FeedStopped
from chronicle.following import rebuild
from chronicle.installation import Installation
from chronicle.messages import PARTITIONS, StoredEvent
from chronicle.refusals import Unavailable
from chronicle.store import Database, EventStore
from chronicle.store.tables import parked_event, refused_reaction
from chronicle.store.values import Head
from chronicle.verification import verify
from gateway.service import Service
from private_servers import CannotRun
from sqlalchemy import func, select
from tests.trust.checker import Event, Held
from yihu.deployed import AnyService, services

LOOK_AGAIN, MANY = 0.5, 2_000
DRAINING = 240.0  # seconds that followers may take after a fault
# Forked where everything was imported once, which takes longer than to look.
_FORKING = get_context("forkserver")
_FORKING.set_forkserver_preload([__name__])


T = TypeVar("T")


def within(environment: Mapping[str, str], look: Callable[[], T]) -> T:
    """Do something where an environment says where everything is; CannotRun says what kept it from that."""
    with _FORKING.Pool(1) as pool:
        found: T = pool.apply(_within, (environment, look))
    return found


def _within(environment: Mapping[str, str], look: Callable[[], T]) -> T:
    os.environ |= environment
    try:
        return look()
    except Exception as reason:  # noqa: BLE001 - some of ours cannot be sent to another process
        raise CannotRun(repr(reason)) from None


def drained() -> list[str]:
    """Wait until nothing waits any more; what does when the time is over, each as a sentence."""
    return Survey().drained(DRAINING)


def drained_and_held() -> tuple[list[str], Held]:
    """The same, and then all that is held; on a slow machine Kafka may not answer at the first time."""
    survey = Survey()
    waiting, until = survey.drained(DRAINING), monotonic() + DRAINING
    while True:
        try:
            return waiting, survey.held()
        except Unavailable:
            if monotonic() > until:
                raise
            sleep(LOOK_AGAIN)


class Survey:
    """One look at every service of the environment, drained first."""

    def __init__(self) -> None:
        self._services: Mapping[str, AnyService] = services()
        gateway = self._services["gateway"]
        assert isinstance(gateway, Service)
        self._gateway, self._history = gateway, EmbeddedFeed(gateway.database)
        self._recording = [each for each in self._services.values() if isinstance(each, Installation)]

    def drained(self, seconds: float) -> list[str]:
        """Wait until nobody has anything to come or stands, at two looks in a row; who does when the time is over."""
        until, quiet = monotonic() + seconds, 0
        while True:
            waiting = self._waiting()
            quiet = 0 if waiting else quiet + 1
            if quiet > 1 or monotonic() > until:
                return waiting
            sleep(LOOK_AGAIN)

    def held(self) -> Held:
        """All events of stores, topic and history, differences from rebuilt projections, and broken chains."""
        stores = [_event(event) for each in self._recording for event in stored(each.store)]
        assert self._gateway.settings.feed_url
        with closing(open_feed(self._gateway.settings.feed_url)) as topic:
            told = [_event(event) for event in _read(topic)]
        history = [_event(event) for event in _read(self._history)]
        unverified = [finding for each in self._recording for finding in map(str, verify(each.database))]
        with ThreadPoolExecutor() as services_at_once:
            rebuilt = chain.from_iterable(services_at_once.map(_rebuilt, *zip(*self._services.items(), strict=True)))
            return Held(stores, told, history, dict(rebuilt), unverified)

    def _waiting(self) -> list[str]:
        try:
            behind = [f"{name} has {number} events to come" for name, number in self._behind() if number]
            return [*behind, *self._standing()]
        except (FeedStopped, Unavailable) as reason:
            return [f"no answer ({reason!r})"]

    def _standing(self) -> Iterator[str]:
        for name, service in self._services.items():
            for each in standing(service.database, records=service in self._recording):
                yield f"{name}: {each}"

    def _behind(self) -> Iterator[tuple[str, int]]:
        recorded = sum(_reach(each.store.heads()) for each in self._recording)
        yield "the gateway's history", recorded - _reach(self._history.heads())
        for name, follower in self._gateway.following.followers.items():
            yield f"gateway/{name}", sum(follower.behind().values())
        for service in self._recording:
            yield from service.behind().items()


def _rebuilt(name: str, service: AnyService) -> list[tuple[str, int]]:
    made = [
        (projection.name, rebuild(projection, service.database, service.following.log(projection)))
        for projection in service.following.projections.values()
    ]
    return [(f"{name}/{projection}", sum(each.differing.values())) for projection, each in made]


def standing(database: Database, *, records: bool) -> Iterator[str]:
    """What waits for somebody in a database: every alarm, at once that of a missing event, too, and what failed.

    Only a service that records events of its own reacts to others'.
    """
    with database.reading() as connection:
        for alarm in alarms(connection, datetime.now(UTC) + PATIENCE):
            yield f"{alarm.reader} stands in partition {alarm.partition}: {alarm.reason}"
        for table in (parked_event, *([refused_reaction] if records else [])):
            if number := connection.execute(select(func.count()).select_from(table)).scalar():
                yield f"{number} of {table.name}"


def stored(store: EventStore) -> Iterator[StoredEvent]:
    """All that a store holds, partition by partition."""
    for partition in range(PARTITIONS):
        after = 0
        while events := store.read(partition, after, MANY):
            yield from events
            after = events[-1].sequence


def _read(feed: Feed) -> Iterator[StoredEvent]:
    for partition, head in feed.heads().items():
        after = 0
        while after < head.sequence:
            events = feed.read(partition, after, MANY)
            yield from events
            after += len(events)


def _event(event: StoredEvent) -> Event:
    known = (event.type, event.stream, event.subject, event.hash.hex())
    return Event(event.source, event.partition, event.sequence, event.event_id, *known)


def _reach(heads: Mapping[int, Head]) -> int:
    return sum(head.sequence for head in heads.values())
