"""The households as the rules of relocation read them, followed from the shared history.

A row is what was heard last. What is heard later changes what is decided next, and nothing that was decided before.
"""

from datetime import date
from typing import Any

from casework.heard_rows import household_columns, household_rows
from casework.registration import Row
from chronicle.following import heard, one_row_each
from chronicle.messages import Recorded
from sqlalchemy import Column, Connection, Integer, Text

from relocation.heard import OF_HOUSEHOLDS, HouseholdMembersChanged, HouseholdRecorded


def _more(recorded: Recorded[Any]) -> Row:
    match recorded.event:
        case HouseholdRecorded() | HouseholdMembersChanged() as stated:
            born = " ".join(member.birth_date.isoformat() for member in stated.members)
            return {"group_code": stated.group_code, "persons": len(stated.members), "birth_dates": born}
        case _:
            return {}


registered_households = one_row_each(
    "registered_household",
    2,
    lambda: (
        *household_columns(),
        Column("group_code", Text, index=True),
        Column("persons", Integer),
        Column("birth_dates", Text),
    ),
    household_rows(OF_HOUSEHOLDS, _more),
)


def household_at(connection: Connection, household_id: str) -> Row | None:
    """One household as it was heard of last; None when nothing was."""
    return heard(registered_households, connection, "household", [household_id]).get(household_id)


def birth_of(household: Row, person_id: str) -> date | None:
    """When a member of a household was born; None for somebody who is no member."""
    births = dict(zip(household["member_ids"].split(), household["birth_dates"].split(), strict=True))
    return date.fromisoformat(births[person_id]) if person_id in births else None
