"""Departments' registers beside the applications: what they say, and what the township finds of it (数据比对)."""

from dataclasses import replace
from datetime import date
from typing import Any

from casework.departments import Department
from casework.roles import Role
from httpx2 import Response

from yihu.demo.households import Household
from yihu.demo.village import TOWNSHIP, Village, eventually
from yihu.embedded import officer

COUNTY = TOWNSHIP[:6]
# Whose registers they are.
DEPARTMENTS = {"vehicle": Department.PUBLIC_SECURITY, "payroll": Department.HUMAN_RESOURCES}


def send(village: Village, kind: str, household: Household, facts: str, on: date) -> Response:
    """A department of the county sends what its register says of somebody, whom it knows by ID number alone."""
    department = officer(Role.DEPARTMENT_SYSTEM, COUNTY, organisation=kind)
    id_number = household.body["members"][0]["id_number"]
    record = {"record_id": f"{kind}-1", "id_number": id_number, "facts": facts}
    body = {"kind": kind, "listed_on": on.isoformat(), "records": [record]}
    granted = replace(department, scopes=frozenset({f"data-match:{kind}"}), department=DEPARTMENTS[kind])
    return village.write(granted, "/data-matches", body)


def raised(village: Village, application_id: str) -> list[dict[str, Any]]:
    """The data matches that came to an application; nobody has to look for them, so it is asked until there is one."""
    return eventually(lambda: facts_of(village, application_id, "data-match-raised"), bool)


def facts_of(village: Village, application_id: str, kind: str) -> list[dict[str, Any]]:
    """The facts of everything of one kind that happened to an application."""
    history = village.read(village.reviewer, f"/applications/{application_id}").json()["history"]
    return [each["facts"] for each in history if each["type"] == f"identification.{kind}.v1"]


def look(village: Village, match: dict[str, Any]) -> Response:
    """The township opens what the register says; that it did is written down first."""
    path = f"/applications/{match['application_id']}/texts/{match['facts']['text_id']}?purpose=case_work"
    return village.read(village.reviewer, path)


def decide(village: Village, match: dict[str, Any], reason: str, findings: str, on: date) -> Response:
    """The township clears or upholds it, for a reason that belongs to just one of the two."""
    path = f"/applications/{match['application_id']}/data-matches/{match['data_match_id']}/decision"
    return village.write(village.reviewer, path, {"on": on.isoformat(), "reason": reason, "findings": findings})
