"""Ponds as industry keeps them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from ponds import Ponds, running_ponds


@pytest.fixture
def track(tmp_path: Path) -> Iterator[Ponds]:
    """On SQLite."""
    with running_ponds(f"sqlite:///{tmp_path / 'industry.db'}", tmp_path) as running:
        yield running


@pytest.fixture
def on_every_store(store_url: str, tmp_path: Path) -> Iterator[Ponds]:
    """On SQLite and on each version of PostgreSQL in turn."""
    with running_ponds(store_url, tmp_path) as running:
        yield running
