"""The households as the rules of industry read them, followed from the shared history.

A row is what was heard last. What is heard later changes what is decided next, and nothing that was decided before:
a household whose registration ends stays enrolled, and lists show how it stands until an officer acts.
"""

from collections.abc import Iterable
from typing import Any

from casework.registration import Standing
from chronicle.following import one_row_each
from chronicle.messages import Recorded
from sqlalchemy import Column, Connection, Date, RowMapping, Text, select

from industry.heard import HouseholdMembersChanged, HouseholdRecorded, HouseholdRegistered, RegistrationEnded


def _stated(recorded: Recorded[Any]) -> dict[str, Any]:
    event: HouseholdRecorded | HouseholdMembersChanged = recorded.event
    return {
        "area": recorded.area,
        "group_code": event.group_code,
        "member_ids": " ".join(member.person_id for member in event.members),
    }


def _recorded(recorded: Recorded[HouseholdRecorded]) -> dict[str, Any]:
    return {**_stated(recorded), "standing": Standing.RECORDED}


def _registered(recorded: Recorded[HouseholdRegistered]) -> dict[str, Any]:
    return {
        "household_no": recorded.event.household_no,
        "standing": Standing.REGISTERED,
        "registered_on": recorded.valid_on,
    }


def _ended(_: Recorded[RegistrationEnded]) -> dict[str, Any]:
    return {"standing": Standing.ENDED}


registered_households = one_row_each(
    "registered_household",
    1,
    lambda: (
        Column("area", Text),
        Column("group_code", Text),
        Column("household_no", Text),
        Column("standing", Text),
        Column("registered_on", Date),
        Column("member_ids", Text),
    ),
    {
        HouseholdRecorded: _recorded,
        HouseholdMembersChanged: _stated,
        HouseholdRegistered: _registered,
        RegistrationEnded: _ended,
    },
)


def households_at(connection: Connection, ids: Iterable[str]) -> dict[str, RowMapping]:
    """Those of the households of which something was heard, by id."""
    table = registered_households.tables
    rows = connection.execute(select(table).where(table.c.id.in_(list(ids)))).mappings()
    return {row["id"]: row for row in rows}
