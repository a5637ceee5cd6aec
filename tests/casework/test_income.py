"""Money is exact, and a household is poor by income strictly below the line."""

from decimal import Decimal

import pytest
from casework.income import Income, NoMembers, annual_income, net_income, per_capita_net_income
from casework.money import NonNegativeYuan, Yuan, half_up
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter, ValidationError

yuan = TypeAdapter[Decimal](Yuan)
non_negative = TypeAdapter[Decimal](NonNegativeYuan)
amounts = st.decimals(0, 999_999, places=2)


def income(**parts: object) -> Income:
    """Give a household's income with the parts not named at zero."""
    nothing = dict.fromkeys(Income.model_fields, "0")
    return Income.model_validate(nothing | parts)


WORKED = income(
    wage_income=12_000, business_income=9000, business_expenditure=4000, property_income=600, transfer_income=3000
)


@pytest.mark.parametrize(
    ("typed", "written"),
    [("1234.5", "1234.50"), (12, "12.00"), ("0", "0.00"), ("-0.00", "0.00"), ("-3.10", "-3.10"), (Decimal(8), "8.00")],
)
def test_an_amount_is_written_with_two_places(typed: object, written: str) -> None:
    assert yuan.dump_json(yuan.validate_python(typed)) == f'"{written}"'.encode()


@pytest.mark.parametrize(
    "typed", [1.5, True, None, "", "1.234", "1e3", "NaN", "1,000", "１２", " 1", "12345678901234", Decimal("1.005")]
)
def test_what_is_no_exact_amount_is_refused(typed: object) -> None:
    with pytest.raises(ValidationError):
        yuan.validate_python(typed)


@pytest.mark.parametrize("number", ["1.5", "12", "0"])
def test_a_number_in_json_is_refused(number: str) -> None:
    with pytest.raises(ValidationError, match=r"an amount is text like 1234[.]50"):
        yuan.validate_json(number)


@pytest.mark.parametrize("typed", ["-0.01", 10**12])
def test_an_amount_below_zero_or_beyond_all_reason_is_refused_where_none_is_meant(typed: object) -> None:
    with pytest.raises(ValidationError):
        non_negative.validate_python(typed)


def test_the_published_schema_of_an_amount_is_a_string() -> None:
    class Paid(BaseModel):
        amount: NonNegativeYuan

    schema = Paid.model_json_schema()["properties"]["amount"]
    assert schema["type"] == "string"
    assert schema["pattern"] == "^[0-9]{1,8}([.][0-9]{1,2})?$"


def test_a_half_is_rounded_up() -> None:
    assert half_up(Decimal("2799.995")) == Decimal("2800.00")
    assert half_up(Decimal("2799.9949")) == Decimal("2799.99")
    assert half_up(Decimal("2.5"), places=0) == 3


@given(st.decimals(-(10**9), 10**9, places=6), st.integers(0, 4))
def test_rounding_moves_an_amount_by_at_most_half_a_unit(value: Decimal, places: int) -> None:
    assert abs(half_up(value, places) - value) <= Decimal(5).scaleb(-places - 1)


def test_five_persons_on_a_net_income_of_20600_have_4120_each() -> None:
    assert annual_income(WORKED) == 24_600
    assert net_income(WORKED) == 20_600
    assert str(per_capita_net_income(WORKED, persons=5)) == "4120.00"


def test_a_year_of_losses_gives_a_negative_income() -> None:
    assert per_capita_net_income(income(business_expenditure=300), persons=2) == -150


def test_a_household_without_members_has_no_per_capita_income() -> None:
    with pytest.raises(NoMembers):
        per_capita_net_income(WORKED, persons=0)


def test_an_income_part_cannot_be_negative_left_out_or_made_up() -> None:
    for parts in ({"wage_income": "-1"}, {"wages": "1"}):
        with pytest.raises(ValidationError):
            income(**parts)
    with pytest.raises(ValidationError):
        Income.model_validate({"wage_income": "1"})


@given(amounts, amounts, amounts, amounts, st.integers(1, 20))
def test_business_expenditure_is_taken_off_exactly_once(
    wages: Decimal, business: Decimal, spent: Decimal, transfer: Decimal, persons: int
) -> None:
    parts = {"wage_income": wages, "business_income": business, "transfer_income": transfer}
    with_spending = income(**parts, business_expenditure=spent)
    assert net_income(income(**parts)) - net_income(with_spending) == spent
    shared_out = per_capita_net_income(with_spending, persons) * persons
    assert abs(shared_out - net_income(with_spending)) <= Decimal("0.005") * persons
