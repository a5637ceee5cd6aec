"""Seven steps, then three tracks: one household's history across all services, embedded and as it is deployed."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any

import pytest
from chronicle.messages import new_id
from chronicle.principal import Issuer, Principal
from compose_runner import Composed, composed
from dossiers import GROUPS, LATE, officer
from httpx2 import Client, Response
from serving import Served, serving, yihu
from travelling import COUNTY_OFFICER, TOWNSHIP_OFFICER, Registered, Traveller, register
from yihu.embedded import Embedded

if TYPE_CHECKING:
    from private_kafka import Cluster

VILLAGE, HERE = GROUPS[0][:12], officer(GROUPS[0])
RELOCATION, INDUSTRY, SAFETY_NET = "/api/relocation/v1", "/api/industry/v1", "/api/safety-net/v1"
MOVING = {"mode": "household", "placement": "concentrated", "place": "township", "on": "2015-07-20"}
PATIENCE = 60.0


class InOneProcess:
    """The embedded edition."""

    def __init__(self, served: Served) -> None:
        self._served = served

    def ask(self, who: Principal | None, method: str, path: str, body: Any = None, **headers: str) -> Response:
        """Send one request."""
        return self._served.ask(who, method, path, body, **headers)

    def yihu(self, *arguments: str | Path) -> str:
        """Do what an operator does."""
        done = yihu(*arguments, "--folder", self._served.folder)
        assert done.returncode == 0, done.stderr
        return done.stdout


class Deployed:
    """Separate processes on Kafka and PostgreSQL, each API at a port of its own."""

    def __init__(self, running: Composed) -> None:
        self._running, self._http = running, Client(timeout=30, trust_env=False)

    def ask(self, who: Principal | None, method: str, path: str, body: Any = None, **headers: str) -> Response:
        """Send one request to the service that its path names."""
        sent = {"Accept-Language": "en", "Authorization": f"Bearer {self._issuer.token(who)}"} if who else {}
        url = f"{self._running.url(path.split('/')[2])}{path}"
        return self._http.request(method, url, json=body, headers=sent | headers)

    def close(self) -> None:
        """Ask no more."""
        self._http.close()

    def yihu(self, *arguments: str | Path) -> str:
        """Do what an operator does."""
        return self._running.yihu(*map(str, arguments))

    @cached_property
    def _issuer(self) -> Issuer:
        return Embedded(self._running.keys, port=0).issuer


@dataclass(frozen=True)
class Travelled:
    """Who asks, about whom, and where each track keeps its case."""

    traveller: Traveller
    household: Registered
    relocation: str
    project: str
    allowance: str

    def timeline(self) -> list[dict[str, Any]]:
        """The household's history as the gateway shows it."""
        path = f"/api/gateway/v1/households/{self.household.household_id}/timeline"
        entries: list[dict[str, Any]] = self.traveller.read(HERE, path)["entries"]
        return entries


