"""What operations are asked with, and by whom if not by everybody with the duty."""

from dataclasses import replace
from datetime import date
from typing import Any

from asking import Fields
from casework.codes import Sex
from casework.departments import Department
from casework.id_number import invented
from casework.roles import Role
from chronicle.principal import Principal
from dossier import Dossier, Stage
from dossiers import DAY, LATE
from huangxi import posting as posted
from identification.people.persons import Purpose
from person_ids import person_id
from serving import principal

PURPOSE = {"purpose": Purpose.CASE_WORK.value}
NUMBER = invented(4_999_999, date(1970, 1, 1), Sex.FEMALE)


def dated(on: str, **more: Any) -> Fields:
    """Dated in 2015 and entered now."""
    return {"on": on, **LATE, **more}


def filing(it: Dossier, at: str) -> Any:
    """One person of the household applies."""
    money = ("wage_income", "business_income", "business_expenditure", "property_income", "transfer_income")
    land = dict.fromkeys(("arable_land_mu", "forest_land_mu", "housing_area_m2"), "12.00")
    return {
        **dated("2015-06-01"),
        "household_id": it.household_id,
        "group_code": at,
        "members": [head(NUMBER, "陈大明")],
        "applicant": {"kind": "adult_member", "member": 0},
        "income": dict.fromkeys(money, "0.00"),
        "living": {**land, "house_grade": "grade_c", "water_safe": True, "water_difficult": False},
        "causes": ["cause_illness"],
        "consent_to_cross_checks": True,
    }


def head(id_number: str, name: str) -> dict[str, str]:
    """The head of a household, as typed."""
    member = {"name": name, "id_number": id_number, "relation_to_head": "household_head"}
    codes = {"health_status": "healthy", "labour_skill": "ordinary", "school_status": "not_at_school"}
    return member | codes


def in_area(_it: Dossier, at: str) -> Fields:
    """A list of one area."""
    return {"area": at}


def in_areas(_it: Dossier, at: str) -> Fields:
    """A feed of one village."""
    return {"areas": at[:12], "limit": 1000}


def in_county(it: Dossier, **more: Any) -> Any:
    """In the county where the household lives."""
    return {"area_code": f"{it.group[:6]}000000", **more}


def system(at: str) -> Principal:
    """The system of a department, for a village."""
    system = principal("a-system", (Role.DEPARTMENT_SYSTEM, at[:12]), department=Department.EDUCATION)
    return replace(system, scopes=frozenset({"feed:sensitive"}))


def records(it: Dossier, _at: str) -> Any:
    """What a register has of the household's head."""
    record = {"record_id": f"plate-{it.application_id}", "id_number": it.id_number, "facts": "名下有车。"}
    return {"kind": "vehicle", "listed_on": "2015-05-31", "records": [record]}


def county(at: str) -> Principal:
    """Somebody of the county."""
    return principal(f"county-{at[:6]}", (Role.COUNTY_OFFICER, at[:6]))


def second_in_county(at: str) -> Principal:
    """Somebody else of the county."""
    return principal(f"second-{at[:6]}", (Role.COUNTY_OFFICER, at[:6]))


def error(_it: Dossier, _at: str) -> Fields:
    """A proposal is withdrawn that was made in error."""
    return {"reason": "proposed_in_error"}


def purpose(_it: Dossier, _at: str) -> Fields:
    """Names are read to do the work."""
    return PURPOSE


def of_household(it: Dossier, **more: Any) -> Any:
    """About the household."""
    return {"household_id": it.household_id, **more, **DAY}


def posting(it: Dossier, at: str) -> Any:
    """The list that the household is on."""
    step, area = (7, at[:12]) if it.stage is Stage.REGISTERED else (3, at)
    return posted(step, [it.application_id], area_code=area, **LATE)


def correcting(it: Dossier, _at: str) -> Any:
    """A cause that was stated wrongly."""
    why = {"corrects": it.filed_event, "reason": "stated_wrongly", "remarks": "已核对。"}
    return dated("2015-06-11", causes=["cause_disability"], **why)


def annulling() -> Any:
    """A notice that is torn."""
    return dated("2015-06-06", reason="torn", performed_by=[person_id("convener")])
