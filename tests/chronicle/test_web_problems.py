"""Problems: one mapping from why not to what is answered, in two languages, without a trace of what was sent."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from chronicle.handling import Handler
from chronicle.policy import Policy
from chronicle.principal import Unauthenticated
from chronicle.refusals import Busy, Conflict, Forbidden, Invalid, KeyReused, NotFound, Refusal, Stale, Unavailable
from chronicle.store import Database, open_store
from chronicle.web import resource, service_app
from chronicle.web.problems import language_of
from fastapi import Response
from post_office import LETTERS, VILLAGE, PostOffice, TooHeavy, key, new_letter
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send
from structlog.testing import capture_logs

CANARY = "CANARY-13912345678-990101199001011239"
Refuse = Callable[[Exception], "TestClient"]


class TooLate(Refusal, code="too-late", zh="截止日期是 {last_day}。"):
    """The last day was {last_day}."""


class BreaksOff(Response):
    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise RuntimeError(CANARY)


@pytest.fixture
def office(tmp_path: Path) -> PostOffice:
    return PostOffice(tmp_path)


@pytest.fixture
def clerk(office: PostOffice) -> TestClient:
    return office.client()


@pytest.fixture
def raising(office: PostOffice) -> Refuse:
    def client(error: Exception) -> TestClient:
        broken = resource("/broken")

        @broken.get("")
        def fail() -> Response:
            raise error

        return TestClient(service_app("Broken", [broken], office.edge))

    return client


@pytest.mark.parametrize(
    ("refusal", "status", "code"),
    [
        (Unauthenticated(), 401, "unauthenticated"),
        (Forbidden(), 403, "forbidden"),
        (NotFound(), 404, "not-found"),
        (TooHeavy(weight=101, most=100), 409, "too-heavy"),
        (Conflict(), 409, "changed-meanwhile"),
        (Busy(), 409, "busy"),
        (Stale(), 412, "stale"),
        (Invalid(), 422, "invalid"),
        (KeyReused(), 422, "idempotency-key-reused"),
        (Unavailable(), 503, "unavailable"),
    ],
)
def test_each_kind_of_refusal_has_its_status(raising: Refuse, refusal: Refusal, status: int, code: str) -> None:
    answer = raising(refusal).get("/broken")
    problem = answer.json()

    assert answer.headers["Content-Type"] == "application/problem+json"
    assert (answer.status_code, problem["status"], problem["code"]) == (status, status, code)
    assert problem["type"] == f"urn:yihu:{code}"
    assert problem["title"]
    assert problem["instance"] == f"urn:uuid:{answer.headers['X-Correlation-Id']}"


def test_who_should_come_back_is_told_when(raising: Refuse) -> None:
    assert raising(Busy()).get("/broken").headers["Retry-After"] == "1"
    assert raising(Unavailable()).get("/broken").headers["Retry-After"] == "5"
    assert "Retry-After" not in raising(Conflict()).get("/broken").headers


def test_a_refusal_says_why_not_in_chinese_and_english(raising: Refuse) -> None:
    client = raising(TooLate(last_day=date(2015, 6, 7)))
    chinese, english = client.get("/broken"), client.get("/broken", headers={"Accept-Language": "en-GB"})

    assert (chinese.json()["title"], chinese.json()["detail"]) == ("不能办理", "截止日期是 2015-06-07。")
    assert (english.json()["title"], english.json()["detail"]) == ("Not possible now", "The last day was 2015-06-07.")
    assert (chinese.headers["Content-Language"], english.headers["Content-Language"]) == ("zh-CN", "en")
    assert chinese.json()["facts"] == {"last_day": "2015-06-07"}


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "zh"),
        ("*", "zh"),
        ("fr", "zh"),
        ("en", "en"),
        ("en-US,en;q=0.9", "en"),
        ("en;q=0.8, zh-CN;q=0.9", "zh"),
        ("zh;q=0.1,EN;q=0.5", "en"),
        ("fr-zh, en;q=0", "zh"),
        ("en;q=abc, zh", "zh"),
    ],
)
def test_the_language_is_chinese_unless_english_is_preferred(accepted: str, language: str) -> None:
    assert language_of(accepted) == language


def test_facts_that_look_personal_are_left_out(raising: Refuse) -> None:
    personal = {"note": "张三", "phone": "13912345678", "id_number": "990101199001011239"}
    kept = {"area": VILLAGE, "group": VILLAGE + "03", "step": 3, "amount": "2736.00"}

    assert raising(NotFound(**personal, **kept)).get("/broken").json()["facts"] == kept


def test_a_fault_tells_its_number_and_nothing_else(raising: Refuse) -> None:
    with capture_logs() as logs:
        answer = raising(RuntimeError(CANARY)).get("/broken", headers={"Accept-Language": "en"})
    number = answer.headers["X-Correlation-Id"]

    assert answer.status_code == 500
    assert answer.json() == {
        "type": "urn:yihu:fault",
        "title": "Fault",
        "status": 500,
        "code": "fault",
        "detail": "Something is broken; tell the operator the number.",
        "instance": f"urn:uuid:{number}",
    }
    assert (logs[0]["error"], logs[0]["correlation_id"], logs[0]["log_level"]) == ("RuntimeError", number, "error")
    assert "fail" in logs[0]["through"][-1]
    assert CANARY not in str(logs)


def test_an_answer_that_breaks_off_is_logged_without_its_message(office: PostOffice) -> None:
    broken = resource("/broken")

    @broken.get("")
    async def fail() -> Response:
        return BreaksOff()

    with capture_logs() as logs, pytest.raises(Exception, match=r"^$") as broken_off:
        TestClient(service_app("Broken", [broken], office.edge)).get("/broken")
    assert broken_off.value.__suppress_context__
    assert CANARY not in str(logs)
    assert logs[0]["error"] == "RuntimeError"


def test_without_its_database_the_service_asks_to_come_back(office: PostOffice, tmp_path: Path) -> None:
    nowhere = Database(f"sqlite:///{tmp_path / 'missing' / 'post.db'}")
    away = Handler(open_store(nowhere, "post"), nowhere, Policy([]))
    office.app.state.edge = replace(office.edge, handler=away, given=(nowhere,))
    with capture_logs() as logs:
        write = office.client().post(LETTERS, json=new_letter(), headers=key())
        read = office.client().get(LETTERS)

    assert [(answer.status_code, answer.json()["code"]) for answer in (write, read)] == [(503, "unavailable")] * 2
    assert write.headers["Retry-After"] == "5"
    assert [entry["cause"] for entry in logs] == ["OperationalError"] * 2
    assert str(tmp_path) not in write.text + str([{**entry, "through": None} for entry in logs])


def test_what_was_sent_is_never_answered_or_logged(clerk: TestClient) -> None:
    nested = {"lines": CANARY, "written_on": CANARY, CANARY: CANARY}
    bodies: list[object] = [
        new_letter(**{CANARY: 1}),
        new_letter(area=CANARY, weight=CANARY, on=CANARY, urgent=CANARY, size=CANARY, note=CANARY),
        new_letter(sheets=[nested, CANARY]),
        CANARY,
        [CANARY],
        {CANARY: {CANARY: CANARY}},
    ]
    with capture_logs() as logs:
        answers = [
            *(clerk.post(LETTERS, json=body, headers=key()) for body in bodies),
            clerk.post(LETTERS, content=f'{{"{CANARY}', headers=key() | {"Content-Type": "application/json"}),
            clerk.post(LETTERS, content=CANARY, headers=key() | {"Content-Type": CANARY}),
            clerk.post(f"{LETTERS}/stamping", json={"letters": [CANARY]}, headers=key()),
            clerk.post(f"{LETTERS}/{CANARY}/stamp", headers=key()),
            clerk.post(LETTERS, json=new_letter(), headers={"Idempotency-Key": f"{CANARY} {CANARY}"}),
            clerk.post(LETTERS, json=new_letter(), headers=key() | {"If-Match": CANARY}),
            clerk.post(LETTERS, json=new_letter(weight=101), headers=key() | {"X-Correlation-Id": CANARY}),
            clerk.post(LETTERS, json=new_letter(weight=101), headers=key() | {"Accept-Language": CANARY}),
            clerk.get(LETTERS, params={CANARY: CANARY}),
            clerk.get(LETTERS, params={"limit": CANARY, "since": CANARY}),
            clerk.get(LETTERS, params={"cursor": CANARY}),
            clerk.get(LETTERS, headers={"Yihu-After": CANARY}),
            clerk.get(LETTERS, headers={"Authorization": f"Bearer {CANARY}"}),
            clerk.get(f"/{CANARY}"),
            clerk.get(f"{LETTERS}/?{CANARY}"),
            clerk.request(CANARY, LETTERS),
        ]
        metrics = clerk.get("/metrics")

    assert [answer.status_code for answer in answers if answer.status_code not in range(400, 500)] == []
    for answer in (*answers, metrics):
        assert CANARY not in answer.text
        assert CANARY not in str(answer.headers)
    assert len(logs) == len(answers) + 1
    assert CANARY not in json.dumps(logs)


def test_a_wrong_address_or_method_is_a_problem_too(clerk: TestClient) -> None:
    missing, method = clerk.get("/nowhere"), clerk.delete(LETTERS)

    assert (missing.status_code, missing.json()["code"]) == (404, "no-such-page")
    assert (method.status_code, method.json()["code"]) == (405, "method-not-allowed")
    assert method.headers["Allow"] == "GET, POST"
    assert method.headers["Allow"]
