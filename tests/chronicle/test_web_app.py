"""What every app has: health, metrics, pages, a description, safe headers, one log line a request."""

import io
import json
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog
from chronicle.refusals import Unavailable
from chronicle.web import Edge, service_app
from chronicle.web.exchange import fault_of
from chronicle.web.logs import log_as_json
from post_office import LETTERS, PostOffice, key, new_letter
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient
from structlog.testing import capture_logs

PROBLEMS_OF_A_QUERY = {"400", "401", "403", "404", "422", "500", "503"}
PROBLEMS_OF_A_WRITE = {*PROBLEMS_OF_A_QUERY, "409", "412", "413", "415"}


@pytest.fixture
def office(tmp_path: Path) -> PostOffice:
    return PostOffice(tmp_path)


@pytest.fixture
def clerk(office: PostOffice) -> TestClient:
    return office.client()


@pytest.fixture
def openapi(clerk: TestClient) -> Any:
    return clerk.get("/api/post/openapi.json").json()


def test_a_process_that_answers_is_live(office: PostOffice) -> None:
    office.fault = RuntimeError("not ready")

    assert TestClient(office.app).get("/health/live").json() == {"status": "live"}


def test_a_service_is_ready_unless_it_says_otherwise(office: PostOffice) -> None:
    client = TestClient(office.app)
    assert client.get("/health/ready").json() == {"status": "ready"}

    office.fault = RuntimeError("CANARY")
    answer = client.get("/health/ready")

    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert "CANARY" not in answer.text


def test_requests_refusals_and_commands_are_measured(clerk: TestClient) -> None:
    clerk.post(LETTERS, json=new_letter(), headers=key())
    clerk.post(LETTERS, json=new_letter(weight=101), headers=key())
    clerk.post(f"{LETTERS}/stamping", json={"letters": ["a", "b"]}, headers=key())
    clerk.get("/nowhere")
    text = clerk.get("/metrics").text
    samples = {(s.name, *s.labels.values()): s.value for f in text_string_to_metric_families(text) for s in f.samples}

    assert samples["http_request_seconds_count", "POST", LETTERS, "201"] == 1
    assert samples["http_request_seconds_count", "POST", LETTERS, "409"] == 1
    assert samples["http_request_seconds_count", "GET", "", "404"] == 1
    assert samples["refusals_total", "too-heavy"] == 1
    assert samples["refusals_total", "no-such-letter"] == 2
    assert samples["refusals_total", "rows-refused"] == 1
    assert samples["command_seconds_count",] == 3


def test_each_app_measures_for_itself(office: PostOffice, clerk: TestClient) -> None:
    edge = office.edge
    other = service_app("Other", [], Edge(edge.verifier, edge.clock, edge.fingerprint, edge.ready, edge.wait_for))
    clerk.get("/health/live")

    assert 'route="/health/live"' in clerk.get("/metrics").text
    assert 'route="/health/live"' not in TestClient(other).get("/metrics").text


def test_the_pages_name_no_other_host(clerk: TestClient) -> None:
    page = clerk.get("/api/post/docs")
    linked = re.findall(r'(?:href|src)="([^"]+)"', page.text)
    start = clerk.get("/api/post/docs/start.js").text

    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self'")
    assert "unsafe" not in page.headers["Content-Security-Policy"]
    assert "//" not in page.text + start
    assert "validatorUrl: null" in start
    assert len(linked) == 4
    for link in linked:
        assert clerk.get(f"/api/post/{link}").status_code == 200


def test_of_swagger_ui_only_what_the_page_needs_is_served(clerk: TestClient) -> None:
    for name in ("index.html", "swagger-initializer.js", "..%2Fpackage.json", "x"):
        assert clerk.get(f"/api/post/docs/{name}").status_code == 404


def test_no_page_of_fastapis_own_is_left(clerk: TestClient) -> None:
    for path in ("/docs", "/redoc", "/openapi.json", "/docs/oauth2-redirect"):
        assert clerk.get(path).status_code == 404


def test_the_description_names_the_headers_and_problems_of_a_write(openapi: Any) -> None:
    write = openapi["paths"][LETTERS]["post"]
    headers = {each["name"]: each["required"] for each in write["parameters"]}

    may = dict.fromkeys(("If-Match", "Yihu-After", "Yihu-Backfill", "Yihu-Substitution", "X-Correlation-Id"), False)
    assert headers == {"Idempotency-Key": True, **may}
    assert write["security"] == [{"bearer": []}]
    assert write["description"] == "Take a letter in."
    assert write["requestBody"]["content"]["application/json"]["schema"]["$ref"] == "#/components/schemas/NewLetter"
    assert write["responses"]["201"]["content"]["application/json"]["schema"]["$ref"] == "#/components/schemas/Answered"
    assert set(write["responses"]) == {"200", "201", *PROBLEMS_OF_A_WRITE}


def test_the_description_says_of_a_write_that_answers_nothing_that_it_answers_nothing(openapi: Any) -> None:
    answers = openapi["paths"][f"{LETTERS}/{{letter_id}}/reminder"]["post"]["responses"]

    assert set(answers) == {"204", *PROBLEMS_OF_A_WRITE} - {"413", "415"}
    assert answers["204"].keys() == {"description"}


