"""Every operation of every API: whose it is, at which stage of a household it is done, and what is sent."""

from dataclasses import replace
from datetime import date
from typing import Any

from asking import Fields, Operation
from casework.codes import Sex
from casework.departments import Department
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
    register,
    renaming,
    reviewer,
    substituting,
)
from huangxi import API, closing, conclusion, drawing, meeting, objecting, posting, resolving, verification
from identification.people.persons import Purpose
from papers import photo
from person_ids import person_id
from serving import principal

DECIDING = (Role.GROUP_CONVENER, Role.VILLAGE_OFFICER, Role.TOWNSHIP_REVIEWER, Role.COUNTY_OFFICER)
SENT, WATCHING = (Role.FIRST_SECRETARY, Role.WORK_TEAM), (Role.CITY_OFFICER, Role.INSPECTOR, Role.AUDITOR)
READING = (*DECIDING, *SENT, *WATCHING)
CASE_WORK = (*DECIDING, *SENT, Role.DEPARTMENT_OFFICER)
ASSESSING = (Role.VILLAGE_OFFICER, Role.TOWNSHIP_REVIEWER)
OFFICERS = (*ASSESSING, Role.COUNTY_OFFICER)
FOLLOWING = (*OFFICERS, *SENT, *WATCHING)
# The officers of a department read its track.
TRACKS = {
    RELOCATION: Department.DEVELOPMENT_REFORM,
    INDUSTRY: Department.AGRICULTURE,
    SAFETY_NET: Department.CIVIL_AFFAIRS,
}
ANYBODY = tuple(Role)
PURPOSE = {"purpose": Purpose.CASE_WORK.value}

NUMBER = invented(4_999_999, date(1970, 1, 1), Sex.FEMALE)


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
    system = principal("a-system", (Role.DEPARTMENT_SYSTEM, at[:12]), department=Department.EDUCATION)
    return replace(system, scopes=frozenset({"feed:sensitive"}))


def _records(it: Dossier, _at: str) -> Any:
    record = {"record_id": f"plate-{it.application_id}", "id_number": it.id_number, "facts": "名下有车。"}
    return {"kind": "vehicle", "listed_on": "2015-05-31", "records": [record]}


def _county(at: str) -> Principal:
    return principal(f"county-{at[:6]}", (Role.COUNTY_OFFICER, at[:6]))


def _second_in_county(at: str) -> Principal:
    return principal(f"second-{at[:6]}", (Role.COUNTY_OFFICER, at[:6]))


def _purpose(_it: Dossier, _at: str) -> Fields:
    return PURPOSE


def _of_household(it: Dossier, **more: Any) -> Any:
    return {"household_id": it.household_id, **more, **DAY}


def _posting(it: Dossier, at: str) -> Any:
    step, area = (7, at[:12]) if it.stage is Stage.REGISTERED else (3, at)
    return posting(step, [it.application_id], area_code=area, **LATE)


def _correcting(it: Dossier, _at: str) -> Any:
    why = {"corrects": it.filed_event, "reason": "stated_wrongly", "remarks": "已核对。"}
    return _dated("2015-06-11", causes=["cause_disability"], **why)


def _annulling() -> Any:
    return _dated("2015-06-06", reason="torn", performed_by=[person_id("convener")])


