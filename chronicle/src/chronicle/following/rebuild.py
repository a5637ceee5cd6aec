"""Rebuild: make a projection's tables anew beside those that serve, compare, and let them take over without a stop."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Table, delete, false, func, inspect, select, update

from chronicle.feed import Log
from chronicle.feed.positions import FEED
from chronicle.following.follower import Follower, Unfinished
from chronicle.following.parking import blocked_subjects, left_out
from chronicle.following.projection import Projection
from chronicle.messages import PARTITIONS, new_id
from chronicle.store import Database
from chronicle.store.tables import OF_FOLLOWERS, parked_event

BATCH = 8_000


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """How many events were followed, and for each table how many rows differed from those that served till then."""

    events: int
    differing: Mapping[str, int]


def rebuild(projection: Projection[Any], database: Database, log: Log) -> Rebuilt:
    """Build from the beginning while the old tables serve, then switch in one transaction.

    What was left out stays so. Unfinished when it stops, or would park a subject that is followed by those that serve.
    """
    with database.writing() as connection:
        _drop(connection, rf"n[0-9a-f]{{6}}_{projection.reader}(_.*)?")
        without = left_out(connection, projection.reader)
    beside = projection.beside(f"n{new_id()[-6:]}_{projection.reader}")
    follower = Follower(beside, database, log, BATCH, tries=1, left_out=without)
    while follower.step() and sum(place.behind for place in follower.places.values()) > BATCH:
        pass
    if follower.failing:
        raise Unfinished
    with database.writing() as connection:
        return _take_over(connection, projection, beside, follower)


def prune(projection: Projection[Any], database: Database) -> list[str]:
    """Drop the tables of earlier versions, once nobody asks them any more; their names."""
    earlier = "|".join(map(str, range(projection.version)))
    with database.writing() as connection:
        return _drop(connection, rf"{projection.name}_v({earlier})(_.*)?")


def _take_over(
    connection: Connection, projection: Projection[Any], beside: Projection[Any], follower: Follower
) -> Rebuilt:
    serving = replace(follower.positions, reader=projection.reader)
    locked = {partition: serving.lock(connection, partition) for partition in range(PARTITIONS)}
    follower.finish(connection, {p: reached[serving.source].sequence for p, reached in locked.items() if reached})
    if blocked_subjects(connection, beside.reader) - blocked_subjects(connection, serving.reader):
        raise Unfinished
    differing = _switch(connection, projection, beside)
    kept = select(func.max(parked_event.c.number)).where(parked_event.c.follower == serving.reader)
    behind = {"number": parked_event.c.number + (connection.execute(kept).scalar() or 0)}
    for table in OF_FOLLOWERS:
        stays = parked_event.c.left_out.is_not(None) if table is parked_event else false()
        connection.execute(delete(table).where(table.c.follower == serving.reader, ~stays))
        now = {"follower": serving.reader, **(behind if table is parked_event else {})}
        connection.execute(update(table).where(table.c.follower == beside.reader).values(now))
    reached = serving.read(connection).values()
    return Rebuilt(sum(head.sequence for by in reached for source, head in by.items() if source != FEED), differing)


def _switch(connection: Connection, projection: Projection[Any], beside: Projection[Any]) -> dict[str, int]:
    there = inspect(connection).get_table_names()
    differing = {}
    for old in reversed(projection.metadata.sorted_tables):
        new = beside.metadata.tables[beside.reader + old.name.removeprefix(projection.reader)]
        if old.name in there:
            differing[old.name] = _rows_missing(connection, old, new) + _rows_missing(connection, new, old)
            old.drop(connection)
        connection.exec_driver_sql(f'ALTER TABLE "{new.name}" RENAME TO "{old.name}"')
    return differing


def _rows_missing(connection: Connection, here: Table, there: Table) -> int:
    missing = select(here).except_(select(there)).subquery()
    return connection.execute(select(func.count()).select_from(missing)).scalar_one()


def _drop(connection: Connection, pattern: str) -> list[str]:
    names = [name for name in inspect(connection).get_table_names() if re.fullmatch(pattern, name)]
    for name in names:
        connection.exec_driver_sql(f'DROP TABLE "{name}"')
    for table in OF_FOLLOWERS:
        readers = connection.execute(select(table.c.follower).distinct()).scalars()
        gone = [reader for reader in readers if re.fullmatch(pattern, reader)]
        connection.execute(delete(table).where(table.c.follower.in_(gone)))
    return names
