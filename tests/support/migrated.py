"""Databases brought up to date once, and copied for every test."""

import shutil
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from chronicle.migrating import upgrade
from chronicle.store import Database

_templates = TemporaryDirectory(prefix="yihu-templates-")


def migrate(database: Database, ini: Path) -> None:
    """Bring a database up to date; a file of SQLite that is not there yet is copied from one that is."""
    file = Path(database.url.database or "")
    if database.is_sqlite and not file.exists():
        shutil.copyfile(_template(ini), file)
    else:
        upgrade(database, ini)


@cache
def _template(ini: Path) -> Path:
    file = Path(_templates.name) / f"{ini.parent.name}.db"
    database = Database(f"sqlite:///{file}")
    upgrade(database, ini)
    database.close()
    return file