PERSON = f"{API}/people/{{person_id}}"
CHANGES = f"{API}/areas/{{code}}/changes"
APPLICATION, MEETING = f"{API}/applications/{{application_id}}", f"{API}/group-meetings"
NOTICE, ROUND = f"{API}/public-notices", f"{API}/review-rounds"
OBJECTION, RECHECK, EVIDENCE = f"{API}/objections", f"{API}/rechecks", f"{API}/evidence/{{evidence_id}}"
SUBSTITUTION = f"{API}/substitutions"
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
        Operation("GET", f"{API}/area-changes", FOLLOWING, query=_in_area),
        Operation("GET", CHANGES, FOLLOWING),
        Operation(
            "POST",
            f"{CHANGES}/{{proposal_id}}/rejection",
            (Role.COUNTY_OFFICER,),
            who=_county,
            body=lambda _it, _at: {"reason": "entered_wrongly"},
        ),
        Operation("POST", f"{CHANGES}/{{proposal_id}}/confirmation", (Role.COUNTY_OFFICER,), who=_second_in_county),
        Operation("POST", CHANGES, (Role.COUNTY_OFFICER,), who=_county, body=lambda _it, _at: renaming("七组")),
        Operation("POST", f"{API}/applications", (Role.VILLAGE_OFFICER,), Stage.WITHDRAWN, body=_filing),
        Operation("GET", f"{API}/applications", READING, query=_in_area),
        Operation(
            "POST",
            f"{APPLICATION}/amendment",
            (Role.VILLAGE_OFFICER,),
            Stage.FILED,
            body=lambda _it, _at: _dated("2015-06-01", causes=["cause_disability"]),
        ),
        Operation("POST", f"{APPLICATION}/correction", OFFICERS, Stage.PASSED, _county, body=_correcting),
        Operation(
            "POST",
            f"{APPLICATION}/withdrawal",
            (Role.VILLAGE_OFFICER,),
            Stage.RULED,
            body=lambda _it, _at: _dated("2015-06-30", reason="own_wish"),
        ),
        Operation(
            "POST", f"{OBJECTION}/search", ANYBODY, Stage.OBJECTED, body=lambda it, _at: {"receipt_code": it.receipt}
        ),
        Operation("GET", f"{API}/objections", READING, query=_in_area),
        Operation("GET", f"{OBJECTION}/{{objection_id}}", READING, Stage.OBJECTED),
        Operation(
            "GET",
            f"{OBJECTION}/{{objection_id}}/texts/{{text_id}}",
            OFFICERS,
            Stage.OBJECTED,
            query=_purpose,
            personal=True,
        ),
        Operation(
            "GET",
            f"{OBJECTION}/{{objection_id}}/objector",
            (Role.TOWNSHIP_REVIEWER, Role.COUNTY_OFFICER),
            Stage.OBJECTED,
            reviewer,
            query=lambda _it, _at: {"purpose": Purpose.OBJECTION.value},
            personal=True,
        ),
        Operation(
            "POST",
            f"{NOTICE}/{{act_id}}/objections",
            DECIDING,
            Stage.POSTED,
            body=lambda it, _at: objecting(it.application_id, "2015-06-05", **LATE),
        ),
        Operation(
            "POST",
            f"{OBJECTION}/{{objection_id}}/resolution",
            OFFICERS,
            Stage.OBJECTED,
            judge,
            body=lambda _it, _at: resolving("2015-07-20", **LATE),
        ),
        Operation("GET", f"{API}/reconsiderations", READING, query=_in_area),
        Operation(
            "POST",
            f"{APPLICATION}/reconsideration-request",
            DECIDING,
            Stage.REJECTED,
            body=lambda _it, _at: _dated("2015-06-05", statement="请再核实一次。"),
        ),
        Operation(
            "POST",
            f"{APPLICATION}/reconsideration-decision",
            (Role.VILLAGE_OFFICER,),
            Stage.ASKED,
            judge,
            body=lambda _it, _at: _dated("2015-06-08", decision="confirmed", findings="已核实，维持原结论。"),
        ),
        Operation(
            "POST",
            f"{APPLICATION}/data-matches",
            (Role.TOWNSHIP_REVIEWER, Role.COUNTY_OFFICER),
            Stage.POSTED,
            _county,
            body=lambda it, _at: _dated("2015-06-05", person_id=it.person_ids[0], kind="vehicle", facts="名下有车。"),
        ),
        Operation(
            "POST",
            f"{APPLICATION}/data-matches/{{data_match_id}}/decision",
            (Role.TOWNSHIP_REVIEWER,),
            Stage.OBJECTED,
            reviewer,
            body=lambda _it, _at: _dated("2015-06-08", reason="register_outdated", findings="车辆已过户。"),
        ),
        Operation("POST", f"{API}/data-matches", (Role.DEPARTMENT_SYSTEM,), who=register, body=_records, blind=True),
        Operation("GET", RECHECK, READING, query=_in_area),
        Operation("GET", f"{RECHECK}/{{recheck_id}}", READING),
        Operation("GET", f"{RECHECK}/{{recheck_id}}/texts/{{text_id}}", CASE_WORK, query=_purpose, personal=True),
        Operation(
            "POST",
            f"{APPLICATION}/complaints",
            DECIDING,
            body=lambda _it, _at: _dated("2015-08-03", ground="property_undeclared", facts="去年在县城买了房。"),
        ),
        Operation(
            "POST",
            f"{RECHECK}/{{recheck_id}}/conclusion",
            (Role.COUNTY_OFFICER,),
            who=_second_in_county,
            body=lambda _it, _at: _dated("2015-08-03", reason="unfounded", findings="经查不属实。"),
        ),
        Operation(
            "POST",
            f"{APPLICATION}/evidence",
            (Role.VILLAGE_OFFICER,),
            Stage.FILED,
            query=lambda _it, _at: {"step": "1", "kind": "home_visit_log", **_dated("2015-06-01")},
            body=lambda _it, _at: photo(),
        ),
        Operation("GET", f"{APPLICATION}/evidence", READING),
        Operation("GET", f"{APPLICATION}/missing-evidence", READING),
        Operation("GET", EVIDENCE, READING),
        Operation("GET", f"{EVIDENCE}/file", CASE_WORK, query=_purpose, personal=True),
        Operation("GET", f"{EVIDENCE}/thumbnail", CASE_WORK, query=_purpose, personal=True),
        Operation("GET", f"{EVIDENCE}/texts/{{text_id}}", CASE_WORK, query=_purpose, personal=True),
        Operation(
            "POST",
            f"{EVIDENCE}/supersession",
            (Role.VILLAGE_OFFICER,),
            Stage.FILED,
            body=lambda _it, _at: _dated("2015-06-02", reason="wrong_file"),
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
        Operation("GET", f"{API}/registered-households/totals", READING, query=_in_area),
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
        Operation(
            "POST",
            f"{NOTICE}/{{act_id}}/annulment",
            (Role.GROUP_CONVENER, Role.VILLAGE_OFFICER),
            Stage.TORN,
            body=lambda _it, _at: _annulling(),
        ),
        Operation("GET", f"{NOTICE}/{{act_id}}", READING),
        Operation("GET", f"{NOTICE}/{{act_id}}/sheet", CASE_WORK, query=_purpose, personal=True),
        Operation("GET", f"{NOTICE}/{{act_id}}/sheet.pdf", CASE_WORK, query=_purpose, personal=True),
        Operation("GET", f"{APPLICATION}/result-letter.pdf", DECIDING, Stage.OFFERED, query=_purpose, personal=True),
        Operation("GET", f"{OBJECTION}/{{objection_id}}/receipt-slip.pdf", DECIDING, Stage.OBJECTED),
        Operation("GET", f"{API}/blank-forms/{{form}}.pdf", ANYBODY),
        Operation(
            "GET",
            f"{API}/documents/{{form}}/{{case_id}}/{{version}}",
            ANYBODY,
            query=lambda it, _at: {"digest": it.digest},
        ),
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
            "POST",
            f"{PERSON}/erasure-proposal",
            (Role.COUNTY_OFFICER,),
            Stage.WITHDRAWN,
            _county,
            body=lambda _it, _at: {"reason": "authority_order", "reference": "第7号"},
        ),
        Operation("POST", f"{PERSON}/erasure", (Role.COUNTY_OFFICER,), Stage.WITHDRAWN, _second_in_county),
        Operation(
            "POST",
            f"{PERSON}/legal-holds",
            (Role.COUNTY_OFFICER,),
            who=_county,
            body=lambda _it, _at: {"ground": "court", "reference": "第8号"},
        ),
        Operation(
            "POST",
            f"{PERSON}/legal-holds/{{hold_id}}/release",
            (Role.COUNTY_OFFICER,),
            who=_county,
            body=lambda _it, _at: {"reason": "matter_closed"},
        ),
        Operation(
            "POST",
            SUBSTITUTION,
            (Role.COUNTY_OFFICER,),
            who=_county,
            body=lambda it, _at: substituting(it.group, "another"),
        ),
        Operation("POST", f"{SUBSTITUTION}/{{substitution_id}}/confirmation", (Role.COUNTY_OFFICER,), who=_county),
        Operation(
            "POST",
            f"{SUBSTITUTION}/{{substitution_id}}/ending",
            (Role.COUNTY_OFFICER,),
            who=_county,
            body=lambda _it, _at: {"reason": "returned"},
        ),
        Operation("GET", SUBSTITUTION, READING, query=_in_area),
        Operation("GET", f"{SUBSTITUTION}/{{substitution_id}}", READING),
        Operation("GET", f"{API}/my-substitutions", ANYBODY),
        Operation("GET", PERSON, (Role.COUNTY_OFFICER, Role.AUDITOR), who=_county),
        Operation(
            "GET", f"{PERSON}/texts/{{text_id}}", (Role.COUNTY_OFFICER,), who=_county, query=_purpose, personal=True
        ),
        Operation("GET", f"{API}/erasures", (Role.COUNTY_OFFICER, Role.AUDITOR), who=_county, query=_in_area),
        Operation(
            "GET",
            f"{GATEWAY}/households/{{household_id}}/timeline",
            FOLLOWING,
            query=lambda _it, _at: {"names": "true"},
        ),
        Operation(
            "POST",
            f"{GATEWAY}/objections/search",
            ANYBODY,
            Stage.OBJECTED,
            body=lambda it, _at: {"receipt_code": it.receipt},
        ),
        Operation("GET", f"{GATEWAY}/notice-board/{{village_code}}", ANYBODY, Stage.HANGING, personal=True),
        Operation("GET", "/api/feeds/v1/events", (Role.DEPARTMENT_SYSTEM,), who=_system, query=_in_areas),
    )
}
