"""The income of a reference period, and what it comes to for each member."""

from decimal import Decimal

from chronicle.refusals import Invalid
from pydantic import BaseModel, ConfigDict

from casework.money import NonNegativeYuan, half_up


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
