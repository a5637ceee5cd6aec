"""A village whose households safety-net heard of."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from assisted import Village, village


@pytest.fixture(name="village")
def _village(tmp_path: Path) -> Iterator[Village]:
    """On SQLite."""
    with village(f"sqlite:///{tmp_path / 'safety-net.db'}", tmp_path) as running:
        yield running


@pytest.fixture
def everywhere(store_url: str, tmp_path: Path) -> Iterator[Village]:
    """On SQLite and on each version of PostgreSQL in turn."""
    with village(store_url, tmp_path) as running:
        yield running
