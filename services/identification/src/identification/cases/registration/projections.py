"""The register of poor households, those registered no longer among them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from casework.areas import parent_of, prefix_of
from casework.labels import Labelled
from chronicle.following import Projection, upsert
from chronicle.messages import EventTypes, Recorded
from chronicle.store.tables import Id
from sqlalchemy import Column, Connection, Date, Index, Integer, MetaData, Table, Text, bindparam, select, update

from identification.cases.application.events import HouseholdRegistered, RegistrationEnded


class Standing(Labelled):
    """How a household stands with poverty registration."""

    NONE = "none", "未申请", "none"
    APPLYING = "applying", "申请中", "applying"
    REGISTERED = "registered", "已建档立卡", "registered"
    ENDED = "ended", "已终止建档立卡", "registration ended"


class Tables(NamedTuple):
    """The register, and how it grew day by day."""

    household: Table
    change: Table


def define(metadata: MetaData, name: str) -> Tables:
    """One row for each number that was ever given, with the standard and line it was given by.

    Beside it one row for each day on which households, and persons in them, were registered in an area or ceased to
    be, by how many more or fewer they are: of groups and of everything above them but the province.
    """
    household = Table(
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
    )
    change = Table(
        name + "_change",
        metadata,
        # The digits with which codes inside begin, as recorded; and those of the area directly above.
        Column("area", Text, primary_key=True),
        Column("on", Date, primary_key=True),
        Column("above", Text, nullable=False),
        Column("households", Integer, nullable=False),
        Column("persons", Integer, nullable=False),
        Index(f"{name}_change_above", "above", "area"),
    )
    return Tables(household, change)


def apply(batch: Sequence[Recorded[Any]], tables: Tables, connection: Connection) -> None:
    """Add the households that were registered; those registered no longer stay, with the day and the reason."""
    table = tables.household.c
    registered = [_registered(each) for each in batch if isinstance(each.event, HouseholdRegistered)]
    upsert(connection, tables.household, registered)
    changes = [each for row in registered for each in _changes(row, row["registered_on"], 1)]
    ended = {each.event.application_id: _ended(each) for each in batch if isinstance(each.event, RegistrationEnded)}
    if ended:
        there = select(table.application_id, table.group_code, table.household_size)
        for row in connection.execute(there.where(table.application_id.in_(ended))).mappings():
            changes += _changes({**row}, ended[row["application_id"]]["ended_on"], -1)
        here = table.application_id == bindparam("application")
        connection.execute(update(tables.household).where(here), [*ended.values()])
    # In one order: others add to the same areas meanwhile, and none waits for whoever waits for it.
    changes.sort(key=lambda each: (each["area"], each["on"]))
    upsert(connection, tables.change, changes, adding=("households", "persons"))


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


def _changes(row: Mapping[str, Any], on: date, by: int) -> Iterator[dict[str, Any]]:
    area, persons = row["group_code"], by * row["household_size"]
    while above := parent_of(area):
        place = {"area": prefix_of(area), "on": on, "above": prefix_of(above)}
        yield {**place, "households": by, "persons": persons}
        area = above


def _ended(recorded: Recorded[RegistrationEnded]) -> dict[str, Any]:
    return {
        "application": recorded.event.application_id,
        "standing": Standing.ENDED.value,
        "ended_on": recorded.valid_on,
        "end_reason": recorded.event.reason.value,
    }


registered_households: Projection[Tables] = Projection(
    "registered_household", 5, EventTypes(HouseholdRegistered, RegistrationEnded), define, apply
)
