"""How Alembic reaches the database of the safety-net service."""

from chronicle.migrating import run

run("SAFETY_NET_DATABASE_URL")
