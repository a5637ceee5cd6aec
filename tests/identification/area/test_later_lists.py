"""A later list proposes other names and codes for areas that are open; nothing changes before somebody confirms it."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from chronicle.messages import new_id
from chronicle.principal import Duty
from identification.imports.areas import Imported, import_areas
from running_identification import RunningIdentification, running
from starlette.testclient import TestClient

API = "/api/identification/v1"
FIRST, LATER = date(2014, 1, 1), date(2015, 5, 1)
BEFORE = """code,name,level,parent_code,code_source
360000000000,江西省,province,,official
360400000000,九江市,prefecture,360000000000,official
360402000000,庐山区,county,360400000000,official
360427000000,星子县,county,360400000000,official
360427105000,横塘镇,township,360427000000,official
360427106000,温泉镇,township,360427000000,official
360427106201,东山村委会,village,360427106000,official
360427106202,西山村委会,village,360427106000,official
"""
# The county has other digits and another name; of its townships one keeps its number; a village is gone.
AFTER = """code,name,level,parent_code,code_source
360000000000,江西省,province,,official
360400000000,九江市,prefecture,360000000000,official
360402000000,濂溪区,county,360400000000,official
360483000000,庐山市,county,360400000000,official
360483101000,横塘镇,township,360483000000,official
360483106000,温泉镇,township,360483000000,official
360483106201,东山村委会,village,360483106000,official
"""
CITY, TAKING = Duty("county_officer", "3604"), Duty("county_officer", "360483")


@pytest.fixture
def identification(tmp_path: Path) -> Iterator[RunningIdentification]:
    with running(f"sqlite:///{tmp_path / 'areas.db'}", tmp_path) as service:
        imported(service, BEFORE, FIRST)
        yield service


def imported(service: RunningIdentification, text: str, valid_from: date, complete: str | None = None) -> Imported:
    found = import_areas(service.service.handler, text.encode(), valid_from, service.asked(), complete)
    service.catch_up()
    return found


def proposed(client: TestClient) -> dict[str, tuple[str | None, str | None]]:
    items = client.get(f"{API}/area-changes", params={"standing": "proposed"}).json()["items"]
    return {each["code"]: (each["name"], each["successor_code"]) for each in items}


def test_a_later_list_proposes_what_it_tells_and_names_what_it_does_not(identification: RunningIdentification) -> None:
    found = imported(identification, AFTER, LATER, "360400000000")

    assert found == Imported(areas=7, opened=4, proposed=3, unmatched=("360427106202",))
    assert proposed(identification.client(CITY)) == {
        "360402000000": ("濂溪区", None),
        "360427000000": (None, "360483000000"),
        "360427105000": (None, "360483101000"),
    }


def test_the_same_list_again_proposes_nothing_more(identification: RunningIdentification) -> None:
    imported(identification, AFTER, LATER, "360400000000")

    assert imported(identification, AFTER, LATER, "360400000000").proposed == 0


def test_a_list_that_is_not_said_to_be_complete_tells_nothing_of_what_it_does_not_name(
    identification: RunningIdentification,
) -> None:
    assert imported(identification, AFTER, LATER) == Imported(areas=7, opened=4, proposed=1)


def test_what_a_list_proposes_changes_nothing_by_itself(identification: RunningIdentification) -> None:
    imported(identification, AFTER, LATER, "360400000000")

    shown = identification.client(CITY).get(f"{API}/areas/360427105000").json()
    assert (shown["name"], shown["now"]) == ("横塘镇", "360427105000")
    assert identification.service.handler.codes().replacements == ()


def test_the_county_an_area_comes_to_confirms_and_nobody_else(identification: RunningIdentification) -> None:
    imported(identification, AFTER, LATER, "360400000000")
    taking = identification.client(TAKING, person="somebody-else")
    items = taking.get(f"{API}/area-changes").json()["items"]
    # It sees what comes to it, and nothing of the district beside it.
    assert {each["code"] for each in items} == {"360427000000", "360427105000"}
    path = {each["code"]: f"{API}/areas/{each['code']}/changes/{each['proposal_id']}/confirmation" for each in items}

    def confirm(client: TestClient, code: str) -> tuple[int, str | None]:
        answer = client.post(path[code], headers={"Idempotency-Key": new_id()})
        identification.catch_up()
        identification.service.handler.codes.read()  # type: ignore[attr-defined]
        return answer.status_code, answer.json().get("code")

    assert confirm(identification.client(Duty("county_officer", "360427")), "360427105000") == (
        403,
        "outside-your-area",
    )
    assert confirm(identification.client(CITY), "360427105000") == (409, "confirmed-own-area-change")
    assert confirm(taking, "360427105000") == (201, None)
    # A village without a counterpart would be nowhere.
    assert confirm(taking, "360427000000") == (409, "parts-without-successor")


def test_where_codes_cannot_be_read_nobody_is_let_in(identification: RunningIdentification) -> None:
    client = identification.client(CITY)
    replacements = identification.service.replacements
    assert replacements
    assert client.get(f"{API}/areas").status_code == 200

    with identification.service.database.writing() as connection:
        replacements.tables.drop(connection)

    answer = client.get(f"{API}/areas", headers={"Yihu-After": "identification/0:0"})
    assert answer.status_code == 503
