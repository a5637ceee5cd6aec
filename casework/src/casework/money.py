"""Money in yuan: exact decimals with two places, strings in JSON, never floats."""

import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated

from pydantic import BeforeValidator, Field, ValidationInfo, WithJsonSchema
from pydantic_core import PydanticCustomError

_WRITTEN = "-?[0-9]{1,13}([.][0-9]{1,2})?"
_CENT = Decimal("0.01")


def half_up(value: Decimal, places: int = 2) -> Decimal:
    """Round as people do by hand (四舍五入): a half goes away from zero."""
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def _exact(value: object, info: ValidationInfo) -> Decimal:
    written = format(value, "f") if isinstance(value, Decimal) else str(value)
    # A JSON number has passed through somebody's floats; in Python a whole number is exact.
    kinds: tuple[type, ...] = (str,) if info.mode == "json" else (str, int, Decimal)
    if not isinstance(value, kinds) or not re.fullmatch(_WRITTEN, written):
        raise PydanticCustomError("decimal", "an amount is text like 1234.50, with at most two decimal places")
    # Adding zero turns -0.00 into 0.00, so one amount has one spelling.
    return Decimal(written).quantize(_CENT) + 0


Hundredths = Annotated[
    Decimal,
    BeforeValidator(_exact),
    WithJsonSchema({"type": "string", "pattern": f"^{_WRITTEN}$", "examples": ["1234.50"]}),
]
Yuan = Hundredths
NonNegativeYuan = Annotated[
    Yuan,
    # What one household has or gets: no telephone, account or ID number passes for such an amount.
    Field(ge=0, lt=10**8),
    WithJsonSchema({"type": "string", "pattern": "^[0-9]{1,8}([.][0-9]{1,2})?$", "examples": ["1234.50"]}),
]
