"""The notice board's tables: what areas are called, which lists hang when, who came off them and who stays longer."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from casework.areas import village_of
from casework.heard_rows import replacement
from casework.notices import Objection, closable_from
from chronicle.area_codes import AreaCodes
from chronicle.following import Projection, area_replacements, upsert
from chronicle.messages import Event, EventTypes, Recorded
from sqlalchemy import (
    Column,
    Connection,
    Date,
    Index,
    Integer,
    MetaData,
    RowMapping,
    Table,
    Text,
    exists,
    select,
    update,
)

from gateway.heard import (
    ApplicationCorrected,
    ApplicationRechecked,
    ApplicationWithdrawn,
    AreaOpened,
    AreaRenamed,
    AreaReplaced,
    NoticeAnnulled,
    NoticePosted,
    ObjectionDecided,
    ObjectionRaised,
    VillagerGroupOpened,
)

EVERY_NOTICE = ""  # what a withdrawn application comes off

# A row with its notice, and its own last day: None while an objection to it is undecided.
Posted = tuple[RowMapping, date | None]


class Tables(NamedTuple):
    """The names of areas; the notices; their rows, each found by the village of the household; who came off which.

    What takes a household off or keeps it on may arrive before the notice does, so it never touches the rows.
    """

    area: Table
    notice: Table
    row: Table
    off: Table
    objection: Table


def define(metadata: MetaData, name: str) -> Tables:
    """The tables under a name; ``place`` is where a row stands on its list, from 1."""
    return Tables(
        area=_areas_in(metadata, f"{name}_area"),
        notice=Table(
            name,
            metadata,
            Column("notice_id", Text, primary_key=True),
            Column("area_code", Text, nullable=False),
            Column("title", Text, nullable=False),
            Column("how_to_object", Text, nullable=False),
            Column("first_day", Date, nullable=False),
            Column("last_day", Date, nullable=False),
            Column("days", Integer, nullable=False),
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
        objection=_objections_in(metadata, f"{name}_objection"),
    )


def apply(batch: Sequence[Recorded[Any]], tables: Tables, connection: Connection) -> None:
    """Name the areas that were opened, hang up what was posted, and note who came off and who was objected to."""
    events = [recorded.event for recorded in batch]
    posted = [event for event in events if isinstance(event, NoticePosted)]
    opened = [event for event in events if isinstance(event, AreaOpened | VillagerGroupOpened | AreaRenamed)]
    upsert(connection, tables.area, [event.model_dump() for event in opened])
    upsert(connection, tables.notice, [event.model_dump(exclude={"rows"}) for event in posted])
    upsert(connection, tables.row, [row for event in posted for row in _rows(event)])
    upsert(connection, tables.off, [row for event in events for row in _off(event)])
    for recorded in batch:
        _object(recorded, tables.objection, connection)


TYPES = EventTypes(
    AreaOpened,
    VillagerGroupOpened,
    AreaRenamed,
    NoticePosted,
    NoticeAnnulled,
    ApplicationCorrected,
    ApplicationRechecked,
    ApplicationWithdrawn,
    ObjectionRaised,
    ObjectionDecided,
)
notice_board: Projection[Tables] = Projection("notice_board", 7, TYPES, define, apply)
replacements = area_replacements(AreaReplaced, replacement)


def posted_in(connection: Connection, village_codes: Collection[str], on: date) -> list[Posted]:
    """The rows of one village, under any of its codes, that hang on a day, list after list, each with its last day."""
    _, notice, row, off, objection = notice_board.tables
    here = row.c.application_id, row.c.notice_id
    taken_off = exists().where(off.c.application_id == here[0], off.c.notice_id.in_([here[1], EVERY_NOTICE]))
    objected = exists().where(objection.c.application_id == here[0], objection.c.notice_id == here[1])
    posted = (
        select(notice, row.c.application_id, row.c.group_code, row.c.head_id, row.c.household_size)
        .join_from(row, notice, row.c.notice_id == notice.c.notice_id)
        .where(row.c.village_code.in_(village_codes), notice.c.first_day <= on, ~taken_off)
        .where((notice.c.last_day >= on) | objected)
        .order_by(notice.c.first_day, notice.c.notice_id, row.c.place)
    )
    rows = connection.execute(posted).mappings().all()
    objections = _objections(connection, {row["notice_id"] for row in rows})
    found = [(row, _until(row, objections.get((row["notice_id"], row["application_id"]), ()))) for row in rows]
    return [(row, until) for row, until in found if until is None or until >= on]


def area_names(connection: Connection, codes: Collection[str], known: AreaCodes, on: date) -> dict[str, str]:
    """What areas are called on a day, by code, before their first as they were opened; those nobody opened are not.

    What was opened under a code itself counts before what has it only now, as villager groups go along.
    """
    area, names = notice_board.tables.area, dict[str, str]()
    origins = {code: (code, *sorted(known.origins(code) - {code})) for code in codes}
    every = area.c.code.in_({one for each in origins.values() for one in each})
    for row in connection.execute(select(area).where(every).order_by(area.c.valid_from)):
        if row.code not in names or row.valid_from <= on:
            names[row.code] = row.name
    found = {code: [names[one] for one in origins[code] if one in names] for code in codes}
    return {code: called[0] for code, called in found.items() if called}


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


def _areas_in(metadata: MetaData, name: str) -> Table:
    return Table(
        name,
        metadata,
        Column("code", Text, primary_key=True),
        Column("valid_from", Date, primary_key=True),
        Column("name", Text, nullable=False),
    )


def _objections_in(metadata: MetaData, name: str) -> Table:
    return Table(
        name,
        metadata,
        Column("objection_id", Text, primary_key=True),
        # One to the act itself is to every household on its list.
        Column("application_id", Text, primary_key=True),
        Column("notice_id", Text, nullable=False),
        Column("raised_on", Date, nullable=False),
        Column("decided_on", Date),
        Index(f"{name}_row", "notice_id", "application_id"),
    )


def _until(row: RowMapping, objections: Collection[Objection]) -> date | None:
    closable = closable_from(row["first_day"], row["days"], objections)
    return closable and closable - timedelta(days=1)


def _objections(connection: Connection, notice_ids: Collection[str]) -> dict[tuple[str, str], list[Objection]]:
    objection = notice_board.tables.objection
    found: dict[tuple[str, str], list[Objection]] = {}
    for each in connection.execute(select(objection).where(objection.c.notice_id.in_(notice_ids))):
        found.setdefault((each.notice_id, each.application_id), []).append(Objection(each.raised_on, each.decided_on))
    return found


def _object(recorded: Recorded[Any], objection: Table, connection: Connection) -> None:
    match recorded.event:
        case ObjectionRaised() as raised:
            upsert(connection, objection, [{**raised.model_dump(), "raised_on": recorded.valid_on}])
        case ObjectionDecided() as decided:
            this = (
                objection.c.objection_id == decided.objection_id,
                objection.c.application_id == decided.application_id,
            )
            connection.execute(update(objection).where(*this).values(decided_on=recorded.valid_on))
        case _:
            pass


def _off(event: Event) -> Iterator[dict[str, str]]:
    match event:
        case NoticeAnnulled():
            yield from ({"application_id": one, "notice_id": event.notice_id} for one in event.rows)
        case ApplicationCorrected(notice_id=str() as notice) | ApplicationRechecked(notice_id=str() as notice):
            yield {"application_id": event.application_id, "notice_id": notice}
        case ApplicationWithdrawn():
            yield {"application_id": event.application_id, "notice_id": EVERY_NOTICE}
        case ObjectionDecided() if event.decision != "dismissed":
            yield {"application_id": event.application_id, "notice_id": event.notice_id}
