"""Industry for tests: three fish ponds of a village, who takes part, and the same over HTTP."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from casework.registration import Standing
from chronicle.messages import Actor, StoredEvent
from chronicle.principal import Duty
from chronicle.testing import Case, Told, by
from desk import Desk
from httpx2 import Response
from huangxi import accepted
from industry.cases.project.commands import EndEnrolment, EnrolHousehold, OpenProject
from industry.cases.project.decider import KnownOfProject
from industry.cases.project.events import EnrolmentEnded, HouseholdEnrolled, ProjectClosed, ProjectOpened
from industry.cases.project.gather import project_decider
from industry.heard import HouseholdRecorded, HouseholdRegistered, Member, RegistrationEnded
from person_ids import person_id
from running_gateway import told
from running_track import (
    GROUP,
    LATE,
    MAY,
    NEXT_TOWNSHIP,
    NEXT_VILLAGE,
    TOWNSHIP,
    VILLAGE,
    RunningTrack,
    running,
)

PROJECT, TODAY, OPENED_ON, REGISTERED_ON = "project", date(2015, 6, 1), date(2015, 5, 10), date(2015, 5, 16)
PATH = "/api/industry/v1/projects"
HOUSEHOLDS = "/api/industry/v1/households"
WHO = {
    "officer": Duty("village_officer", VILLAGE),
    "neighbour": Duty("village_officer", NEXT_VILLAGE),
    "stranger": Duty("village_officer", f"{NEXT_TOWNSHIP[:9]}201"),
    "reviewer": Duty("township_reviewer", TOWNSHIP[:9]),
    "county": Duty("county_officer", TOWNSHIP[:6]),
    "convener": Duty("group_convener", GROUP),
    "auditor": Duty("auditor", "36"),
}

_OF_PROJECT: dict[str, Any] = {
    "project_id": PROJECT,
    "pattern": "pattern_fish_pond",
    "capacity": 3,
    "led_by": "enterprise",
}
_IN_TIME: dict[str, Any] = {"late_reason": None}
_OF_ENROLMENT: dict[str, Any] = {
    "pattern": "pattern_fish_pond",
    "unit": "pond",
    "project_id": PROJECT,
    "quantity": 1,
    **_IN_TIME,
}


def opening(**changed: Any) -> OpenProject:
    return OpenProject.model_validate({**_OF_PROJECT, "area_code": VILLAGE, "on": OPENED_ON} | changed)


def opened(**changed: Any) -> ProjectOpened:
    return ProjectOpened.model_validate({**_OF_PROJECT, **_IN_TIME, "unit": "pond"} | changed)


def enrolment(household: str = "ann", **changed: Any) -> EnrolHousehold:
    asked = {"enrolment_id": f"of-{household}", "household_id": household, "quantity": 1, "on": TODAY}
    return EnrolHousehold.model_validate(asked | changed)


def enrolled(household: str = "ann", on: date = TODAY, **changed: Any) -> Told:
    facts = {**_OF_ENROLMENT, "enrolment_id": f"of-{household}", "household_id": household}
    return by(HouseholdEnrolled.model_validate(facts | changed), on=on, area=VILLAGE)


def ending(household: str = "ann", **changed: Any) -> EndEnrolment:
    return EndEnrolment.model_validate({"household_id": household, "reason": "finished", "on": TODAY} | changed)


def ended(household: str = "ann", on: date = TODAY, **changed: Any) -> Told:
    facts = {**_OF_ENROLMENT, "enrolment_id": f"of-{household}", "household_id": household, "reason": "finished"}
    return by(EnrolmentEnded.model_validate(facts | changed), on=on, area=VILLAGE)


def known(**changed: Any) -> KnownOfProject:
    """A household of the village, registered in May, of which the officer is no member."""
    facts: dict[str, Any] = {
        "actor": Actor("officer", "office", "village_officer"),
        "today": TODAY,
        "area": VILLAGE,
        "standing": Standing.REGISTERED,
        "registered_on": REGISTERED_ON,
        "member_ids": ("head",),
        "late_entry_days": 90,
        "area_is_open": True,
        "enrolled_here": True,
    }
    return KnownOfProject(**facts | changed)


def opened_in(area: str) -> Case:
    """A project of three ponds in an area."""
    return nothing.given(by(opened(), on=OPENED_ON, area=area))


class Ponds(Desk):
    """The track as its people use it over HTTP, on 1 June 2015; households are called by a name each."""

    def __init__(self, track: RunningTrack) -> None:
        super().__init__(track, WHO, TODAY)

    def registered(self, *names: str, area: str = VILLAGE) -> list[str]:
        """Let the track hear of households, each registered and with one member called like it; their ids."""
        ids = [household_id(name) for name in names]
        members = [(Member(person_id=person_id(name)),) for name in names]
        recorded = [HouseholdRecorded(members=each) for each in members]
        registered = [HouseholdRegistered(household_no=f"{area}{number:05}") for number, _ in enumerate(ids, 1)]
        for events in (recorded, registered):
            self.track.hear_told(
                *(told(event, f"household/{one}", MAY, area) for event, one in zip(events, ids, strict=True))
            )
        return ids

    def registration_ended(self, name: str) -> None:
        """Let the track hear that a household is no longer registered."""
        self.track.hear(RegistrationEnded(), subject=f"household/{household_id(name)}")

    def opened(self, capacity: str = "3", who: str = "officer", **changed: Any) -> str:
        """Open a project; where it is."""
        return accepted(self.send(who, PATH, project(capacity=capacity, **changed)))

    def enrol(self, at: str, *households: str, who: str = "officer", **changed: Any) -> Response:
        """Enrol households, one unit each unless told otherwise."""
        return self.send(who, f"{at}/enrolments", enrolling(households, **changed))

    def end(self, at: str, *households: str, who: str = "officer", **changed: Any) -> Response:
        """End the enrolments of households."""
        body = {"on": "2015-06-01", "reason": "finished", "household_ids": households}
        return self.send(who, f"{at}/enrolment-endings", body | changed)

    def events(self, stream: str) -> list[StoredEvent]:
        """What is recorded in a stream."""
        return self.track.service.store.load({stream: 0})[stream]


@contextmanager
def running_ponds(url: str, folder: Path) -> Iterator[Ponds]:
    """Run the track for a while."""
    with running("industry", url, folder) as track:
        yield Ponds(track)


def household_id(name: str) -> str:
    """A household's id, by its name."""
    return person_id(f"household of {name}")


def project(**changed: Any) -> dict[str, Any]:
    """Three fish ponds led by an enterprise, from 10 May."""
    facts = {"area_code": VILLAGE, "pattern": "pattern_fish_pond", "capacity": "3", "led_by": "enterprise"}
    return {**facts, "on": "2015-05-10", **LATE, **changed}


def enrolling(households: Iterable[str], quantity: Any = "1", **changed: Any) -> dict[str, Any]:
    """A share for each household."""
    shares = [{"household_id": one, "quantity": quantity} for one in households]
    return {"on": "2015-06-01", "households": shares, **changed}


KNOWN = known()
nothing = Case(project_decider)
ponds = opened_in(VILLAGE)
project_closed = ProjectClosed(project_id=PROJECT, late_reason=None)
closed = ponds.given(by(project_closed, on=TODAY))
