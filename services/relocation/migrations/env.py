"""How Alembic reaches the database of the relocation service."""

from chronicle.migrating import run

run("RELOCATION_DATABASE_URL")
