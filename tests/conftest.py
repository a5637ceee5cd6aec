"""What tests share: real stores to record in, and a last word on what this machine could not run."""

import os
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from typing import NoReturn

import hypothesis
import private_kafka
import pytest
from compose_file import COMPOSE, read, server_settings
from private_postgres import USUAL, Cluster, installations, running
from private_servers import CannotRun
from typeface import typeface

POSTGRES = {f"postgresql-{major}": major for major in sorted({15, USUAL, 18, *installations()})}

# As many as deployed, and for the same reason: services bring pools of 16 connections each.
SERVER = server_settings(read(COMPOSE.read_text("utf-8"))["services"]["postgres"])
SETTINGS = {"max_connections": SERVER["max_connections"]}

hypothesis.settings.register_profile("patient", hypothesis.settings(), deadline=None)
# The long form: `./run test FILE --hypothesis-profile=thorough`.
hypothesis.settings.register_profile("thorough", hypothesis.settings(), deadline=None, max_examples=12_000)
hypothesis.settings.load_profile("patient")


def pytest_configure(config: pytest.Config) -> None:
    """Let kafka-python leave sockets whose broker refused or went away to the garbage collector."""
    left = r"unclosed <socket.socket fd=\d+, family=2, type=1, proto=6, laddr=\('[0-9.]+', \d+\)"
    broker = r"(, raddr=\('127.0.0.1', (2\d|3[01])\d{3}\))?>"
    config.addinivalue_line("filterwarnings", f"ignore:{left}{broker}:ResourceWarning")
    # And at the very end, when those lines no longer count.
    warnings.filterwarnings("ignore", left + broker, ResourceWarning)


@pytest.fixture(scope="session")
def postgres_servers() -> Iterator[Callable[[str], Cluster]]:
    """Servers by name (`postgresql-16`), started when first asked for; what cannot run is skipped with its reason."""
    with ExitStack() as stack:

        @cache
        def started(name: str) -> Cluster | CannotRun:
            try:
                return stack.enter_context(running(POSTGRES[name], SETTINGS))
            except CannotRun as reason:
                return reason

        def server(name: str) -> Cluster:
            found = started(name)
            if isinstance(found, Cluster):
                return found
            _go_without(name, found, needed=POSTGRES[name] == USUAL)

        yield server


@pytest.fixture(scope="session")
def typeface_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the typeface is that the tests print with."""
    return typeface(tmp_path_factory.mktemp("typeface"))


def _go_without(name: str, reason: CannotRun, *, needed: bool = True) -> NoReturn:
    if needed and os.environ.get("CI") == "true":
        pytest.fail(f"{name} must run here: {reason}", pytrace=False)
    pytest.skip(f"on {name}: {reason}")


@pytest.fixture(scope="session", params=POSTGRES)
def postgres(request: pytest.FixtureRequest, postgres_servers: Callable[[str], Cluster]) -> Cluster:
    """A running server, of each major version in turn."""
    return postgres_servers(request.param)


@pytest.fixture(scope="module")
def database_url(postgres: Cluster) -> Iterator[str]:
    """An empty PostgreSQL database for one test file, on each version in turn."""
    with postgres.database() as url:
        yield url


@pytest.fixture(params=["sqlite", *POSTGRES])
def store_url(
    request: pytest.FixtureRequest, tmp_path: Path, postgres_servers: Callable[[str], Cluster]
) -> Iterator[str]:
    """An empty database for one test, on SQLite and on each version of PostgreSQL in turn."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'store.db'}"
        return
    with postgres_servers(request.param).database() as url:
        yield url


@pytest.fixture(scope="session")
def kafka() -> Iterator[private_kafka.Cluster]:
    """A running broker; a test that froze or killed it leaves it whole by giving back its topic."""
    with _brokers(1) as cluster:
        yield cluster


@pytest.fixture(scope="session")
def three_brokers() -> Iterator[private_kafka.Cluster]:
    """Three running brokers that hold a copy each and need two for every write."""
    with _brokers(3) as cluster:
        yield cluster


@contextmanager
def _brokers(number: int) -> Iterator[private_kafka.Cluster]:
    with ExitStack() as stack:
        try:
            cluster = stack.enter_context(private_kafka.running(number))
        except CannotRun as reason:
            _go_without("kafka", reason)
        yield cluster


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say in one line each what could not run, and why."""
    skipped = terminalreporter.getreports("skipped")
    reasons = Counter(str(report.longrepr[2]).removeprefix("Skipped: ") for report in skipped)
    for reason, tests in sorted(reasons.items()):
        terminalreporter.line(f"not run here: {tests} {'test' if tests == 1 else 'tests'} {reason}", yellow=True)
