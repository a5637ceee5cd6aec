"""Invented households as a form states them: sizes, causes and incomes as published of real ones; nobody lives.

Sources are named in the reference's §4.2: persons a household of a village of Xiushui (52 households, 182 persons),
the share of illness in a county of Hunan (56.92 %), illness, disability and lack of labour above 60 % nationally.
Nothing was found of health, schooling and work; ages and families here are only plausible.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from casework.codes import HealthStatus, HouseGrade, LabourSkill, PovertyCause, RelationToHead, SchoolStatus, Sex
from casework.id_number import invented
from casework.income import Income
from casework.money import half_up
from identification.cases.application.findings import Living
from identification.cases.household.api import NewMember

# Households by their number of persons, 3.50 on average.
SIZES = {1: 10, 2: 17, 3: 23, 4: 26, 5: 14, 6: 7, 7: 3}
# Households by their main cause, in ten thousand.
MAIN_CAUSES = {
    PovertyCause.ILLNESS: 5692,
    PovertyCause.DISABILITY: 600,
    PovertyCause.NO_LABOUR: 600,
    PovertyCause.SCHOOLING: 800,
    PovertyCause.NO_SKILL: 800,
    PovertyCause.NO_FUNDS: 700,
    PovertyCause.TRANSPORT: 200,
    PovertyCause.DISASTER: 200,
    PovertyCause.NO_LAND: 100,
    PovertyCause.NO_WATER: 100,
    PovertyCause.MOTIVATION: 208,
}
# Income for each person as a share of the line: least, most, most often. All are below it, most of them not far.
BELOW_THE_LINE = (0.40, 0.995, 0.90)
# Persons of a village, and the share of them who are poor: least, most, most often (38 villages of Changshun).
PERSONS, INCIDENCE = (782, 4963, 2512), (0.0992, 0.6307, 0.269)

_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余叶蒋杜苏魏程吕丁沈任姚"
    "卢傅钟姜崔谭廖范汪陆金石戴贾韦夏邱方侯邹熊孟秦白江阎薛尹段雷黎史龙陶贺顾毛郝龚邵万钱严"
)
_GIVEN = (
    "春夏秋冬山水云月星雨风雪松竹梅兰桂菊荷桃杏柳枫青红白明亮光华平安和顺福禄寿喜文武忠孝仁义礼智信诚建国"
    "民兴旺发达永长久远大小芳英秀珍玉金银宝"
)
_FAMILY = (
    (RelationToHead.HEAD, None, 0),
    (RelationToHead.SPOUSE, None, 0),
    (RelationToHead.SON, Sex.MALE, -25),
    (RelationToHead.DAUGHTER, Sex.FEMALE, -28),
    (RelationToHead.MOTHER, Sex.FEMALE, 23),
    (RelationToHead.FATHER, Sex.MALE, 25),
    (RelationToHead.OTHER, None, -5),
)
_SCHOOLS = (
    *[SchoolStatus.NOT_AT_SCHOOL] * 3,
    *[SchoolStatus.PRESCHOOL] * 3,
    *[SchoolStatus.PRIMARY] * 6,
    *(SchoolStatus.JUNIOR_1, SchoolStatus.JUNIOR_2, SchoolStatus.JUNIOR_3),
    *(SchoolStatus.SENIOR_1, SchoolStatus.SENIOR_2, SchoolStatus.SENIOR_3),
)
_OLD, _GROWN = 65, 16
_ILL = {PovertyCause.ILLNESS: HealthStatus.CHRONIC_ILLNESS, PovertyCause.DISABILITY: HealthStatus.DISABLED}


@dataclass(frozen=True, slots=True)
class Form:
    """What one household applies with; the head is the first of its members, and applies."""

    members: tuple[NewMember, ...]
    income: Income
    living: Living
    causes: tuple[PovertyCause, ...]


def chance_of(seed: str) -> Random:
    """What is drawn by a seed, the same every time."""
    return Random(seed)  # noqa: S311 - it invents people, it keeps no secret


def forms(chance: Random, numbers: Iterator[int], line: Decimal, on: date) -> Iterator[Form]:
    """Invent one household after the other, poor by a line in yuan; ``numbers`` are for ID numbers, each used once."""
    while True:
        (size,) = chance.choices([*SIZES], [*SIZES.values()])
        (main,) = chance.choices([*MAIN_CAUSES], [*MAIN_CAUSES.values()])
        (other,) = chance.choices([*MAIN_CAUSES], [*MAIN_CAUSES.values()])
        yield Form(
            _members(chance, numbers, size, main, on),
            _income(chance, half_up(line * Decimal(chance.triangular(*BELOW_THE_LINE)) * size)),
            _living(chance),
            tuple(dict.fromkeys((main, other))),
        )


def divided(chance: Random, households: int, villages: Sequence[str]) -> dict[str, int]:
    """Divide households among villages by how many poor people live in each."""
    poor = [chance.triangular(*PERSONS) * chance.triangular(*INCIDENCE) for _ in villages]
    shares, until, given = {}, 0.0, 0
    for village, weight in zip(villages, poor, strict=True):
        until += weight
        shares[village] = round(households * until / sum(poor)) - given
        given += shares[village]
    return shares


def _members(chance: Random, numbers: Iterator[int], size: int, main: PovertyCause, on: date) -> tuple[NewMember, ...]:
    head, surname = chance.randint(35, 62), chance.choice(_SURNAMES)
    return tuple(
        _member(chance, next(numbers), kin, (surname, head), _ILL.get(main) if place == 0 else None, on)
        for place, kin in enumerate(_FAMILY[:size])
    )


def _member(
    chance: Random,
    number: int,
    kin: tuple[RelationToHead, Sex | None, int],
    head: tuple[str, int],
    ill: HealthStatus | None,
    on: date,
) -> NewMember:
    relation, sex, years = kin
    age = max(1, head[1] + years + chance.randint(-3, 3))
    born = on - timedelta(days=age * 365 + chance.randint(0, 364))
    surname = chance.choice(_SURNAMES) if relation in {RelationToHead.SPOUSE, RelationToHead.MOTHER} else head[0]
    skill = LabourSkill.NONE if age < _GROWN else LabourSkill.LOST if age >= _OLD else LabourSkill.ORDINARY
    return NewMember(
        id_number=invented(number % 5_000_000, born, sex or chance.choice([*Sex])),
        name=surname + "".join(chance.choices(_GIVEN, k=chance.choice((1, 2, 2, 2)))),
        relation_to_head=relation,
        health_status=ill or HealthStatus.HEALTHY,
        labour_skill=LabourSkill.WEAK_OR_HALF if ill and age >= _GROWN else skill,
        school_status=_SCHOOLS[age] if age < len(_SCHOOLS) else SchoolStatus.NOT_AT_SCHOOL,
    )


def _income(chance: Random, net: Decimal) -> Income:
    wages, help_given = (half_up(net * Decimal(chance.uniform(0, 0.45))) for _ in range(2))
    spent = half_up(net * Decimal(chance.uniform(0, 0.3)))
    earned = net - wages - help_given + spent
    return Income(
        wage_income=wages,
        business_income=earned,
        business_expenditure=spent,
        property_income=Decimal("0.00"),
        transfer_income=help_given,
    )


def _living(chance: Random) -> Living:
    (grade,) = chance.choices([HouseGrade.SAFE, HouseGrade.GRADE_C, HouseGrade.GRADE_D], [70, 20, 10])
    return Living(
        arable_land_mu=half_up(Decimal(chance.uniform(0, 8))),
        forest_land_mu=half_up(Decimal(chance.uniform(0, 20))),
        housing_area_m2=half_up(Decimal(chance.uniform(30, 140))),
        house_grade=grade,
        water_safe=chance.random() < 0.9,  # noqa: PLR2004 - a plausible share
        water_difficult=chance.random() < 0.1,  # noqa: PLR2004 - a plausible share
    )
