"""Areas over HTTP: read by everybody signed in, villager groups kept by their village's officers."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from chronicle.messages import new_id
from chronicle.principal import Duty
from httpx2 import Response
from identification.imports.areas import import_areas
from running_identification import RunningIdentification, running
from starlette.testclient import TestClient

AREAS = "/api/identification/v1/areas"
TOWNSHIP, VILLAGE, NEXT_VILLAGE = "360424106000", "360424106216", "360424106217"
OFFICER, NEIGHBOUR = Duty("village_officer", VILLAGE), Duty("village_officer", NEXT_VILLAGE)
LINES = """code,name,level,parent_code,code_source
360000000000,江西省,province,,official
360400000000,九江市,prefecture,360000000000,official
360424000000,修水县,county,360400000000,official
360424106000,马坳镇,township,360424000000,official
360424106216,黄溪村委会,village,360424106000,provisional
360424106217,石溪村委会,village,360424106000,provisional
"""


@pytest.fixture
def identification(tmp_path: Path) -> Iterator[RunningIdentification]:
    with running(f"sqlite:///{tmp_path / 'areas.db'}", tmp_path) as service:
        import_areas(service.service.handler, LINES.encode(), date(2014, 1, 1), service.asked())
        service.catch_up()
        yield service


@pytest.fixture
def officer(identification: RunningIdentification) -> TestClient:
    return identification.client(OFFICER)


def opened(client: TestClient, village: str = VILLAGE, key: str = "", **changed: Any) -> Response:
    group = {"number": "01", "name": "一组", "valid_from": "2014-01-01"} | changed
    return client.post(f"{AREAS}/{village}/villager-groups", json=group, headers={"Idempotency-Key": key or new_id()})


def test_the_areas_below_one_are_listed(officer: TestClient) -> None:
    villages = officer.get(AREAS, params={"parent": TOWNSHIP}).json()["items"]
    (province,) = officer.get(AREAS).json()["items"]

    assert [(village["code"], village["name"]) for village in villages] == [
        (VILLAGE, "黄溪村委会"),
        (NEXT_VILLAGE, "石溪村委会"),
    ]
    assert (province["code"], province["level"], province["parent_code"]) == ("360000000000", "province", None)


def test_a_long_list_comes_in_pages(officer: TestClient) -> None:
    first = officer.get(AREAS, params={"parent": TOWNSHIP, "limit": 1}).json()
    second = officer.get(AREAS, params={"parent": TOWNSHIP, "limit": 1, "cursor": first["next"]}).json()

    assert [page["items"][0]["code"] for page in (first, second)] == [VILLAGE, NEXT_VILLAGE]
    assert second["next"] is None


def test_one_area_is_shown(officer: TestClient) -> None:
    assert officer.get(f"{AREAS}/{VILLAGE}").json() == {
        "code": VILLAGE,
        "name": "黄溪村委会",
        "level": "village",
        "parent_code": TOWNSHIP,
        "code_source": "provisional",
        "valid_from": "2014-01-01",
        "now": VILLAGE,
    }
    assert officer.get(f"{AREAS}/360424106999").status_code == 404


def test_an_unknown_filter_is_refused(officer: TestClient) -> None:
    assert officer.get(AREAS, params={"name": "黄溪"}).status_code == 422


def test_a_village_officer_opens_a_villager_group(identification: RunningIdentification, officer: TestClient) -> None:
    answer = opened(officer)
    assert (answer.status_code, answer.headers["location"]) == (201, f"{AREAS}/{VILLAGE}01")

    identification.catch_up()
    shown = officer.get(answer.headers["location"], headers={"Yihu-After": answer.headers["yihu-position"]}).json()
    assert (shown["level"], shown["parent_code"], shown["code_source"]) == ("group", VILLAGE, "local")


def test_the_same_request_again_gets_the_same_answer(officer: TestClient) -> None:
    first, again = (opened(officer, key="key-1") for _ in range(2))

    assert (first.status_code, first.json()) == (again.status_code, again.json())


def test_a_group_that_is_open_is_not_opened_again(officer: TestClient) -> None:
    opened(officer)

    assert opened(officer).status_code == 200
    assert opened(officer, name="二组").json()["code"] == "area-differs"


def test_nobody_opens_a_group_of_another_village(identification: RunningIdentification, officer: TestClient) -> None:
    assert opened(officer, NEXT_VILLAGE).status_code == 403
    assert opened(identification.client(Duty("township_reviewer", "360424106"))).status_code == 403
    assert opened(identification.client(NEIGHBOUR), NEXT_VILLAGE).status_code == 201


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"valid_from": "2013-12-31"}, 409, "area-parent-not-open"),
        ({"valid_from": "2015-06-02"}, 422, "date-in-future"),
        ({"number": "00"}, 422, "area-code-malformed"),
        ({"number": "1"}, 422, "malformed"),
        ({"name": "13800000000"}, 422, "malformed"),
    ],
)
def test_a_group_that_cannot_be_right_is_refused(
    officer: TestClient, changed: dict[str, str], status: int, code: str
) -> None:
    answer = opened(officer, **changed)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert "13800000000" not in answer.text


def test_a_group_needs_a_village_that_is_there(identification: RunningIdentification) -> None:
    gone = "360424106299"
    answer = opened(identification.client(Duty("village_officer", gone)), gone)

    assert (answer.status_code, answer.json()["code"]) == (409, "area-parent-not-open")
