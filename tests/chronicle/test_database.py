"""A database that is away is Unavailable, and is used again as soon as it is back; a transaction is all or nothing."""

import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import closing, suppress
from multiprocessing import get_context
from pathlib import Path
from threading import Event
from time import monotonic, sleep
from typing import Any

import private_postgres
import psycopg
import pytest
from chronicle.refusals import Unavailable
from chronicle.store import Database, Limits, install, open_store
from drafts import append_in_turn, draft, everything, key, record
from private_postgres import USUAL
from private_servers import free_ports, wait_until
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError, ProgrammingError


@pytest.fixture
def database(store_url: str) -> Iterator[Database]:
    with closing(Database(store_url)) as database:
        with database.writing() as connection:
            install(connection)
        yield database


@pytest.fixture
def postgres_database(database_url: str) -> Iterator[Database]:
    with closing(Database(database_url)) as database:
        with database.writing() as connection:
            connection.exec_driver_sql("DROP SCHEMA public CASCADE")
            connection.exec_driver_sql("CREATE SCHEMA public")
            install(connection)
        yield database


def cut_connections(database: Database) -> None:
    """What a restart of the server does to everybody who is connected."""
    with psycopg.connect(database.url.set(drivername="postgresql").render_as_string(), autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def between_statements(connection: psycopg.Connection[Any]) -> None:
    connection.execute("UPDATE counted SET number = 1")


def while_sending(connection: psycopg.Connection[Any]) -> None:
    """With something sent and nothing after it one is not idle to the server."""
    between_statements(connection)
    connection.pgconn.enter_pipeline_mode()
    connection.pgconn.send_query_params(b"SELECT 1", [])
    connection.pgconn.send_flush_request()
    connection.pgconn.flush()


def while_taking(connection: psycopg.Connection[Any]) -> None:
    """Nor with an answer to take that is larger than what the machine takes in the meantime."""
    between_statements(connection)
    connection.pgconn.send_query(b"SELECT repeat('x', 1000) FROM generate_series(1, 100000)")
    connection.pgconn.flush()


def cut_off(
    connection: Connection, frozen_where: Callable[[psycopg.Connection[Any]], None], other: Database, waits_for: str
) -> None:
    """Freeze there, let another write what is locked, and go on."""
    mine = connection.connection.driver_connection
    assert isinstance(mine, psycopg.Connection)
    frozen_where(mine)
    waits = "SELECT wait_event FROM pg_stat_activity WHERE pid = %s"
    with other.reading() as looking:
        wait_until(lambda: looking.exec_driver_sql(waits, (mine.info.backend_pid,)).scalar() == waits_for)
    with other.writing() as writing:
        writing.exec_driver_sql("UPDATE counted SET number = 2")
    connection.exec_driver_sql("SELECT 1")


def wait_too_long(connection: Connection) -> None:
    """Be idle in a transaction for longer than the server lets."""
    connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = '100ms'")
    sleep(0.5)
    connection.exec_driver_sql("SELECT 1")


def test_a_transaction_that_fails_leaves_nothing(database: Database) -> None:
    with suppress(KeyError), database.writing() as connection:
        connection.exec_driver_sql("INSERT INTO claim VALUES ('kind', 'key', 'stream')")
        raise KeyError
    with database.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM claim").scalar() == 0


def test_a_part_of_a_transaction_may_be_taken_back(database: Database) -> None:
    with database.writing() as connection:
        connection.exec_driver_sql("INSERT INTO claim VALUES ('kind', 'kept', 'stream')")
        with suppress(KeyError), connection.begin_nested():
            connection.exec_driver_sql("INSERT INTO claim VALUES ('kind', 'taken back', 'stream')")
            raise KeyError
    with database.reading() as connection:
        assert connection.exec_driver_sql("SELECT key FROM claim").scalars().all() == ["kept"]


def test_a_mistake_in_a_statement_is_not_taken_for_an_absence(database: Database) -> None:
    for opened in (database.reading, database.writing):
        with pytest.raises((OperationalError, ProgrammingError)), opened() as connection:
            connection.exec_driver_sql("SELECT * FROM nowhere")


@pytest.mark.parametrize("url", ["sqlite:////nowhere/store.db", "postgresql+psycopg://postgres@/store?host=/nowhere"])
def test_a_database_that_is_not_there_is_unavailable(url: str) -> None:
    with closing(Database(url)) as database:
        store = open_store(database, "notes")
        for ask in (
            lambda: record(store, draft("note/1"), key=key("k")),
            lambda: store.answered(key("k")),
            lambda: store.load({"note/1": 0}),
            lambda: store.read(0, 0, 1),
            store.heads,
            lambda: store.holder("number", ["7"]),
            lambda: database.writing().__enter__(),
        ):
            with pytest.raises(Unavailable):
                ask()


def test_a_process_has_as_many_connections_of_each_kind_as_it_may(database_url: str) -> None:
    with closing(Database(database_url, patience=0.3, limits=Limits(2))) as database:
        for opened in (database.reading, database.writing):
            with opened(), opened(), pytest.raises(Unavailable), opened():
                pass
            with opened(), opened():
                pass


def test_after_a_restart_of_the_server_nobody_notices(postgres_database: Database) -> None:
    store = open_store(postgres_database, "notes")
    record(store, draft("note/1"))
    store.heads()

    for version in (2, 3):
        cut_connections(postgres_database)
        record(store, draft("note/1", version), key=key(f"{version}"))
        cut_connections(postgres_database)
        assert store.answered(key(f"{version}"))
        with postgres_database.writing() as connection:
            connection.exec_driver_sql("SELECT 1")

    assert len(everything(store)) == 3


def test_while_the_server_is_away_it_is_unavailable_and_then_it_is_there_again(postgres_database: Database) -> None:
    store = open_store(postgres_database, "notes")
    record(store, draft("note/1"))
    name = postgres_database.url.database
    with psycopg.connect(
        postgres_database.url.set(drivername="postgresql", database="postgres").render_as_string(), autocommit=True
    ) as administrator:
        administrator.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false".encode())
        administrator.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s", (name,)
        )
        for _ in range(3):
            with pytest.raises(Unavailable):
                record(store, draft("note/1", 2))
            with pytest.raises(Unavailable), postgres_database.reading():
                pass
        administrator.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true".encode())
    record(store, draft("note/1", 2))


