"""The households as the rules of relocation read them, followed from the shared history.

A row is what was heard last. What is heard later changes what is decided next, and nothing that was decided before.
"""

from datetime import date
from typing import Any

from casework.registration import Standing, rows_heard
from chronicle.following import one_row_each, rows_of
from chronicle.messages import Recorded, canonical
from pydantic import TypeAdapter
from sqlalchemy import Column, Connection, Date, Integer, RowMapping, Text

from relocation.heard import HouseholdMembersChanged, HouseholdRecorded, HouseholdRegistered, RegistrationEnded

_BIRTHS = TypeAdapter(dict[str, date])


def _kept(recorded: Recorded[Any]) -> dict[str, Any]:
    match recorded.event:
        case HouseholdRecorded() | HouseholdMembersChanged() as stated:
            births = {member.person_id: member.birth_date.isoformat() for member in stated.members}
            lives = {"area": recorded.area, "group_code": stated.group_code}
            return {**lives, "size": len(births), "births": canonical(births)}
        case HouseholdRegistered(household_no=number):
            return {"household_no": number}
        case _:
            return {}


registered_households = one_row_each(
    "registered_household",
    1,
    lambda: (
        Column("area", Text),
        Column("group_code", Text, index=True),
        Column("household_no", Text),
        Column("standing", Text),
        Column("registered_on", Date),
        Column("size", Integer),
        Column("births", Text),
    ),
    rows_heard(
        {
            HouseholdRecorded: Standing.RECORDED,
            HouseholdMembersChanged: None,
            HouseholdRegistered: Standing.REGISTERED,
            RegistrationEnded: Standing.ENDED,
        },
        _kept,
    ),
)


def household_at(connection: Connection, household_id: str) -> RowMapping | None:
    """One household as it was heard of last; None when nothing was."""
    return rows_of(connection, registered_households.tables, [household_id]).get(household_id)


def births_in(household: RowMapping) -> dict[str, date]:
    """Who lives in a household, and when each of them was born."""
    return _BIRTHS.validate_json(household["births"])
