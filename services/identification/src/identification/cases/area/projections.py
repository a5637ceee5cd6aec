"""The areas as they are read: what lies in what, and what was there on a day."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from casework.areas import Level
from chronicle.following import Projection, upsert
from chronicle.messages import EventTypes, Recorded
from sqlalchemy import (
    Column,
    Connection,
    Date,
    Index,
    MetaData,
    RowMapping,
    Select,
    Table,
    Text,
    bindparam,
    select,
)

from identification.cases.area.events import AreaEvent, AreaOpened, CodeSource, VillagerGroupOpened


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


def apply(batch: Sequence[Recorded[AreaEvent]], area: Table, connection: Connection) -> None:
    """Add the areas that were opened."""
    upsert(connection, area, [_row(recorded.event) for recorded in batch])


areas: Projection[Table] = Projection("area", 2, EventTypes(AreaOpened, VillagerGroupOpened), define, apply)

_VALID = select(areas.tables.c.code).where(
    areas.tables.c.code == bindparam("code"),
    areas.tables.c.valid_from <= bindparam("on"),
)


def children(parent: str | None) -> Select[Any]:
    """The areas directly below one, or those with nothing above them."""
    area = areas.tables
    return select(area).where(area.c.parent_code == parent)


def area_at(connection: Connection, code: str) -> RowMapping | None:
    """One area, if it is there."""
    area = areas.tables
    return connection.execute(select(area).where(area.c.code == code)).mappings().one_or_none()


def found_of_area(connection: Connection, code: str, on: date) -> dict[str, Any]:
    """Find for a ``Known`` whether an area was there on a day, and how far areas were known by then."""
    subject = f"area/{code}"
    read_at = areas.read_at(connection, [subject])[subject]
    return {"area_is_valid": is_valid(connection, code, on), "read_at": read_at}


def is_valid(connection: Connection, code: str, on: date) -> bool:
    """Tell whether an area was there on a day."""
    return connection.execute(_VALID, {"code": code, "on": on}).first() is not None


def _row(opened: AreaEvent) -> dict[str, Any]:
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
