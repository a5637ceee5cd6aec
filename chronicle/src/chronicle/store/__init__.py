"""Where one service records its events: PostgreSQL or SQLite, chosen by the database's URL."""

from chronicle.store.database import OF_A_WORKER, OF_AN_API, Database, Limits
from chronicle.store.eventstore import EventStore, open_store
from chronicle.store.tables import install

__all__ = ["OF_AN_API", "OF_A_WORKER", "Database", "EventStore", "Limits", "install", "open_store"]
