"""Every operation of every API: whose it is, and a request for it about a household and an area."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from casework.codes import Sex
from casework.id_number import invented
from casework.roles import Role
from chronicle.principal import Principal
from dossiers import (
    DAY,
    FRUIT,
    GATEWAY,
    INDUSTRY,
    LATE,
    MOVING,
    RELOCATION,
    SAFETY_NET,
    Dossier,
    Stage,
    convener,
    judge,
    officer,
    reviewer,
)
from huangxi import API, closing, conclusion, drawing, meeting, posting, verification
from identification.people.persons import Purpose
from serving import Served, principal

DECIDING = (Role.GROUP_CONVENER, Role.VILLAGE_OFFICER, Role.TOWNSHIP_REVIEWER, Role.COUNTY_OFFICER)
READING = (*DECIDING, Role.AUDITOR)
CASE_WORK = (*DECIDING, Role.DEPARTMENT_OFFICER)
ASSESSING = (Role.VILLAGE_OFFICER, Role.TOWNSHIP_REVIEWER)
OFFICERS = (*ASSESSING, Role.COUNTY_OFFICER)
FOLLOWING = (*OFFICERS, Role.AUDITOR)
ANYBODY = tuple(Role)
CASES = ("relocation_id", "project_id", "allowance_id")
PURPOSE = {"purpose": Purpose.CASE_WORK.value}

NUMBER = invented(4_999_999, date(1970, 1, 1), Sex.FEMALE)

Fields = Mapping[str, Any]


@dataclass(frozen=True)
class Request:
    """What is sent."""

    method: str
    path: str
    query: Fields = field(default_factory=dict)
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Operation:
    """One operation: in which roles it is done, at which stage of a household, by whom usually, and how it is asked.

    ``personal`` ones show what is kept about people, and write the access log first.
    """

    method: str
    path: str
    roles: tuple[Role, ...]
    stage: Stage = Stage.REGISTERED
    who: Callable[[str], Principal] = officer
    body: Callable[[Dossier, str], Any] | None = None
    query: Callable[[Dossier, str], Fields] = lambda _it, _at: {}
    personal: bool = False
    level: str = "township"

    @property
    def name(self) -> str:
        """How it is called in its document."""
        return f"{self.method} {self.path}"

    @property
    def writes(self) -> bool:
        """Whether it records anything."""
        return self.method == "POST" and not self.path.endswith(("/disclosure", "/resolve", "/search", "/verify"))

    @property
    def resource(self) -> str:
        """What its address begins with, such as ``public-notices``."""
        return self.path.split("/")[4]

    def fits(self, it: Dossier) -> bool:
        """Whether the household came so far that there is something to ask for."""
        named = re.findall(r"\{(\w+)\}", self.path)
        needed = {"act_id": it.acts, "text_id": it.texts}
        there = all(self.resource in needed[name] for name in needed if name in named)
        return there and all(name in it.cases for name in CASES if name in named)

    def about(self, it: Dossier, at: str) -> Request:
        """The request about a household, in the area that a villager group lies in."""
        values = {
            "act_id": it.acts.get(self.resource, ""),
            "application_id": it.application_id,
            "code": at,
            "decision_id": it.decision_id,
            "event_id": it.refused_event,
            "household_id": it.household_id,
            "level": self.level,
            "objection_id": it.objection_id,
            "person_id": it.person_ids[0],
            "queue": "village_verification.to_do",
            "text_id": it.texts.get(self.resource, ""),
            "village_code": at[:12],
            **it.cases,
        }
        path = re.sub(r"\{(\w+)\}", lambda name: values[name[1]], self.path)
        return Request(self.method, path, self.query(it, at), self.body(it, at) if self.body else None)


def described(served: Served) -> Iterator[str]:
    """The operations that all services publish."""
    for name in served.embedded.services:
        document = served.http.get(f"/api/{name}/v1/openapi.json").json()
        for path, methods in document["paths"].items():
            yield from (f"{method.upper()} {path}" for method in methods)


def send(served: Served, who: Principal, request: Request) -> Any:
    """Send it in somebody's name."""
    query = "&".join(f"{name}={value}" for name, value in request.query.items() if value is not None)
    path = f"{request.path}?{query}" if query else request.path
    internal = {"Yihu-Service-Credential": served.credential} if "/internal/" in path else {}
    return served.ask(who, request.method, path, request.body, **{**internal, **request.headers})


