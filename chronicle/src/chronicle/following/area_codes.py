"""The area codes as a service has heard of them: few, kept in memory, and read again when they may have changed."""

from collections.abc import Callable, Sequence
from threading import Lock
from time import monotonic
from typing import Any

import structlog
from sqlalchemy import Column, Connection, Date, MetaData, Table, Text, select
from sqlalchemy.exc import DBAPIError

from chronicle.area_codes import AreaCodes, Replacement
from chronicle.following.projection import Projection, upsert
from chronicle.following.subjects import one_row_each
from chronicle.messages import Event, EventTypes, Recorded
from chronicle.refusals import Unavailable
from chronicle.store import Database

READ_AGAIN_AFTER = 1.0

logger = structlog.get_logger(__name__)


def area_replacements(replaced: type[Event], tells: Callable[[Recorded[Any]], Replacement]) -> Projection[Table]:
    """Keep a row for each area that goes by another code from a day on, as the event ``replaced`` tells."""
    return one_row_each("area_replacement", 1, _columns, {replaced: lambda recorded: tells(recorded)._asdict()})


def area_names(name: str, version: int, *naming: type[Event]) -> Projection[Table]:
    """Keep every name that an area ever had, and since when, as events with code, name and ``valid_from`` tell."""

    def define(metadata: MetaData, table: str) -> Table:
        columns = Column("code", Text, primary_key=True), Column("since", Date, primary_key=True)
        return Table(table, metadata, *columns, Column("name", Text, nullable=False))

    def apply(batch: Sequence[Recorded[Any]], table: Table, connection: Connection) -> None:
        named = [recorded.event for recorded in batch]
        upsert(connection, table, [{"code": one.code, "since": one.valid_from, "name": one.name} for one in named])

    return Projection(name, version, EventTypes(*naming), define, apply)


class HeardAreaCodes:
    """What one service knows of area codes. Where that cannot be read, nobody is let in: as before is no answer."""

    def __init__(self, database: Database, replacements: Projection[Table]) -> None:
        self._database, self._replacements = database, replacements
        self._keeping = Lock()
        self._found: tuple[Replacement, ...] = ()
        self._codes, self._read_at = AreaCodes(), float("-inf")

    @property
    def is_old(self) -> bool:
        """Whether it was read so long ago that it may have changed."""
        return monotonic() > self._read_at + READ_AGAIN_AFTER

    def __call__(self) -> AreaCodes:
        """What is known; refused as Unavailable when that cannot be read."""
        if self.is_old:
            self.read()
        return self._codes

    def open(self) -> None:
        """Make the table it is read from where there is none: with the database, before anybody asks."""
        with self._database.writing() as connection:
            self._replacements.open(connection)

    def read(self) -> None:
        """Read again what is known."""
        row, began = self._replacements.tables.c, monotonic()
        wanted = select(row.prefix, row.successor, row.since).order_by(row.prefix)
        try:
            with self._database.reading() as connection:
                found = tuple(Replacement(*each) for each in connection.execute(wanted))
        except DBAPIError as error:
            raise Unavailable from error
        self._keep(found, began)

    def _keep(self, found: tuple[Replacement, ...], began: float) -> None:
        # Of two that read at once the one that began later saw more.
        with self._keeping:
            if began < self._read_at:
                return
            # The same codes stay the same object, with all that was looked up in it.
            if found != self._found:
                self._found, self._codes = found, AreaCodes.without_circles(found)
                for left_out in set(found).difference(self._codes.replacements):
                    logger.critical("area replacement leads in a circle", **left_out._asdict())
            self._read_at = began


def _columns() -> Sequence[Column[Any]]:
    return (
        Column("prefix", Text, nullable=False),
        Column("successor", Text, nullable=False),
        Column("since", Date, nullable=False),
    )
