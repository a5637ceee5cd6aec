"""The notice board's tables: what areas are called, and which lists hang when."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, NamedTuple

from casework.areas import village_of
from chronicle.following import Projection, upsert
from chronicle.messages import EventTypes, Recorded
from sqlalchemy import Column, Connection, Date, Index, Integer, MetaData, RowMapping, Table, Text, select

from gateway.heard import AreaOpened, NoticePosted, VillagerGroupOpened


class Tables(NamedTuple):
    """The names of areas; the notices; their rows, each found by the village the household lives in."""

    area: Table
    notice: Table
    row: Table


def define(metadata: MetaData, name: str) -> Tables:
    """The tables under a name; ``place`` is where a row stands on its list, from 1."""
    return Tables(
        area=Table(
            f"{name}_area",
            metadata,
            Column("code", Text, primary_key=True),
            Column("name", Text, nullable=False),
        ),
        notice=Table(
            name,
            metadata,
            Column("notice_id", Text, primary_key=True),
            Column("area_code", Text, nullable=False),
            Column("first_day", Date, nullable=False),
            Column("last_day", Date, nullable=False),
        ),
        row=Table(
            f"{name}_row",
            metadata,
            Column("notice_id", Text, primary_key=True),
            Column("place", Integer, primary_key=True),
            Column("village_code", Text, nullable=False),
            Column("group_code", Text, nullable=False),
            Column("head_id", Text, nullable=False),
            Column("household_size", Integer, nullable=False),
            Index(f"{name}_row_village", "village_code"),
        ),
    )


def apply(batch: Sequence[Recorded[Any]], tables: Tables, connection: Connection) -> None:
    """Name the areas that were opened, and hang up what was posted."""
    events = [recorded.event for recorded in batch]
    posted = [event for event in events if isinstance(event, NoticePosted)]
    opened = [event for event in events if isinstance(event, AreaOpened | VillagerGroupOpened)]
    upsert(connection, tables.area, [event.model_dump() for event in opened])
    upsert(connection, tables.notice, [event.model_dump(exclude={"rows"}) for event in posted])
    upsert(connection, tables.row, [row for event in posted for row in _rows(event)])


notice_board: Projection[Tables] = Projection(
    "notice_board", 1, EventTypes(AreaOpened, VillagerGroupOpened, NoticePosted), define, apply
)


def posted_in(connection: Connection, village_code: str, on: date) -> Sequence[RowMapping]:
    """The rows of one village that hang on a day, list after list, each with its notice."""
    notice, row = notice_board.tables.notice, notice_board.tables.row
    hanging = (
        select(notice, row.c.group_code, row.c.head_id, row.c.household_size)
        .join_from(row, notice, row.c.notice_id == notice.c.notice_id)
        .where(row.c.village_code == village_code, notice.c.first_day <= on, notice.c.last_day >= on)
        .order_by(notice.c.first_day, notice.c.notice_id, row.c.place)
    )
    return connection.execute(hanging).mappings().all()


def area_names(connection: Connection, codes: Collection[str]) -> dict[str, str]:
    """What areas are called, by code; those nobody opened are left out."""
    area = notice_board.tables.area
    return {row.code: row.name for row in connection.execute(select(area).where(area.c.code.in_(codes)))}


def _rows(event: NoticePosted) -> list[dict[str, Any]]:
    return [
        {
            **row.model_dump(),
            "notice_id": event.notice_id,
            "place": place,
            "village_code": village_of(row.group_code),
        }
        for place, row in enumerate(event.rows, 1)
    ]
