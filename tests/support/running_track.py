"""An assistance track as tests run it, with a feed it hears other services from."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any

from chronicle.following import Follower
from chronicle.messages import Event, StoredEvent
from neighbours import Neighbours, forget_the_feed
from running_gateway import told
from running_service import RunningService, follow

VILLAGE, GROUP, SECOND_GROUP = "360424106216", "36042410621601", "36042410621602"
NEXT_VILLAGE, TOWNSHIP, NEXT_TOWNSHIP = "360424106202", "360424106000", "360424107000"
MAY, OPEN_SINCE = date(2015, 5, 1), date(2014, 1, 1)
NAMES = {
    TOWNSHIP: "马坳镇",
    VILLAGE: "黄溪村",
    NEXT_VILLAGE: "石溪村",
    NEXT_TOWNSHIP: "东港乡",
    GROUP: "一组",
    SECOND_GROUP: "二组",
}
LATE = {"late_reason": "paper_batch"}


class RunningTrack(RunningService):
    """One track; other services record beside it, and ``hear`` tells it what they did."""

    def __init__(self, track: str, url: str, folder: Path, **settings: Any) -> None:
        self._neighbours = Neighbours(folder)
        super().__init__(track, url, folder, feed_url=self._neighbours.url, **settings)
        self.service.following.open()
        self._hear_of_areas(import_module(f"{track}.heard"))

    def hear(self, *events: Event, subject: str, area: str = VILLAGE, on: date = MAY) -> tuple[StoredEvent, ...]:
        """Record events in the service that their type names, all about one subject, and settle; as they are stored."""
        stored = tuple(told(event, subject, on, area) for event in events)
        self.hear_told(*stored)
        return stored

    def hear_told(self, *stored: StoredEvent) -> None:
        """Record in the services what these events tell, at most 500 in a row of one service, and settle."""
        self._neighbours.record(stored, self.clock.now())
        self.settle()

    def hear_again(self) -> None:
        """Have the feed deliver everything once more, as it may after any failure."""
        forget_the_feed(self.service.database)
        for follower in self._followers:
            follower.open()
        self.settle()

    def settle(self) -> None:
        """Send what the track recorded to the feed, and follow until projections and reactions have everything."""
        self._neighbours.relay(self.service.store, self.service.database)
        for follower in self._followers:
            follow(follower)

    def close(self) -> None:
        """Close the databases."""
        super().close()
        self._neighbours.close()

    def _hear_of_areas(self, heard: Any) -> None:
        kinds = {12: heard.AreaOpened, 14: heard.VillagerGroupOpened}
        opened = [kinds[len(code)](code=code, name=name, valid_from=OPEN_SINCE) for code, name in NAMES.items()]
        self.hear_told(*(told(each, f"area/{each.code}", OPEN_SINCE, each.code[:12]) for each in opened))

    @cached_property
    def _followers(self) -> list[Follower]:
        return list(self.service.following.followers.values())


@contextmanager
def running(track: str, url: str, folder: Path, **settings: Any) -> Iterator[RunningTrack]:
    """Run one for a while."""
    service = RunningTrack(track, url, folder, **settings)
    try:
        yield service
    finally:
        service.close()
