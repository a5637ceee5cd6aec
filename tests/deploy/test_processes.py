"""The installation that docker-compose.yml describes: every process starts, keeps to its own, and stops in time."""

import json
import re
import signal
from collections.abc import Iterator
from datetime import UTC, datetime
from http.client import HTTPConnection
from itertools import permutations
from pathlib import Path
from typing import Any

import httpx2
import private_kafka
import psycopg
import pytest
from compose_file import CHECKOUT
from compose_runner import ENDING, Composed, composed
from disasters import PAGE, SERVICES, blocks_under, lose_the_databases, lose_the_topics
from private_servers import CannotRun, wait_until
from sqlalchemy import make_url

AREAS = CHECKOUT / "yihu/src/yihu/demo/areas.csv"
_METRIC = re.compile(r"`([a-z]+_[a-z_]+)`")


@pytest.fixture(scope="module")
def installation(kafka: private_kafka.Cluster) -> Iterator[Composed]:
    """Everything of the file, running; an operator has imported areas where migrate runs."""
    with composed(kafka) as running:
        assert "19 of them new" in running.yihu("areas", "import", str(AREAS), "--valid-from", "2014-01-01")
        yield running


@pytest.mark.parametrize("service", SERVICES)
def test_an_api_and_its_worker_say_that_they_are_ready_and_what_they_measured(
    service: str, installation: Composed
) -> None:
    for name in (service, f"{service}-worker"):
        with httpx2.Client(base_url=installation.url(name), trust_env=False) as client:
            assert client.get("/health/ready").json() == {"status": "ready"}
            assert client.get("/metrics").is_success


@pytest.mark.parametrize(("service", "other"), list(permutations(SERVICES, 2)))
def test_a_role_cannot_connect_to_the_database_of_another_service(
    service: str, other: str, installation: Composed
) -> None:
    with pytest.raises(psycopg.OperationalError, match=r"permission denied for database|User does not have CONNECT"):
        psycopg.connect(_database(installation, service, make_url(_url(installation, other)).database))


def test_a_role_needs_its_password(installation: Composed) -> None:
    stranger = make_url(_url(installation, "industry")).set(drivername="postgresql", password="guessed")  # noqa: S106

    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(stranger.render_as_string(hide_password=False))


def test_a_token_of_the_installation_opens_every_api(installation: Composed) -> None:
    headers = {"Authorization": f"Bearer {installation.token('auditor', '360424106216')}"}
    address = f"{installation.url('identification')}/api/identification/v1/areas"

    assert httpx2.get(address, headers=headers, trust_env=False).status_code == 200
    assert httpx2.get(address, trust_env=False).status_code == 401


@pytest.mark.parametrize(
    ("said", "lacks"), [({}, "INVENTED_PEOPLE"), ({"IDENTIFICATION_INVENTED_PEOPLE": "true"}, "MASTER_KEY")]
)
def test_before_anybody_is_invented_it_is_said_what_that_needs(
    said: dict[str, str], lacks: str, installation: Composed
) -> None:
    before = _count(installation, "identification", "event")

    with pytest.raises(CannotRun, match=f"IDENTIFICATION_{lacks} does not say"):
        installation.yihu("generate", "--households", "1", **said)

    assert _count(installation, "identification", "event") == before


def test_what_is_said_to_be_measured_is(installation: Composed) -> None:
    named = {
        name for row in re.findall(r"^\| (`[a-z_]+_[a-z]+`.*?) \|", PAGE, re.MULTILINE) for name in _METRIC.findall(row)
    }
    pages = [
        httpx2.get(f"{installation.url(name)}/metrics", trust_env=False).text
        for name in ("industry", "industry-worker")
    ]

    assert all("# TYPE append_seconds" in page for page in pages)
    assert {"log_head", "relay_oldest_seconds", "http_request_seconds"} <= named
    assert [name for name in named if f"# TYPE {name.removesuffix('_total')}" not in "".join(pages)] == []


def test_an_api_logs_json_lines(installation: Composed) -> None:
    assert {"request"} == {line["event"] for line in _logged(installation, "gateway-api")}


def test_a_worker_logs_which_event_it_cannot_follow_and_that_it_goes_on(installation: Composed, tmp_path: Path) -> None:
    more = _one_more_area(tmp_path, "980000000000")
    away = "ALTER TABLE history RENAME TO history_that_is_away"

    installation.postgres.run("psql", "--dbname=gateway", f"--command={away}")
    installation.yihu("areas", "import", str(more), "--valid-from", "2014-01-01")
    wait_until(lambda: len(_said(installation, "gateway-worker", "following stopped")) > 0)
    installation.postgres.run(
        "psql", "--dbname=gateway", "--command=ALTER TABLE history_that_is_away RENAME TO history"
    )
    wait_until(lambda: len(_said(installation, "gateway-worker", "following goes on")) > 0)

    [line] = _said(installation, "gateway-worker", "following stopped")
    recorded = "SELECT event_id, correlation_id FROM event ORDER BY recorded_at DESC LIMIT 1"
    told = installation.postgres.run(
        "psql", "--csv", "--tuples-only", "--dbname=identification", f"--command={recorded}"
    )
    assert [line["event_id"], line["correlation_id"]] == told.strip().split(",")
    assert (line["reason"], line["trace_id"]) == ("ProgrammingError on identification.area-opened.v1", None)
    assert datetime.fromisoformat(line["at"]).tzinfo == UTC
    failed = {each["loop"] for each in _said(installation, "gateway-worker", "loop failing")}
    wait_until(lambda: failed == {each["loop"] for each in _said(installation, "gateway-worker", "loop goes on")})


