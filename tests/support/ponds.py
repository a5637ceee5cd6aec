"""Industry for tests: three fish ponds of a village, who takes part, and the same over HTTP."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from casework.registration import Standing
from chronicle.messages import Actor, StoredEvent, new_id
from chronicle.principal import Duty
from chronicle.testing import Case, Told, by
from httpx2 import Response
from industry.cases.project.commands import EndEnrolment, EnrolHousehold, OpenProject
from industry.cases.project.decider import KnownOfProject
from industry.cases.project.events import EnrolmentEnded, HouseholdEnrolled, ProjectClosed, ProjectOpened
from industry.cases.project.gather import project_decider
from industry.heard import HouseholdRecorded, HouseholdRegistered, Member, RegistrationEnded
from person_ids import person_id
from running_gateway import told
from running_track import MAY, RunningTrack, running

VILLAGE, GROUP, NEXT_VILLAGE = "360424106216", "36042410621601", "360424106202"
TOWNSHIP, NEXT_TOWNSHIP = "360424106000", "360424107000"
PROJECT, TODAY, OPENED_ON, REGISTERED_ON = "project", date(2015, 6, 1), date(2015, 5, 10), date(2015, 5, 16)
PATH = "/api/industry/v1/projects"
HOUSEHOLDS = "/api/industry/v1/households"

_OF_PROJECT: dict[str, Any] = {
    "project_id": PROJECT,
    "pattern": "pattern_fish_pond",
    "capacity": 3,
    "led_by": "enterprise",
}
_OF_ENROLMENT: dict[str, Any] = {"pattern": "pattern_fish_pond", "unit": "pond", "project_id": PROJECT, "quantity": 1}


def opening(**changed: Any) -> OpenProject:
    return OpenProject.model_validate({**_OF_PROJECT, "area_code": VILLAGE, "on": OPENED_ON} | changed)


def opened(**changed: Any) -> ProjectOpened:
    return ProjectOpened.model_validate({**_OF_PROJECT, "unit": "pond"} | changed)


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
    }
    return KnownOfProject(**facts | changed)


def opened_in(area: str) -> Case:
    """A project of three ponds in an area."""
    return nothing.given(by(opened(), on=OPENED_ON, area=area))


class Ponds:
    """The track as its people use it over HTTP, on 1 June 2015; households are called by a name each."""

    def __init__(self, track: RunningTrack) -> None:
        self.track = track
        self._clients = {
            who: track.client(Duty(role, area), person=who)
            for who, role, area in (
                ("officer", "village_officer", VILLAGE),
                ("neighbour", "village_officer", NEXT_VILLAGE),
                ("reviewer", "township_reviewer", TOWNSHIP[:9]),
                ("county", "county_officer", TOWNSHIP[:6]),
                ("convener", "group_convener", GROUP),
                ("auditor", "auditor", "36"),
            )
        }

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

    def send(self, who: str, path: str, body: Any, key: str = "", **headers: str) -> Response:
        """Somebody sends something."""
        return self._clients[who].post(path, json=body, headers={"Idempotency-Key": key or new_id(), **headers})

    def ask(self, who: str, path: str, **headers: str) -> Response:
        """Somebody asks for something, once everything recorded is followed."""
        self.track.settle()
        return self._clients[who].get(path, headers=headers)

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
    return {**facts, "on": "2015-05-10", **changed}


def enrolling(households: Iterable[str], quantity: Any = "1", on: str = "2015-06-01") -> dict[str, Any]:
    """A share for each household."""
    return {"on": on, "households": [{"household_id": one, "quantity": quantity} for one in households]}


def accepted(answer: Response) -> str:
    """Where the result of a command is."""
    assert answer.status_code == 201, answer.text
    return answer.headers["Location"]


def refused(answer: Response, status: int, code: str) -> dict[str, Any]:
    """The problem a refusal answers with."""
    problem: dict[str, Any] = answer.json()
    assert (answer.status_code, problem["code"]) == (status, code), answer.text
    return problem


def refused_rows(answer: Response) -> dict[str, str]:
    """The rows of a list that were refused, each with its code."""
    return {row["id"]: row["code"] for row in refused(answer, 409, "rows-refused")["rows"]}


KNOWN = known()
nothing = Case(project_decider)
ponds = opened_in(VILLAGE)
closed = ponds.given(by(ProjectClosed(project_id=PROJECT), on=TODAY))
