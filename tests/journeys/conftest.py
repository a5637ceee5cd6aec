"""One countryside for all journeys, on SQLite files and on PostgreSQL, served by a process of its own."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from canaries import Canaries
from dossiers import Countryside
from private_postgres import USUAL, Cluster
from serving import serving

ASKED = pytest.StashKey[int]()
ANSWERED = pytest.StashKey[Counter[tuple[str, str]]]()
SERVICES = ("gateway", "identification", "relocation", "industry", "safety-net")


@pytest.fixture(scope="package", params=["sqlite", f"postgresql-{USUAL}"])
def countryside(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    typeface_folder: Path,
    postgres_servers: Callable[[str], Cluster],
) -> Iterator[Countryside]:
    """Four villager groups with a household at every stage; what journeys change, they change back."""
    with ExitStack() as stack:
        settings = stack.enter_context(pytest.MonkeyPatch.context())
        settings.setenv("IDENTIFICATION_TYPEFACE_FOLDER", str(typeface_folder))
        urls = {}
        if request.param != "sqlite":
            server = postgres_servers(request.param)
            urls = {name: stack.enter_context(server.database()) for name in SERVICES}
        served = stack.enter_context(serving(tmp_path_factory.mktemp("countryside"), urls))
        there, before = Countryside(served, Canaries()), served.asked
        yield there
        request.config.stash[ASKED] = request.config.stash.get(ASKED, 0) + served.asked - before


@pytest.fixture(scope="package")
def answered(request: pytest.FixtureRequest) -> Counter[tuple[str, str]]:
    """How often each service answered with each class of statuses, to be said at the end."""
    return request.config.stash.setdefault(ANSWERED, Counter())


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say how much was asked, and how generated requests were answered."""
    if asked := config.stash.get(ASKED, 0):
        terminalreporter.line(f"asked by journeys: {asked:,} requests")
    answered = config.stash.get(ANSWERED, Counter())
    for service in sorted({service for service, _ in answered}):
        counts = {status: count for (of, status), count in sorted(answered.items()) if of == service}
        shares = ", ".join(f"{count / sum(counts.values()):.0%} {status}" for status, count in counts.items())
        terminalreporter.line(f"generated for {service}: {sum(counts.values()):,} requests, answered {shares}")
