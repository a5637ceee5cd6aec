"""What departments sent of somebody goes when they are erased, and does not come back with a backup."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from chronicle.store.tables import person_key
from departments import APPLICATIONS, Departments, departments, number, record
from erasing import ORDER, PEOPLE
from huangxi import accepted
from identification.cases.person.events import PersonErased
from identification.people.erasures import erase_again
from sqlalchemy import select, update


@pytest.fixture
def everywhere(store_url: str, tmp_path: Path) -> Iterator[Departments]:
    with departments(store_url, tmp_path) as village:
        yield village


def erased(here: Departments) -> None:
    """Somebody is met by one data match and waited for by another, and is erased."""
    village, one = here.village, here.apply(number(1))
    here.send(record(1))
    here.settle()
    accepted(village.send("officer", f"{APPLICATIONS}/{one}/withdrawal", {"on": "2015-06-01", "reason": "own_wish"}))
    here.send(record(1, "second"), record(2))
    here.settle()
    assert (len(here.kept()), here.waiting()) == (3, 4)
    person = village.facts(f"{APPLICATIONS}/{one}")[0]["head_id"]
    accepted(village.send("county", f"{PEOPLE}/{person}/erasure-proposal", ORDER))
    accepted(village.send("verifier", f"{PEOPLE}/{person}/erasure", None))


def test_with_somebody_erased_goes_what_met_them_and_what_waited_for_them(everywhere: Departments) -> None:
    erased(everywhere)
    assert (len(everywhere.kept()), everywhere.waiting()) == (1, 2)
    # Sent again it is the same record; a new one waits as it would for anybody.
    assert everywhere.send(record(1)).status_code == 202
    assert everywhere.send(record(1, "third")).status_code == 202
    everywhere.settle()
    assert everywhere.types().count("data-match-attached") == 1


def test_a_backup_brings_back_nothing_of_it(everywhere: Departments) -> None:
    erased(everywhere)
    service = everywhere.hearing.service
    (told,) = (PersonErased.read(event.data) for event in everywhere.village.events() if "person-erased" in event.type)
    owners = told.data_matches
    assert len(owners) == 2
    with service.database.writing() as connection:
        theirs = update(person_key).where(person_key.c.owner.in_(owners))
        connection.execute(theirs.values(wrapped=b"key", state="active"))
        assert erase_again(connection, service.erasures.types) == len(owners)
        states = connection.execute(select(person_key.c.state).where(person_key.c.owner.in_(owners))).scalars().all()
    assert set(states) == {"erased"}
