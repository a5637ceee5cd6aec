"""Invented households fill an installation as officers would have: counted as published, followed, worked on."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from itertools import count, islice
from pathlib import Path

import pytest
from casework.codes import PovertyCause
from casework.income import per_capita_net_income
from chronicle.principal import Duty
from chronicle.store.tables import parked_event
from chronicle.verification import verify
from identification.cases.application.projections import applications
from identification.cases.registration.projections import registered_households
from running_identification import RunningIdentification, running
from serving import typed
from sqlalchemy import func, select
from yihu.demo.telling import OWN_AREAS
from yihu.generating.course import FIRST_DAY
from yihu.generating.filling import NoVillages, SomebodyThere, fill
from yihu.generating.households import Form, chance_of, divided, forms

API = "/api/identification/v1"
AREAS = OWN_AREAS.read_bytes()
LINE = Decimal(2800)
HOUSEHOLDS = 25


def invented(seed: str, number: int) -> list[Form]:
    return list(islice(forms(chance_of(seed), count(), LINE, FIRST_DAY), number))


@pytest.fixture
def filled(store_url: str, tmp_path: Path) -> Iterator[RunningIdentification]:
    with running(store_url, tmp_path) as service:
        list(fill(service.service, AREAS, HOUSEHOLDS, seed=1))
        service.catch_up()
        yield service


def test_two_thousand_households_are_as_large_and_as_poor_as_published() -> None:
    every = invented("7", 2000)

    persons = [len(form.members) for form in every]
    main = Counter(form.causes[0] for form in every)
    incomes = [per_capita_net_income(form.income, len(form.members)) for form in every]
    assert sum(persons) / 2000 == pytest.approx(3.50, abs=0.12)
    assert main[PovertyCause.ILLNESS] / 2000 == pytest.approx(0.5692, abs=0.04)
    assert (main[PovertyCause.ILLNESS] + main[PovertyCause.DISABILITY] + main[PovertyCause.NO_LABOUR]) / 2000 > 0.60
    assert max(incomes) < LINE
    assert sorted(incomes)[1000] > LINE * Decimal("0.7")


def test_a_seed_invents_the_same_households_and_another_others() -> None:
    assert invented("1", 50) == invented("1", 50)
    assert invented("1", 50) != invented("2", 50)


def test_every_invented_person_has_an_id_number_of_nobody_and_their_own() -> None:
    numbers = [member.id_number for form in invented("1", 2000) for member in form.members]

    assert len({*numbers}) == len(numbers)
    assert all(number.startswith("99") for number in numbers)


def test_households_are_divided_among_villages_without_losing_one() -> None:
    shares = divided(chance_of("1"), 1000, [str(village) for village in range(30)])

    assert sum(shares.values()) == 1000
    assert max(shares.values()) > 2 * min(shares.values())


def test_what_was_generated_is_followed_without_a_parked_event_and_verifies(filled: RunningIdentification) -> None:
    table, register = applications.tables.application, registered_households.tables.household
    with filled.service.database.reading() as connection:
        waiting = connection.scalar(select(func.count()).select_from(table).where(table.c.ending.is_(None)))
        registered = connection.scalar(select(func.count()).select_from(register))
        parked = connection.scalar(select(func.count()).select_from(parked_event))

    assert (registered, waiting, parked) == (HOUSEHOLDS, 3, 0)
    assert verify(filled.service.database) == []


def test_a_generated_household_is_worked_on_like_any_other(filled: RunningIdentification) -> None:
    with filled.service.database.reading() as connection:
        table = registered_households.tables.household
        one = connection.execute(select(table.c.application_id).limit(1)).scalar()
    ending = {"on": "2016-01-10", "reason": "moved_away"}
    filled.clock.set(datetime(2016, 1, 10, 2, tzinfo=UTC))
    county, village = filled.client(Duty("county_officer", "360424")), filled.client(Duty("village_officer", "3604"))

    ended = county.post(
        f"{API}/applications/{one}/registration-ending", json=ending, headers={"Idempotency-Key": "one"}
    )
    assert ended.status_code == 201, ended.text
    waiting = village.get(f"{API}/work-queues").json()
    assert sum(queue["count"] for queue in waiting) == 3


def test_where_people_are_recorded_nobody_is_generated(filled: RunningIdentification) -> None:
    with pytest.raises(SomebodyThere):
        list(fill(filled.service, AREAS, 1, seed=1))


def test_without_a_village_nobody_is_generated(store_url: str, tmp_path: Path) -> None:
    header = AREAS.splitlines(keepends=True)[:2]
    with running(store_url, tmp_path) as service, pytest.raises(NoVillages):
        list(fill(service.service, b"".join(header), 1, seed=1))


def test_the_command_says_what_it_made_and_refuses_to_do_it_twice(tmp_path: Path) -> None:
    words = ("generate", "--households", "3", "--seed", "5", "--folder", tmp_path)
    code, said = typed(*words)
    again = typed(*words)

    assert code == 0
    assert re.search(r"3 households registered and 1 waiting at a step: \d+ events", said)
    assert again[0] == 1
    assert "People are recorded here already" in again[1]
    assert typed("verify", "--folder", tmp_path)[0] == 0
