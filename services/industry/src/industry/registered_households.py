"""The households as the rules of industry read them, followed from the shared history.

A row is what was heard last. What is heard later changes what is decided next, and nothing that was decided before:
a household whose registration ends stays enrolled, and lists show how it stands until an officer acts.
"""

from collections.abc import Collection

from casework.heard_rows import household_columns, household_rows
from casework.registration import Row
from chronicle.following import heard, one_row_each
from sqlalchemy import Connection

from industry.heard import OF_HOUSEHOLDS

registered_households = one_row_each("registered_household", 2, household_columns, household_rows(OF_HOUSEHOLDS))


def households_at(connection: Connection, ids: Collection[str]) -> dict[str, Row]:
    """Those of the households of which something was heard, by id."""
    return {**heard(registered_households, connection, "household", ids)}
