"""Looks at an installation from outside of its processes, as the environment says where it is; prints JSON.

It first waits, for so many seconds at most, until everybody has everything, and names who does not.
"""

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing
from time import monotonic, sleep
from typing import Any

from chronicle.feed import Feed
from chronicle.feed.embedded import EmbeddedFeed
from chronicle.feed.opening import open_feed
from chronicle.feed.stopped import FeedStopped
from chronicle.following import rebuild
from chronicle.installation import Installation
from chronicle.messages import PARTITIONS, StoredEvent
from chronicle.refusals import Unavailable
from chronicle.store import EventStore
from chronicle.store.values import Head
from chronicle.verification import verify
from gateway.service import Service
from tests.trust.checker import Event
from yihu.deployed import AnyService, services

LOOK_AGAIN, MANY = 0.5, 2_000


class Survey:
    """One look at every service of the environment."""

    def __init__(self) -> None:
        self._services: Mapping[str, AnyService] = services()
        gateway = self._services["gateway"]
        assert isinstance(gateway, Service)
        self._gateway, self._history = gateway, EmbeddedFeed(gateway.database)
        self._recording = [each for each in self._services.values() if isinstance(each, Installation)]

    def drained(self, seconds: float) -> dict[str, int]:
        """Wait until nobody has anything to come, at two looks in a row; who has how much when the time is over."""
        until, quiet = monotonic() + seconds, 0
        while True:
            behind = self._behind()
            quiet = 0 if behind else quiet + 1
            if quiet > 1 or monotonic() > until:
                return behind
            sleep(LOOK_AGAIN)

    def held(self) -> dict[str, Any]:
        """All events of stores, topic and history, differences from rebuilt projections, and broken chains."""
        stores = [_event(event) for each in self._recording for event in _stored(each.store)]
        assert self._gateway.settings.feed_url
        with closing(open_feed(self._gateway.settings.feed_url)) as topic:
            told = [_event(event) for event in _read(topic)]
        return {
            "stores": stores,
            "topic": told,
            "history": [_event(event) for event in _read(self._history)],
            "rebuilt": dict(self._rebuilt()),
            "unverified": [finding for each in self._recording for finding in map(str, verify(each.database))],
        }

    def _behind(self) -> dict[str, int]:
        try:
            recorded = sum(_reach(each.store.heads()) for each in self._recording)
            behind = {"the gateway's history": recorded - _reach(self._history.heads())}
            for name, follower in self._gateway.following.followers.items():
                behind[f"gateway/{name}"] = sum(follower.behind().values())
            for service in self._recording:
                behind.update(service.behind())
        except (FeedStopped, Unavailable) as reason:
            return {f"no answer ({reason!r})": 1}
        return {name: number for name, number in behind.items() if number}

    def _rebuilt(self) -> Iterator[tuple[str, int]]:
        for name, service in self._services.items():
            for projection in service.following.projections.values():
                made = rebuild(projection, service.database, service.following.log(projection))
                yield f"{name}/{projection.name}", sum(made.differing.values())


def _stored(store: EventStore) -> Iterator[StoredEvent]:
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


def main(seconds: str, *what: str) -> None:
    """Print who is behind, and all that is held if that is asked for, too."""
    survey = Survey()
    print(json.dumps({"behind": survey.drained(float(seconds)), **(survey.held() if "held" in what else {})}))


if __name__ == "__main__":
    main(*sys.argv[1:])
