"""The areas as they are read: what lies in what, what it was called on a day, and which changes are proposed."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from casework import heard_rows
from casework.areas import Level, level_of, prefix_of
from casework.heard_rows import replacement
from chronicle import following
from chronicle.area_codes import AreaCodes
from chronicle.decider import Reading
from chronicle.following import Projection, area_replacements, upsert
from chronicle.messages import EventTypes, Recorded
from chronicle.principal import AreaScope
from chronicle.refusals import Invalid
from chronicle.store import Database
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Date,
    Index,
    Integer,
    MetaData,
    RowMapping,
    Select,
    Table,
    Text,
    bindparam,
    func,
    select,
    update,
)

from identification.cases.area.events import (
    AreaChangeProposed,
    AreaChangeRejected,
    AreaOpened,
    AreaRenamed,
    AreaReplaced,
    CodeSource,
    Opening,
    VillagerGroupOpened,
)

PROPOSED, CONFIRMED, REJECTED = "proposed", "confirmed", "rejected"


# The largest county of the province has 591; each is looked into by a key of its own.
MOST_VILLAGES = 700


class TooWide(Invalid, code="too-wide", zh="范围太大，请选定一个县、乡镇或村再查。"):
    """This is too wide to look in; name a county, a township or a village."""


def define(metadata: MetaData, name: str) -> Table:
    """One row for each area, villager groups among them."""
    return Table(
        name,
        metadata,
        Column("code", Text, primary_key=True),
        Column("name", Text, nullable=False),
        Column("level", Text, nullable=False),
        Column("parent_code", Text),
        Column("code_source", Text, nullable=False),
        Column("valid_from", Date, nullable=False),
        Index(f"{name}_parent", "parent_code", "code"),
    )


def apply(batch: Sequence[Recorded[Any]], area: Table, connection: Connection) -> None:
    """Add the areas that were opened."""
    upsert(connection, area, [_row(recorded.event) for recorded in batch])


areas: Projection[Table] = Projection("area", 2, EventTypes(AreaOpened, VillagerGroupOpened), define, apply)


area_names = following.area_names("area_name", 1, AreaOpened, VillagerGroupOpened, AreaRenamed)
replacements = area_replacements(AreaReplaced, replacement)


def define_changes(metadata: MetaData, name: str) -> Table:
    """One row for each change that was ever proposed; ``place`` is where it is confirmed: the successor, or itself."""
    return Table(
        name,
        metadata,
        Column("proposal_id", Text, primary_key=True),
        Column("code", Text, nullable=False),
        Column("place", Text, nullable=False),
        Column("name", Text),
        Column("successor_code", Text),
        Column("valid_from", Date, nullable=False),
        Column("issuer", Text, nullable=False),
        Column("year", Integer, nullable=False),
        Column("number", Integer),
        Column("proposed_by", Text, nullable=False),
        Column("standing", Text, nullable=False),
        Column("decided_by", Text),
        Index(f"{name}_place", "place", "valid_from"),
    )


def apply_to_changes(batch: Sequence[Recorded[Any]], table: Table, connection: Connection) -> None:
    """Add what is proposed, and note what becomes of it."""
    upsert(connection, table, [change_row(each) for each in batch if isinstance(each.event, AreaChangeProposed)])
    decided = [
        {"proposal": each.event.proposal_id, **decision(each)}
        for each in batch
        if not isinstance(each.event, AreaChangeProposed)
    ]
    if decided:
        connection.execute(update(table).where(table.c.proposal_id == bindparam("proposal")), decided)


area_changes: Projection[Table] = Projection(
    "area_change",
    1,
    EventTypes(AreaChangeProposed, AreaChangeRejected, AreaRenamed, AreaReplaced),
    define_changes,
    apply_to_changes,
)

_VALID = select(areas.tables.c.code).where(
    areas.tables.c.code.in_(bindparam("codes", expanding=True)),
    areas.tables.c.valid_from <= bindparam("on"),
)


def children(parent: str | None, on: date, codes: AreaCodes) -> Select[Any]:
    """The areas directly below one on a day, or those with nothing above them, as they were called then.

    The villager groups of a village that goes on under another code are found below that one.
    """
    area, in_force = areas.tables.c, codes.on(on)
    there = _named_on(on).where(area.valid_from <= on)
    if parent is None:
        return there.where(area.parent_code.is_(None))
    within = AreaScope((prefix_of(parent),), in_force).where(area.code)
    above = in_force.origins(parent) if level_of(parent) is Level.VILLAGE else {parent}
    return there.where(area.parent_code.in_(above), within)


def villages_in(database: Database, scope: AreaScope) -> list[str]:
    """The villages that a scope reaches into, by every code they had; refused as TooWide when they are too many."""
    area = areas.tables
    of_villages = AreaScope(tuple(sorted({prefix[:12] for prefix in scope.prefixes})), scope.codes)
    query = select(area.c.code).where(area.c.level == Level.VILLAGE.value, of_villages.where(area.c.code))
    with database.reading() as connection:
        codes = connection.execute(query.order_by(area.c.code).limit(MOST_VILLAGES + 1)).scalars().all()
    if len(codes) > MOST_VILLAGES:
        raise TooWide
    return list(codes)


def area_at(connection: Connection, code: str, on: date, codes: AreaCodes) -> RowMapping | None:
    """One area, if it is there, as it was called on a day; opened under this code or one that goes on as this one."""
    area, origins = areas.tables.c, codes.on(on).origins(code)
    found = connection.execute(_named_on(on).where(area.code.in_({code, *origins}))).mappings().all()
    return min(found, key=lambda row: row["code"] != code, default=None)


def found_of_area(reading: Reading, code: str, on: date) -> dict[str, Any]:
    """Find for a ``Known`` whether an area was there on a day, and how far areas were known by then."""
    subject = f"area/{code}"
    read_at = areas.read_at(reading.connection, [subject])[subject]
    return {"area_is_valid": is_valid(reading.connection, code, on, reading.codes), "read_at": read_at}


def is_valid(connection: Connection, code: str, on: date, codes: AreaCodes) -> bool:
    """Tell whether an area was there on a day, opened under this code or under one that goes on as this one."""
    in_force = codes.on(on)
    if in_force.now(code) != code:
        return False
    return connection.execute(_VALID, {"codes": list(in_force.origins(code)), "on": on}).first() is not None


def name_on(code: ColumnElement[Any] | str, on: ColumnElement[Any] | date) -> ColumnElement[Any]:
    """Give what an area was called on a day, as a column; before its first day, as it was opened."""
    return heard_rows.name_on(area_names.tables, replacements.tables, code, on)


def place_on(code: ColumnElement[Any], on: ColumnElement[Any]) -> ColumnElement[Any]:
    """Give county, township and village of a village or villager group as they were called on a day, as a column."""
    above = (func.substr(code, 1, 6).concat("000000"), func.substr(code, 1, 9).concat("000"), func.substr(code, 1, 12))
    county, township, village = (func.coalesce(name_on(each, on), "") for each in above)
    return county.concat(township).concat(village)


def _named_on(on: date) -> Select[Any]:
    area = areas.tables
    others = [column for column in area.c if column.name != "name"]
    return select(*others, name_on(area.c.code, on).label("name"))


def _row(opened: Opening) -> dict[str, Any]:
    match opened:
        case AreaOpened():
            return opened.model_dump()
        case VillagerGroupOpened():
            return {
                "code": opened.code,
                "name": opened.name,
                "level": Level.GROUP.value,
                "parent_code": opened.village_code,
                "code_source": CodeSource.LOCAL.value,
                "valid_from": opened.valid_from,
            }


def change_row(recorded: Recorded[AreaChangeProposed]) -> dict[str, Any]:
    """Tell what the list of changes says of one that is proposed."""
    event = recorded.event
    return {
        **event.model_dump(exclude={"document"}),
        **event.document.model_dump(mode="json"),
        "place": event.successor_code or event.code,
        "proposed_by": recorded.actor.person,
        "standing": PROPOSED,
        "decided_by": None,
    }


def decision(recorded: Recorded[Any]) -> dict[str, Any]:
    """Tell what the list says of a change once it is decided."""
    standing = REJECTED if isinstance(recorded.event, AreaChangeRejected) else CONFIRMED
    return {"standing": standing, "decided_by": recorded.actor.person}
