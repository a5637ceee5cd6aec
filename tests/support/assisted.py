"""Huangxi village in need of help: the households safety-net heard of, its officers, and what they send over HTTP."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

from chronicle.messages import new_id
from chronicle.principal import Duty
from desk import Desk
from huangxi import DUTIES, accepted
from person_ids import person_id
from running_track import LATE, VILLAGE, RunningTrack, running
from safety_net.heard import HouseholdMembersChanged, HouseholdRecorded, HouseholdRegistered, Member, RegistrationEnded

API = "/api/safety-net/v1"
ALLOWANCES, QUEUES = f"{API}/allowances", f"{API}/work-queues"
NEIGHBOURING = "360424106217"
MEMBERS = tuple(person_id(name) for name in ("head", "wife", "son", "mother"))
WHO = DUTIES | {
    "deputy": Duty("township_reviewer", "360424106"),
    "head": Duty("village_officer", VILLAGE),
    "wife": Duty("township_reviewer", "360424106"),
    "elsewhere": Duty("county_officer", "360423"),
}


class Village(Desk):
    """The track and whoever works with it; it is 30 June 2015."""

    def __init__(self, track: RunningTrack) -> None:
        super().__init__(track, WHO, date(2015, 6, 30))
        self._numbers = count(1)

    def recorded(self, area: str = VILLAGE) -> str:
        """A household of four that is recorded; its id."""
        household_id = new_id()
        members = tuple(Member(person_id=member) for member in MEMBERS)
        self.track.hear(HouseholdRecorded(members=members), subject=f"household/{household_id}", area=area)
        return household_id

    def registered(self, income: str = "1800.00", area: str = VILLAGE, on: date = date(2015, 5, 4)) -> str:
        """A household of four that is registered as poor with this income a person and year; its id."""
        household_id = self.recorded(area)
        number = f"{area}{next(self._numbers):05}"
        event = HouseholdRegistered(household_no=number, per_capita_income=Decimal(income), reference_year=2014)
        self.track.hear(event, subject=f"household/{household_id}", area=area, on=on)
        return household_id

    def end_registration(self, household_id: str) -> None:
        """Hear that a household is registered no longer."""
        self.track.hear(RegistrationEnded(), subject=f"household/{household_id}")

    def remain(self, household_id: str, members: int) -> None:
        """Hear that only the first so many live in a household by now."""
        remaining = tuple(Member(person_id=member) for member in MEMBERS[:members])
        self.track.hear(HouseholdMembersChanged(members=remaining), subject=f"household/{household_id}")

    def assessed(self, household_id: str | None = None, who: str = "officer", on: str = "2015-06-08") -> str:
        """A household is assessed; where its allowance is."""
        return accepted(self.send(who, ALLOWANCES, assessment(household_id or self.registered(), on=on)))

    def granted(self, household_id: str | None = None, on: str = "2015-06-08") -> str:
        """A household is assessed, and township and county approve; where its allowance is."""
        where = self.assessed(household_id, on=on)
        accepted(self.send("reviewer", f"{where}/township-approval", {"on": "2015-06-10", **LATE}))
        accepted(self.send("county", f"{where}/county-approval", {"on": "2015-06-12", **LATE}))
        return where


@contextmanager
def village(url: str, folder: Path) -> Iterator[Village]:
    """Run the village for a while."""
    with running("safety_net", url, folder) as track:
        yield Village(track)


def assessment(household_id: str, **changed: Any) -> dict[str, Any]:
    """All four are protected, from 8 June on."""
    return {"household_id": household_id, "protected_persons": 4, "on": "2015-06-08", **LATE, **changed}
