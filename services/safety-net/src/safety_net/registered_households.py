"""The households as the rules of safety-net read them, followed from the shared history."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from casework.registration import Standing, rows_heard
from chronicle.following import one_row_each, rows_of
from chronicle.messages import Recorded
from pydantic import TypeAdapter
from sqlalchemy import Column, Connection, Date, Text

from safety_net.heard import HouseholdMembersChanged, HouseholdRecorded, HouseholdRegistered, RegistrationEnded


@dataclass(frozen=True, slots=True)
class Household:
    """A household as it was heard of last: its village, how it stands, who lives in it, and what each has a year."""

    area: str
    standing: Standing
    member_ids: tuple[str, ...]
    registered_on: date | None
    per_capita_income: Decimal | None


_HOUSEHOLD = TypeAdapter(Household)


def _kept(recorded: Recorded[Any]) -> dict[str, Any]:
    match recorded.event:
        case HouseholdRecorded(members=members) | HouseholdMembersChanged(members=members):
            return {"area": recorded.area, "member_ids": " ".join(member.person_id for member in members)}
        case HouseholdRegistered(member_ids=ids, per_capita_income=income):
            return {"area": recorded.area, "member_ids": " ".join(ids), "per_capita_income": str(income)}
        case _:
            return {}


registered_households = one_row_each(
    "registered_household",
    1,
    lambda: (
        Column("area", Text),
        Column("standing", Text),
        Column("member_ids", Text),
        Column("registered_on", Date),
        Column("per_capita_income", Text),
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


def household_at(connection: Connection, household_id: str) -> Household | None:
    """One household; None when nothing was heard of it."""
    row = rows_of(connection, registered_households.tables, [household_id]).get(household_id)
    return _HOUSEHOLD.validate_python({**row, "member_ids": row["member_ids"].split()}) if row else None
