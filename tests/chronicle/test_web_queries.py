"""Queries over HTTP: parameters, pages, and waiting for one's own writes."""

import base64
import hmac
from pathlib import Path
from typing import Any

import pytest
from chronicle.principal import Duty
from chronicle.store.values import Position
from chronicle.web import resource, service_app
from chronicle.web.paging import CursorUnknown, sealed, unsealed
from post_office import LETTERS, NEXT_VILLAGE, VILLAGE, PostOffice, find, key, new_letter
from starlette.testclient import TestClient


@pytest.fixture
def office(tmp_path: Path) -> PostOffice:
    return PostOffice(tmp_path)


@pytest.fixture
def clerk(office: PostOffice) -> TestClient:
    return office.client()


@pytest.fixture
def seven(clerk: TestClient) -> list[str]:
    answers = [clerk.post(LETTERS, json=new_letter(), headers=key()) for _ in range(7)]
    return [answer.headers["Location"].removeprefix(LETTERS + "/") for answer in answers]


def walk(clerk: TestClient, **query: Any) -> list[list[str]]:
    pages: list[list[str]] = []
    cursor = None
    while not pages or cursor:
        answer = clerk.get(LETTERS, params=query | ({"cursor": cursor} if cursor else {}))
        assert answer.status_code == 200
        pages.append([item["stream"].removeprefix("letter/") for item in answer.json()["items"]])
        cursor = answer.json()["next"]
    return pages


def refused(clerk: TestClient, query: str) -> tuple[int, str]:
    answer = clerk.get(f"{LETTERS}?{query}")
    return answer.status_code, answer.json()["code"]


def test_pages_give_every_item_once_and_in_order(clerk: TestClient, seven: list[str]) -> None:
    assert walk(clerk, limit=3) == [seven[:3], seven[3:6], seven[6:]]
    assert walk(clerk, limit=7) == [seven]
    assert walk(clerk) == [seven]


def test_what_is_recorded_meanwhile_moves_nothing_between_pages(clerk: TestClient, seven: list[str]) -> None:
    first = clerk.get(LETTERS, params={"limit": 4}).json()
    clerk.post(LETTERS, json=new_letter(), headers=key())
    second = clerk.get(LETTERS, params={"limit": 3, "cursor": first["next"]}).json()

    assert [item["stream"].removeprefix("letter/") for item in first["items"] + second["items"]] == seven


def test_a_list_shows_the_callers_area_only(office: PostOffice, seven: list[str]) -> None:
    assert walk(office.client(Duty("clerk", NEXT_VILLAGE))) == [[]]
    assert walk(office.client(Duty("auditor", VILLAGE))) == [[]]
    assert walk(office.client(Duty("clerk", VILLAGE[:6]))) == [seven]


@pytest.mark.parametrize("limit", ["0", "201", "-1", "x", "1.5", ""])
def test_a_page_has_1_to_200_items(clerk: TestClient, limit: str) -> None:
    assert refused(clerk, f"limit={limit}") == (422, "malformed")


def test_a_cursor_is_taken_only_as_it_was_given_and_where_it_was_given(office: PostOffice, seven: list[str]) -> None:
    elsewhere = resource("/elsewhere")
    elsewhere.get("")(find)
    clerk = office.client()
    cursor = clerk.get(LETTERS, params={"limit": 3}).json()["next"]
    forged = base64.urlsafe_b64encode(bytes(16) + b"[10, 1]").decode()
    app = service_app("Elsewhere", [elsewhere], office.edge)

    for other in (cursor[:-1], cursor[1:], cursor + "x", forged, "x", "張"):
        assert refused(clerk, f"cursor={other}") == (422, "cursor-unknown")
    assert TestClient(app, headers=dict(clerk.headers)).get("/elsewhere", params={"cursor": cursor}).status_code == 422
    assert len(seven) == 7


