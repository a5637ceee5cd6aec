"""How Alembic reaches the database of the industry service."""

from chronicle.migrating import run

run("INDUSTRY_DATABASE_URL")
