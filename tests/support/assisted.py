"""Huangxi village in need of help: the households safety-net heard of, its officers, and what they send over HTTP."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from chronicle.messages import new_id
from chronicle.principal import Duty
from httpx2 import Response
from huangxi import DUTIES, accepted
from person_ids import person_id
from running_track import VILLAGE, RunningTrack, running
from safety_net.heard import HouseholdMembersChanged, HouseholdRecorded, HouseholdRegistered, Member, RegistrationEnded
from starlette.testclient import TestClient

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


class Village:
    """The track and whoever works with it; it is 30 June 2015."""

    def __init__(self, track: RunningTrack) -> None:
        self.track = track
        self._clients: dict[str, TestClient] = {}
        self.today_is(date(2015, 6, 30))

    def today_is(self, day: date) -> None:
        """Let it be noon of a day; everybody signs in anew."""
        self.track.clock.set(datetime(day.year, day.month, day.day, 4, tzinfo=UTC))
        self._clients.clear()

    def recorded(self, area: str = VILLAGE) -> str:
        """A household of four that is recorded; its id."""
        household_id = new_id()
        members = tuple(Member(person_id=member) for member in MEMBERS)
        self.track.hear(HouseholdRecorded(members=members), subject=f"household/{household_id}", area=area)
        return household_id

    def registered(self, income: str = "1800.00", area: str = VILLAGE, on: date = date(2015, 5, 4)) -> str:
        """A household of four that is registered as poor with this income a person and year; its id."""
        household_id = self.recorded(area)
        event = HouseholdRegistered(member_ids=MEMBERS, per_capita_income=Decimal(income))
        self.track.hear(event, subject=f"household/{household_id}", area=area, on=on)
        return household_id

    def end_registration(self, household_id: str) -> None:
        """Hear that a household is registered no longer."""
        self.track.hear(RegistrationEnded(), subject=f"household/{household_id}")

    def remain(self, household_id: str, members: int) -> None:
        """Hear that only the first so many live in a household by now."""
        remaining = tuple(Member(person_id=member) for member in MEMBERS[:members])
        self.track.hear(HouseholdMembersChanged(members=remaining), subject=f"household/{household_id}")

    def send(self, who: str, path: str, body: Any, **headers: str) -> Response:
        """Ask for something."""
        return self._client(who).post(path, json=body, headers={"Idempotency-Key": new_id()} | headers)

    def ask(self, who: str, path: str, **parameters: str | int) -> Response:
        """Ask a question, of projections that have seen everything."""
        self.track.settle()
        return self._client(who).get(path, params=parameters)

    def items(self, who: str, path: str, **parameters: str | int) -> list[dict[str, Any]]:
        """What a list shows on its first page."""
        items: list[dict[str, Any]] = self.ask(who, path, **parameters).json()["items"]
        return items

    def assessed(self, household_id: str | None = None, who: str = "officer") -> str:
        """A household is assessed; where its allowance is."""
        return accepted(self.send(who, ALLOWANCES, assessment(household_id or self.registered())))

    def granted(self, household_id: str | None = None) -> str:
        """A household is assessed, and township and county approve; where its allowance is."""
        where = self.assessed(household_id)
        accepted(self.send("reviewer", f"{where}/township-approval", {"on": "2015-06-10"}))
        accepted(self.send("county", f"{where}/county-approval", {"on": "2015-06-12"}))
        return where

    def _client(self, who: str) -> TestClient:
        if who not in self._clients:
            self._clients[who] = self.track.client(WHO[who], person=who)
        return self._clients[who]


@contextmanager
def village(url: str, folder: Path) -> Iterator[Village]:
    """Run the village for a while."""
    with running("safety_net", url, folder) as track:
        yield Village(track)


def assessment(household_id: str, **changed: Any) -> dict[str, Any]:
    """All four are protected, from 8 June on."""
    return {"household_id": household_id, "protected_persons": 4, "on": "2015-06-08", **changed}
