"""The history: every event of every service in one order a partition, and how far its readers got."""

from alembic import op
from chronicle.feed.embedded import install_history

revision = "0001"
down_revision = None


def upgrade() -> None:
    install_history(op.get_bind())
