"""Where one service records its events: PostgreSQL or SQLite, chosen by the database's URL."""

from importlib.resources import files

from sqlalchemy import Connection

from chronicle.store import tables
from chronicle.store.database import Database
from chronicle.store.postgres import PostgresStore
from chronicle.store.sqlite import SqliteStore
from chronicle.store.values import EventStore

__all__ = ["Database", "EventStore", "install", "open_store"]


def open_store(database: Database, source: str) -> EventStore:
    """Open the store of one service."""
    return SqliteStore(database, source) if database.is_sqlite else PostgresStore(database, source)


def install(connection: Connection) -> None:
    """Create the tables, the guards and the append function; called by each service's first migration."""
    tables.install(connection)
    if connection.dialect.name == "postgresql":
        source = files("chronicle.store").joinpath("append_events.sql").read_text(encoding="utf-8")
        connection.exec_driver_sql(source)
