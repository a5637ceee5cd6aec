"""Somebody who applied, and everything typed about them, to be erased."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from canaries import Canaries
from chronicle.decider import Reading
from chronicle.recording import Part
from chronicle.store import Database
from chronicle.store.values import Delivery
from dossiers import form
from huangxi import API, GROUP, VILLAGE, Huangxi, accepted
from identification.cases.person.commands import ErasePerson, OfPerson, ProposeErasure
from identification.cases.person.decider import KnownOfPerson
from identification.cases.person.findings import ErasureReason
from identification.cases.person.gather import person_decider
from person_ids import person_id
from running_identification import RunningIdentification
from sqlalchemy import inspect, text

PEOPLE, APPLICATIONS = f"{API}/people", f"{API}/applications"
ORDER = {"reason": "authority_order", "reference": "（2015）修法字第7号"}


@dataclass
class Couple:
    """A couple of Huangxi that applied: what was typed about them, and their ids, the head's first."""

    village: Huangxi
    typed: list[dict[str, str]]
    application_id: str
    person_ids: list[str]
    household_id: str
    canaries: Canaries

    @property
    def head(self) -> str:
        """Where the head's own is asked for."""
        return f"{PEOPLE}/{self.person_ids[0]}"

    def withdraw(self) -> None:
        """Let them withdraw their application."""
        withdrawal = {"on": "2015-06-02", "reason": "own_wish"}
        accepted(self.village.send("officer", f"{APPLICATIONS}/{self.application_id}/withdrawal", withdrawal))

    def erase(self, member: int = 0) -> None:
        """Have one of them erased, by order and by two of the county."""
        self.village.catch_up()
        person = f"{PEOPLE}/{self.person_ids[member]}"
        accepted(self.village.send("county", f"{person}/erasure-proposal", ORDER))
        accepted(self.village.send("verifier", f"{person}/erasure", None))

    def disclosure(self, member: int = 0) -> Any:
        """What an officer is shown of one of them."""
        path = f"{PEOPLE}/{self.person_ids[member]}/disclosure"
        return self.village.send("officer", path, {"purpose": "own_request"})


def couple(village: Huangxi, canaries: Canaries, **changed: Any) -> Couple:
    """Let a couple apply on 1 June."""
    village.on("06-02")
    filed = form(canaries, GROUP, **changed)
    location = accepted(village.send("officer", APPLICATIONS, filed))
    facts = village.ask("county", location).json()["history"][0]["facts"]
    ids = facts["application_id"], facts["member_ids"], facts["household_id"]
    return Couple(village, filed["members"], *ids, canaries)


def erase_objector(village: Huangxi, case: str) -> str:
    """Have whoever objected or complained erased, by order and by two of the county; where that is told."""
    accepted(village.send("county", f"{case}/erasure-proposal", ORDER))
    return accepted(village.send("verifier", f"{case}/erasure", None))


def readable(database: Database) -> str:
    """Everything in every table, as text."""
    with database.reading() as connection:
        tables = inspect(connection).get_table_names()
        rows = [connection.execute(text(f'SELECT * FROM "{table}"')).all() for table in tables]  # noqa: S608
    return str(rows)


def erase_who_never_applied(running: RunningIdentification, *persons: str) -> None:
    """Have people of the village erased of whom nothing is known but who they are, as nobody is outside tests."""
    for person in persons:
        erased = running.service.vault.erased(person, {})
        whose = OfPerson(person_id=person, household_id=None, area=VILLAGE, on=running.clock.today()).model_dump()
        propose = ProposeErasure(**whose, reason=ErasureReason.OWN_REQUEST, reference=None)
        erase = ErasePerson(**whose, of_household=False, data_matches=erased.data_matches)
        by_another, delivery = person_id("another"), Delivery(sealed=erased.sealed, claims=erased.claims)
        _handle(running, propose, running.asked().actor.person, Delivery())
        _handle(running, erase, by_another, delivery)


def _handle(running: RunningIdentification, command: ProposeErasure | ErasePerson, by: str, delivery: Delivery) -> None:
    asked = running.asked("county_officer")
    asked = replace(asked, actor=replace(asked.actor, person=by))
    running.service.handler.handle(asked, [Part(_knowing_enough, command.person_id, command)], delivery)


def _erasable(parts: Sequence[Any], reading: Reading) -> list[KnownOfPerson]:
    found = KnownOfPerson(
        actor=reading.asked.actor,
        today=reading.asked.today,
        read_at=(),
        applications=1,
        together_with=(),
        is_applying=False,
        is_registered=False,
        kept_until=None,
    )
    return [found for _ in parts]


_knowing_enough = replace(person_decider, gather=_erasable)
