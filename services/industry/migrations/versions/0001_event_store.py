"""The event store: events, claims, positions, sealed texts, and what keeps stored events as they are."""

from alembic import op
from chronicle.store import install

revision = "0001"
down_revision = None


def upgrade() -> None:
    install(op.get_bind())
