"""The households as the rules of safety-net read them, followed from the shared history."""

from typing import Any

from casework.registration import Standing
from chronicle.following import one_row_each
from chronicle.messages import Recorded
from sqlalchemy import Column, Integer, Numeric, Text

from safety_net.heard import HouseholdRecorded, HouseholdRegistered, RegistrationEnded


def _recorded(recorded: Recorded[HouseholdRecorded]) -> dict[str, Any]:
    return {"area": recorded.area, "group_code": recorded.event.group_code, "standing": Standing.RECORDED}


def _registered(recorded: Recorded[HouseholdRegistered]) -> dict[str, Any]:
    event = recorded.event
    return {
        "area": recorded.area,
        "group_code": event.group_code,
        "household_no": event.household_no,
        "standing": Standing.REGISTERED,
        "size": len(event.member_ids),
        "per_capita_income": event.per_capita_income,
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
        Column("size", Integer),
        Column("per_capita_income", Numeric(12, 2)),
    ),
    {HouseholdRecorded: _recorded, HouseholdRegistered: _registered, RegistrationEnded: _ended},
)
