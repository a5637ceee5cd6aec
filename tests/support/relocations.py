"""Huangxi village off its hill: the households relocation heard of, its officers, and what they send over HTTP."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

from chronicle.messages import Event, new_id
from httpx2 import Response
from huangxi import DUTIES, accepted
from person_ids import person_id
from relocation.heard import (
    HouseholdMembersChanged,
    HouseholdRecorded,
    HouseholdRegistered,
    Member,
    RegistrationEnded,
)
from running_track import GROUP, RunningTrack, running

API = "/api/relocation/v1"
RELOCATIONS, CANDIDATES = f"{API}/relocations", f"{API}/candidates"
ADULT, CHILD = date(1970, 5, 1), date(1997, 6, 2)
REGISTERED_ON, PROPOSED_ON, ANSWERED_ON = date(2015, 5, 4), date(2015, 5, 20), date(2015, 5, 25)
HEAD, WIFE, SON, MOTHER, DAUGHTER = (person_id(name) for name in ("head", "wife", "son", "mother", "daughter"))
FAMILY = (HEAD, WIFE, SON, MOTHER, DAUGHTER)


def members(persons: Sequence[str]) -> tuple[Member, ...]:
    """These persons, grown up but for the son, who is eighteen the day after the first of June 2015."""
    return tuple(Member(person_id=one, birth_date=CHILD if one == SON else ADULT) for one in persons)


class Village:
    """The track and whoever works with it."""

    def __init__(self, track: RunningTrack) -> None:
        self.track = track
        self._numbers = count(1)
        self.sign_in()

    def sign_in(self) -> None:
        """Give everybody a token of now; they last ten minutes."""
        duties = {**DUTIES, "wife": DUTIES["officer"]}
        self._clients = {who: self.track.client(duty, person=who) for who, duty in duties.items()}

    def hear(self, household_id: str, *events: Event, on: date = REGISTERED_ON, group: str = GROUP) -> None:
        """Hear what happened to a household."""
        self.track.hear(*events, subject=f"household/{household_id}", area=group[:12], on=on)

    def recorded(self, persons: int = 4, group: str = GROUP) -> str:
        """A household that is recorded; its id."""
        household_id = new_id()
        self.hear(household_id, HouseholdRecorded(group_code=group, members=members(FAMILY[:persons])), group=group)
        return household_id

    def registered(self, persons: int = 4, group: str = GROUP) -> str:
        """A household that is registered as poor; its id."""
        household_id = self.recorded(persons, group)
        number = f"{group[:12]}{next(self._numbers):05}"
        self.hear(household_id, HouseholdRegistered(household_no=number), group=group)
        return household_id

    def ended(self) -> str:
        """A household whose registration has ended; its id."""
        household_id = self.registered()
        self.hear(household_id, RegistrationEnded())
        return household_id

    def changed(self, household_id: str, persons: int) -> None:
        """Hear that so many live in a household by now."""
        self.hear(household_id, HouseholdMembersChanged(group_code=GROUP, members=members(FAMILY[:persons])))

    def send(self, path: str, body: Any, who: str = "officer", key: str | None = None) -> Response:
        """Ask for something."""
        return self._clients[who].post(path, json=body, headers={"Idempotency-Key": key or new_id()})

    def ask(self, path: str, who: str = "officer", **parameters: str | int) -> Response:
        """Ask a question, of projections that have seen everything."""
        self.track.settle()
        return self._clients[who].get(path, params=parameters)

    def items(self, path: str, who: str = "officer", **parameters: str | int) -> list[dict[str, Any]]:
        """What a list shows on its first page."""
        items: list[dict[str, Any]] = self.ask(path, who, **parameters).json()["items"]
        return items

    def proposed(self, household_id: str) -> str:
        """A household is proposed; where its relocation is."""
        return accepted(self.send(RELOCATIONS, proposal(household_id)))


@contextmanager
def village(url: str, folder: Path) -> Iterator[Village]:
    """Run the village for a while."""
    with running("relocation", url, folder) as track:
        yield Village(track)


def proposal(household_id: str, **changed: Any) -> dict[str, Any]:
    """A household would move to the county town, with others, on its own account."""
    codes = {"mode": "household", "placement": "concentrated", "place": "county_town"}
    return {"household_id": household_id, **codes, "on": str(PROPOSED_ON), **changed}


def acceptance(**changed: Any) -> dict[str, Any]:
    """The head accepts."""
    return {"answered_by": HEAD, "on": str(ANSWERED_ON), **changed}


def decline(**changed: Any) -> dict[str, Any]:
    """The head declines."""
    return acceptance(reason="land_too_far", **changed)
