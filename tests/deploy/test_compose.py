"""docker-compose.yml keeps its rules, and each rule notices when it does not."""

import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from chronicle.store import OF_A_WORKER, OF_AN_API
from compose_file import CHECKOUT, COMPOSE, read

OURS = {
    f"{service}-{process}"
    for service in ("identification", "relocation", "industry", "safety-net", "gateway")
    for process in ("api", "worker")
}
THREE_BROKERS = CHECKOUT / "deploy/docker-compose.three-brokers.yml"

Services = dict[str, dict[str, Any]]
Offenders = Iterator[str]


def without_privileges(services: Services) -> Offenders:
    for name, service in services.items():
        allowed = ["NET_BIND_SERVICE"] if name == "edge" else []
        safe = service.get("security_opt") == ["no-new-privileges:true"] and service.get("cap_drop") == ["ALL"]
        if not safe or service.get("cap_add", []) != allowed or service.get("privileged"):
            yield name


def ours_run_as_nobody_else(services: Services) -> Offenders:
    yield from (name for name in {*OURS, "migrate"} if services[name].get("user") != "10001:10001")


def with_a_read_only_root(services: Services) -> Offenders:
    # Kafka's image writes its configuration beside its programs.
    yield from (name for name, service in services.items() if service.get("read_only") is not (name != "kafka"))


def with_a_small_tmp(services: Services) -> Offenders:
    for name in {*OURS, "migrate"}:
        if not any(each.startswith("/tmp:size=") and "noexec" in each for each in services[name].get("tmpfs", [])):  # noqa: S108
            yield name


def limited(services: Services) -> Offenders:
    for name, service in services.items():
        if not {"mem_limit", "cpus", "pids_limit"} <= service.keys():
            yield name


def asked_how_they_are_often_only_at_the_start(services: Services) -> Offenders:
    for name, service in services.items():
        check = service.get("healthcheck", {})
        if name != "migrate" and ("test" not in check or check["interval"] != "30s" or "start_interval" not in check):
            yield name


def with_rotated_logs(services: Services) -> Offenders:
    for name, service in services.items():
        if not {"max-size", "max-file"} <= service.get("logging", {}).get("options", {}).keys():
            yield name


def started_again(services: Services) -> Offenders:
    for name, service in services.items():
        if service.get("restart") != ("no" if name == "migrate" else "unless-stopped"):
            yield name


def given_time_to_end(services: Services) -> Offenders:
    for name, service in services.items():
        shorter = name not in OURS or name.endswith("-worker") or _environment(service, "GRACEFUL_SHUTDOWN") == "8"
        if service.get("stop_grace_period") != "15s" or not shorter:
            yield name


def with_pinned_images(services: Services) -> Offenders:
    for name, service in services.items():
        tag = service.get("image", "").partition(":")[2]
        if "." not in tag or "latest" in tag:
            yield name


def published_by_the_edge_alone(services: Services) -> Offenders:
    for name, service in services.items():
        if ("ports" in service or "network_mode" in service) is not (name == "edge"):
            yield name


def out_of_reach_of_the_edge(services: Services) -> Offenders:
    edge = set(services["edge"]["networks"])
    inside = {name for name in services if name.startswith(("postgres", "kafka")) or name.endswith("-worker")}
    yield from (name for name in inside if edge & set(services[name].get("networks", ["default"])))


def waiting_for_migrate(services: Services) -> Offenders:
    for name in OURS:
        waits = services[name].get("depends_on", {}).get("migrate", {})
        if waits.get("condition") != "service_completed_successfully":
            yield name


def without_secrets_in_the_file(services: Services) -> Offenders:
    for name, service in services.items():
        secret = ("PASSWORD", "CREDENTIAL", "MASTER_KEY", "DATABASE_URL")
        given = (value for key, value in service.get("environment", {}).items() if key.endswith(secret))
        if not all(":?run yihu init}" in value for value in given):
            yield name


def with_no_more_secrets_than_they_use(services: Services) -> Offenders:
    for name, service in services.items():
        environment = service.get("environment", {})
        others = [key for key in environment if name in OURS and not key.startswith((_prefix(name), "UVICORN_"))]
        if others or ("IDENTIFICATION_MASTER_KEY" in environment) is not (name == "identification-api"):
            yield name


def _environment(service: dict[str, Any], suffix: str) -> Any:
    return next((value for key, value in service["environment"].items() if key.endswith(suffix)), None)


def _prefix(name: str) -> str:
    return name.rpartition("-")[0].upper().replace("-", "_") + "_"


