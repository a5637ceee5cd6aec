"""By an ID number an officer finds the household somebody lives in, in their own area and on purpose only."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from casework.codes import Sex
from casework.id_number import invented
from chronicle.store.tables import access_log
from huangxi import API, Huangxi, huangxi, refused
from identification.people.persons import Person
from person_ids import person_id
from sqlalchemy import select

SEARCH = f"{API}/people/search"
NUMBER, STRANGER = (invented(n, date(1968, 5, 21), Sex.MALE) for n in (4_100, 4_101))


@pytest.fixture
def village(tmp_path: Path) -> Iterator[Huangxi]:
    with huangxi(f"sqlite:///{tmp_path / 'village.db'}", tmp_path) as village:
        yield village


def settled(village: Huangxi) -> dict[str, str]:
    """Somebody recorded in a household: who, and which."""
    (application,) = village.apply([Person(id_number=NUMBER, name="饶桂英")])
    household = village.household_of(application)
    shown = village.ask("officer", f"{API}/applications/{application}").json()
    return {"person_id": shown["history"][0]["facts"]["head_id"], "household_id": household}


def search(village: Huangxi, who: str = "officer", **changed: Any) -> Any:
    return village.send(who, SEARCH, {"id_number": NUMBER, "purpose": "identity_check"} | changed)


def logged(village: Huangxi) -> list[tuple[str, str, str, str]]:
    columns = (access_log.c[name] for name in ("person", "purpose", "owner", "fields"))
    with village.service.database.reading() as connection:
        return [(*row,) for row in connection.execute(select(*columns).order_by(access_log.c.id))]


@pytest.mark.parametrize("who", ["officer", "reviewer", "county"])
def test_whoever_checks_identities_finds_the_household_in_their_area(village: Huangxi, who: str) -> None:
    there = settled(village)
    answer = search(village, who)

    assert (answer.status_code, answer.json()) == (200, there)
    assert search(village, who, id_number=f" {NUMBER.lower()} ").json() == there


def test_who_looked_for_whom_and_why_is_written_down_found_or_not(village: Huangxi) -> None:
    there = settled(village)
    search(village)
    search(village, id_number=STRANGER)
    found, nobody = logged(village)

    assert found == (person_id("officer"), "identity_check", there["person_id"], "id_number")
    assert (nobody[:2], nobody[3]) == (found[:2], "id_number")
    assert nobody[2].startswith("id-number/")
    assert STRANGER not in nobody[2]


def test_who_lives_elsewhere_is_answered_as_one_who_is_unknown(village: Huangxi) -> None:
    settled(village)
    elsewhere, unknown = search(village, "neighbour"), search(village, "neighbour", id_number=STRANGER)

    answers = [refused(answer, 404, "household-not-found") | {"instance": ""} for answer in (elsewhere, unknown)]
    assert answers[0] == answers[1]
    assert len(logged(village)) == 2


def test_who_is_recorded_but_lives_in_no_household_is_not_found(village: Huangxi) -> None:
    village.apply([Person(id_number=NUMBER, name="饶桂英")])

    refused(search(village), 404, "household-not-found")


@pytest.mark.parametrize(
    ("who", "purpose", "code"),
    [
        ("convener", "identity_check", "not-your-duty"),
        ("auditor", "identity_check", "not-your-duty"),
        ("officer", "case_work", "not-for-this-purpose"),
        ("officer", "contact", "not-for-this-purpose"),
    ],
)
def test_other_duties_and_purposes_find_nobody(village: Huangxi, who: str, purpose: str, code: str) -> None:
    settled(village)

    refused(search(village, who, purpose=purpose), 403, code)
    assert logged(village) == []


def test_a_mistyped_number_is_refused_with_the_reason_and_without_the_number(village: Huangxi) -> None:
    wrong = NUMBER[:-1] + ("0" if NUMBER[-1] != "0" else "1")
    answer = search(village, id_number=wrong)

    refused(answer, 422, "id-number-checksum-wrong")
    assert wrong not in answer.text


def test_nobody_is_found_when_it_cannot_be_written_down(village: Huangxi) -> None:
    there = settled(village)
    with village.service.database.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE access_log RENAME TO lost_log")

    answer = search(village)
    refused(answer, 503, "unavailable")
    assert there["household_id"] not in answer.text
