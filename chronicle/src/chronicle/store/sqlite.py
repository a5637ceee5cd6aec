"""The event store on SQLite: one writer at a time per file, the same rules as on PostgreSQL."""

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from chronicle.messages import StoredEvent, from_microseconds, hash_of, microseconds
from chronicle.refusals import KeyReused
from chronicle.store.database import Database
from chronicle.store.rows import COLUMNS, answer_of, event_of, row_of, written
from chronicle.store.values import (
    Answer,
    Append,
    ClaimTaken,
    Head,
    HeldClaim,
    IdempotencyKey,
    Position,
    VersionConflict,
)

_SELECT = f"SELECT {', '.join(COLUMNS)} FROM event"  # noqa: S608 - fixed column names
_INSERT = f"INSERT INTO event ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"  # noqa: S608


class SqliteStore:
    """Events of one service in one SQLite file."""

    def __init__(self, database: Database, source: str) -> None:
        self._database = database
        self.source = source

    def append(self, append: Append) -> Answer:
        """Record all or nothing."""
        with self._database.writing() as connection:
            if append.key and (earlier := _answered(_raw(connection), append.key)):
                return earlier
            return _append(_raw(connection), append)

    def answered(self, key: IdempotencyKey) -> Answer | None:
        """The first answer to a key, if there was one."""
        with self._database.reading() as connection:
            return _answered(_raw(connection), key)

    def load(self, after: Mapping[str, int]) -> dict[str, list[StoredEvent]]:
        """Read streams on from the versions given."""
        with self._database.reading() as connection:
            raw = _raw(connection)
            statement = f"{_SELECT} WHERE stream = ? AND version > ? ORDER BY version"
            return {stream: [event_of(row) for row in raw.execute(statement, (stream, version))]
                    for stream, version in after.items()}

    def read(self, partition: int, after: int, limit: int) -> list[StoredEvent]:
        """Read one partition on from a sequence."""
        with self._database.reading() as connection:
            statement = f"{_SELECT} WHERE partition = ? AND sequence > ? ORDER BY sequence LIMIT ?"
            return [event_of(row) for row in _raw(connection).execute(statement, (partition, after, limit))]

    def heads(self) -> dict[int, Head]:
        """The last sequence and hash of every partition."""
        with self._database.reading() as connection:
            rows = _raw(connection).execute("SELECT partition, sequence, hash FROM partition_head")
            return {partition: Head(sequence, digest) for partition, sequence, digest in rows}

    def holder(self, kind: str, keys: Sequence[str]) -> dict[str, str]:
        """Which stream holds each claimed key."""
        marks = ", ".join("?" * len(keys))
        statement = f"SELECT key, stream FROM claim WHERE kind = ? AND key IN ({marks})"  # noqa: S608 - marks only
        with self._database.reading() as connection:
            return dict(_raw(connection).execute(statement, (kind, *keys)).fetchall())


def _raw(connection: Connection) -> sqlite3.Connection:
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)  # noqa: S101 - narrows the driver's type
    return driver


def _append(raw: sqlite3.Connection, append: Append) -> Answer:
    for claim in sorted(append.claims, key=lambda claim: (claim.kind, claim.key)):
        _claim(raw, claim)
    events, positions = _chain(raw, append)
    try:
        raw.executemany(_INSERT, [row_of(event) for event in events])
    except sqlite3.IntegrityError as error:
        if "event.stream" in str(error):
            raise VersionConflict from error
        raise
    _seal(raw, append)
    answer = append.answer.at(positions)
    if append.key:
        values = (append.key.client, append.key.key, append.key.fingerprint, *written(answer), microseconds(append.now))
        raw.execute(f"INSERT INTO handled_command VALUES ({', '.join('?' * len(values))})", values)  # noqa: S608
    return answer


def _answered(raw: sqlite3.Connection, key: IdempotencyKey) -> Answer | None:
    statement = "SELECT fingerprint, status, location, etag, positions FROM handled_command WHERE client = ? AND key = ?"
    row = raw.execute(statement, (key.client, key.key)).fetchone()
    if row is None:
        return None
    if row[0] != key.fingerprint:
        raise KeyReused
    return answer_of(row[1:])


def _claim(raw: sqlite3.Connection, claim: HeldClaim) -> None:
    if not claim.held:
        raw.execute("DELETE FROM claim WHERE kind = ? AND key = ? AND stream = ?", (claim.kind, claim.key, claim.stream))
        return
    raw.execute("INSERT INTO claim VALUES (?, ?, ?) ON CONFLICT DO NOTHING", (claim.kind, claim.key, claim.stream))
    holder = raw.execute("SELECT stream FROM claim WHERE kind = ? AND key = ?", (claim.kind, claim.key)).fetchone()
    if holder != (claim.stream,):
        raise ClaimTaken(claim.kind, claim.key)


def _chain(raw: sqlite3.Connection, append: Append) -> tuple[list[StoredEvent], list[Position]]:
    heads: dict[int, tuple[int, bytes, int]] = {}
    chained = []
    now = microseconds(append.now)
    for event in append.events:
        sequence, previous, at = heads.get(event.partition) or _head(raw, event.partition)
        recorded_at = from_microseconds(max(at, now))
        digest = hash_of(previous, event.digest, sequence + 1, recorded_at)
        heads[event.partition] = (sequence + 1, digest, max(at, now))
        chained.append(
            replace(event, sequence=sequence + 1, recorded_at=recorded_at, previous_hash=previous, hash=digest)
        )
    raw.executemany(
        "UPDATE partition_head SET sequence = ?, hash = ?, recorded_at = ? WHERE partition = ?",
        [(*head, partition) for partition, head in heads.items()],
    )
    source = append.events[0].source
    return chained, [Position(source, partition, head[0]) for partition, head in heads.items()]


def _head(raw: sqlite3.Connection, partition: int) -> Any:
    statement = "SELECT sequence, hash, recorded_at FROM partition_head WHERE partition = ?"
    return raw.execute(statement, (partition,)).fetchone()


def _seal(raw: sqlite3.Connection, append: Append) -> None:
    raw.executemany(
        "INSERT INTO person_key VALUES (?, ?, ?)", [(k.owner, k.wrapped, k.state) for k in append.sealed.keys]
    )
    raw.executemany(
        "INSERT INTO sealed_text VALUES (?, ?, ?, ?, ?)",
        [(t.id, t.owner, t.field, t.ciphertext, t.digest) for t in append.sealed.texts],
    )
