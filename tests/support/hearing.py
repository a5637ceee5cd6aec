"""Huangxi village with a feed on which it hears what the assistance tracks decide."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Any

from chronicle.feed.embedded import EmbeddedFeed, install_history
from chronicle.feed.positions import FEED
from chronicle.following import Follower
from chronicle.messages import Event, StoredEvent, new_id
from chronicle.relay import Relay
from chronicle.store import Database, EventStore, install, open_store, tables
from chronicle.store.values import Answer, Append
from huangxi import Huangxi
from identification.cases.household.findings import Track
from identification.heard import (
    AllowanceApprovedByCounty,
    AllowanceEnded,
    EnrolmentEnded,
    HouseholdEnrolled,
    RelocationAccepted,
)
from running_gateway import told
from running_identification import running
from sqlalchemy import update

JULY = date(2015, 7, 3)


class Hearing:
    """The village, the tracks beside it, and the feed between them."""

    def __init__(self, village: Huangxi, folder: Path) -> None:
        self.village, self.service = village, village.service
        self._feed_database = Database(f"sqlite:///{folder / 'feed.db'}")
        self._tracks = {name: Database(f"sqlite:///{folder / name}.db") for name in Track}
        with self._feed_database.writing() as connection:
            install_history(connection)
        for track in self._tracks.values():
            with track.writing() as connection:
                install(connection)
        self.feed = EmbeddedFeed(self._feed_database)

    def tell(self, *events: Event, on: date = JULY) -> list[StoredEvent]:
        """Let tracks record what they decided on the households named; as it is stored."""
        stored = [told(event, f"household/{dict(event)['household_id']}", on) for event in events]
        for source, each in groupby(stored, attrgetter("source")):
            database = self._tracks[Track(source)]
            store = open_store(database, source)
            store.append(Append(list(each), self.service.clock.now(), Answer(201, None, 1)))
            self._relay(store, database)
        return stored

    def react(self) -> None:
        """Let the village hear of everything, and the feed of what it recorded."""
        for follower in self.followers():
            while follower.step():
                pass
            assert not any(follower.behind().values())
        self._relay(self.service.store, self.service.database)

    def followers(self) -> list[Follower]:
        """What follows the feed for its reactions, as a process that just began."""
        return [reacting.follower(self.feed) for reacting in self.service.reacting]

    def forget(self) -> None:
        """Lose how far it has heard, as when nothing was written of that."""
        reached = tables.follower_position
        with self.service.database.writing() as connection:
            connection.execute(update(reached).where(reached.c.source == FEED).values(sequence=0))

    def assistance(self, household_id: str) -> Any:
        """What the page of a household shows of its assistance."""
        return self.village.ask("officer", f"/api/identification/v1/households/{household_id}").json()["assistance"]

    def noted(self) -> list[StoredEvent]:
        """What was noted, in the order of each household."""
        return [event for event in self.village.events() if event.causation_id]

    def close(self) -> None:
        """Close the databases."""
        self._feed_database.close()
        for track in self._tracks.values():
            track.close()

    def _relay(self, store: EventStore, database: Database) -> None:
        relay = Relay(store, database, self.feed)
        while relay.step():
            pass


@contextmanager
def hearing(url: str, folder: Path) -> Iterator[Hearing]:
    """Run the village with a feed for a while."""
    with running(url, folder, feed_url=f"sqlite:///{folder / 'feed.db'}") as service:
        heard = Hearing(Huangxi(service), folder)
        try:
            yield heard
        finally:
            heard.close()


def moving(household_id: str) -> RelocationAccepted:
    """The household accepted to move."""
    return RelocationAccepted(household_id=household_id, relocation_id=new_id())


def enrolled(household_id: str) -> HouseholdEnrolled:
    """The household takes part in a project."""
    return HouseholdEnrolled(household_id=household_id, enrolment_id=new_id())


def left(enrolment: HouseholdEnrolled) -> EnrolmentEnded:
    """It does so no longer."""
    return EnrolmentEnded(**dict(enrolment))


def allowed(household_id: str) -> AllowanceApprovedByCounty:
    """The household is granted an allowance."""
    return AllowanceApprovedByCounty(household_id=household_id, allowance_id=new_id())


def stopped(allowance: AllowanceApprovedByCounty) -> AllowanceEnded:
    """It is paid no longer."""
    return AllowanceEnded(**dict(allowance))
