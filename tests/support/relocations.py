"""Huangxi village off its hill: the households relocation heard of, its officers, and what they send over HTTP."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

from chronicle.messages import Event, new_id
from desk import Desk
from huangxi import DUTIES, accepted
from person_ids import person_id
from relocation.heard import (
    HouseholdMembersChanged,
    HouseholdRecorded,
    HouseholdRegistered,
    Member,
    RegistrationEnded,
)
from running_track import GROUP, LATE, RunningTrack, running

API = "/api/relocation/v1"
RELOCATIONS, CANDIDATES = f"{API}/relocations", f"{API}/candidates"
ADULT, CHILD = date(1970, 5, 1), date(1997, 6, 2)
REGISTERED_ON, PROPOSED_ON, ANSWERED_ON = date(2015, 5, 4), date(2015, 5, 20), date(2015, 5, 25)
HEAD, WIFE, SON, MOTHER, DAUGHTER = (person_id(name) for name in ("head", "wife", "son", "mother", "daughter"))
FAMILY = (HEAD, WIFE, SON, MOTHER, DAUGHTER)


def members(persons: Sequence[str]) -> tuple[Member, ...]:
    """These persons, grown up but for the son, who is eighteen the day after the first of June 2015."""
    return tuple(Member(person_id=one, birth_date=CHILD if one == SON else ADULT) for one in persons)


class Village(Desk):
    """The track and whoever works with it; it is 1 June 2015."""

    def __init__(self, track: RunningTrack) -> None:
        super().__init__(track, {**DUTIES, "wife": DUTIES["officer"]}, date(2015, 6, 1))
        self._numbers = count(1)

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

    def proposed(self, household_id: str) -> str:
        """A household is proposed; where its relocation is."""
        return accepted(self.send("officer", RELOCATIONS, proposal(household_id)))


@contextmanager
def village(url: str, folder: Path) -> Iterator[Village]:
    """Run the village for a while."""
    with running("relocation", url, folder) as track:
        yield Village(track)


def proposal(household_id: str, **changed: Any) -> dict[str, Any]:
    """A household would move to the county town, with others, on its own account."""
    codes = {"mode": "household", "placement": "concentrated", "place": "county_town"}
    return {"household_id": household_id, **codes, "on": str(PROPOSED_ON), **LATE, **changed}


def acceptance(**changed: Any) -> dict[str, Any]:
    """The head accepts."""
    return {"answered_by": HEAD, "on": str(ANSWERED_ON), **changed}


def decline(**changed: Any) -> dict[str, Any]:
    """The head declines."""
    return acceptance(**{"reason": "land_too_far", **changed})


def withdrawal(**changed: Any) -> dict[str, Any]:
    """The officer withdraws what was entered by mistake."""
    return {"on": "2015-05-28", "reason": "entered_by_mistake", **changed}
