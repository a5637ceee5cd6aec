"""Events that could not be followed, on the command line: which subjects wait, and what is to be done about them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer
from chronicle.following.parking import Asked, all_blocked, ask
from chronicle.refusals import NotFound

from yihu.deployed import AnyService, looked_into

HERE = Path(".data")

parking = typer.Typer(no_args_is_help=True, help="Events that could not be followed, and those waiting behind them.")

Service = Annotated[str, typer.Argument(help="The service that follows, such as relocation.")]
Follower = Annotated[str, typer.Argument(help="Its follower, such as registered_household_v2.")]
Subject = Annotated[str, typer.Argument(help="What the events are about, such as household/…")]
Folder = Annotated[Path, typer.Option(help="Where this installation keeps its keys and databases.")]


@parking.command("list")
def list_blocked(folder: Folder = HERE) -> None:
    """List the subjects that wait, each with the event that fails."""
    number = 0
    for name, service in looked_into(folder).items():
        with service.database.reading() as connection:
            waiting = all_blocked(connection)
        number += len(waiting)
        for each in waiting:
            asked = f", asked to {each.asked}" if each.asked else ""
            typer.echo(
                f"{name} {each.follower} {each.subject}: {each.reason} ({each.event_id}), since {each.since:%F %R}"
            )
            typer.echo(f"  events that wait: {each.waiting}{asked}")
    typer.echo(f"subjects that wait: {number}")


@parking.command()
def retry(service: Service, follower: Follower, subject: Subject, folder: Folder = HERE) -> None:
    """Have the events of a subject followed again, once what they failed at is mended."""
    _ask(service, follower, subject, Asked.RETRY, None, folder)


@parking.command()
def release(
    service: Service,
    follower: Follower,
    subject: Subject,
    why: Annotated[str, typer.Option(help="Why this follower may go without the event; it is kept.")],
    folder: Folder = HERE,
) -> None:
    """Leave out the event that fails, for this follower and for good, and have those behind it followed."""
    _ask(service, follower, subject, Asked.RELEASE, why, folder)


def _ask(name: str, follower: str, subject: str, what: Asked, why: str | None, folder: Path) -> None:
    there = looked_into(folder)
    try:
        with _of(there, name).database.writing() as connection:
            ask(connection, follower, subject, what, why)
    except NotFound:
        typer.echo(f"nothing of {subject} waits for {follower} of {name}; see `yihu parking list`", err=True)
        raise typer.Exit(1) from None
    typer.echo("the follower sees to it at its next step; look again with `yihu parking list`")


def _of(there: Mapping[str, AnyService], name: str) -> AnyService:
    if name not in there:
        typer.echo(f"name one of {', '.join(sorted(there))}", err=True)
        raise typer.Exit(2)
    return there[name]
