"""The income of a reference period and the test against the poverty line."""

from decimal import Decimal
from typing import Self

from chronicle.refusals import Invalid
from pydantic import BaseModel, ConfigDict

from casework.money import NonNegativeYuan, Yuan, half_up


class NoMembers(Invalid, code="no-members", zh="没有家庭成员，无法计算人均纯收入。"):
    """A household without members has no per-capita income."""


class Income(BaseModel):
    """The five parts of a household's income in one reference period, in yuan."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    wage_income: NonNegativeYuan
    business_income: NonNegativeYuan
    business_expenditure: NonNegativeYuan
    property_income: NonNegativeYuan
    transfer_income: NonNegativeYuan


class IncomeTest(BaseModel):
    """Whether a household is poor by income: per-capita net income strictly below the line, at two decimals half-up.

    Source: the national registration form's income table (AC07), where per-capita net income (aac082) is annual income
    (aac081) less business expenditure (aac074), divided by the members (aac017); the line is the standard of the
    reference period in the 2014 registration plan.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    income: Income
    persons: int
    per_capita: Yuan
    line: NonNegativeYuan
    below_line: bool

    @classmethod
    def of(cls, income: Income, persons: int, line: Decimal) -> Self:
        """Compare a household's per-capita net income with a line; refused as NoMembers without persons."""
        per_capita = per_capita_net_income(income, persons)
        return cls(income=income, persons=persons, per_capita=per_capita, line=line, below_line=per_capita < line)


def annual_income(income: Income) -> Decimal:
    """Add up what came in, before business expenditure."""
    return income.wage_income + income.business_income + income.property_income + income.transfer_income


def net_income(income: Income) -> Decimal:
    """Take business expenditure off the annual income; a year of losses is negative."""
    return annual_income(income) - income.business_expenditure


def per_capita_net_income(income: Income, persons: int) -> Decimal:
    """Divide the net income by the members, in yuan with two places half-up; refused as NoMembers below one."""
    if persons < 1:
        raise NoMembers
    return half_up(net_income(income) / persons)
