"""Somebody who applied, and everything typed about them, to be erased."""

from dataclasses import dataclass
from typing import Any

from canaries import Canaries
from chronicle.store import Database
from dossiers import form
from huangxi import API, GROUP, Huangxi, accepted
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


def readable(database: Database) -> str:
    """Everything in every table, as text."""
    with database.reading() as connection:
        tables = inspect(connection).get_table_names()
        rows = [connection.execute(text(f'SELECT * FROM "{table}"')).all() for table in tables]  # noqa: S608
    return str(rows)
