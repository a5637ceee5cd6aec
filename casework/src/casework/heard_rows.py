"""What services keep of the households and areas that others tell of: columns, and what each event sets in a row."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import partial
from typing import Any

from chronicle.messages import Event, Recorded
from sqlalchemy import Column, ColumnElement, Connection, Date, ScalarSelect, Table, Text, select

from casework.registration import Row, Standing

Kept = Callable[[Recorded[Any]], Row]


def area_columns() -> tuple[Column[Any], ...]:
    """What is kept of an area or a villager group."""
    return Column("name", Text), Column("valid_from", Date)


def area_row(recorded: Recorded[Any]) -> dict[str, Any]:
    """Tell what the opening of an area or a villager group sets in its row."""
    return {"name": recorded.event.name, "valid_from": recorded.event.valid_from}


def name_of(areas: Table, code: ColumnElement[str] | str) -> ScalarSelect[str]:
    """Give what an area is called, as a column of a list or of one row; null for one that nobody opened."""
    return select(areas.c.name).where(areas.c.id == code).scalar_subquery()


def is_open(connection: Connection, areas: Table, code: str, on: date) -> bool:
    """Tell whether an area was open on a day."""
    found = select(areas.c.id).where(areas.c.id == code, areas.c.valid_from <= on)
    return connection.execute(found).first() is not None


def household_columns() -> tuple[Column[Any], ...]:
    """What every track keeps of a household: how it stands and since when, its number, and who lives in it."""
    return (
        Column("area", Text),
        Column("household_no", Text),
        Column("standing", Text),
        Column("registered_on", Date),
        Column("member_ids", Text),
    )


def household_rows(heard: Iterable[type[Event]], more: Kept | None = None) -> dict[type[Event], Kept]:
    """Tell what each event about a household that a track hears sets in its row, and what more this track keeps."""
    return {event: partial(_row, _HEARD[event.type], more) for event in heard}


def whose(households: Table, household_id: ColumnElement[str] | str) -> tuple[ColumnElement[Any], ...]:
    """Give the number of a household and how it stands now, as columns of a list or of one row."""
    wanted = (households.c.household_no, households.c.standing)
    found = (select(column).where(households.c.id == household_id).scalar_subquery() for column in wanted)
    return tuple(each.label(column.name) for each, column in zip(found, wanted, strict=True))


def _row(sets: Kept, more: Kept | None, recorded: Recorded[Any]) -> Row:
    return {**sets(recorded), **(more(recorded) if more else {})}


def _lives(recorded: Recorded[Any]) -> Row:
    return {"area": recorded.area, "member_ids": " ".join(member.person_id for member in recorded.event.members)}


def _recorded(recorded: Recorded[Any]) -> Row:
    return {**_lives(recorded), "standing": Standing.RECORDED.value}


def _registered(recorded: Recorded[Any]) -> Row:
    number, on = recorded.event.household_no, recorded.valid_on
    return {"household_no": number, "registered_on": on, "standing": Standing.REGISTERED.value}


def _ended(_recorded: Recorded[Any]) -> Row:
    return {"standing": Standing.ENDED.value}


_HEARD: Mapping[str, Kept] = {
    "identification.household-recorded.v1": _recorded,
    "identification.household-members-changed.v1": _lives,
    "identification.household-registered.v1": _registered,
    "identification.registration-ended.v1": _ended,
}
