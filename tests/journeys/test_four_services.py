"""Seven steps, then three tracks: one household's history across all services, embedded and as it is deployed."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any

import pytest
from chronicle.messages import new_id
from chronicle.principal import Issuer, Principal
from compose_runner import Composed, composed
from dossiers import DAY, FRUIT, GROUPS, INDUSTRY, LATE, MOVING, RELOCATION, SAFETY_NET, officer
from httpx2 import Client, Response
from serving import Served, serving, typing_the_past, yihu
from travelling import COUNTY_OFFICER, TOWNSHIP_OFFICER, Registered, Traveller, apply, register
from yihu.embedded import Embedded

if TYPE_CHECKING:
    from private_kafka import Cluster

VILLAGE, HERE = GROUPS[0][:12], officer(GROUPS[0])
# The tracks do all on one day: a timeline then shows it in the order in which it was recorded.
PROJECT = {"area_code": VILLAGE, **FRUIT, **DAY}
STEPS = [
    "application-filed",
    "household-recorded",
    "application-deliberated",
    "application-posted",
    "application-notice-passed",
    "application-verified",
    "application-posted",
    "application-notice-passed",
    "application-drawn-for-review",
    "application-reviewed",
    "application-posted",
    "household-registered",
]
# What each track decides that identification notes, and which field names its case.
DECIDING = {
    "relocation-accepted": "relocation_id",
    "household-enrolled": "enrolment_id",
    "allowance-approved-by-county": "allowance_id",
}
SOURCES = ("identification", "relocation", "industry", "safety-net")
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
            policy = typing_the_past(tmp_path_factory.mktemp("past") / "policy") / "identification"
            invented = {"IDENTIFICATION_INVENTED_PEOPLE": "true", "IDENTIFICATION_POLICY_FOLDER": str(policy)}
            deployed = Deployed(stack.enter_context(composed(kafka, environment=invented)))
            stack.callback(deployed.close)
            yield deployed


@pytest.fixture(scope="module")
def travelled(edition: InOneProcess | Deployed, tmp_path_factory: pytest.TempPathFactory) -> Travelled:
    """A couple that is registered, may move, takes part in a project and is granted an allowance."""
    traveller = Traveller(edition)
    household = register(traveller, tmp_path_factory.mktemp("areas") / "areas.csv")
    here = {"household_id": household.household_id, **DAY}
    relocation = traveller.send(HERE, f"{RELOCATION}/relocations", here | MOVING)
    traveller.send(HERE, f"{relocation}/acceptance", {"answered_by": household.head_id, **DAY})
    project = traveller.send(HERE, f"{INDUSTRY}/projects", PROJECT)
    share = {"household_id": household.household_id, "quantity": "1"}
    traveller.send(HERE, f"{project}/enrolments", {"households": [share], **DAY})
    allowance = traveller.send(HERE, f"{SAFETY_NET}/allowances", {**here, "protected_persons": 2})
    traveller.send(TOWNSHIP_OFFICER, f"{allowance}/township-approval", DAY)
    traveller.send(COUNTY_OFFICER, f"{allowance}/county-approval", DAY)
    travelled = Travelled(traveller, household, relocation, project, allowance)
    assert until(lambda: len(_noted(travelled.timeline())) == 3)
    return travelled


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

    # 5,000 yuan for two are 2,500 each; twelve times the standard of 240 are 2,880: 380 lacking, twice, by 12.
    assert (shown["stage"], shown["monthly_amount"]) == ("granted", "63.33")


def test_one_order_for_all_services_in_which_each_ones_acts_follow_each_other(travelled: Travelled) -> None:
    timeline = travelled.timeline()
    of = {source: [_name(entry) for entry in timeline if entry["source"] == source] for source in SOURCES}

    assert [entry["source"] for entry in timeline if entry["source"] not in SOURCES] == []
    assert [_name(entry) for entry in timeline[: len(STEPS)]] == STEPS
    assert of == {
        "identification": [*STEPS, *["assistance-noted"] * 3],
        "relocation": ["relocation-proposed", "relocation-accepted"],
        "industry": ["household-enrolled"],
        "safety-net": ["allowance-assessed", "allowance-approved-by-township", "allowance-approved-by-county"],
    }


def test_identification_notes_what_each_track_decided_after_it_and_in_the_same_order(travelled: Travelled) -> None:
    path = f"/api/identification/v1/households/{travelled.household.household_id}"
    read = travelled.traveller.read(COUNTY_OFFICER, path)
    timeline = travelled.timeline()
    # Each note is of one decision, which it names by the track's own case.
    place = {
        (entry["source"], entry["data"][case]): number
        for number, entry in enumerate(timeline)
        if (case := DECIDING.get(_name(entry)))
    }
    notes = {(entry["data"]["track"], entry["data"]["reference"]): timeline.index(entry) for entry in _noted(timeline)}

    assert {(each["track"], each["reference"]) for each in read["assistance"]} == place.keys() == notes.keys()
    assert {track for track, _ in place} == {"relocation", "industry", "safety-net"}
    assert [case for case in place if place[case] > notes[case]] == []
    assert sorted(place, key=lambda case: place[case]) == sorted(notes, key=lambda case: notes[case])


def test_who_is_not_known_and_who_is_not_registered_is_told_apart_by_every_track(travelled: Travelled) -> None:
    traveller = travelled.traveller
    application = f"/api/identification/v1/applications/{apply(traveller, couple=1)}"
    recorded = traveller.read(HERE, application)["household_id"]

    assert _refusals(travelled, new_id()) == ["household-not-known"] * 3
    assert _refusals(travelled, recorded) == ["household-not-registered"] * 3


def test_after_the_registration_ended_nothing_new_is_decided(travelled: Travelled) -> None:
    traveller, household = travelled.traveller, travelled.household
    ending = {"on": "2015-08-01", "reason": "moved_away", **LATE}
    path = f"/api/identification/v1/applications/{household.application_id}/registration-ending"
    traveller.send(COUNTY_OFFICER, path, ending)
    another = replace(travelled, project=traveller.send(HERE, f"{INDUSTRY}/projects", PROJECT))

    assert _refusals(another, household.household_id, on="2015-08-02") == ["household-registration-ended"] * 3


def _refusals(travelled: Travelled, household_id: str, on: str = DAY["on"]) -> list[str]:
    """Why each track refuses a household."""
    traveller, it = travelled.traveller, {"household_id": household_id, "on": on}
    shares = {"on": on, "households": [{"household_id": household_id, "quantity": "0.5"}]}
    return [
        traveller.refused(HERE, f"{RELOCATION}/relocations", it | MOVING),
        traveller.refused(HERE, f"{travelled.project}/enrolments", shares),
        traveller.refused(HERE, f"{SAFETY_NET}/allowances", it | {"protected_persons": 2}),
    ]


def _noted(timeline: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [entry for entry in timeline if _name(entry) == "assistance-noted"]


def _name(entry: dict[str, Any]) -> str:
    name: str = entry["type"].split(".")[1]
    return name
