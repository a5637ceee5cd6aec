"""The PostgreSQL server of an installation, killed with all its backends and started again on what it had written."""

import os
import shlex
import signal
import subprocess
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import private_postgres
from compose_runner import Postgres
from private_servers import PATIENCE, CannotRun, wait_until


def kill(postgres: Postgres) -> None:
    """Kill it as a power cut would; its backends end when they notice."""
    number = _number(postgres)
    backends = [int(each) for each in _children(number)]
    os.kill(number, signal.SIGKILL)
    for backend in backends:
        with suppress(ProcessLookupError):
            os.kill(backend, signal.SIGKILL)
    wait_until(lambda: not any(_lives(each) for each in (number, *backends)))


def end(postgres: Postgres) -> None:
    """Stop it as an operator would."""
    number = _number(postgres)
    os.kill(number, signal.SIGINT)
    wait_until(lambda: not _lives(number))


def runs(postgres: Postgres) -> bool:
    """Whether there is such a process."""
    try:
        return _lives(_number(postgres))
    except FileNotFoundError:
        return False


def stop(servers: Iterable[subprocess.Popen[bytes]]) -> None:
    """Stop those that were started here and still run."""
    for server in servers:
        server.send_signal(signal.SIGINT)
        server.wait(PATIENCE)


def start(postgres: Postgres) -> subprocess.Popen[bytes]:
    """Start it again with the options it had, and wait until it has recovered."""
    options = shlex.split((postgres.folder / "data/postmaster.opts").read_text())
    how = private_postgres.unprivileged(postgres.folder)
    with (postgres.folder / "server.log").open("ab") as log:
        server: subprocess.Popen[bytes] = subprocess.Popen(
            options, stdout=log, stderr=log, start_new_session=True, **how
        )
    wait_until(lambda: answers(postgres))
    return server


def answers(postgres: Postgres) -> bool:
    """Whether it takes statements."""
    try:
        postgres.run("psql", "--no-psqlrc", "--quiet", "--command=SELECT 1")
    except CannotRun:
        return False
    return True


def _number(postgres: Postgres) -> int:
    return int((postgres.folder / "data/postmaster.pid").read_text().splitlines()[0])


def _children(number: int) -> list[str]:
    return Path(f"/proc/{number}/task/{number}/children").read_text("ascii").split()


def _lives(number: int) -> bool:
    # One of ours that ended is there until we ask for it, and a new server would take it for a running one.
    with suppress(ChildProcessError):
        os.waitpid(number, os.WNOHANG)
    try:
        stat = Path(f"/proc/{number}/stat").read_text("ascii")
    except FileNotFoundError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"
