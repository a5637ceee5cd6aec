"""How Alembic reaches the database of the identification service."""

from chronicle.migrating import run

run("IDENTIFICATION_DATABASE_URL")