def _dated(on: str, **more: Any) -> Fields:
    return {"on": on, **LATE, **more}


def _filing(it: Dossier, at: str) -> Any:
    member = {"name": "陈大明", "id_number": NUMBER, "relation_to_head": "household_head"}
    codes = {"health_status": "healthy", "labour_skill": "ordinary", "school_status": "not_at_school"}
    money = ("wage_income", "business_income", "business_expenditure", "property_income", "transfer_income")
    land = dict.fromkeys(("arable_land_mu", "forest_land_mu", "housing_area_m2"), "12.00")
    return {
        **_dated("2015-06-01"),
        "household_id": it.household_id,
        "group_code": at,
        "members": [member | codes],
        "applicant": {"kind": "adult_member", "member": 0},
        "income": dict.fromkeys(money, "0.00"),
        "living": {**land, "house_grade": "grade_c", "water_safe": True, "water_difficult": False},
        "causes": ["cause_illness"],
        "consent_to_cross_checks": True,
    }


def _in_area(_it: Dossier, at: str) -> Fields:
    return {"area": at}


def _in_areas(_it: Dossier, at: str) -> Fields:
    return {"areas": at[:12], "limit": 1000}


def _system(at: str) -> Principal:
    return replace(principal("a-system", (Role.DEPARTMENT_SYSTEM, at[:12])), scopes=frozenset({"feed:sensitive"}))


def _county(at: str) -> Principal:
    return principal(f"county-{at[:6]}", (Role.COUNTY_OFFICER, at[:6]))


def _purpose(_it: Dossier, _at: str) -> Fields:
    return PURPOSE


def _of_household(it: Dossier, **more: Any) -> Any:
    return {"household_id": it.household_id, **more, **DAY}


def _posting(it: Dossier, at: str) -> Any:
    step, area = (7, at[:12]) if it.stage is Stage.REGISTERED else (3, at)
    return posting(step, [it.application_id], area_code=area, **LATE)


