"""One service's database, on PostgreSQL or SQLite: connections that only read, and transactions."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import BoundedSemaphore, Lock
from typing import Any

import psycopg
from psycopg.errors import IdleInTransactionSessionTimeout, TransactionTimeout
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError, InvalidatePoolError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from chronicle.refusals import Unavailable
from chronicle.store.direct import Direct, stands

PATIENCE = 10.0  # seconds to wait for a connection, a lock, or on SQLite for the turn to write

# So many threads of a process go through rows at a time, when each takes so many or more (record 0027).
_AT_WORK = {"sqlite": (BoundedSemaphore(1), 1), "postgresql": (BoundedSemaphore(2), 1_000)}
_LET_IN = 5.0  # seconds after which one goes on beside them
# For who is frozen between two statements, while it takes an answer, or (from PostgreSQL 17 on) while it sends some.
_LIMITING = (
    "SELECT set_config(name, %s, false) FROM pg_settings WHERE setting = '0' AND name IN"
    " ('idle_in_transaction_session_timeout', 'tcp_user_timeout', 'transaction_timeout')"
)
# To psycopg the two at the end, by which a server cuts off who held on for too long, are internal errors.
_ENDED = (psycopg.OperationalError, sqlite3.OperationalError, IdleInTransactionSessionTimeout, TransactionTimeout)
_AWAY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN}


@dataclass(frozen=True, slots=True)
class Limits:
    """Connections of each kind that a process may have, and seconds for which it may lock anything; 0 is for ever."""

    connections: int
    seconds: int = 0


OF_AN_API, OF_A_WORKER = Limits(16), Limits(8, 40)


class Database:
    """A database behind one URL. SQLite takes one writer at a time per file; readers never wait."""

    def __init__(self, url: str, patience: float = PATIENCE, limits: Limits = OF_AN_API) -> None:
        self.url, self._patience, self._limits = make_url(url), patience, limits
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.direct = None if self.is_sqlite else Direct(self.url, limits.connections, patience)
        self.readers, self.writers = self._engine(reads_only=True), self._engine(reads_only=False)
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

    @contextmanager
    def at_work(self, rows: int) -> Iterator[None]:
        """Go through so many rows, beside no more others of this process than get on together."""
        turns, many = _AT_WORK[self.url.get_backend_name()]
        got = rows >= many and turns.acquire(timeout=_LET_IN)
        try:
            yield
        finally:
            if got:
                turns.release()

    def close(self) -> None:
        """Close every pooled connection."""
        self.readers.dispose()
        self.writers.dispose()
        if self.direct:
            self.direct.close()

    def _engine(self, *, reads_only: bool) -> Engine:
        pool = {"pool_size": self._limits.connections, "max_overflow": 0, "pool_timeout": self._patience}
        pool["pool_use_lifo"] = True
        if self.is_sqlite:
            engine = create_engine(self.url, connect_args={"timeout": self._patience, "isolation_level": None}, **pool)
            _prepare_sqlite(engine, reads_only=reads_only)
            return engine
        level = "AUTOCOMMIT" if reads_only else "READ COMMITTED"
        waiting = f"-c lock_timeout={int(self._patience * 1_000)}"
        options = f"{self.url.query.get('options', '')} -c default_transaction_read_only={reads_only} {waiting}"
        engine = create_engine(self.url, connect_args={"options": options}, isolation_level=level, **pool)
        if self._limits.seconds and not reads_only:
            event.listen(engine, "connect", self._limit)
        event.listen(engine, "checkout", _refuse_closed)
        return engine

    def _limit(self, connection: psycopg.Connection[Any], _record: Any) -> None:
        connection.execute(_LIMITING, [f"{self._limits.seconds}s"])
        connection.commit()

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
    except (DBAPIError, *_ENDED) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        # To sqlite3 a misspelt statement is operational, too.
        is_misspelt = isinstance(cause, sqlite3.OperationalError) and cause.sqlite_errorcode & 0xFF not in _AWAY
        if is_misspelt or not isinstance(cause, _ENDED):
            raise
        raise Unavailable from error


def _prepare_sqlite(engine: Engine, *, reads_only: bool) -> None:
    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: Any) -> None:
        # What is deleted is overwritten: a key that was destroyed is not to be read from the file.
        kept = ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON", "foreign_keys=ON")
        for pragma in (*kept, f"query_only={reads_only}"):
            connection.execute(f"PRAGMA {pragma}")

    if not reads_only:
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))


def _refuse_closed(connection: psycopg.Connection[Any], _record: Any, _fairy: Any) -> None:
    if not stands(connection):
        raise InvalidatePoolError
