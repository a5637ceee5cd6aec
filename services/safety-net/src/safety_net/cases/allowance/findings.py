"""The values that an allowance's commands and events share."""

from decimal import Decimal
from typing import Literal, Self

from casework.areas import Level
from casework.labels import Labelled
from casework.money import NonNegativeYuan, Yuan, half_up
from pydantic import BaseModel, ConfigDict

MONTHS = 12

JudgingLevel = Literal[Level.TOWNSHIP, Level.COUNTY]


class Assessment(BaseModel):
    """How a monthly amount comes about: what each person lacks to a year's standard, for the persons it is paid for.

    Everything is exact but for the amount, which is rounded once, half-up to the cent. A year of losses counts as one
    without income: nobody gets more than the standard.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    reference_year: int
    per_capita_income: Yuan
    standard: NonNegativeYuan
    annual_standard: NonNegativeYuan
    lacking_per_person: NonNegativeYuan
    protected_persons: int
    monthly_amount: NonNegativeYuan

    @classmethod
    def of(cls, reference_year: int, per_capita_income: Decimal, standard: Decimal, protected_persons: int) -> Self:
        """Assess from net income per person and year, and the standard per person and month, both in yuan."""
        annual_standard = standard * MONTHS
        lacking = max(annual_standard - max(per_capita_income, Decimal(0)), Decimal(0))
        return cls(
            reference_year=reference_year,
            per_capita_income=per_capita_income,
            standard=standard,
            annual_standard=annual_standard,
            lacking_per_person=lacking,
            protected_persons=protected_persons,
            monthly_amount=half_up(lacking * protected_persons / MONTHS),
        )

    @property
    def outcome(self) -> "AssessmentOutcome":
        """Whether each lacks anything: the household is on the allowance even if that is less than half a cent."""
        return AssessmentOutcome.ELIGIBLE if self.lacking_per_person else AssessmentOutcome.NOT_ELIGIBLE


class AssessmentOutcome(Labelled):
    """What an assessment comes to."""

    ELIGIBLE = "eligible", "符合低保条件", "eligible"
    NOT_ELIGIBLE = (
        "not_eligible",
        "人均收入达到低保标准，不符合低保条件",
        "not eligible: the income reaches the standard",
    )


class Stage(Labelled):
    """How far an allowance has come."""

    FOR_TOWNSHIP = "for_township", "待乡镇审批", "waits for the township"
    FOR_COUNTY = "for_county", "待县级审批", "waits for the county"
    GRANTED = "granted", "已批准", "granted"
    NOT_ELIGIBLE = "not_eligible", "不符合条件", "not eligible"
    REJECTED = "rejected", "不予批准", "rejected"
    ENDED = "ended", "已终止", "ended"


class RejectionReason(Labelled):
    """Why an allowance is not approved."""

    INCOME_UNCLEAR = "income_unclear", "收入核算不清", "the income account is unclear"
    MEMBERS_DIFFER = "members_differ", "保障人数与实际不符", "the persons differ from those living together"
    PROPERTY_UNDECLARED = "property_undeclared", "财产未申报", "property is undeclared"
    SUPPORTERS_ABLE = "supporters_able", "赡养、抚养、扶养义务人有能力供养", "those obliged to support them are able to"
    EVIDENCE_MISSING = "evidence_missing", "证明材料不全", "evidence is missing"


class EndingReason(Labelled):
    """Why a granted allowance ends."""

    INCOME_REACHES_STANDARD = "income_reaches_standard", "人均收入达到低保标准", "the income reaches the standard"
    TO_BE_ASSESSED_ANEW = "to_be_assessed_anew", "家庭情况变化，重新核定", "circumstances changed; assessed anew"
    HARDSHIP_SUPPORT = "hardship_support", "转为特困供养", "moved to extreme-hardship support"
    REGISTRATION_ENDED = "registration_ended", "建档立卡已终止", "the registration ended"
    MOVED_AWAY = "moved_away", "已迁出", "moved away"
    ALL_DIED = "all_died", "保障对象已死亡", "those protected have died"
    OWN_WISH = "own_wish", "本人自愿放弃", "own wish"
