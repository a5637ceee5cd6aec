"""The notice board's tables: what areas are called, which lists hang when, and who was taken off them."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

from casework.areas import village_of
from chronicle.following import Projection, upsert
from chronicle.messages import Event, EventTypes, Recorded
from sqlalchemy import Column, Connection, Date, Index, Integer, MetaData, RowMapping, Table, Text, exists, select

from gateway.heard import ApplicationWithdrawn, AreaOpened, NoticePosted, ObjectionDecided, VillagerGroupOpened

EVERY_NOTICE = ""  # what a withdrawn application comes off


class Tables(NamedTuple):
    """The names of areas; the notices; their rows, each found by the village of the household; who came off which.

    What takes a household off may arrive before the notice does, so it never touches the rows.
    """

    area: Table
    notice: Table
    row: Table
    off: Table


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
            Column("application_id", Text, nullable=False),
            Column("village_code", Text, nullable=False),
            Column("group_code", Text, nullable=False),
            Column("head_id", Text, nullable=False),
            Column("household_size", Integer, nullable=False),
            Index(f"{name}_row_village", "village_code"),
        ),
        off=Table(
            f"{name}_off",
            metadata,
            Column("application_id", Text, primary_key=True),
            Column("notice_id", Text, primary_key=True),
        ),
    )


def apply(batch: Sequence[Recorded[Any]], tables: Tables, connection: Connection) -> None:
    """Name the areas that were opened, hang up what was posted, and note who came off."""
    events = [recorded.event for recorded in batch]
    posted = [event for event in events if isinstance(event, NoticePosted)]
    opened = [event for event in events if isinstance(event, AreaOpened | VillagerGroupOpened)]
    upsert(connection, tables.area, [event.model_dump() for event in opened])
    upsert(connection, tables.notice, [event.model_dump(exclude={"rows"}) for event in posted])
    upsert(connection, tables.row, [row for event in posted for row in _rows(event)])
    upsert(connection, tables.off, [row for event in events for row in _off(event)])


TYPES = EventTypes(AreaOpened, VillagerGroupOpened, NoticePosted, ApplicationWithdrawn, ObjectionDecided)
notice_board: Projection[Tables] = Projection("notice_board", 2, TYPES, define, apply)


def posted_in(connection: Connection, village_code: str, on: date) -> Sequence[RowMapping]:
    """The rows of one village that hang on a day, list after list, each with its notice."""
    _, notice, row, off = notice_board.tables
    taken_off = exists().where(
        off.c.application_id == row.c.application_id, off.c.notice_id.in_([row.c.notice_id, EVERY_NOTICE])
    )
    hanging = (
        select(notice, row.c.group_code, row.c.head_id, row.c.household_size)
        .join_from(row, notice, row.c.notice_id == notice.c.notice_id)
        .where(row.c.village_code == village_code, notice.c.first_day <= on, notice.c.last_day >= on, ~taken_off)
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


def _off(event: Event) -> Iterator[dict[str, str]]:
    match event:
        case ApplicationWithdrawn():
            yield {"application_id": event.application_id, "notice_id": EVERY_NOTICE}
        case ObjectionDecided() if event.decision != "dismissed":
            yield {"application_id": event.application_id, "notice_id": event.notice_id}
