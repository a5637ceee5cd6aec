"""Stored events never change, whoever tries; what was promised durable is flushed; readers cannot write."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from chronicle.store import Database, EventStore, install, open_store
from drafts import draft, everything, record
from sqlalchemy.exc import DatabaseError

REPLACE = """
    INSERT OR REPLACE INTO event SELECT partition, {sequence}, {event_id}, type, source, subject, area, {stream},
    version, valid_on, recorded_at, actor, command_id, correlation_id, causation_id, traceparent, corrects, receipt,
    '"forged"', digest, previous_hash, hash FROM event WHERE version = 1
"""


@pytest.fixture
def database(store_url: str) -> Iterator[Database]:
    with closing(Database(store_url)) as database:
        with database.writing() as connection:
            install(connection)
        yield database


@pytest.fixture
def store(database: Database) -> EventStore:
    return open_store(database, "notes")


@pytest.fixture
def tampering(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """A store on SQLite with two events, opened by somebody else's program."""
    with closing(Database(f"sqlite:///{tmp_path}/store.db")) as database:
        with database.writing() as connection:
            install(connection)
        record(open_store(database, "notes"), draft("note/1"), draft("note/1", 2))
        with closing(sqlite3.connect(tmp_path / "store.db")) as tampering:
            yield tampering


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE event SET data = '\"forged\"'",
        "UPDATE event SET hash = hash",
        "DELETE FROM event",
        "DELETE FROM event WHERE version = 1",
    ],
)
def test_a_stored_event_is_neither_changed_nor_removed(database: Database, store: EventStore, statement: str) -> None:
    record(store, draft("note/1"), draft("note/1", 2))
    before = everything(store)
    with pytest.raises(DatabaseError, match="stored events never change"), database.writing() as connection:
        connection.exec_driver_sql(statement)
    assert everything(store) == before


def test_the_events_are_not_truncated(database_url: str) -> None:
    with closing(Database(database_url)) as database:
        with database.writing() as connection:
            install(connection)
        for statement in ("TRUNCATE event", "TRUNCATE event CASCADE"):
            with pytest.raises(DatabaseError, match="stored events never change"), database.writing() as connection:
                connection.exec_driver_sql(statement)


@pytest.mark.parametrize(
    "forged",
    [
        {"sequence": "sequence", "event_id": "'new'", "stream": "'new'"},
        {"sequence": "sequence", "event_id": "event_id", "stream": "stream"},
        {"sequence": "3", "event_id": "event_id", "stream": "'new'"},
        {"sequence": "3", "event_id": "'new'", "stream": "stream"},
    ],
)
def test_a_stored_event_is_not_replaced(tampering: sqlite3.Connection, forged: dict[str, str]) -> None:
    before = tampering.execute("SELECT * FROM event").fetchall()
    with pytest.raises(sqlite3.IntegrityError, match=r"never change|event_stream_version"):
        tampering.execute(REPLACE.format(**forged))
    assert tampering.execute("SELECT * FROM event").fetchall() == before


def test_nothing_is_slipped_in_out_of_order(tampering: sqlite3.Connection) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="never change"):
        tampering.execute(REPLACE.format(sequence="9", event_id="'new'", stream="'new'"))


def test_one_who_only_reads_cannot_write(database: Database) -> None:
    with pytest.raises(DatabaseError, match=r"readonly|read-only"), database.reading() as connection:
        connection.exec_driver_sql("DELETE FROM claim")


def test_what_is_committed_survives_a_power_failure(database: Database) -> None:
    with database.writing() as connection:
        if database.is_sqlite:
            settings = [
                connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous")
            ]
            assert settings == ["wal", 2]
        else:
            settings = [connection.exec_driver_sql(f"SHOW {name}").scalar() for name in ("fsync", "synchronous_commit")]
            assert settings == ["on", "on"]
