"""Huangxi with a county's vehicle register beside it, and a feed on which the two meet."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from applications import member
from casework.codes import RelationToHead, Sex
from casework.id_number import invented
from chronicle.messages import StoredEvent
from chronicle.principal import Duty, Principal
from chronicle.recording import Part
from chronicle.store.tables import claim, person_key, sealed_text
from chronicle.store.values import Delivery
from hearing import Hearing, hearing
from httpx2 import Response
from huangxi import API, BORN, GROUP, VILLAGE, Huangxi
from identification.cases.household.commands import RecordHousehold
from identification.cases.household.gather import household_decider
from identification.people.awaited import AWAITING
from identification.people.persons import Person
from person_ids import person_id
from sqlalchemy import func, select

SENDING, RECHECKS, APPLICATIONS = f"{API}/data-matches", f"{API}/rechecks", f"{API}/applications"
HAS_A_VAN = "名下登记有一辆小型面包车"


@dataclass(frozen=True)
class Departments:
    """The village, and what departments send it."""

    hearing: Hearing

    @property
    def village(self) -> Huangxi:
        """The village itself."""
        return self.hearing.village

    def send(
        self,
        *records: dict[str, Any],
        key: str | None = None,
        area: str = "360424",
        scope: str = "data-match:vehicle",
        role: str = "department_system",
        department: str | None = "public_security",
        register_area: str | None = None,
        **changed: Any,
    ) -> Response:
        """Let the vehicle register send records, as of 31 May unless told otherwise."""
        duties, scopes = tuple(Duty(role, each) for each in area.split(",")), frozenset({scope})
        principal = Principal(person_id("register"), "traffic", "traffic-system", duties, scopes, department)
        body = {
            "kind": "vehicle",
            "listed_on": "2015-05-31",
            "records": list(records),
            "area": register_area,
            **changed,
        }
        return self.village.send_as(principal, SENDING, body, key)

    def settle(self) -> None:
        """Let what was recorded come round until nothing is left to react to."""
        before = -1
        while (now := len(self.village.events())) != before:
            before = now
            # What is recorded at the end of one round is heard in the next.
            self.hearing.react()
            self.hearing.react()

    def apply(self, number: str) -> str:
        """Let somebody apply, with a household of their own; the application."""
        (one,) = self.village.apply([Person(id_number=number, name="甘大明")])
        return one

    def join(self, application_id: str, household_id: str, number: str) -> None:
        """Let somebody join a household whose only member is the head of its application."""
        service, asked = self.hearing.service, self.village.asked("village_officer", VILLAGE)
        enrolment = service.vault.enrol([Person(id_number=number, name="甘小明")], GROUP, asked.today)
        head = self.village.facts(f"{APPLICATIONS}/{application_id}")[0]["head_id"]
        members = (member(head), member(enrolment.people[0].person_id, RelationToHead.SON))
        command = RecordHousehold(household_id=household_id, group_code=GROUP, members=members, on=asked.today)
        delivery = Delivery(sealed=enrolment.sealed, claims=enrolment.claims)
        service.handler.handle(asked, [Part(household_decider, household_id, command)], delivery)

    def types(self, beginning: str = "data-match") -> list[str]:
        """What was recorded of data matches or re-checks, without the service and the version."""
        names = (event.type.split(".")[1] for event in sorted(self.village.events(), key=_recorded))
        return [name for name in names if name.startswith(beginning)]

    def waiting(self) -> int:
        """How many claims wait for people."""
        with self.hearing.service.database.reading() as connection:
            count = select(func.count()).where(claim.c.kind.in_(AWAITING))
            return int(connection.execute(count).scalar_one())

    def kept(self) -> list[str]:
        """Under whose keys texts of departments can still be opened."""
        with self.hearing.service.database.reading() as connection:
            there = select(sealed_text.c.owner).join(person_key, person_key.c.owner == sealed_text.c.owner)
            return list(connection.execute(there.where(sealed_text.c.field == "data_match")).scalars())


@contextmanager
def departments(url: str, folder: Path) -> Iterator[Departments]:
    """Run the village with a feed and a register for a while."""
    with hearing(url, folder) as heard:
        yield Departments(heard)


def number(sequence: int) -> str:
    """The ID number of somebody who does not exist."""
    return invented(sequence, BORN, Sex.MALE)


def record(sequence: int, record_id: str = "", **changed: Any) -> dict[str, Any]:
    """What the register says of somebody."""
    return {"record_id": record_id or f"plate-{sequence}", "id_number": number(sequence), "facts": HAS_A_VAN, **changed}


def complaining(on: str, **changed: Any) -> dict[str, Any]:
    """Somebody who gives no name complains of a household."""
    return {"on": on, "ground": "property_undeclared", "facts": "去年在县城买了房", **changed}


def day(text: str) -> date:
    """A day of 2015."""
    return date.fromisoformat(f"2015-{text}")


def _recorded(event: StoredEvent) -> Any:
    return event.recorded_at, event.event_id
