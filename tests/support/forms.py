"""An application as it is sent over HTTP: a couple with an income and a home."""

from datetime import date
from typing import Any

from casework.codes import Sex
from casework.id_number import invented
from huangxi import GROUP

HEAD, SPOUSE = invented(9_101, date(1968, 5, 21), Sex.MALE), invented(9_102, date(1970, 9, 2), Sex.FEMALE)
NAMES = ("欧阳清和", "上官秋实")


def typed(name: str, id_number: str, relation: str, **changed: Any) -> dict[str, Any]:
    """One member."""
    codes = {"health_status": "healthy", "labour_skill": "ordinary", "school_status": "not_at_school"}
    return {"name": name, "id_number": id_number, "relation_to_head": relation, **codes, **changed}


def form(**changed: Any) -> dict[str, Any]:
    """The whole form, sent on 1 June 2015."""
    money = {"wage_income": "3600.00", "business_income": "2000.00", "business_expenditure": "600.00"}
    land = {"arable_land_mu": "2.40", "forest_land_mu": "0.00", "housing_area_m2": "68.00"}
    return {
        "on": "2015-06-01",
        "group_code": GROUP,
        "members": [typed(NAMES[0], HEAD, "household_head"), typed(NAMES[1], SPOUSE, "spouse")],
        "applicant": {"kind": "adult_member", "member": 0},
        "income": {**money, "property_income": "0.00", "transfer_income": "0.00"},
        "living": {**land, "house_grade": "grade_c", "water_safe": True, "water_difficult": False},
        "causes": ["cause_illness"],
        "consent_to_cross_checks": True,
        **changed,
    }
