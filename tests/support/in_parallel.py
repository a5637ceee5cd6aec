"""The whole suite on several workers: who shares something costly stays together, and what each counted is added up."""

import pytest
from xdist.workermanage import WorkerController  # type: ignore[import-untyped]

ASKED = pytest.StashKey[int]()


def pytest_configure(config: pytest.Config) -> None:
    """Nothing has been asked yet."""
    config.stash[ASKED] = 0


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A file is one worker's, but for what shares something that is costly to have twice: brokers, a countryside."""
    for item in items:
        item.add_marker(pytest.mark.xdist_group(_shared(item) or item.nodeid.partition("::")[0]))


def _shared(item: pytest.Item) -> str | None:
    params = item.callspec.params if hasattr(item, "callspec") else {}
    on_kafka = {"kafka", "three_brokers"}.intersection(getattr(item, "fixturenames", ()))
    return params.get("countryside") or ("kafka" if on_kafka else None)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker tells what it counted."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["asked"] = session.config.stash[ASKED]


def pytest_testnodedown(node: WorkerController) -> None:
    """And is heard."""
    node.config.stash[ASKED] += getattr(node, "workeroutput", {}).get("asked", 0)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say how much was asked by journeys."""
    if asked := config.stash[ASKED]:
        terminalreporter.line(f"asked by journeys: {asked:,} requests")
