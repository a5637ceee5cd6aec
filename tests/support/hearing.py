"""Huangxi village with a feed on which it hears what the assistance tracks decide."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from chronicle.following import Follower
from chronicle.messages import Event, StoredEvent, new_id
from huangxi import Huangxi
from identification.heard import (
    AllowanceApprovedByCounty,
    AllowanceEnded,
    EnrolmentEnded,
    HouseholdEnrolled,
    RelocationAccepted,
    RelocationWithdrawn,
)
from neighbours import Neighbours, forget_the_feed
from running_gateway import told
from running_identification import running
from running_service import follow

JULY = date(2015, 7, 3)


class Hearing:
    """The village, the tracks beside it, and the feed between them."""

    def __init__(self, village: Huangxi, neighbours: Neighbours) -> None:
        self.village, self.service, self.feed = village, village.service, neighbours.feed
        self._neighbours = neighbours

    def tell(self, *events: Event, on: date = JULY) -> list[StoredEvent]:
        """Let tracks record what they decided on the households named; as it is stored."""
        stored = [told(event, f"household/{dict(event)['household_id']}", on) for event in events]
        self._neighbours.record(stored, self.service.clock.now())
        return stored

    def react(self) -> None:
        """Let the village hear of everything, its register made up, and the feed of what it recorded."""
        self.village.catch_up()
        for follower in self.followers():
            follow(follower)
        self._neighbours.relay(self.service.store, self.service.database)

    def followers(self) -> list[Follower]:
        """What follows the feed for its reactions, as a process that just began."""
        return [reacting.follower(self.feed) for reacting in self.service.reacting]

    def forget(self) -> None:
        """Lose how far it has heard, as when nothing was written of that."""
        forget_the_feed(self.service.database)

    def assistance(self, household_id: str) -> Any:
        """What the page of a household shows of its assistance."""
        return self.village.ask("officer", f"/api/identification/v1/households/{household_id}").json()["assistance"]

    def noted(self) -> list[StoredEvent]:
        """What was noted, in the order of each household."""
        return [event for event in self.village.events() if event.causation_id]


@contextmanager
def hearing(url: str, folder: Path) -> Iterator[Hearing]:
    """Run the village with a feed for a while."""
    neighbours = Neighbours(folder)
    with running(url, folder, feed_url=neighbours.url) as service:
        try:
            yield Hearing(Huangxi(service), neighbours)
        finally:
            neighbours.close()


def moving(household_id: str) -> RelocationAccepted:
    """The household accepted to move."""
    return RelocationAccepted(household_id=household_id, relocation_id=new_id())


def staying(move: RelocationAccepted, *, accepted: bool = True) -> RelocationWithdrawn:
    """It is not to move after all."""
    return RelocationWithdrawn(**dict(move), accepted=accepted)


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