def test_the_description_names_the_headers_and_problems_of_a_query(openapi: Any) -> None:
    query = openapi["paths"][LETTERS]["get"]

    assert [each["name"] for each in query["parameters"]] == [
        "since",
        "limit",
        "cursor",
        "Yihu-After",
        "Yihu-Substitution",
        "X-Correlation-Id",
    ]
    assert query["security"] == [{"bearer": []}]
    assert set(query["responses"]) == {"200", *PROBLEMS_OF_A_QUERY}


def test_the_description_says_what_a_header_must_look_like(openapi: Any) -> None:
    forms = {each["name"]: each["schema"].get("pattern") for each in openapi["paths"][LETTERS]["post"]["parameters"]}

    assert re.search(forms["Idempotency-Key"], "a-key")
    assert re.search(forms["If-Match"], '"3"')
    assert re.search(forms["Yihu-After"], "post/0:1, post/15:300")
    assert forms["X-Correlation-Id"] is None
    for name, wrong in (("Idempotency-Key", "a key"), ("If-Match", "3"), ("Yihu-After", "post/0:1,")):
        assert not re.search(forms[name], wrong)


def test_the_description_names_the_headers_of_answers(openapi: Any) -> None:
    answers, described = openapi["paths"][LETTERS]["post"]["responses"], openapi["components"]["headers"]
    headers = {status: set(answer.get("headers", {})) for status, answer in answers.items()}

    assert headers["201"] == headers["200"] == {"ETag", "Location", "Yihu-Position"}
    assert (headers["401"], headers["503"], headers["404"]) == ({"WWW-Authenticate"}, {"Retry-After"}, set())
    assert {name for name, header in described.items() if header["required"]} == {
        "ETag",
        "Retry-After",
        "WWW-Authenticate",
    }


def test_every_problem_in_the_description_is_problem_details(openapi: Any) -> None:
    operations = [operation for path in openapi["paths"].values() for operation in path.values()]
    problems = [answer for operation in operations for status, answer in operation["responses"].items() if status > "3"]

    assert len(problems) > 30
    for problem in problems:
        schema = problem["content"]["application/problem+json"]["schema"]
        assert schema == {"$ref": "#/components/schemas/Problem"}
    assert {"Problem", "RefusedRow", "WrongField", "Answered", "NewLetter"} <= openapi["components"]["schemas"].keys()
    assert "HTTPValidationError" not in openapi["components"]["schemas"]


def test_whatever_the_description_refers_to_is_in_it(openapi: Any) -> None:
    names = re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(openapi))

    assert set(names) <= openapi["components"]["schemas"].keys()


def test_every_answer_is_kept_out_of_caches_frames_and_guesses(clerk: TestClient) -> None:
    answers = [
        clerk.get(LETTERS),
        clerk.post(LETTERS, json=new_letter(), headers=key()),
        clerk.post(LETTERS, json={}, headers=key()),
        clerk.get("/nowhere"),
        clerk.get("/health/live"),
    ]

    for answer in answers:
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"


def test_a_request_is_one_log_line_of_what_is_not_personal(clerk: TestClient) -> None:
    letter = clerk.post(LETTERS, json=new_letter(), headers=key()).headers["Location"]
    with capture_logs() as logs:
        answer = clerk.post(f"{letter}/stamp", headers=key() | {"traceparent": f"00-{'a' * 32}-{'b' * 16}-01"})

    [line] = logs
    assert line.pop("milliseconds") > 0
    assert line == {
        "event": "request",
        "log_level": "info",
        "method": "POST",
        "route": LETTERS + "/{letter_id}/stamp",
        "status": 200,
        "correlation_id": answer.headers["X-Correlation-Id"],
        "trace_id": "a" * 32,
        "account": "account-1",
        "refused": [],
    }


@pytest.fixture
def log_lines() -> Iterator[io.StringIO]:
    lines = io.StringIO()
    log_as_json(lines)
    yield lines
    structlog.reset_defaults()


def test_log_lines_are_json(log_lines: io.StringIO) -> None:
    structlog.get_logger().info("request", route=LETTERS, refused=["too-heavy"])
    structlog.get_logger().debug("unheard")

    [line] = log_lines.getvalue().splitlines()
    assert json.loads(line).keys() == {"event", "level", "at", "route", "refused"}


def test_a_line_about_a_failure_says_when_it_was_and_what_it_came_through(log_lines: io.StringIO) -> None:
    away = OSError()
    away.__cause__ = LookupError()

    def fail() -> None:
        raise Unavailable from away

    with pytest.raises(Unavailable) as failed:
        fail()
    structlog.get_logger().error("request", **fault_of(failed.value), at=None, level=None)

    line = json.loads(log_lines.getvalue())
    assert datetime.now(UTC) - datetime.fromisoformat(line["at"]) < timedelta(minutes=1)
    assert (line["level"], line["error"], line["cause"]) == ("error", "Unavailable", "LookupError")
    assert line["through"][-1].endswith(" fail")


def test_an_app_begins_and_ends_with_its_lifespan(office: PostOffice) -> None:
    seen = []

    @asynccontextmanager
    async def lifespan(_: object) -> AsyncIterator[None]:
        seen.append("begun")
        yield
        seen.append("ended")

    with TestClient(service_app("Lives", [], office.edge, lifespan=lifespan)):
        assert seen == ["begun"]
    assert seen == ["begun", "ended"]
