"""Events that could not be followed, on the command line: which subjects wait, and what is to be done about them."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from chronicle.following import parking as parked
from chronicle.refusals import NotFound
from sqlalchemy import Connection

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
            waiting = parked.all_blocked(connection)
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
    gone = f"nothing of {subject} waits for {follower} of {service}"
    _ask(service, lambda connection: parked.retry(connection, follower, subject), gone, folder)


@parking.command()
def release(
    service: Service,
    follower: Follower,
    subject: Subject,
    event: Annotated[UUID, typer.Argument(help="The event that fails, as the list names it.")],
    why: Annotated[str, typer.Option(help="Why this follower may go without the event; it is kept.")],
    folder: Folder = HERE,
) -> None:
    """Leave out the event that fails, for this follower and for good, and have those behind it followed."""
    gone = f"{subject} does not wait, or no longer, for {follower} of {service} at the event {event}"
    _ask(service, lambda connection: parked.release(connection, follower, subject, str(event), why), gone, folder)


def _ask(name: str, ask: Callable[[Connection], None], gone: str, folder: Path) -> None:
    there = looked_into(folder)
    try:
        with _of(there, name).database.writing() as connection:
            ask(connection)
    except NotFound:
        typer.echo(f"{gone}; see `yihu parking list`", err=True)
        raise typer.Exit(1) from None
    typer.echo("the follower sees to it at its next step; look again with `yihu parking list`")


def _of(there: Mapping[str, AnyService], name: str) -> AnyService:
    if name not in there:
        typer.echo(f"name one of {', '.join(sorted(there))}", err=True)
        raise typer.Exit(2)
    return there[name]
