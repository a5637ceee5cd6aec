"""What the tests of identification share: the village of Huangxi, on SQLite and wherever else they ask for."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from huangxi import Huangxi, huangxi


@pytest.fixture
def village(tmp_path: Path) -> Iterator[Huangxi]:
    """The village in a SQLite file."""
    with huangxi(f"sqlite:///{tmp_path / 'village.db'}", tmp_path) as village:
        yield village


@pytest.fixture
def everywhere(store_url: str, tmp_path: Path) -> Iterator[Huangxi]:
    """The village on every database there is."""
    with huangxi(store_url, tmp_path) as village:
        yield village
