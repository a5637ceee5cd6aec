"""The households as the rules of safety-net read them, followed from the shared history."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from casework.registration import Standing
from chronicle.following import one_row_each
from chronicle.messages import Recorded
from pydantic import TypeAdapter
from sqlalchemy import Column, Connection, Date, Text, select

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


def _living(recorded: Recorded[Any], member_ids: Iterable[str]) -> dict[str, Any]:
    return {"area": recorded.area, "member_ids": " ".join(member_ids)}


def _recorded(recorded: Recorded[HouseholdRecorded]) -> dict[str, Any]:
    members = recorded.event.members
    return {**_living(recorded, (member.person_id for member in members)), "standing": Standing.RECORDED}


def _changed(recorded: Recorded[HouseholdMembersChanged]) -> dict[str, Any]:
    return _living(recorded, (member.person_id for member in recorded.event.members))


def _registered(recorded: Recorded[HouseholdRegistered]) -> dict[str, Any]:
    return {
        **_living(recorded, recorded.event.member_ids),
        "standing": Standing.REGISTERED,
        "registered_on": recorded.valid_on,
        "per_capita_income": str(recorded.event.per_capita_income),
    }


def _ended(_: Recorded[RegistrationEnded]) -> dict[str, Any]:
    return {"standing": Standing.ENDED}


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
    {
        HouseholdRecorded: _recorded,
        HouseholdMembersChanged: _changed,
        HouseholdRegistered: _registered,
        RegistrationEnded: _ended,
    },
)


def household_at(connection: Connection, household_id: str) -> Household | None:
    """One household; None when nothing was heard of it."""
    table = registered_households.tables
    row = connection.execute(select(table).where(table.c.id == household_id)).mappings().one_or_none()
    return _HOUSEHOLD.validate_python({**row, "member_ids": row["member_ids"].split()}) if row else None
