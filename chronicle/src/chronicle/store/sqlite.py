"""The events on SQLite: one writer at a time per file, the same rules as on PostgreSQL."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from chronicle.messages import StoredEvent, from_microseconds, hash_of, microseconds
from chronicle.refusals import Unavailable
from chronicle.store.database import Database
from chronicle.store.restored import NOT_ADOPTED
from chronicle.store.rows import COLUMNS, GIVEN, event_of, row_of
from chronicle.store.values import Append, ClaimTaken, HeldClaim, KeyUsed, Sealed, VersionConflict, settled

_SELECT = f"SELECT {', '.join(COLUMNS)} FROM event"
_INSERT = f"INSERT INTO event ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"
_HANDLED = "SELECT 1 FROM handled_command WHERE client = ? AND key = ?"
_HANDLE = (
    "INSERT INTO handled_command (client, key, fingerprint, status, location, etag, positions, recorded_at)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)
_HOLDERS = "SELECT key, stream FROM claim WHERE kind = ? AND key IN (SELECT value FROM json_each(?))"
_TAKE = (
    "INSERT INTO claim (kind, key, stream) VALUES (?, ?, ?)"
    " ON CONFLICT (kind, key) DO UPDATE SET stream = excluded.stream WHERE stream = excluded.stream"
)
_HEADS = "SELECT partition, sequence, hash, recorded_at FROM partition_head"


class SqliteEvents:
    """The events of one SQLite file."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def append(self, append: Append) -> str:
        """Record all or nothing; gives the positions reached."""
        try:
            with self._database.writing() as connection:
                return _append(_driver(connection), append)
        except sqlite3.IntegrityError as error:
            if str(error) == NOT_ADOPTED:
                raise Unavailable from error
            raise

    def load(self, after: Mapping[str, int]) -> dict[str, list[StoredEvent]]:
        """Read streams on from the versions given."""
        where = "WHERE stream = ? AND version > ? ORDER BY version"
        with self._database.reading() as connection:
            return {stream: _events(connection, where, stream, version) for stream, version in after.items()}

    def read(self, partition: int, after: int, limit: int) -> list[StoredEvent]:
        """Read one partition on from a sequence."""
        where = "WHERE partition = ? AND sequence > ? ORDER BY sequence LIMIT ?"
        with self._database.reading() as connection:
            return _events(connection, where, partition, after, limit)

    def heads(self) -> list[tuple[Any, ...]]:
        """The last sequence, hash and recorded time of every partition."""
        with self._database.reading() as connection:
            return _driver(connection).execute(_HEADS).fetchall()

    def holder(self, kind: str, keys: Sequence[str]) -> dict[str, str]:
        """Which stream holds each claimed key."""
        with self._database.reading() as connection:
            return dict(_driver(connection).execute(_HOLDERS, (kind, json.dumps(keys))).fetchall())


def _driver(connection: Connection) -> sqlite3.Connection:
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)  # noqa: S101 - narrows the driver's type
    return driver


def _events(connection: Connection, where: str, *values: str | int) -> list[StoredEvent]:
    return [event_of(row) for row in _driver(connection).execute(f"{_SELECT} {where}", values)]


def _append(driver: sqlite3.Connection, append: Append) -> str:
    key, answer = append.key, append.answer
    if key and driver.execute(_HANDLED, (key.client, key.key)).fetchone():
        raise KeyUsed
    _seal(driver, append.sealed)
    _claim(driver, settled(append.claims))
    reached = _chain(driver, append)
    if key:
        row = (key.client, key.key, key.fingerprint, answer.status, answer.location, answer.etag, reached)
        driver.execute(_HANDLE, (*row, microseconds(append.now)))
    return reached


def _seal(driver: sqlite3.Connection, sealed: Sealed) -> None:
    gone = [(key.owner,) for key in sealed.keys if key.state == "erased"]
    driver.executemany("DELETE FROM person_key WHERE owner = ?", gone)
    driver.executemany("DELETE FROM sealed_text WHERE owner = ?", gone)
    keys = [(key.owner, key.wrapped, key.state) for key in sealed.keys]
    try:
        driver.executemany("INSERT INTO person_key (owner, wrapped, state) VALUES (?, ?, ?)", keys)
    except sqlite3.IntegrityError as error:
        # Another sealed for them meanwhile, under a key of their own: it is there to be read now.
        if error.sqlite_errorcode != sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
            raise
        raise VersionConflict from error
    texts = [(text.id, text.owner, text.field, text.ciphertext, text.digest) for text in sealed.texts]
    driver.executemany("INSERT INTO sealed_text (id, owner, field, ciphertext, digest) VALUES (?, ?, ?, ?, ?)", texts)


def _claim(driver: sqlite3.Connection, claims: Sequence[HeldClaim]) -> None:
    taken = []
    for claim in claims:
        row = (claim.kind, claim.key, claim.stream)
        if not claim.held:
            driver.execute("DELETE FROM claim WHERE (kind, key, stream) = (?, ?, ?)", row)
            continue
        if not driver.execute(_TAKE, row).rowcount:
            taken.append(claim)
    if taken:
        raise ClaimTaken(taken)


def _chain(driver: sqlite3.Connection, append: Append) -> str:
    heads = _heads(driver, append)
    rows = []
    for event in append.events:
        sequence, previous, recorded_at = heads[event.partition]
        link = hash_of(previous, event.digest, sequence + 1, recorded_at)
        heads[event.partition] = sequence + 1, link, recorded_at
        rows.append((*row_of(event)[:GIVEN], sequence + 1, microseconds(recorded_at), previous, link))
    try:
        driver.executemany(_INSERT, rows)
    except sqlite3.IntegrityError as error:
        if str(error) == "event_stream_version":
            raise VersionConflict from error
        raise
    driver.executemany(
        "UPDATE partition_head SET sequence = ?, hash = ?, recorded_at = ? WHERE partition = ?",
        [(sequence, link, microseconds(at), partition) for partition, (sequence, link, at) in heads.items()],
    )
    return ",".join(f"{partition}:{sequence}" for partition, (sequence, *_) in sorted(heads.items()))


def _heads(driver: sqlite3.Connection, append: Append) -> dict[int, tuple[int, bytes, datetime]]:
    partitions, now = {event.partition for event in append.events}, microseconds(append.now)
    return {
        partition: (sequence, link, from_microseconds(max(recorded_at, now)))
        for partition, sequence, link, recorded_at in driver.execute(_HEADS)
        if partition in partitions
    }
