"""Substitution (代理): who acts in somebody's place, as every service heard of it from the shared history."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from chronicle.messages import Recorded
from chronicle.principal import Duty, NotYourSubstitution, Principal
from sqlalchemy import Column, Connection, Date, Table, Text, select

from casework.areas import prefix_of


def substitution_columns() -> tuple[Column[Any], ...]:
    """What is kept of a substitution: who for whom, in which role and area, on which days, and since when it counts."""
    return (
        Column("substitute", Text),
        Column("absent", Text),
        Column("role", Text),
        Column("area_code", Text),
        Column("first_day", Date),
        Column("last_day", Date),
        Column("confirmed_on", Date),
        Column("ended_on", Date),
    )


def confirmed_row(recorded: Recorded[Any]) -> Mapping[str, Any]:
    """Tell what the confirmation of a substitution sets in its row; it says all there is to know."""
    names = ("substitute", "absent", "role", "area_code", "first_day", "last_day")
    return {**{name: getattr(recorded.event, name) for name in names}, "confirmed_on": recorded.valid_on}


def ended_row(recorded: Recorded[Any]) -> Mapping[str, Any]:
    """Tell what the end of a substitution sets in its row."""
    return {"ended_on": recorded.valid_on}


def stand_in(table: Table, connection: Connection, caller: Principal, substitution: str, today: date) -> Principal:
    """Give the caller as the substitute that a substitution makes them today; refused as NotYourSubstitution.

    One that was never confirmed, was ended, is another's or not of today is like one that nobody ever heard of.
    """
    found = connection.execute(
        select(table).where(
            table.c.id == substitution,
            table.c.substitute == caller.person,
            table.c.confirmed_on.is_not(None),
            table.c.ended_on.is_(None),
            table.c.first_day <= today,
            table.c.last_day >= today,
        )
    ).one_or_none()
    if found is None:
        raise NotYourSubstitution
    return caller.in_place_of(
        found.absent, Duty(found.role, prefix_of(found.area_code), found.first_day, found.last_day)
    )
