"""Households that no track may begin to assist, and why not."""

import pytest
from casework.registration import HouseholdNotKnown, HouseholdNotRegistered, HouseholdRegistrationEnded, Standing

not_registered = pytest.mark.parametrize(
    ("standing", "refusal"),
    [
        (None, HouseholdNotKnown),
        (Standing.RECORDED, HouseholdNotRegistered),
        (Standing.ENDED, HouseholdRegistrationEnded),
    ],
)