def test_nothing_can_be_read_from_a_cursor() -> None:
    text, keyed = b'["generation", [7, 0, 1204]]', lambda content: hmac.digest(b"key", content, "sha256")
    cursor = sealed(text, "feed", keyed)

    assert b"1204" not in base64.urlsafe_b64decode(cursor + "==")
    assert unsealed(cursor, "feed", keyed) == text
    with pytest.raises(CursorUnknown):
        unsealed(cursor, "another feed", keyed)


def test_a_parameter_nobody_declared_is_refused_with_those_there_are(clerk: TestClient) -> None:
    answer = clerk.get(f"{LETTERS}?village=x&limit=1", headers={"Accept-Language": "en"})

    assert answer.status_code == 422
    assert answer.json()["code"] == "unknown-parameter"
    assert "There are: cursor, limit, since." in answer.json()["detail"]


@pytest.mark.parametrize("query", ["limit=1&limit=2", "Limit=1", "x", "limit=1&=2"])
def test_a_parameter_said_twice_or_misspelt_is_not_ignored(clerk: TestClient, query: str) -> None:
    assert refused(clerk, query) == (422, "unknown-parameter")


def test_a_write_takes_no_parameters_it_does_not_declare(clerk: TestClient) -> None:
    answer = clerk.post(f"{LETTERS}?dry_run=true", json=new_letter(), headers=key())

    assert (answer.status_code, answer.json()["code"]) == (422, "unknown-parameter")
    assert walk(clerk) == [[]]


def test_a_day_in_a_query_is_an_iso_date(clerk: TestClient, seven: list[str]) -> None:
    assert walk(clerk, since="2015-06-01") == [seven]
    assert walk(clerk, since="2015-06-02") == [[]]
    for since in ("0", "20150601", "2015-6-1", "2015-06-31"):
        assert refused(clerk, f"since={since}") == (422, "malformed")


def test_a_query_waits_for_the_positions_it_names(office: PostOffice, clerk: TestClient) -> None:
    written = clerk.post(LETTERS, json=new_letter(), headers=key()).headers["Yihu-Position"]
    read = clerk.get(LETTERS, headers={"Yihu-After": f"{written}, safety-net/3:17"})

    assert read.status_code == 200
    assert office.waited_for == [Position.parse(written), Position("safety-net", 3, 17)]


def test_a_command_may_wait_for_what_it_builds_on(office: PostOffice, clerk: TestClient) -> None:
    office.caught_up = False
    answer = clerk.post(LETTERS, json=new_letter(), headers=key() | {"Yihu-After": "identification/7:1234"})

    assert (answer.status_code, answer.json()["code"]) == (503, "not-caught-up")
    assert office.waited_for == [Position("identification", 7, 1234)]
    assert walk(clerk) == [[]]


def test_a_query_that_waited_in_vain_asks_to_come_back(office: PostOffice, clerk: TestClient) -> None:
    office.caught_up = False
    answer = clerk.get(LETTERS, headers={"Yihu-After": "post/1:1"})

    assert (answer.status_code, answer.json()["code"]) == (503, "not-caught-up")
    assert answer.headers["Retry-After"] == "5"


def test_without_positions_nothing_is_waited_for(office: PostOffice, clerk: TestClient) -> None:
    office.caught_up = False

    assert clerk.get(LETTERS).status_code == 200
    assert office.waited_for == []


MANY = ",".join(["post/1:1"] * 101)


@pytest.mark.parametrize(
    "after", ["", "x", "post/1", "post/1:", "post/x:1", "post/1:1,", "post/１:1", "Post/1:1", "/1:1", MANY]
)
def test_a_malformed_position_is_refused(office: PostOffice, clerk: TestClient, after: str) -> None:
    answer = clerk.get(LETTERS, headers={b"Yihu-After": after.encode()})

    assert (answer.status_code, answer.json()["code"]) == (400, "header-malformed")
    assert office.waited_for == []


def test_without_a_token_nothing_is_read(office: PostOffice) -> None:
    assert TestClient(office.app).get(LETTERS).status_code == 401
