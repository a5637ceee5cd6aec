"""The households as the rules of industry read them, followed from the shared history.

A row is what was heard last. What is heard later changes what is decided next, and nothing that was decided before:
a household whose registration ends stays enrolled, and lists show how it stands until an officer acts.
"""

from collections.abc import Collection
from typing import Any

from casework.registration import Standing, rows_heard
from chronicle.following import one_row_each, rows_of
from chronicle.messages import Recorded
from sqlalchemy import Column, Connection, Date, RowMapping, Text

from industry.heard import HouseholdMembersChanged, HouseholdRecorded, HouseholdRegistered, RegistrationEnded


def _kept(recorded: Recorded[Any]) -> dict[str, Any]:
    match recorded.event:
        case HouseholdRecorded() | HouseholdMembersChanged() as stated:
            return {"area": recorded.area, "member_ids": " ".join(member.person_id for member in stated.members)}
        case HouseholdRegistered(household_no=number):
            return {"household_no": number}
        case _:
            return {}


registered_households = one_row_each(
    "registered_household",
    1,
    lambda: (
        Column("area", Text),
        Column("household_no", Text),
        Column("standing", Text),
        Column("registered_on", Date),
        Column("member_ids", Text),
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


def households_at(connection: Connection, ids: Collection[str]) -> dict[str, RowMapping]:
    """Those of the households of which something was heard, by id."""
    return rows_of(connection, registered_households.tables, ids)