APPLICATION, MEETING = f"{API}/applications/{{application_id}}", f"{API}/group-meetings"
NOTICE, ROUND = f"{API}/public-notices", f"{API}/review-rounds"
MOVE, PROJECT = f"{RELOCATION}/relocations/{{relocation_id}}", f"{INDUSTRY}/projects/{{project_id}}"
ALLOWANCE = f"{SAFETY_NET}/allowances/{{allowance_id}}"
# In this order each can be done once: the tracks' before a registration ends.
OPERATIONS = {
    operation.name: operation
    for operation in (
        Operation(
            "POST",
            f"{RELOCATION}/relocations",
            (Role.VILLAGE_OFFICER,),
            body=lambda it, _at: _of_household(it, **MOVING),
        ),
        Operation("GET", f"{RELOCATION}/relocations", READING, query=_in_area),
        Operation("GET", MOVE, READING, Stage.OFFERED),
        Operation(
            "POST",
            f"{MOVE}/acceptance",
            (Role.VILLAGE_OFFICER,),
            Stage.OFFERED,
            body=lambda it, _at: {"answered_by": it.person_ids[0], **DAY},
        ),
        Operation(
            "POST",
            f"{MOVE}/withdrawal",
            (Role.VILLAGE_OFFICER,),
            Stage.OFFERED,
            body=lambda _it, _at: {"reason": "changed_mind", **DAY},
        ),
        Operation(
            "POST",
            f"{MOVE}/decline",
            (Role.VILLAGE_OFFICER,),
            Stage.GRANTED,
            body=lambda it, _at: {"answered_by": it.person_ids[0], "reason": "wish_to_stay", **DAY},
        ),
        Operation("GET", f"{RELOCATION}/candidates", READING, query=_in_area),
        Operation(
            "POST",
            f"{INDUSTRY}/projects",
            OFFICERS,
            body=lambda it, _at: {"area_code": it.group[:12], **FRUIT, **DAY},
        ),
        Operation("GET", f"{INDUSTRY}/projects", FOLLOWING, query=_in_area),
        Operation("GET", PROJECT, FOLLOWING),
        Operation(
            "POST",
            f"{PROJECT}/enrolments",
            OFFICERS,
            body=lambda it, _at: {"households": [{"household_id": it.household_id, "quantity": "0.5"}], **DAY},
        ),
        Operation("GET", f"{PROJECT}/enrolments", FOLLOWING, Stage.OFFERED),
        Operation(
            "POST",
            f"{PROJECT}/enrolment-endings",
            OFFICERS,
            Stage.OFFERED,
            body=lambda it, _at: {"household_ids": [it.household_id], "reason": "own_wish", **DAY},
        ),
        Operation("POST", f"{PROJECT}/closing", OFFICERS, Stage.GRANTED, body=lambda _it, _at: DAY),
        Operation("GET", f"{INDUSTRY}/households/{{household_id}}/enrolments", FOLLOWING, Stage.OFFERED),
        Operation(
            "POST",
            f"{SAFETY_NET}/allowances",
            ASSESSING,
            body=lambda it, _at: _of_household(it, protected_persons=2),
        ),
        Operation("GET", f"{SAFETY_NET}/allowances", FOLLOWING, query=_in_area),
        Operation("GET", ALLOWANCE, FOLLOWING, Stage.OFFERED),
        Operation("GET", f"{SAFETY_NET}/work-queues", FOLLOWING, query=_in_area),
        Operation("GET", f"{SAFETY_NET}/work-queues/{{level}}", FOLLOWING, query=_in_area),
        Operation(
            "POST",
            f"{ALLOWANCE}/{{level}}-approval",
            (Role.TOWNSHIP_REVIEWER,),
            Stage.OFFERED,
            reviewer,
            body=lambda _it, _at: DAY,
        ),
        Operation(
            "POST",
            f"{ALLOWANCE}/{{level}}-rejection",
            (Role.COUNTY_OFFICER,),
            Stage.OFFERED,
            _county,
            body=lambda _it, _at: {"reason": "evidence_missing", **DAY},
            level="county",
        ),
        Operation(
            "POST",
            f"{ALLOWANCE}/ending",
            (Role.COUNTY_OFFICER,),
            Stage.GRANTED,
            _county,
            body=lambda _it, _at: {"reason": "own_wish", **DAY},
        ),
        Operation("GET", f"{API}/areas", ANYBODY, query=lambda _it, at: {"parent": at[:12]}),
        Operation("GET", f"{API}/areas/{{code}}", ANYBODY),
        Operation(
            "POST",
            f"{API}/areas/{{village_code}}/villager-groups",
            (Role.VILLAGE_OFFICER,),
            body=lambda _it, _at: {"number": "77", "name": "七十七组", "valid_from": "2014-01-01"},
        ),
        Operation("POST", f"{API}/applications", (Role.VILLAGE_OFFICER,), Stage.WITHDRAWN, body=_filing),
        Operation("GET", f"{API}/applications", READING, query=_in_area),
        Operation(
            "POST",
            f"{APPLICATION}/withdrawal",
            (Role.VILLAGE_OFFICER,),
            Stage.RULED,
            body=lambda _it, _at: _dated("2015-06-30", reason="own_wish"),
        ),
        Operation(
            "POST",
            f"{APPLICATION}/objections",
            DECIDING,
            Stage.POSTED,
            body=lambda _it, _at: _dated("2015-06-05", ground="not_poor", facts="听说他家另有收入。"),
        ),
        Operation(
            "POST",
            f"{APPLICATION}/objections/{{objection_id}}/decision",
            (Role.VILLAGE_OFFICER,),
            Stage.OBJECTED,
            judge,
            body=lambda _it, _at: _dated("2015-06-08", decision="dismissed", findings="已核实，不成立。"),
        ),
        Operation("POST", f"{API}/refused-reactions/{{event_id}}/retry", (Role.COUNTY_OFFICER,), who=_county),
        Operation(
            "POST",
            f"{API}/refused-reactions/{{event_id}}/dismissal",
            (Role.COUNTY_OFFICER,),
            Stage.OFFERED,
            _county,
            body=lambda _it, _at: {"reason": "taken_back"},
        ),
        Operation(
            "POST",
            f"{APPLICATION}/registration-ending",
            (Role.COUNTY_OFFICER,),
            who=_county,
            body=lambda _it, _at: _dated("2015-08-01", reason="moved_away"),
        ),
        Operation("GET", f"{API}/refused-reactions", (Role.COUNTY_OFFICER,), who=_county),
        Operation("GET", APPLICATION, READING),
        Operation("GET", f"{APPLICATION}/texts/{{text_id}}", CASE_WORK, query=_purpose, personal=True),
        Operation("GET", f"{API}/work-queues", READING, query=_in_area),
        Operation("GET", f"{API}/work-queues/{{queue}}", READING, query=_in_area),
        Operation("GET", f"{API}/registered-households", READING, query=_in_area),
        Operation("GET", f"{API}/late-entries", READING, query=_in_area),
        Operation("GET", f"{API}/households/{{household_id}}/standing", READING),
        Operation("GET", f"{API}/households/{{household_id}}", READING),
        Operation(
            "POST",
            MEETING,
            (Role.GROUP_CONVENER, Role.VILLAGE_OFFICER),
            Stage.FILED,
            convener,
            body=lambda it, at: meeting([it.application_id], group_code=at, **LATE),
        ),
        Operation("GET", MEETING, READING, query=_in_area),
        Operation("GET", f"{MEETING}/{{act_id}}", READING),
        Operation(
            "GET", f"{API}/group-meetings/{{act_id}}/texts/{{text_id}}", CASE_WORK, query=_purpose, personal=True
        ),
        Operation("POST", NOTICE, (Role.GROUP_CONVENER, Role.VILLAGE_OFFICER), Stage.MET, body=_posting, personal=True),
        Operation("GET", NOTICE, READING, query=_in_area),
        Operation(
            "POST",
            f"{NOTICE}/{{act_id}}/closing",
            (Role.GROUP_CONVENER, Role.VILLAGE_OFFICER),
            Stage.OVER,
            body=lambda it, _at: closing(3, application_ids=[it.application_id], **LATE),
        ),
        Operation("GET", f"{NOTICE}/{{act_id}}", READING),
        Operation("GET", f"{NOTICE}/{{act_id}}/sheet", CASE_WORK, query=_purpose, personal=True),
        Operation("GET", f"{NOTICE}/{{act_id}}/texts/{{text_id}}", CASE_WORK, query=_purpose, personal=True),
        Operation(
            "POST",
            f"{API}/village-verifications",
            (Role.VILLAGE_OFFICER,),
            Stage.PASSED,
            body=lambda it, at: verification([it.application_id], village_code=at[:12], **LATE),
        ),
        Operation("GET", f"{API}/village-verifications", READING, query=_in_area),
        Operation("GET", f"{API}/village-verifications/{{act_id}}", READING),
        Operation(
            "POST",
            ROUND,
            (Role.TOWNSHIP_REVIEWER,),
            Stage.REVIEWABLE,
            reviewer,
            body=lambda it, at: drawing([it.application_id], area_code=f"{at[:9]}000", **LATE),
        ),
        Operation("GET", ROUND, READING, who=reviewer, query=_in_area),
        Operation(
            "POST",
            f"{ROUND}/{{act_id}}/conclusion",
            (Role.TOWNSHIP_REVIEWER,),
            Stage.DRAWN,
            reviewer,
            body=lambda it, _at: conclusion([it.application_id], **LATE),
        ),
        Operation("GET", f"{ROUND}/{{act_id}}", READING, who=reviewer),
        Operation("GET", f"{API}/decisions/{{decision_id}}", READING),
        Operation("POST", f"{API}/decisions/{{decision_id}}/verify", READING),
        Operation(
            "POST",
            f"{API}/people/{{person_id}}/disclosure",
            (Role.VILLAGE_OFFICER,),
            body=lambda _it, _at: {"purpose": Purpose.OWN_REQUEST.value},
            personal=True,
        ),
        Operation(
            "POST",
            f"{API}/people/search",
            (Role.VILLAGE_OFFICER, Role.TOWNSHIP_REVIEWER, Role.COUNTY_OFFICER),
            body=lambda it, _at: {"purpose": Purpose.IDENTITY_CHECK.value, "id_number": it.id_number},
            personal=True,
        ),
        Operation(
            "POST",
            f"{API}/internal/people/resolve",
            CASE_WORK,
            body=lambda it, _at: {"person_ids": it.person_ids, "fields": ["name"], **PURPOSE},
            personal=True,
        ),
        Operation(
            "GET",
            f"{GATEWAY}/households/{{household_id}}/timeline",
            (Role.VILLAGE_OFFICER, Role.TOWNSHIP_REVIEWER, Role.COUNTY_OFFICER, Role.AUDITOR),
            query=lambda _it, _at: {"names": "true"},
        ),
        Operation("GET", f"{GATEWAY}/notice-board/{{village_code}}", ANYBODY, Stage.HANGING, personal=True),
        Operation("GET", "/api/feeds/v1/events", (Role.DEPARTMENT_SYSTEM,), who=_system, query=_in_areas),
    )
}
