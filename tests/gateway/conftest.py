"""A gateway for one test."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from running_gateway import RunningGateway, running


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[RunningGateway]:
    """A gateway on SQLite that knows the areas."""
    with running(f"sqlite:///{tmp_path / 'gateway.db'}", tmp_path) as gateway:
        gateway.open_areas()
        yield gateway


@pytest.fixture
def gateway_on_each(store_url: str, tmp_path: Path) -> Iterator[RunningGateway]:
    """The same, its history on SQLite and on each version of PostgreSQL in turn."""
    with running(store_url, tmp_path) as gateway:
        gateway.open_areas()
        yield gateway
