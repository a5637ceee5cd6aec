"""The households as the rules of safety-net read them, followed from the shared history.

A row is what was heard last. What is heard later changes what is decided next, and nothing that was decided before.
"""

from typing import Any

from casework.heard_rows import household_columns, household_rows
from casework.registration import Row
from chronicle.following import heard, one_row_each
from chronicle.messages import Recorded
from sqlalchemy import Column, Connection, Integer, Text

from safety_net.heard import OF_HOUSEHOLDS, HouseholdRegistered


def _more(recorded: Recorded[Any]) -> Row:
    match recorded.event:
        case HouseholdRegistered(per_capita_income=income, reference_year=year):
            return {"per_capita_income": str(income), "reference_year": year}
        case _:
            return {}


registered_households = one_row_each(
    "registered_household",
    2,
    lambda: (*household_columns(), Column("per_capita_income", Text), Column("reference_year", Integer)),
    household_rows(OF_HOUSEHOLDS, _more),
)


def household_at(connection: Connection, household_id: str) -> Row | None:
    """One household as it was heard of last; None when nothing was."""
    return heard(registered_households, connection, "household", [household_id]).get(household_id)