def test_whoever_waits_at_a_feed_when_its_api_ends_is_asked_to_come_back(installation: Composed) -> None:
    token = installation.token("department_system", "360424000000", scope="feed:open", department="education")
    api, process = installation.url("gateway"), installation.processes["gateway-api"]
    waiting = HTTPConnection(api.removeprefix("http://"), timeout=30)
    path = "/api/feeds/v1/events?wait=30&types=safety-net.allowance-ended"
    waiting.request("GET", path, headers={"Authorization": f"Bearer {token}"})
    assert httpx2.get(f"{api}/health/ready", trust_env=False).is_success, "it is heard after the other"

    process.signal(signal.SIGTERM)
    assert process.end(ENDING)
    answer = waiting.getresponse()

    assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
    assert json.loads(answer.read())["code"] == "unavailable"
    line = _logged(installation, "gateway-api")[-1]
    assert (line["route"], line["status"], line["error"]) == ("/api/feeds/v1/events", 503, "CancelledError")
    installation.start("gateway-api")


def test_a_process_that_was_killed_starts_again(installation: Composed) -> None:
    installation.kill("relocation-worker")
    with pytest.raises(httpx2.ConnectError):
        httpx2.get(f"{installation.url('relocation-worker')}/health/live", trust_env=False)

    installation.start("relocation-worker")

    assert httpx2.get(f"{installation.url('relocation-worker')}/health/live", trust_env=False).is_success


@pytest.mark.timeout(900)
def test_a_service_restored_as_the_page_says_takes_back_what_it_lacks(installation: Composed, tmp_path: Path) -> None:
    [backup], [one_service, _] = blocks_under("Back up"), blocks_under("Restore")

    installation.follow(backup, tmp_path)
    more = _one_more_area(tmp_path, "990000000000")
    assert "1 of them new" in installation.yihu("areas", "import", str(more), "--valid-from", "2014-01-01")
    wait_until(lambda: _everything_is_in_the_history(installation))
    printed = installation.follow(one_service, tmp_path)

    [night] = (tmp_path / "backup").iterdir()
    assert night.stat().st_mode & 0o777 == 0o700
    assert "1 events taken back" in printed
    assert "every event is as it was recorded" in printed
    with pytest.raises(psycopg.OperationalError, match="User does not have CONNECT"):
        psycopg.connect(_database(installation, "industry", "identification"))


@pytest.mark.timeout(900)
def test_a_lost_topic_is_filled_again_as_the_page_says(
    installation: Composed, kafka: private_kafka.Cluster, tmp_path: Path
) -> None:
    stop, fill = blocks_under("Topics")

    installation.follow(stop, tmp_path)
    assert [name for name, process in installation.processes.items() if process.runs] == []
    lose_the_topics(installation, kafka)
    printed = installation.follow(fill, tmp_path)

    assert printed == f"{_count(installation, 'gateway', 'history')} events written\n"
    _hears_of_one_more_area(installation, tmp_path, "970000000000")


@pytest.mark.timeout(900)
def test_a_machine_restored_as_the_page_says_goes_on(
    installation: Composed, kafka: private_kafka.Cluster, tmp_path: Path
) -> None:
    [backup], [_, whole_machine] = blocks_under("Back up"), blocks_under("Restore")

    installation.follow(backup, tmp_path)
    for name in installation.processes:
        installation.kill(name)
    lose_the_topics(installation, kafka)
    lose_the_databases(installation)
    printed = installation.follow(whole_machine, tmp_path)

    assert printed.count("0 events taken back") == 4
    assert "every event is as it was recorded" in printed
    _hears_of_one_more_area(installation, tmp_path, "960000000000")


def test_every_process_ends_within_ten_seconds_of_being_told(installation: Composed) -> None:
    """The last of this file: afterwards nothing runs."""
    assert ENDING == 10
    assert installation.stop() == []


def _hears_of_one_more_area(installation: Composed, folder: Path, code: str) -> None:
    more = _one_more_area(folder, code)
    assert "1 of them new" in installation.yihu("areas", "import", str(more), "--valid-from", "2014-01-01")
    wait_until(lambda: _everything_is_in_the_history(installation))
    assert [_count(installation, name, "follower_alarm") for name in ("gateway", "identification")] == [0, 0]


def _everything_is_in_the_history(installation: Composed) -> bool:
    return _count(installation, "gateway", "history") == _count(installation, "identification", "event")


def _one_more_area(folder: Path, code: str) -> Path:
    (folder / "more.csv").write_text(AREAS.read_text("utf-8") + f"{code},某省,province,,official\n", "utf-8")
    return folder / "more.csv"


def _logged(installation: Composed, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in installation.logs(name).splitlines()]


def _said(installation: Composed, name: str, event: str) -> list[dict[str, Any]]:
    return [line for line in _logged(installation, name) if line["event"] == event]


def _url(installation: Composed, service: str) -> str:
    prefix = service.upper().replace("-", "_")
    return installation.processes[f"{service}-api"].environment[f"{prefix}_DATABASE_URL"]


def _database(installation: Composed, service: str, database: str | None) -> str:
    url = make_url(_url(installation, service)).set(drivername="postgresql", database=database)
    return url.render_as_string(hide_password=False)


def _count(installation: Composed, database: str, table: str) -> int:
    count = f"SELECT count(*) FROM {table}"  # noqa: S608 - both are written here
    return int(installation.postgres.run("psql", "--tuples-only", f"--dbname={database}", f"--command={count}"))
