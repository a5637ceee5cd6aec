"""Verification: walks the stored events, recomputes digests and chain, and names the first place that is wrong."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, select

from chronicle.messages import StoredEvent, is_as_recorded, partition_of
from chronicle.store import Database
from chronicle.store.rows import COLUMNS, TEXTS, event_of, row_of
from chronicle.store.tables import partition_head
from chronicle.store.values import Head

_EVENTS = f"SELECT {', '.join(TEXTS)} FROM event ORDER BY partition, sequence"  # noqa: S608 - fixed names
_PARTITION, _SEQUENCE = COLUMNS.index("partition"), COLUMNS.index("sequence")
_EMPTY = Head(0, bytes(32))


@dataclass(frozen=True, slots=True)
class Finding:
    """The first wrong position of one partition."""

    partition: int
    sequence: int
    wrong: str

    def __str__(self) -> str:
        return f"Partition {self.partition}, event {self.sequence}: {self.wrong}."


def verify(database: Database) -> list[Finding]:
    """Check every stored event of a service; empty when all are there, as they were recorded and in order."""
    with _one_moment(database) as connection:
        ends = {row.partition: Head(row.sequence, row.hash) for row in connection.execute(select(partition_head))}
        rows = connection.exec_driver_sql(_EVENTS, execution_options={"yield_per": 1_000})
        walks = [
            _walk(partition, events, ends.pop(partition, _EMPTY))
            for partition, events in groupby(rows, key=lambda row: row[_PARTITION])
        ]
    return [finding for finding in (*walks, *(_walk(p, (), end) for p, end in ends.items())) if finding]


def _walk(partition: int, rows: Iterable[Sequence[Any]], end: Head) -> Finding | None:
    last = _EMPTY
    for row in rows:
        event = _as_recorded(partition, row)
        if row[_SEQUENCE] != last.sequence + 1:
            return Finding(partition, last.sequence + 1, "it is missing, or one was put in before it")
        if event is None:
            return Finding(partition, last.sequence + 1, "it was changed after it was recorded")
        if event.previous_hash != last.hash:
            return Finding(partition, event.sequence, "it does not follow the one before it")
        last = Head(event.sequence, event.hash)
    if last.sequence != end.sequence:
        wrong = "it is missing" if last.sequence < end.sequence else "it was put in after the last one"
        return Finding(partition, min(last.sequence, end.sequence) + 1, wrong)
    return None if last == end else Finding(partition, end.sequence, "it is not the last one that was recorded")


def _as_recorded(partition: int, row: Sequence[Any]) -> StoredEvent | None:
    try:
        event = event_of(row)
        intact = is_as_recorded(event) and row_of(event) == tuple(row)
    except (ArithmeticError, AttributeError, TypeError, ValueError):
        return None
    return event if intact and partition_of(event.subject) == partition else None


@contextmanager
def _one_moment(database: Database) -> Iterator[Connection]:
    with database.reading() as connection:
        connection.exec_driver_sql("BEGIN" if database.is_sqlite else "BEGIN ISOLATION LEVEL REPEATABLE READ")
        try:
            yield connection
        finally:
            connection.exec_driver_sql("ROLLBACK")