@pytest.fixture(scope="module", params=["embedded", "deployed"])
def edition(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[InOneProcess | Deployed]:
    """One process on SQLite; and what docker-compose.yml lists, on Kafka and PostgreSQL."""
    with ExitStack() as stack:
        if request.param == "embedded":
            yield InOneProcess(stack.enter_context(serving(tmp_path_factory.mktemp("embedded"))))
        else:
            kafka: Cluster = request.getfixturevalue("kafka")
            invented = {"IDENTIFICATION_INVENTED_PEOPLE": "true"}
            deployed = Deployed(stack.enter_context(composed(kafka, environment=invented)))
            stack.callback(deployed.close)
            yield deployed


@pytest.fixture(scope="module")
def travelled(edition: InOneProcess | Deployed, tmp_path_factory: pytest.TempPathFactory) -> Travelled:
    """A couple that is registered, may move, takes part in a project and is granted an allowance."""
    traveller = Traveller(edition)
    household = register(traveller, tmp_path_factory.mktemp("areas") / "areas.csv")
    here = {"household_id": household.household_id, "on": "2015-07-20"}
    relocation = traveller.send(HERE, f"{RELOCATION}/relocations", here | MOVING)
    answer = {"answered_by": household.head_id, "on": "2015-07-21"}
    traveller.send(HERE, f"{relocation}/acceptance", answer)
    opened = {"area_code": VILLAGE, "pattern": "pattern_fruit_mu", "capacity": "1.5", "led_by": "cooperative"}
    project = traveller.send(HERE, f"{INDUSTRY}/projects", {**opened, "on": "2015-07-20"})
    share = {"household_id": household.household_id, "quantity": "1"}
    traveller.send(HERE, f"{project}/enrolments", {"on": "2015-07-22", "households": [share]})
    allowance = traveller.send(HERE, f"{SAFETY_NET}/allowances", {**here, "protected_persons": 2})
    traveller.send(TOWNSHIP_OFFICER, f"{allowance}/township-approval", {"on": "2015-07-23"})
    traveller.send(COUNTY_OFFICER, f"{allowance}/county-approval", {"on": "2015-07-24"})
    return Travelled(traveller, household, relocation, project, allowance)


def until(true: Callable[[], bool]) -> bool:
    """Wait for what comes by itself."""
    end = monotonic() + PATIENCE
    while not (held := true()) and monotonic() < end:
        sleep(0.2)
    return held


def test_floor_area_and_own_contribution_come_from_the_size_that_was_registered(travelled: Travelled) -> None:
    shown = travelled.traveller.read(HERE, travelled.relocation)
    facts = shown["history"][0]["facts"]

    assert (shown["stage"], facts["floor_area_limit_m2"], facts["own_contribution"]) == ("accepted", "50.00", "5000.00")


def test_the_allowance_fills_the_income_up_to_the_standard(travelled: Travelled) -> None:
    shown = travelled.traveller.read(HERE, travelled.allowance)

    # 5,000 yuan for two are 2,500 a year or 208.33 a month; the standard is 240.
    assert (shown["stage"], shown["monthly_amount"]) == ("granted", "63.34")


def test_one_order_for_all_services(travelled: Travelled) -> None:
    assert until(lambda: len(_noted(travelled.timeline())) == 3)
    timeline = travelled.timeline()
    sources = [entry["source"] for entry in timeline]

    assert set(sources) == {"identification", "relocation", "industry", "safety-net"}
    assert sources[0] == "identification"


def test_identification_notes_what_the_tracks_decided_and_never_before_it(travelled: Travelled) -> None:
    assert until(lambda: len(_noted(travelled.timeline())) == 3)
    read = travelled.traveller.read(
        COUNTY_OFFICER, f"/api/identification/v1/households/{travelled.household.household_id}"
    )

    assert {each["track"] for each in read["assistance"]} == {"relocation", "industry", "safety-net"}
    order = {entry["event_id"]: entry["recorded_at"] for entry in travelled.timeline()}
    causes = [entry for entry in travelled.timeline() if entry["source"] != "identification"]
    noted = _noted(travelled.timeline())
    assert all(any(order[cause["event_id"]] <= order[note["event_id"]] for cause in causes) for note in noted)


def test_who_is_not_known_and_who_is_not_registered_is_told_apart(travelled: Travelled) -> None:
    traveller = travelled.traveller
    stranger = {"household_id": new_id(), "on": "2015-07-20"}

    assert traveller.refused(HERE, f"{RELOCATION}/relocations", stranger | MOVING) == "household-not-known"


def test_after_the_registration_ended_nothing_new_is_decided(travelled: Travelled) -> None:
    traveller, household = travelled.traveller, travelled.household
    ending = {"on": "2015-08-01", "reason": "moved_away", **LATE}
    path = f"/api/identification/v1/applications/{household.application_id}/registration-ending"
    traveller.send(COUNTY_OFFICER, path, ending)
    share = {"household_id": household.household_id, "quantity": "0.5"}
    opened = {"area_code": VILLAGE, "pattern": "pattern_fruit_mu", "capacity": "1.5", "led_by": "cooperative"}
    project = traveller.send(HERE, f"{INDUSTRY}/projects", {**opened, "on": "2015-07-20"})
    enrolling = {"on": "2015-08-02", "households": [share]}

    assert traveller.refused(HERE, f"{project}/enrolments", enrolling) == "household-registration-ended"


def _noted(timeline: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [entry for entry in timeline if entry["type"].startswith("identification.assistance-noted")]
