"""Departments help households that are registered: their officers read the names of those, and nothing of a case."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from chronicle.principal import Duty, Principal
from httpx2 import Response
from huangxi import API, VILLAGE, Huangxi, huangxi, refused
from pairings import HOUSEHOLDS, registered
from person_ids import person_id

ELSEWHERE = "360425000000"


@pytest.fixture
def village(store_url: str, tmp_path: Path) -> Iterator[Huangxi]:
    with huangxi(store_url, tmp_path) as village:
        yield village


def officer(area: str = VILLAGE) -> Principal:
    return Principal(person_id("health"), "health", "account", (Duty("department_officer", area),), department="health")


def opened(village: Huangxi, person: str, purpose: str = "assistance", who: Principal | None = None) -> Response:
    return village.send_as(who or officer(), f"{API}/people/{person}/disclosure", {"purpose": purpose})


def test_an_officer_of_a_department_reads_the_name_of_whoever_lives_in_a_registered_household(village: Huangxi) -> None:
    (household,) = registered(village)
    (member,) = village.ask("officer", f"{HOUSEHOLDS}/{household}").json()["members"]
    answer = opened(village, member["person_id"])
    assert answer.status_code == 200
    assert answer.json()["texts"].keys() == {"name"}

    refused(opened(village, member["person_id"], who=officer(ELSEWHERE)), 404, "not-found")
    for purpose in ("case_work", "contact", "public_notice"):
        refused(opened(village, member["person_id"], purpose), 403, "not-your-duty")


def test_of_whoever_applied_and_is_not_registered_they_read_nothing(village: Huangxi) -> None:
    (one,) = village.bring(village.file(), to=3)
    notice = village.hold(3, [one])
    village.household_of(one)
    head = village.ask("officer", f"{API}/applications/{one}").json()["history"][0]["facts"]["head_id"]
    refused(opened(village, head), 404, "not-found")
    for purpose, code in (("case_work", "not-your-duty"), ("assistance", "not-for-this-purpose")):
        refused(village.ask_as(officer(), f"{notice}/sheet", purpose=purpose), 403, code)
