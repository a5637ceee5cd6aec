"""How Alembic reaches the database of the gateway."""

from chronicle.migrating import run

run("GATEWAY_DATABASE_URL")
