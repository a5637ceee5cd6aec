"""Bringing a service's database up to date, the same way from the command line, at a start and in tests."""

import os
from pathlib import Path

from alembic import command, context
from alembic.config import Config
from sqlalchemy import Connection

from chronicle.store import Database


def upgrade(database: Database, ini: Path) -> None:
    """Apply the migrations of a service's ``alembic.ini`` that are missing, all or none."""
    config = Config(ini)
    with database.writing() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def run(variable: str) -> None:
    """Do what Alembic asks of ``env.py``, on the caller's connection or the database named by a variable."""
    connection = context.config.attributes.get("connection")
    if connection is not None:
        _migrate(connection)
        return
    database = Database(os.environ[variable])
    with database.writing() as connection:
        _migrate(connection)
    database.close()


def _migrate(connection: Connection) -> None:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
