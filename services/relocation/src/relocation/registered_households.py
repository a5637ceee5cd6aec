"""The households as the rules of relocation read them, followed from the shared history.

A row is what was heard last. What is heard later changes what is decided next, and nothing that was decided before.
"""

from datetime import date
from typing import Any

from casework.registration import Standing
from chronicle.following import one_row_each
from chronicle.messages import Recorded, canonical
from pydantic import TypeAdapter
from sqlalchemy import Column, Connection, Date, Integer, RowMapping, Text, select

from relocation.heard import HouseholdMembersChanged, HouseholdRecorded, HouseholdRegistered, RegistrationEnded

_BIRTHS = TypeAdapter(dict[str, date])


def _stated(recorded: Recorded[Any]) -> dict[str, Any]:
    event = recorded.event
    return {
        "area": recorded.area,
        "group_code": event.group_code,
        "size": len(event.members),
        "births": canonical({member.person_id: member.birth_date.isoformat() for member in event.members}),
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
        Column("group_code", Text, index=True),
        Column("household_no", Text),
        Column("standing", Text),
        Column("registered_on", Date),
        Column("size", Integer),
        Column("births", Text),
    ),
    {
        HouseholdRecorded: _recorded,
        HouseholdMembersChanged: _stated,
        HouseholdRegistered: _registered,
        RegistrationEnded: _ended,
    },
)


def household_at(connection: Connection, household_id: str) -> RowMapping | None:
    """One household as it was heard of last; None when nothing was."""
    table = registered_households.tables
    return connection.execute(select(table).where(table.c.id == household_id)).mappings().one_or_none()


def births_in(household: RowMapping) -> dict[str, date]:
    """Who lives in a household, and when each of them was born."""
    return _BIRTHS.validate_json(household["births"])
