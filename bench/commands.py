"""Accepted commands per second over HTTP on both stores, beside a bare route and beside the eventsourcing library.

Every round runs the three in turn, so that each ratio compares what ran within the same minute. The followers do not
run meanwhile; the load generator, the server and the database share this machine.
"""

import json
import os
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from casework.codes import Sex
from casework.id_number import invented
from chronicle.messages import new_id
from chronicle.principal import Duty, Principal
from identification.imports.areas import import_areas
from private_postgres import USUAL, Cluster
from private_postgres import running as postgres_running
from running_identification import RunningIdentification, running
from sqlalchemy import make_url

from bench.eventsourcing_library import commands_per_second
from bench.load import Loaded, load, request
from bench.serving import BARE, serving

ROUNDS, COMMANDS, CONNECTIONS = 3, 1_000, 16
VILLAGE, GROUP, API = "360424106216", "36042410621601", "/api/identification/v1"
AREAS = Path(__file__).parents[1] / "yihu/src/yihu/demo/areas.csv"

_numbers = count()


def main() -> None:
    """Measure and print."""
    print(f"{os.cpu_count()} cores; {COMMANDS} commands a round over {CONNECTIONS} connections, median of {ROUNDS}\n")
    print("store          command                 per s  p50 ms  p99 ms   / bare route   / library")
    with TemporaryDirectory() as folder:
        library = {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": f"{folder}/library.db"}
        _measure("SQLite", f"sqlite:///{folder}/identification.db", library | {"SQLITE_LOCK_TIMEOUT": "10"})
    with postgres_running(USUAL) as cluster, cluster.database() as url, cluster.database() as theirs:
        _measure(f"PostgreSQL {USUAL}", url, _postgres(cluster, theirs))


def _measure(store: str, url: str, library: dict[str, str]) -> None:
    with TemporaryDirectory() as folder, running(url, Path(folder)) as service:
        headers = _prepare(service)
        with serving(service) as port:
            rounds = [_round(port, headers, library) for _ in range(ROUNDS)]
    for command in ("file application", "withdraw application"):
        ours = [each[command] for each in rounds]
        bare = [each[f"bare {command}"] for each in rounds]
        per_second = median(each.per_second for each in ours)
        print(
            f"{store:14} {command:21} {per_second:7.0f} {median(o.quantile(0.5) for o in ours):7.1f}"
            f" {median(o.quantile(0.99) for o in ours):7.1f}"
            f" {median(o.per_second / b.per_second for o, b in zip(ours, bare, strict=True)):14.2f}"
            f" {median(o.per_second / each['library'] for o, each in zip(ours, rounds, strict=True)):11.2f}"
        )
    for name in ("bare file application", "bare withdraw application"):
        print(f"{store:14} {name:21} {median(each[name].per_second for each in rounds):7.0f}")
    print(f"{store:14} {'library, 1 thread':21} {median(each['library'] for each in rounds):7.0f}\n")


def _round(port: int, headers: dict[str, str], library: dict[str, str]) -> dict[str, Any]:
    bodies = [_filing() for _ in range(COMMANDS)]
    bare = load(port, [request(f"{BARE}/applications", body, **headers) for body in bodies], CONNECTIONS)
    locations: list[str] = []
    filed = load(port, [_command(f"{API}/applications", body, headers) for body in bodies], CONNECTIONS, locations)
    body = b'{"on": "2015-06-01", "reason": "own_wish"}'
    bare_withdrawn = load(port, [request(f"{BARE}/withdrawal", body, **headers)] * COMMANDS, CONNECTIONS)
    withdrawals = [_command(f"{location}/withdrawal", body, headers) for location in locations]
    withdrawn = load(port, withdrawals, CONNECTIONS)
    for loaded in (bare, filed, bare_withdrawn, withdrawn):
        _require_accepted(loaded)
    return {
        "file application": filed,
        "bare file application": bare,
        "withdraw application": withdrawn,
        "bare withdraw application": bare_withdrawn,
        "library": commands_per_second(library, COMMANDS, threads=1),
    }


def _require_accepted(loaded: Loaded) -> None:
    if loaded.statuses != {201: COMMANDS}:
        raise SystemExit(f"not every command was accepted: {dict(loaded.statuses)}")


def _command(path: str, body: bytes, headers: dict[str, str]) -> bytes:
    return request(path, body, **headers, Idempotency_Key=f"bench-{next(_numbers)}")


def _prepare(service: RunningIdentification) -> dict[str, str]:
    import_areas(service.service.handler, AREAS.read_bytes(), date(2014, 1, 1), service.asked())
    service.catch_up()
    group = {"number": "01", "name": "一组", "valid_from": "2014-01-01"}
    client = service.client(Duty("village_officer", VILLAGE))
    client.post(f"{API}/areas/{VILLAGE}/villager-groups", json=group, headers={"Idempotency-Key": "group"})
    service.catch_up()
    officer = Principal(new_id(), "village", "account", (Duty("village_officer", VILLAGE),))
    return {"Authorization": f"Bearer {service.issuer.token(officer, timedelta(hours=2))}"}


def _filing() -> bytes:
    body = {
        "group_code": GROUP,
        "on": "2015-06-01",
        "members": [_member("household_head"), _member("spouse"), _member("son")],
        "applicant": {"kind": "adult_member", "member": 0},
        "income": {
            "wage_income": "3600.00",
            "business_income": "4200.00",
            "business_expenditure": "1500.00",
            "property_income": "0.00",
            "transfer_income": "1260.00",
        },
        "living": {
            "arable_land_mu": "2.40",
            "forest_land_mu": "5.00",
            "housing_area_m2": "68.00",
            "house_grade": "grade_c",
            "water_safe": True,
            "water_difficult": False,
        },
        "causes": ["cause_illness"],
        "consent_to_cross_checks": True,
    }
    return json.dumps(body, ensure_ascii=False).encode()


def _member(relation: str) -> dict[str, str]:
    number = next(_numbers)
    return {
        "name": "张三",
        "id_number": invented(number % 400, date(1930, 1, 1) + timedelta(days=number // 400), Sex.MALE),
        "relation_to_head": relation,
        "health_status": "healthy",
        "labour_skill": "ordinary",
        "school_status": "not_at_school",
    }


def _postgres(cluster: Cluster, url: str) -> dict[str, str]:
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": str(make_url(url).database),
        "POSTGRES_HOST": str(cluster.folder),
        "POSTGRES_PORT": "5432",
        "POSTGRES_USER": "postgres",
        "POSTGRES_PASSWORD": "none",
    }


if __name__ == "__main__":
    main()
