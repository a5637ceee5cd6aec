"""One service's database, on PostgreSQL or SQLite: connections for reading, transactions for writing."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url


class Database:
    """A database behind one URL. SQLite takes one writer at a time per file; readers never wait."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine: Engine = _sqlite(url) if self.is_sqlite else create_engine(url, pool_size=16, pool_pre_ping=True)
        self._one_writer = threading.RLock()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection to read from."""
        with self.engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction: everything in it is durable at its end, or nothing."""
        if not self.is_sqlite:
            with self.engine.begin() as connection:
                yield connection
            return
        with self._one_writer, self.engine.connect() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.exec_driver_sql("ROLLBACK")
                raise
            connection.exec_driver_sql("COMMIT")

    def close(self) -> None:
        """Close every pooled connection."""
        self.engine.dispose()


def _sqlite(url: str) -> Engine:
    engine = create_engine(url, isolation_level="AUTOCOMMIT", pool_size=16, connect_args={"timeout": 30})

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: Any) -> None:
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "recursive_triggers=ON"):
            connection.execute(f"PRAGMA {pragma}")

    return engine
