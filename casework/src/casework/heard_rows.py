"""What services keep of the households and areas that others tell of: columns, and what each event sets in a row."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import partial
from typing import Any

from chronicle.area_codes import LENGTHS, AreaCodes, Replacement
from chronicle.messages import Event, Recorded
from sqlalchemy import Column, ColumnElement, Connection, Date, Table, Text, func, select

from casework.areas import prefix_of
from casework.registration import Row, Standing

Code = ColumnElement[str] | str
Kept = Callable[[Recorded[Any]], Row]


def name_on(names: Table, replacements: Table, code: Code, on: ColumnElement[Any] | date) -> ColumnElement[str]:
    """Give what an area was called on a day, as a column; before its first, as it was opened, null if it never was."""

    def named(code: Code) -> ColumnElement[str]:
        name = names.alias()
        every = select(name.c.name).where(name.c.code == code).limit(1).correlate_except(name)
        then = every.where(name.c.since <= on).order_by(name.c.since.desc())
        return func.coalesce(then.scalar_subquery(), every.order_by(name.c.since).scalar_subquery())

    return named_through(replacements, code, named)


def named_through(
    replacements: Table,
    code: Code,
    named: Callable[[Code], ColumnElement[str]],
    times: int = 2,
) -> ColumnElement[str]:
    """Give a name as ``named`` does; where there is none, that of the area which goes on under this code.

    Villager groups are opened once, and go along when their village has another code: twice is found, too.
    """
    if not times:
        return named(code)
    replaced = replacements.alias()
    earlier = replaced.c.prefix.concat(func.substr(code, func.length(replaced.c.prefix) + 1))
    goes_on = replaced.c.successor.in_([func.substr(code, 1, length) for length in LENGTHS])
    before = select(func.max(named_through(replacements, earlier, named, times - 1))).where(goes_on)
    return func.coalesce(named(code), before.correlate_except(replaced).scalar_subquery())


def is_open(connection: Connection, names: Table, code: str, on: date, codes: AreaCodes) -> bool:
    """Tell whether an area was open on a day, under this code or under one that goes on as this one."""
    in_force = codes.on(on)
    found = select(names.c.code).where(names.c.code.in_(in_force.origins(code)), names.c.since <= on)
    return in_force.now(code) == code and connection.execute(found).first() is not None


def replacement(recorded: Recorded[Any]) -> Replacement:
    """Tell what goes on under another code, and from which day on."""
    return replacement_of(recorded.event)


def replacement_of(event: Any) -> Replacement:
    """Tell the same of what happened alone."""
    return Replacement(prefix_of(event.code), prefix_of(event.successor_code), event.valid_from)


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
