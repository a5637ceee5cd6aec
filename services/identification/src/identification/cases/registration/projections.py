"""The register of poor households, those registered no longer among them."""

from collections.abc import Sequence
from typing import Any

from casework.labels import Labelled
from chronicle.following import Projection, upsert
from chronicle.messages import EventTypes, Recorded
from chronicle.store.tables import Id
from sqlalchemy import Column, Connection, Date, Index, Integer, MetaData, Table, Text, bindparam, update

from identification.cases.application.events import HouseholdRegistered, RegistrationEnded


class Standing(Labelled):
    """How a household stands with poverty registration."""

    NONE = "none", "未申请", "none"
    APPLYING = "applying", "申请中", "applying"
    REGISTERED = "registered", "已建档立卡", "registered"
    ENDED = "ended", "已终止建档立卡", "registration ended"


def define(metadata: MetaData, name: str) -> Table:
    """One row for each number that was ever given, with the standard and line it was given by."""
    return Table(
        name,
        metadata,
        Column("household_no", Text, primary_key=True),
        Column("household_id", Id, nullable=False),
        Column("application_id", Id, nullable=False, unique=True),
        Column("group_code", Text, nullable=False),
        Column("village_code", Text, nullable=False),
        Column("head_id", Text, nullable=False),
        Column("household_size", Integer, nullable=False),
        Column("registered_on", Date, nullable=False),
        Column("standard", Text, nullable=False),
        Column("poverty_line", Text, nullable=False),
        Column("reference_year", Integer, nullable=False),
        Column("standing", Text, nullable=False),
        Column("ended_on", Date),
        Column("end_reason", Text),
        Index(f"{name}_place", "group_code", "household_no"),
        Index(f"{name}_household", "household_id"),
        # All that the counts of a province read: a fifth of the time of reading the rows themselves.
        Index(f"{name}_counted", "group_code", "registered_on", "ended_on", "household_size"),
    )


def apply(batch: Sequence[Recorded[Any]], table: Table, connection: Connection) -> None:
    """Add the households that were registered; those registered no longer stay, with the day and the reason."""
    upsert(connection, table, [_registered(each) for each in batch if isinstance(each.event, HouseholdRegistered)])
    if ended := [_ended(each) for each in batch if isinstance(each.event, RegistrationEnded)]:
        connection.execute(update(table).where(table.c.application_id == bindparam("application")), ended)


def _registered(recorded: Recorded[HouseholdRegistered]) -> dict[str, Any]:
    names = ("household_no", "household_id", "application_id", "group_code", "head_id", "reference_year")
    return {
        **{name: getattr(recorded.event, name) for name in names},
        # By the code of the day, whatever it was when the household applied.
        "village_code": recorded.area,
        "household_size": len(recorded.event.member_ids),
        "registered_on": recorded.valid_on,
        "standard": recorded.event.standard.value,
        "poverty_line": str(recorded.event.poverty_line),
        "standing": Standing.REGISTERED.value,
    }


def _ended(recorded: Recorded[RegistrationEnded]) -> dict[str, Any]:
    return {
        "application": recorded.event.application_id,
        "standing": Standing.ENDED.value,
        "ended_on": recorded.valid_on,
        "end_reason": recorded.event.reason.value,
    }


registered_households: Projection[Table] = Projection(
    "registered_household", 4, EventTypes(HouseholdRegistered, RegistrationEnded), define, apply
)
