"""Where one service records its events: PostgreSQL or SQLite, chosen by the database's URL."""

from chronicle.store.database import CONNECTIONS, OF_A_WORKER, Database
from chronicle.store.eventstore import EventStore, open_store
from chronicle.store.tables import install

__all__ = ["CONNECTIONS", "OF_A_WORKER", "Database", "EventStore", "install", "open_store"]
