"""After the register: three services assist, each on its own account of the shared history."""

from datetime import date

from chronicle.principal import Principal
from httpx2 import Response

from yihu.demo.village import INDUSTRY, RELOCATION, SAFETY_NET, VILLAGE, Village

HOUSEHOLD = {"mode": "household", "placement": "concentrated", "place": "township"}
POULTRY = {"area_code": VILLAGE, "pattern": "pattern_poultry_shed", "capacity": "2", "led_by": "cooperative"}


def propose(village: Village, household_id: str, on: date) -> Response:
    """Relocation: a household is proposed to move to a resettlement site in the township."""
    body = {"household_id": household_id, "on": on.isoformat(), **HOUSEHOLD}
    return village.write(village.village_officer, "/relocations", body, RELOCATION)


def accept(village: Village, relocation: str, member: str, on: date) -> Response:
    """Relocation: the household accepts."""
    body = {"answered_by": member, "on": on.isoformat()}
    return village.write(village.village_officer, f"{_path(relocation)}/acceptance", body, RELOCATION)


def open_project(village: Village, on: date) -> Response:
    """Industry: the village opens a project with two places."""
    return village.write(village.village_officer, "/projects", {**POULTRY, "on": on.isoformat()}, INDUSTRY)


def enrol(village: Village, project: str, households: list[str], on: date) -> Response:
    """Industry: households are enrolled, a shed each."""
    shares = [{"household_id": one, "quantity": "1"} for one in households]
    body = {"on": on.isoformat(), "households": shares}
    return village.write(village.village_officer, f"{_path(project)}/enrolments", body, INDUSTRY)


def assess(village: Village, household_id: str, persons: int, on: date) -> Response:
    """Safety net: what a household is due each month is worked out."""
    body = {"household_id": household_id, "protected_persons": persons, "on": on.isoformat()}
    return village.write(village.village_officer, "/allowances", body, SAFETY_NET)


def approve(village: Village, who: Principal, allowance: str, level: str, on: date) -> Response:
    """Safety net: the township approves, then the county."""
    body = {"on": on.isoformat()}
    return village.write(who, f"{_path(allowance)}/{level}-approval", body, SAFETY_NET)


def _path(location: str) -> str:
    return "/".join(["", *location.split("/")[4:]])
