"""The edge: it routes to what runs, lets nothing through that services tell each other, and limits what comes."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import gateway.main
import identification.main
import industry.main
import pytest
import relocation.main
import running_edge
import safety_net.main
from chronicle.web.exchange import BODY_LIMIT
from compose_file import COMPOSE, read
from compose_runner import ENDING
from httpx2 import HTTPError
from identification.files.types import MEGABYTES
from private_servers import output
from running_edge import Edge

CADDYFILE = running_edge.FILE.read_text("utf-8")
SERVICES = read(COMPOSE.read_text("utf-8"))["services"]
APIS = {name for name in SERVICES if name.endswith("-api")}
MAINS = (gateway.main, identification.main, industry.main, relocation.main, safety_net.main)
PATHS = sorted({route.path for main in MAINS for router in main.ROUTERS for route in router.routes})
INSIDE = [path for path in PATHS if "internal" in path]
FROM_OUTSIDE = [
    *("Forwarded", "X-Forwarded-User", "X-Real-IP", "X-Remote-User", "Remote-User", "X-User-Id", "X-Client-Cert"),
    *("X-Auth-Request-Email", "X-Authenticated-User", "X-Original-URL", "Yihu-Service-Credential"),
]
OF_EVERY_ANSWER = {
    "Strict-Transport-Security": "max-age=31536000",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
}


@pytest.fixture(scope="module")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Edge]:
    """A running edge, of which one API is away."""
    with running_edge.running(tmp_path_factory.mktemp("edge"), APIS, away="industry-api") as edge:
        yield edge


@pytest.mark.parametrize("path", [path for path in PATHS if path not in INSIDE])
def test_every_page_of_an_api_is_asked_of_it(path: str, edge: Edge) -> None:
    named = f"{path.split('/')[2]}-api" if path.startswith("/api/") else ""
    api = named if named in APIS else "gateway-api"
    asked = re.sub(r"\{\w+(:path)?\}", "x", path)
    answer = edge.ask(asked)

    if api == "industry-api":
        assert answer.status_code == 502
    else:
        assert (answer.json()["api"], answer.json()["path"]) == (api, asked)


def test_there_is_something_that_services_tell_each_other() -> None:
    assert "/api/identification/v1/internal/people/resolve" in INSIDE


@pytest.mark.parametrize("path", [*INSIDE, "/api/gateway/v1/internal", "/internal/x", "/metrics", "/health/ready"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_services_tell_each_other_is_not_reached_from_outside(path: str, method: str, edge: Edge) -> None:
    spellings = [path, path.replace("/", "//"), path.replace("n", "%6E", 1), path.upper(), f"/x/..{path}"]

    for spelling in spellings:
        answer = edge.ask(spelling, method)
        assert (answer.status_code, answer.content) == (404, b""), spelling


def test_nobody_says_in_a_header_who_asks(edge: Edge) -> None:
    forged = dict.fromkeys(FROM_OUTSIDE, "forged")
    got = edge.ask("/", headers={**forged, "X-Forwarded-For": "9.9.9.9", "Authorization": "Bearer x"}).json()["headers"]

    assert [name for name, value in got.items() if value == "forged"] == []
    assert (got["X-Forwarded-For"], got["Authorization"]) == ("127.0.0.1", "Bearer x")


def test_a_request_is_as_large_as_an_api_takes_and_no_larger(edge: Edge) -> None:
    assert edge.ask("/", "POST", content=bytes(BODY_LIMIT)).json()["body"] == BODY_LIMIT
    assert edge.ask("/", "POST", content=bytes(BODY_LIMIT + 1)).status_code == 413
    assert edge.ask("/", headers={"X-Long": "x" * 30_000}).status_code == 431


def test_a_file_may_be_as_large_as_identification_takes_and_only_where_it_is_attached(edge: Edge) -> None:
    most, place = MEGABYTES * 1_000_000, "/api/identification/v1/applications/x/evidence"

    assert edge.ask(place, "POST", content=bytes(most)).json()["body"] == most
    assert edge.ask(place, "POST", content=bytes(most + 1)).status_code == 413
    for other in (f"{place}/x", place.replace("applications", "objections")):
        assert edge.ask(other, "POST", content=bytes(BODY_LIMIT + 1)).status_code == 413


@pytest.mark.parametrize(
    ("path", "status"), [("/", 200), ("/metrics", 404), ("/api/industry/v1/projects", 502)], ids=str
)
def test_every_answer_says_what_a_browser_may_do_also_when_an_api_is_away(path: str, status: int, edge: Edge) -> None:
    answer = edge.ask(path)

    assert answer.status_code == status
    assert {name: answer.headers.get(name) for name in OF_EVERY_ANSWER} == OF_EVERY_ANSWER
    assert not {"server", "via"} & {name.lower() for name in answer.headers}


@pytest.mark.parametrize("line", ["read_header 10s", "read_body 30s", "admin off"])
def test_what_only_takes_long_to_see_is_written(line: str) -> None:
    assert re.search(rf"^\s+{re.escape(line)}$", CADDYFILE, re.MULTILINE)


def test_it_is_tried_with_the_caddy_of_its_image() -> None:
    version = output([running_edge.CADDY, "version"])

    assert SERVICES["edge"]["image"] == f"caddy:{version.split()[0].removeprefix('v')}-alpine"


def test_an_api_keeps_connections_for_longer_than_the_edge_uses_them() -> None:
    used = re.search(r"^\s+keepalive (\d+)m$", CADDYFILE, re.MULTILINE)

    assert used
    for name in APIS:
        assert int(SERVICES[name]["environment"]["UVICORN_TIMEOUT_KEEP_ALIVE"]) > 60 * int(used[1])


def test_it_ends_in_time_while_somebody_waits_at_a_feed(edge: Edge) -> None:
    """The last of this file: afterwards it does not run."""
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(edge.ask, "/api/feeds/waiting")
        assert edge.echoes["gateway-api"].asked.wait(10)
        assert edge.end(ENDING)
        with pytest.raises(HTTPError):
            waiting.result()
