"""A private server is there for its user, and gone after them, however they ended."""

import signal
import subprocess
import sys
from pathlib import Path

import private_postgres
import private_servers
import psycopg
import pytest
from private_postgres import Cluster, running, stop_abandoned


def connect(url: str) -> psycopg.Connection:
    return psycopg.connect(url.replace("+psycopg", ""))


def test_each_database_is_empty_and_ones_own(postgres: Cluster) -> None:
    with postgres.database() as first, postgres.database() as second:
        with connect(first) as connection:
            connection.execute("CREATE TABLE household (id text)")
        with connect(second) as connection:
            tables = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()

    assert tables == (0,)


def test_what_is_committed_is_flushed_to_disk(database_url: str) -> None:
    with connect(database_url) as connection:
        assert connection.execute("SHOW fsync").fetchone() == ("on",)


def test_nobody_else_can_reach_the_server(postgres: Cluster) -> None:
    assert postgres.folder.stat().st_mode & 0o077 == 0
    with connect(postgres.url()) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)


def test_a_server_left_by_a_killed_run_is_stopped_by_the_next(postgres: Cluster) -> None:
    script = (
        f"from private_postgres import *\nwith running({postgres.major}) as c: print(c.folder, flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=Path(private_postgres.__file__).parent,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as run:
        assert run.stdout is not None
        folder = Path(run.stdout.readline().strip())
        run.send_signal(signal.SIGKILL)

    with connect(Cluster(postgres.major, folder).url()) as connection:
        stop_abandoned()

        assert not folder.exists()
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")


def test_a_server_that_is_in_use_is_left_alone(postgres: Cluster) -> None:
    stop_abandoned()

    connect(postgres.url()).close()


def test_a_version_that_is_not_here_says_so() -> None:
    with pytest.raises(private_servers.CannotRun, match="not installed"), running(9):
        pass
