"""One service's database, on PostgreSQL or SQLite: connections that only read, and transactions."""

import select
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Lock
from typing import Any

import psycopg
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import IsolationLevel
from sqlalchemy.exc import InvalidatePoolError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from chronicle.refusals import Unavailable
from chronicle.store.direct import Direct

CONNECTIONS = 16  # at most, of each kind
PATIENCE = 10.0  # seconds to wait for a connection, or on SQLite for the turn to write

_AWAY = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
}


class Database:
    """A database behind one URL. SQLite takes one writer at a time per file; readers never wait."""

    def __init__(self, url: str, patience: float = PATIENCE) -> None:
        self.url, self._patience = make_url(url), patience
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._engines: list[Engine] = []
        self.direct: Direct | None = None
        if self.is_sqlite:
            self.readers, self.writers = self._sqlite(query_only=True), self._sqlite(query_only=False)
        else:
            self.readers = self._postgres("AUTOCOMMIT", options="-c default_transaction_read_only=on")
            self.writers = self._postgres("READ COMMITTED")
            self.direct = Direct(self.url, CONNECTIONS, patience)
        self._turn = Lock()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection to read from; each statement sees what was committed before it. May raise Unavailable."""
        with available(), self.readers.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction: everything in it is durable at its end, or nothing. May raise Unavailable."""
        with available(), self._in_turn(), self.writers.begin() as connection:
            yield connection

    def close(self) -> None:
        """Close every pooled connection."""
        for engine in self._engines:
            engine.dispose()
        if self.direct:
            self.direct.close()

    def _postgres(self, isolation_level: IsolationLevel, **arguments: str) -> Engine:
        engine = self._engine(arguments, isolation_level=isolation_level)
        event.listen(engine, "checkout", _refuse_closed)
        return engine

    def _sqlite(self, *, query_only: bool) -> Engine:
        engine = self._engine({"timeout": self._patience, "isolation_level": None})

        @event.listens_for(engine, "connect")
        def prepare(connection: sqlite3.Connection, _record: Any) -> None:
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"query_only={query_only:d}"):
                connection.execute(f"PRAGMA {pragma}")

        if not query_only:
            event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
        return engine

    def _engine(self, arguments: Mapping[str, object], **settings: Any) -> Engine:
        pool = {"pool_size": CONNECTIONS, "max_overflow": 0, "pool_timeout": self._patience, "pool_use_lifo": True}
        engine = create_engine(self.url, connect_args=arguments, **pool, **settings)
        self._engines.append(engine)
        return engine

    @contextmanager
    def _in_turn(self) -> Iterator[None]:
        # SQLite itself waits by sleeping, longer and longer; the threads of one process queue here instead.
        if self.is_sqlite and not self._turn.acquire(timeout=self._patience):
            raise Unavailable
        try:
            yield
        finally:
            if self.is_sqlite:
                self._turn.release()


@contextmanager
def available() -> Iterator[None]:
    """Raise Unavailable when the database is away, full, locked or has no connection left."""
    try:
        yield
    except PoolExhausted as error:
        raise Unavailable from error
    except (OperationalError, psycopg.OperationalError, sqlite3.OperationalError) as error:
        cause = error.orig if isinstance(error, OperationalError) else error
        # To sqlite3 a misspelt statement is operational, too.
        if isinstance(cause, sqlite3.OperationalError) and cause.sqlite_errorcode & 0xFF not in _AWAY:
            raise
        raise Unavailable from error


def _refuse_closed(connection: psycopg.Connection[Any], _record: Any, _fairy: Any) -> None:
    # On an idle connection nobody speaks but a server that closes it: no question has to be asked.
    waiting = select.poll()
    waiting.register(connection.fileno(), select.POLLIN)
    if waiting.poll(0):
        raise InvalidatePoolError
