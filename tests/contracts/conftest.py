"""What the code publishes now, and the folder where it is written down."""

from pathlib import Path
from typing import Any

import pytest
from yihu.contracts.folder import documents
from yihu.contracts.language import Language
from yihu.contracts.services import language as published_now

FOLDER = Path(__file__).parents[2] / "contracts"


@pytest.fixture(scope="session")
def folder() -> Path:
    return FOLDER


@pytest.fixture(scope="session")
def language(tmp_path_factory: pytest.TempPathFactory) -> Language:
    return published_now(tmp_path_factory.mktemp("installation"))


@pytest.fixture(scope="session")
def committed() -> dict[str, Any]:
    """Every document of the folder by its path; not to be changed."""
    return documents(FOLDER)
