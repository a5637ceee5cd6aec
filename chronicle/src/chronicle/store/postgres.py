"""The event store on PostgreSQL: one function call, one round trip, one transaction an append."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import errors
from sqlalchemy import create_engine

from chronicle.messages import StoredEvent, microseconds
from chronicle.refusals import Busy, KeyReused
from chronicle.store.database import Database
from chronicle.store.rows import COLUMNS, answer_of, event_of, row_of
from chronicle.store.values import Answer, Append, ClaimTaken, Head, IdempotencyKey, Position, VersionConflict

_SELECT = f"SELECT {', '.join('e.' + name for name in COLUMNS)} FROM event e"  # noqa: S608 - fixed column names
_TYPES = (
    "uuid", "text", "text", "text", "text", "text", "int4", "int2", "date", "text",
    "uuid", "uuid", "uuid", "text", "text", "text", "text",
)  # fmt: skip
_CALL = (
    "SELECT * FROM append_events("
    + ", ".join(f"%s::{kind}[]" for kind in (*_TYPES, "bytea"))
    + ", %s::int8, %s::text[], %s::text[], %s::text[], %s::bool[], %s, %s, %s, %s::int2, %s, %s::int4)"
)


class PostgresStore:
    """Events of one service in one PostgreSQL database."""

    def __init__(self, database: Database, source: str) -> None:
        url = database.url
        self._pool = create_engine(url, isolation_level="AUTOCOMMIT", pool_size=16, pool_reset_on_return=None)
        self.source = source

    def append(self, append: Append) -> Answer:
        """Record all or nothing."""
        with self._connection() as connection:
            try:
                if not (append.sealed.texts or append.sealed.keys):
                    return _append(connection, append)
                with connection.transaction():
                    answer = _append(connection, append)
                    _seal(connection, append)
                    return answer
            except errors.UniqueViolation as error:
                if error.diag.constraint_name == "event_stream_version":
                    raise VersionConflict from error
                raise
            except errors.RaiseException as error:
                kind, _, key = (error.diag.message_detail or "").partition(" ")
                raise ClaimTaken(kind, key) from error
            except errors.LockNotAvailable as error:
                raise Busy from error
            except errors.DeadlockDetected as error:
                raise VersionConflict from error

    def answered(self, key: IdempotencyKey) -> Answer | None:
        """The first answer to a key, if there was one."""
        statement = (
            "SELECT fingerprint, status, location, etag, positions FROM handled_command WHERE client = %s AND key = %s"
        )
        with self._connection() as connection:
            row = connection.execute(statement, (key.client, key.key)).fetchone()
        return _earlier(row, key) if row else None

    def load(self, after: Mapping[str, int]) -> dict[str, list[StoredEvent]]:
        """Read streams on from the versions given."""
        statement = (
            f"{_SELECT} JOIN unnest(%s::text[], %s::int4[]) AS wanted(stream, after)"
            " ON e.stream = wanted.stream AND e.version > wanted.after ORDER BY e.stream, e.version"
        )
        found: dict[str, list[StoredEvent]] = {stream: [] for stream in after}
        with self._connection() as connection:
            for row in connection.execute(statement, (list(after), list(after.values())), prepare=True):
                event = event_of(row)
                found[event.stream].append(event)
        return found

    def read(self, partition: int, after: int, limit: int) -> list[StoredEvent]:
        """Read one partition on from a sequence."""
        statement = f"{_SELECT} WHERE e.partition = %s AND e.sequence > %s ORDER BY e.sequence LIMIT %s"
        with self._connection() as connection:
            return [event_of(row) for row in connection.execute(statement, (partition, after, limit), prepare=True)]

    def heads(self) -> dict[int, Head]:
        """The last sequence and hash of every partition."""
        with self._connection() as connection:
            rows = connection.execute("SELECT partition, sequence, hash FROM partition_head")
            return {partition: Head(sequence, bytes(digest)) for partition, sequence, digest in rows}

    def holder(self, kind: str, keys: Sequence[str]) -> dict[str, str]:
        """Which stream holds each claimed key."""
        statement = "SELECT key, stream FROM claim WHERE kind = %s AND key = ANY(%s)"
        with self._connection() as connection:
            return dict(connection.execute(statement, (kind, list(keys))).fetchall())

    @contextmanager
    def _connection(self) -> Iterator[psycopg.Connection[Any]]:
        borrowed = self._pool.raw_connection()
        try:
            driver = borrowed.driver_connection
            assert isinstance(driver, psycopg.Connection)  # noqa: S101 - narrows the driver's type
            yield driver
            if driver.broken:
                borrowed.invalidate()
        except psycopg.OperationalError:
            borrowed.invalidate()
            raise
        finally:
            borrowed.close()


def _append(connection: psycopg.Connection[Any], append: Append) -> Answer:
    columns = [list(column) for column in zip(*map(row_of, append.events), strict=True)]
    claims = sorted(append.claims, key=lambda claim: (claim.kind, claim.key))
    key, answer = append.key, append.answer
    rows = connection.execute(
        _CALL,
        (
            *columns[: len(_TYPES)],
            columns[COLUMNS.index("digest")],
            microseconds(append.now),
            [c.kind for c in claims],
            [c.key for c in claims],
            [c.stream for c in claims],
            [c.held for c in claims],
            key and key.client,
            key and key.key,
            key and key.fingerprint,
            answer.status,
            answer.location,
            answer.etag,
        ),
        prepare=True,
    ).fetchall()
    if key and rows[0][0] is not None:
        return _earlier(rows[0][:5], key)
    return answer.at([Position(append.events[0].source, row[5], row[6]) for row in rows])


def _earlier(row: Sequence[Any], key: IdempotencyKey) -> Answer:
    if bytes(row[0]) != key.fingerprint:
        raise KeyReused
    return answer_of(row[1:])


def _seal(connection: psycopg.Connection[Any], append: Append) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO person_key VALUES (%s, %s, %s)",
            [(key.owner, key.wrapped, key.state) for key in append.sealed.keys],
        )
        cursor.executemany(
            "INSERT INTO sealed_text VALUES (%s, %s, %s, %s, %s)",
            [(t.id, t.owner, t.field, t.ciphertext, t.digest) for t in append.sealed.texts],
        )
