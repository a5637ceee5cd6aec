"""SQLite's own backup: a file copied page by page while others write to it, as it was at one moment."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from chronicle.store import Database
from sqlalchemy import NullPool, create_engine

from yihu.backup.manifest import described
from yihu.backup.refused import BackupRefused
from yihu.backup.whole import sync


def dump(database: Database, source: str | None, place: Path) -> dict[str, Any]:
    """Write a database into a file as it is at one moment; what the manifest says of that moment."""
    file = file_of(database)
    if not file.exists():
        raise BackupRefused(f"there is no database at {file}")
    copy(file, place)
    engine = create_engine(f"sqlite:///{place}", poolclass=NullPool)
    with engine.connect() as connection:
        return described(connection, source)


def copy(file: Path, place: Path) -> None:
    """Copy a database that others may write to; all of it is in the one file then."""
    with closing(sqlite3.connect(file)) as there, closing(sqlite3.connect(place)) as here:
        there.backup(here)
        here.execute("PRAGMA journal_mode=DELETE")


@contextmanager
def restoring(database: Database, backup: Path) -> Iterator[Database]:
    """The backup beside its place, to be looked at and prepared; it takes the place when all went well."""
    file = file_of(database)
    beside = file.with_name(f"{file.name}.restoring")
    beside.unlink(missing_ok=True)
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        copy(backup, beside)
        with closing(Database(f"sqlite:///{beside}")) as restored:
            yield restored
        with closing(sqlite3.connect(beside)) as alone:
            alone.execute("PRAGMA journal_mode=DELETE")
        sync(beside)
        # Unlike a move, a link takes the place of nothing.
        file.hardlink_to(beside)
        sync(file.parent)
    finally:
        beside.unlink(missing_ok=True)


def is_empty(database: Database) -> bool:
    """Tell whether there is nothing at its place, a log of changes included."""
    file = file_of(database)
    return not any(file.with_name(f"{file.name}{end}").exists() for end in ("", "-wal", "-shm"))


def file_of(database: Database) -> Path:
    """Where it is."""
    return Path(database.url.database or "")