def test_a_connection_cut_in_the_middle_is_unavailable(postgres_database: Database) -> None:
    def write() -> None:
        with postgres_database.writing() as connection:
            cut_connections(postgres_database)
            connection.exec_driver_sql("SELECT 1")

    with pytest.raises(Unavailable):
        write()
    with postgres_database.writing() as connection:
        assert connection.exec_driver_sql("SELECT 1").scalar() == 1


def test_who_waits_too_long_for_what_another_has_locked_finds_it_unavailable(database_url: str) -> None:
    with closing(Database(database_url, patience=0.2)) as waiting, closing(Database(database_url)) as database:
        with database.writing() as connection:
            connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS locked ()")
        with database.writing() as connection:
            connection.exec_driver_sql("LOCK TABLE locked")
            began = monotonic()
            with pytest.raises(Unavailable), waiting.writing() as other:
                other.exec_driver_sql("SET LOCAL statement_timeout = '60s'; INSERT INTO locked DEFAULT VALUES")
            assert monotonic() - began < 30


@pytest.mark.parametrize(
    ("major", "waits_for", "frozen_where"),
    [
        (USUAL, "ClientRead", between_statements),
        (USUAL, "ClientWrite", while_taking),
        (18, "ClientRead", while_sending),
        (18, "ClientWrite", while_taking),
    ],
)
def test_what_a_frozen_process_has_locked_is_free_again(
    major: int, waits_for: str, frozen_where: Callable[[psycopg.Connection[Any]], None]
) -> None:
    (port,) = free_ports(1)
    with private_postgres.running(major, {"listen_addresses": "127.0.0.1", "port": str(port)}):
        url = f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres"
        with closing(Database(url, limits=Limits(1, seconds=2))) as frozen, closing(Database(url)) as other:
            with other.writing() as connection:
                connection.exec_driver_sql("CREATE TABLE counted (number int)")
                connection.exec_driver_sql("INSERT INTO counted VALUES (0)")
            with pytest.raises(Unavailable), frozen.writing() as connection:
                cut_off(connection, frozen_where, other, waits_for)
            with frozen.writing() as connection:
                assert connection.exec_driver_sql("SELECT number FROM counted").scalar() == 2


def test_a_transaction_that_the_server_ended_is_unavailable_and_the_next_goes_on(database_url: str) -> None:
    with closing(Database(database_url)) as database:
        with pytest.raises(Unavailable), database.writing() as connection:
            wait_too_long(connection)
        with database.writing() as connection:
            assert connection.exec_driver_sql("SELECT 1").scalar() == 1


def test_on_sqlite_writers_take_turns_and_readers_never_wait(tmp_path: Path) -> None:
    with closing(Database(f"sqlite:///{tmp_path}/store.db", patience=0.3)) as database, ThreadPoolExecutor(1) as pool:
        with database.writing() as connection:
            install(connection)
        store, written, release = open_store(database, "notes"), Event(), Event()

        def write() -> None:
            with database.writing() as connection:
                connection.exec_driver_sql("INSERT INTO claim VALUES ('kind', 'key', 'stream')")
                written.set()
                release.wait()

        writing = pool.submit(write)
        written.wait()
        began = monotonic()
        assert store.holder("kind", ["key"]) == {}
        with pytest.raises(Unavailable):
            record(store, draft("note/1"))
        assert 0.3 <= monotonic() - began < 30
        release.set()
        writing.result()
        record(store, draft("note/1"))
        assert store.holder("kind", ["key"]) == {"key": "stream"}


def test_on_sqlite_another_program_that_keeps_the_file_locked_makes_it_unavailable(tmp_path: Path) -> None:
    with closing(Database(f"sqlite:///{tmp_path}/store.db", patience=0.3)) as database:
        with database.writing() as connection:
            install(connection)
        store = open_store(database, "notes")
        with closing(sqlite3.connect(tmp_path / "store.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(Unavailable):
                record(store, draft("note/1"))
            other.execute("ROLLBACK")
        record(store, draft("note/1"))


def test_several_processes_write_to_one_store(database: Database, store_url: str) -> None:
    with ProcessPoolExecutor(3, mp_context=get_context("spawn")) as pool:
        done = list(pool.map(append_in_turn, [store_url] * 3, [f"note/{number}" for number in range(3)], [40] * 3))
    store = open_store(database, "notes")
    assert done == [40] * 3
    assert [len(events) for events in store.load({f"note/{number}": 0 for number in range(3)}).values()] == [40] * 3
    assert sorted(event.sequence for event in everything(store)) == list(range(1, 121))
