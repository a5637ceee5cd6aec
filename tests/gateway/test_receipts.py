"""回执: whoever holds one looks up how the objection stands, without signing in, as long as identification answers."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from running_gateway import RunningGateway, running

SEARCH = "/api/gateway/v1/objections/search"
UNKNOWN = {"receipt_code": "00000-00000"}


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[RunningGateway]:
    with running(f"sqlite:///{tmp_path / 'gateway.db'}", tmp_path) as gateway:
        yield gateway


@pytest.mark.parametrize(("language", "said"), [("zh-CN", "回执编号"), ("en", "no receipt with this code")])
def test_a_code_on_no_receipt_is_refused_as_identification_says_it(
    gateway: RunningGateway, language: str, said: str
) -> None:
    answer = gateway.client().post(SEARCH, json=UNKNOWN, headers={"Accept-Language": language})

    assert (answer.status_code, answer.json()["code"]) == (404, "receipt-unknown")
    assert said in answer.json()["detail"]
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("body", [{}, {"receipt_code": ""}, {"receipt_code": "1" * 41}, UNKNOWN | {"more": 1}])
def test_what_is_no_code_is_refused(gateway: RunningGateway, body: object) -> None:
    assert gateway.client().post(SEARCH, json=body).status_code == 422


@pytest.mark.parametrize("settings", [{"identification_url": "http://127.0.0.1:9"}, {"public_token_file": None}])
def test_where_identification_cannot_be_asked_one_is_told_to_come_back(
    tmp_path: Path, settings: dict[str, object]
) -> None:
    with running(f"sqlite:///{tmp_path / 'gateway.db'}", tmp_path, **settings) as gateway:
        answer = gateway.client().post(SEARCH, json=UNKNOWN)

    assert answer.status_code == 503
    assert "Retry-After" in answer.headers
