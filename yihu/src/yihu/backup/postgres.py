"""PostgreSQL's own programs: pg_dump into a folder, several tables at once, and pg_restore from it."""

import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from chronicle.store import Database
from sqlalchemy import URL, Connection

from yihu.backup.manifest import REVISION, described
from yihu.backup.refused import BackupRefused

SYSTEM = Path("/usr/lib/postgresql")
_MAJOR = re.compile(r"\(PostgreSQL\) (\d+)")


def dump(database: Database, source: str | None, place: Path, jobs: int, programs: Path | None) -> dict[str, Any]:
    """Write a database into a folder as it is at one moment; what the manifest says of that moment."""
    with _one_moment(database) as connection:
        server = server_of(connection)
        major, where = programs_for(server, programs)
        snapshot = connection.exec_driver_sql("SELECT pg_export_snapshot()").scalar_one()
        said = described(connection, source)
        options = ("--format=directory", "--compress=1", "--no-owner", "--no-privileges")
        left_out = f"--exclude-table-data=public.{REVISION.name}"
        _run(
            database,
            where / "pg_dump",
            *options,
            left_out,
            f"--jobs={jobs}",
            f"--snapshot={snapshot}",
            f"--file={place}",
        )
    return said | {"server": server, "programs": major}


def load(database: Database, place: Path, jobs: int, programs: Path) -> None:
    """Bring a dump back into an empty database; of no revision yet, so that nothing starts on half of it."""
    options = ("--exit-on-error", "--no-owner", "--no-privileges")
    _run(database, programs / "pg_restore", *options, f"--jobs={jobs}", str(place))


def is_empty(connection: Connection) -> bool:
    """Tell whether there is nothing at all in a database."""
    ours = "nspname <> 'information_schema' AND nspname !~ '^pg_'"
    relations = f"SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE {ours}"  # noqa: S608
    functions = f"SELECT 1 FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace WHERE {ours}"  # noqa: S608
    return connection.exec_driver_sql(f"{relations} UNION {functions} LIMIT 1").first() is None


def server_of(connection: Connection) -> int:
    """The major version of the server."""
    return int(connection.exec_driver_sql("SHOW server_version_num").scalar_one()) // 10_000


def programs_for(needed: int, folder: Path | None) -> tuple[int, Path]:
    """Where pg_dump and pg_restore are, and their major version: the lowest that will do, since servers know no later.

    Looked for in the folder named or, without one, along PATH and in /usr/lib/postgresql; BackupRefused where none is.
    """
    path = [Path(each) for each in os.environ.get("PATH", os.defpath).split(os.pathsep)]
    folders = [folder] if folder else [*path, *(each / "bin" for each in SYSTEM.glob("*"))]
    found = [(major, each) for each in folders if (major := _major(each))]
    looked = folder or f"PATH and {SYSTEM}"
    if not found:
        raise BackupRefused(f"pg_dump and pg_restore are not in {looked}; install postgresql-client-{needed}")
    enough = [each for each in found if each[0] >= needed]
    if not enough:
        newest = max(major for major, _ in found)
        raise BackupRefused(
            f"pg_dump in {looked} is of {newest}, older than {needed}; install postgresql-client-{needed}"
        )
    return min(enough, key=lambda each: each[0])


def _major(folder: Path) -> int | None:
    majors = []
    for name in ("pg_dump", "pg_restore"):
        with suppress(OSError):
            told = subprocess.run([folder / name, "--version"], capture_output=True, text=True, check=False)  # noqa: S603
            majors += [int(match[1]) for match in _MAJOR.finditer(told.stdout)]
    return min(majors) if len(majors) == 2 else None  # noqa: PLR2004 - both


def _run(database: Database, program: Path, *arguments: str) -> None:
    # Never the password among the arguments, which everybody on the machine may read.
    there = database.url
    url = URL.create("postgresql", there.username, None, there.host, there.port, there.database, there.query)
    password = {"PGPASSWORD": there.password} if there.password else {}
    command = [str(program), f"--dbname={url.render_as_string()}", "--no-password", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, **password})  # noqa: S603
    if done.returncode:
        # Its first line says what; those after it may show rows.
        said = next(iter(done.stderr.splitlines()), f"it ended with {done.returncode}")
        raise BackupRefused(f"{program.name} failed: {said}")


@contextmanager
def _one_moment(database: Database) -> Iterator[Connection]:
    with database.reading() as connection:
        connection.exec_driver_sql("BEGIN ISOLATION LEVEL REPEATABLE READ")
        try:
            # It stands by while another program works.
            connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")
            yield connection
        finally:
            connection.exec_driver_sql("ROLLBACK")