def _file(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = read(path.read_text("utf-8"))
    return found


def _http() -> dict[str, str]:
    found: dict[str, str] = _file(COMPOSE)["services"]["gateway-api"]["environment"]
    return found


RULES: dict[Callable[[Services], Offenders], Callable[[Services], Any]] = {
    without_privileges: lambda services: services["postgres"]["cap_drop"].clear(),
    ours_run_as_nobody_else: lambda services: services["industry-api"].pop("user"),
    with_a_read_only_root: lambda services: services["edge"].update(read_only=False),
    with_a_small_tmp: lambda services: services["gateway-worker"].pop("tmpfs"),
    limited: lambda services: services["kafka"].pop("pids_limit"),
    asked_how_they_are_often_only_at_the_start: lambda services: services["relocation-worker"].update(
        healthcheck={"disable": True}
    ),
    with_rotated_logs: lambda services: services["postgres"].update(logging={"driver": "json-file"}),
    started_again: lambda services: services["safety-net-api"].update(restart="no"),
    given_time_to_end: lambda services: services["gateway-api"]["environment"].pop("UVICORN_TIMEOUT_GRACEFUL_SHUTDOWN"),
    with_pinned_images: lambda services: services["edge"].update(image="caddy:latest"),
    published_by_the_edge_alone: lambda services: services["postgres"].update(ports=["5432:5432"]),
    out_of_reach_of_the_edge: lambda services: services["kafka"]["networks"].append("front"),
    waiting_for_migrate: lambda services: services["identification-worker"].pop("depends_on"),
    without_secrets_in_the_file: lambda services: services["postgres"]["environment"].update(
        {"GATEWAY_PASSWORD": "known"}
    ),
    with_no_more_secrets_than_they_use: lambda services: services["gateway-api"]["environment"].update(
        INDUSTRY_DATABASE_URL="${INDUSTRY_PASSWORD:?run yihu init}"
    ),
}


@pytest.fixture
def services() -> Services:
    """Every service of the file; each test may spoil its own."""
    # Anchors make the same value appear in many places: a copy of each, so that spoiling one spoils no other.
    return {name: deepcopy(service) for name, service in _file(COMPOSE)["services"].items()}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_every_container_is(rule: Callable[[Services], Offenders], services: Services) -> None:
    assert sorted(rule(services)) == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_it_is_noticed_when_one_is_not(rule: Callable[[Services], Offenders], services: Services) -> None:
    RULES[rule](services)

    assert len(list(rule(services))) == 1


def test_every_process_of_every_service_is_there(services: Services) -> None:
    assert services.keys() == OURS | {"edge", "postgres", "kafka", "migrate"}


def test_only_the_network_of_the_edge_leads_outside() -> None:
    networks = _file(COMPOSE)["networks"]

    assert [name for name, network in networks.items() if not network.get("internal")] == ["outside"]
    assert [name for name, each in _file(COMPOSE)["services"].items() if "outside" in each["networks"]] == ["edge"]


@pytest.mark.parametrize("name", sorted(OURS))
def test_an_image_is_made_of_the_package_whose_process_it_runs(name: str, services: Services) -> None:
    package, module = name.rpartition("-")[0], name.rpartition("-")[0].replace("-", "_")
    api = ["uvicorn", "--factory", f"{module}.main:app"]

    assert services[name]["build"]["args"] == {"PACKAGE": package}
    assert services[name]["command"] == (api if name.endswith("-api") else ["python", "-m", f"{module}.worker"])


def test_the_edge_lets_officers_in_while_one_service_is_not_well(services: Services) -> None:
    waits = services["edge"]["depends_on"]

    assert {name: how["condition"] for name, how in waits.items()} == {
        name: "service_started" for name in OURS if name.endswith("-api")
    }


def test_all_containers_together_have_room_on_the_machine_that_is_asked_for(services: Services) -> None:
    page = (CHECKOUT / "docs/operating.md").read_text("utf-8")
    asked = re.search(r"(\d+) GB of memory", page)
    units = {"m": 2**20, "g": 2**30}
    limits = [int(each["mem_limit"][:-1]) * units[each["mem_limit"][-1]] for each in services.values()]

    assert asked
    assert sum(limits) <= int(asked[1]) * 10**9


def test_integrators_are_told_that_kafka_asks_nobody_who_they_are(services: Services) -> None:
    environment = services["kafka"]["environment"]

    assert "without encryption or accounts" in (CHECKOUT / "docs/integrating.md").read_text("utf-8")
    assert set(environment["KAFKA_LISTENER_SECURITY_PROTOCOL_MAP"].replace(",", ":").split(":")[1::2]) == {"PLAINTEXT"}
    assert "KAFKA_AUTHORIZER_CLASS_NAME" not in environment


def test_what_asks_kafka_how_it_is_takes_little_of_its_room(services: Services) -> None:
    assert "KAFKA_HEAP_OPTS=-Xmx64m" in services["kafka"]["healthcheck"]["test"]


@pytest.mark.parametrize("variable", sorted(name for name in _http() if name.startswith("UVICORN_")))
def test_uvicorn_knows_what_it_is_told(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    option = variable.removeprefix("UVICORN_").lower()
    monkeypatch.setenv(variable, _http()[variable])
    context = uvicorn.main.make_context("uvicorn", ["some:app"], auto_envvar_prefix="UVICORN")

    assert str(context.params[option]).lower() == _http()[variable]


def test_three_brokers_keep_three_copies_and_need_two(brokers: Services) -> None:
    for name, broker in brokers.items():
        environment = broker["environment"]
        assert environment["KAFKA_DEFAULT_REPLICATION_FACTOR"] == "3"
        assert environment["KAFKA_MIN_INSYNC_REPLICAS"] == "2"
        assert environment["KAFKA_ADVERTISED_LISTENERS"] == f"PLAINTEXT://{name}:9092"
    inner = ("OFFSETS_TOPIC", "TRANSACTION_STATE_LOG", "SHARE_COORDINATOR_STATE_TOPIC")
    factors = [f"KAFKA_{name}_REPLICATION_FACTOR" for name in inner]
    assert {broker["environment"][factor] for broker in brokers.values() for factor in factors} == {"3"}


def test_three_brokers_are_one_quorum_and_each_knows_all_of_it(brokers: Services) -> None:
    voters = {f"{broker['environment']['KAFKA_NODE_ID']}@{name}:9093" for name, broker in brokers.items()}

    assert len(voters) == 3
    for broker in brokers.values():
        assert set(broker["environment"]["KAFKA_CONTROLLER_QUORUM_VOTERS"].split(",")) == voters


def test_three_brokers_write_to_a_disk_of_their_own(brokers: Services) -> None:
    assert {name: broker["volumes"] for name, broker in brokers.items()} == {
        name: [f"{name}:/var/lib/kafka/data"] for name in brokers
    }
    assert _file(THREE_BROKERS)["volumes"].keys() == brokers.keys() - {"kafka"}


@pytest.mark.parametrize("where", [THREE_BROKERS, CHECKOUT / "docs/operating.md"], ids=lambda path: path.name)
def test_every_later_command_means_the_three_brokers_too(where: Path, brokers: Services) -> None:
    text = where.read_text("utf-8")

    assert f"COMPOSE_FILE=docker-compose.yml:{THREE_BROKERS.relative_to(CHECKOUT)}" in text
    assert f"KAFKA_BROKERS={','.join(f'{name}:9092' for name in brokers)}" in text


@pytest.fixture
def brokers(services: Services) -> Services:
    """The three brokers as Compose merges them: what stands in the second file counts, the rest is the first one's."""
    made = {}
    for name, own in _file(THREE_BROKERS)["services"].items():
        assert name == "kafka" or own.pop("extends") == {"file": "docker-compose.yml", "service": "kafka"}
        assert own.keys() <= {"environment", "volumes"}
        environment = services["kafka"]["environment"] | own["environment"]
        made[name] = services["kafka"] | own | {"environment": environment}
    return made


@pytest.mark.parametrize("name", sorted(each for each in OURS if each.endswith("-worker")))
def test_a_worker_has_fewer_connections_than_an_api_and_lets_go_when_frozen(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Started(Exception):
        pass

    def start(**said: Any) -> None:
        raise Started(said["limits"])

    worker = import_module(f"{name.removesuffix('-worker').replace('-', '_')}.worker")
    monkeypatch.setattr(worker, "Settings", lambda: None)
    monkeypatch.setattr(worker, "Service", start)

    with pytest.raises(Started) as started:
        worker.main()
    assert started.value.args == (OF_A_WORKER,)
    assert OF_A_WORKER.connections < OF_AN_API.connections
    assert 0 < OF_A_WORKER.seconds < 60


def test_an_api_with_two_workers_and_somebody_who_looks_find_connections_enough() -> None:
    limits = re.findall(r"CONNECTION LIMIT (\d+)", (CHECKOUT / "deploy/postgres/databases.sql").read_text("utf-8"))

    assert len(limits) == 5
    assert all(int(limit) > 3 * (OF_AN_API.connections + 2 * OF_A_WORKER.connections) for limit in limits)
