"""The demo's households: invented people, with ID numbers under a prefix that is never assigned."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import Any

from casework.codes import Sex
from casework.id_number import invented

_numbers: Iterator[int] = count(1)


@dataclass(frozen=True, slots=True)
class Household:
    """One household's application, as it is typed in."""

    head: str
    body: Mapping[str, Any]


def _member(  # noqa: PLR0913 - one line of the form
    name: str,
    relation: str,
    born: str,
    sex: str,
    *,
    health: str = "healthy",
    skill: str = "ordinary",
    school: str = "not_at_school",
) -> dict[str, Any]:
    return {
        "name": name,
        "id_number": invented(next(_numbers), date.fromisoformat(born), Sex(sex)),
        "relation_to_head": relation,
        "health_status": health,
        "labour_skill": skill,
        "school_status": school,
    }


def _application(
    members: list[dict[str, Any]], *, income: tuple[str, str, str, str, str], causes: tuple[str, ...]
) -> dict[str, Any]:
    parts = ("wage_income", "business_income", "business_expenditure", "property_income", "transfer_income")
    return {
        "members": members,
        "applicant": {"kind": "adult_member", "member": 0},
        "kin_of_cadres": [],
        "income": dict(zip(parts, income, strict=True)),
        "living": {
            "arable_land_mu": "2.40",
            "forest_land_mu": "5.00",
            "housing_area_m2": "68.00",
            "house_grade": "grade_c",
            "water_safe": True,
            "water_difficult": False,
        },
        "causes": list(causes),
        "consent_to_cross_checks": True,
    }


# Seven households that apply in June 2015; not all of them will be registered.
FIRST_LIST = (
    Household(
        "黄小满",
        _application(
            [
                _member(
                    "黄小满", "household_head", "1968-05-21", "male", health="chronic_illness", skill="weak_or_half"
                ),
                _member("林秋菊", "spouse", "1970-09-02", "female"),
                _member("黄春生", "son", "1997-02-11", "male", school="senior_3", skill="none"),
            ],
            income=("3600.00", "4200.00", "1500.00", "0.00", "1260.00"),
            causes=("cause_illness", "cause_schooling"),
        ),
    ),
    Household(
        "陈谷雨",
        _application(
            [
                _member("陈谷雨", "household_head", "1949-04-20", "female", skill="lost", health="disabled"),
                _member("陈石头", "sons_son", "2004-11-30", "male", school="primary", skill="none"),
            ],
            income=("0.00", "1800.00", "600.00", "0.00", "2880.00"),
            causes=("cause_disability", "cause_no_labour"),
        ),
    ),
    Household(
        "周立夏",
        _application(
            [
                _member("周立夏", "household_head", "1975-05-06", "male"),
                _member("吴桂香", "spouse", "1976-10-15", "female", health="major_illness", skill="lost"),
                _member("周晓燕", "daughter", "2001-03-08", "female", school="junior_2", skill="none"),
                _member("周大寒", "father", "1944-01-21", "male", health="chronic_illness", skill="lost"),
            ],
            income=("6000.00", "5200.00", "2100.00", "300.00", "1480.00"),
            causes=("cause_illness", "cause_no_funds"),
        ),
    ),
    Household(
        "刘芒种",
        _application(
            [
                _member("刘芒种", "household_head", "1980-06-06", "male", skill="skilled"),
                _member("何霜降", "spouse", "1982-10-23", "female"),
                _member("刘小暑", "son", "2008-07-07", "male", school="primary", skill="none"),
            ],
            income=("18000.00", "6000.00", "1800.00", "0.00", "900.00"),
            causes=("cause_no_funds",),
        ),
    ),
    Household(
        "徐白露",
        _application(
            [
                _member("徐白露", "household_head", "1971-09-08", "male"),
                _member("徐立冬", "son", "1996-11-07", "male"),
            ],
            income=("4100.00", "2000.00", "900.00", "0.00", "200.00"),
            causes=("cause_transport", "cause_no_skill"),
        ),
    ),
    Household(
        "方惊蛰",
        _application(
            [
                _member("方惊蛰", "household_head", "1965-03-06", "male"),
                _member("方清明", "mother", "1938-04-05", "female", skill="lost"),
            ],
            income=("3000.00", "2400.00", "700.00", "0.00", "840.00"),
            causes=("cause_no_skill",),
        ),
    ),
    Household(
        "许寒露",
        _application(
            [
                _member("许寒露", "household_head", "1973-10-08", "male"),
                _member("许夏至", "daughter", "2003-06-21", "female", school="primary", skill="none"),
            ],
            income=("0.00", "3800.00", "1200.00", "0.00", "640.00"),
            causes=("cause_no_funds",),
        ),
    ),
)

# Two households whose notice is posted today.
SECOND_LIST = (
    Household(
        "孙小寒",
        _application(
            [
                _member(
                    "孙小寒", "household_head", "1959-01-06", "male", health="chronic_illness", skill="weak_or_half"
                ),
                _member("赵大雪", "spouse", "1961-12-07", "female"),
            ],
            income=("0.00", "3900.00", "1300.00", "0.00", "1320.00"),
            causes=("cause_illness",),
        ),
    ),
    Household(
        "郑雨水",
        _application(
            [
                _member("郑雨水", "household_head", "1983-02-19", "female"),
                _member("郑春分", "daughter", "2009-03-20", "female", school="primary", skill="none"),
                _member("郑秋分", "son", "2012-09-23", "male", skill="none", school="preschool"),
            ],
            income=("4800.00", "1200.00", "500.00", "0.00", "600.00"),
            causes=("cause_no_labour", "cause_no_funds"),
        ),
    ),
)
