"""Backups on the command line: ``yihu backup`` while everything serves, ``yihu restore`` into empty databases."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from chronicle.installation import Installation
from chronicle.refusals import Unavailable

from yihu.backup.making import How, Services, back_up, in_order
from yihu.backup.manifest import Manifest
from yihu.backup.refused import BackupRefused
from yihu.backup.restoring import ALL_THE_SAME
from yihu.backup.restoring import restore as bring_back
from yihu.deployed import placed, require_installation, services

HERE = Path(".data")
# A container may use fewer processors than the machine has.
JOBS = min(4, len(os.sched_getaffinity(0)))

Only = Annotated[list[str] | None, typer.Option("--service", help="Only this service; may be given several times.")]
Jobs = Annotated[int, typer.Option(min=1, help="How many tables of PostgreSQL at once.")]
Programs = Annotated[
    Path | None,
    typer.Option(help="The folder of pg_dump and pg_restore, instead of PATH and /usr/lib/postgresql/*/bin."),
]
Folder = Annotated[Path, typer.Option(help="Where this installation keeps its keys and databases.")]


def backup(
    place: Annotated[Path, typer.Argument(help="The folder to make, such as backup/2026-11-28.")],
    service: Only = None,
    jobs: Jobs = JOBS,
    programs: Programs = None,
    folder: Folder = HERE,
) -> None:
    """Back up all services while they serve: databases and evidence files, but not the master key."""
    require_installation(folder)
    with _failures(), _meant(service, folder) as meant:
        made = back_up(meant, place, How(jobs=jobs, programs=programs))
        _tell(made, meant)
        if any(each.evidence == "in a bucket" for each in made.services.values()):
            typer.echo("evidence files are in a bucket and not in here: its server has to keep copies of its own")
    typer.echo(f"{place} is whole; the master key is not in it: keep it elsewhere, without it no name in here opens")


def restore(
    place: Annotated[Path, typer.Argument(help="A folder that `yihu backup` made.")],
    *,
    service: Only = None,
    without_key: Annotated[
        bool, typer.Option("--without-key", help="Do not look whether the master key opens what was sealed.")
    ] = False,
    jobs: Jobs = JOBS,
    programs: Programs = None,
    folder: Folder = HERE,
) -> None:
    """Restore services into empty databases; they record nothing before `yihu store adopt`."""
    with _failures():
        if not (without_key or services() or (folder / "master.key").exists()):
            raise BackupRefused(f"there is no master.key in {folder}, the one it was sealed under; {ALL_THE_SAME}")
        with _meant(service, folder) as meant:
            made = bring_back(meant, place, How(jobs=jobs, programs=programs), with_key=not without_key)
            _tell(made, meant)
            if any(isinstance(each, Installation) for each in meant.values()):
                typer.echo("nothing is recorded before `yihu store adopt`")


def _tell(made: Manifest, meant: Services) -> None:
    for name in in_order(meant):
        backed = made.services[name]
        files = sum(1 for file in made.files if file.startswith(f"{name}/evidence/"))
        told = f", {files} evidence files" if backed.evidence == "here" else ""
        typer.echo(f"{name}: {backed.events} events{told}, as of {made.made_at:%F %R} UTC")


@contextmanager
def _meant(names: list[str] | None, folder: Path) -> Iterator[Services]:
    there = placed(folder)
    if strange := sorted({*(names or ())} - there.keys()):
        typer.echo(f"{strange[0]} is none of {', '.join(sorted(there))}", err=True)
        raise typer.Exit(2)
    try:
        yield {name: service for name, service in there.items() if not names or name in names}
    finally:
        for service in there.values():
            service.database.close()


@contextmanager
def _failures() -> Iterator[None]:
    try:
        yield
    except BackupRefused as refused:
        typer.echo(refused, err=True)
        raise typer.Exit(1) from None
    except (Unavailable, OSError) as failed:
        told = failed.sentence("zh") if isinstance(failed, Unavailable) else f"{failed.strerror}: {failed.filename}"
        typer.echo(told, err=True)
        raise typer.Exit(1) from None
