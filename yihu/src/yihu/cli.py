"""The command line: ``yihu --help``."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from signal import SIG_BLOCK, SIGINT, SIGTERM, pthread_sigmask, sigwait
from tempfile import TemporaryDirectory
from typing import Annotated
from uuid import UUID

import typer
from casework.areas import prefix_of
from casework.departments import Department
from casework.roles import Role
from chronicle.following import rebuild as rebuild_projection
from chronicle.installation import Installation
from chronicle.principal import Duty
from chronicle.refusals import Language, Refusal
from chronicle.store import Database
from chronicle.store.tables import partition_head
from chronicle.verification import verify as verify_history
from chronicle.web.logs import log_as_json
from identification.imports.areas import LinesRefused, import_areas
from identification.service import Service as Identification
from sqlalchemy import select

from yihu import init, parking, topics
from yihu.backup import commands as backups
from yihu.contracts import folder, services
from yihu.demo import telling
from yihu.demo.telling import OWN_AREAS
from yihu.deployed import installed, looked_into
from yihu.embedded import CHECKOUT, PORT, Embedded, MasterKeyLost, PortTaken, StillBehind, officer, operator
from yihu.generating.filling import fill

app = typer.Typer(no_args_is_help=True, add_completion=False, help="One household, one history.")
areas = typer.Typer(no_args_is_help=True, help="Administrative areas.")
app.command()(init.init)
app.command()(init.migrate)
app.command()(backups.backup)
app.command()(backups.restore)
app.add_typer(areas, name="areas")
app.add_typer(topics.topic, name="topic")
app.add_typer(topics.store, name="store")
app.add_typer(parking.parking, name="parking")

Folder = Annotated[Path, typer.Option(help="Where this installation keeps its keys and databases.")]
Port = Annotated[int, typer.Option(help="Where it answers on 127.0.0.1.")]
FirstDay = Annotated[datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="The duty's first day.")]
LastDay = Annotated[datetime | None, typer.Option("--until", formats=["%Y-%m-%d"], help="The duty's last day.")]
HERE = Path(".data")


@app.command()
def demo(
    *,
    check: Annotated[bool, typer.Option("--check", help="Check every result over HTTP, then end.")] = False,
    areas_file: Annotated[
        Path | None,
        typer.Option("--areas", exists=True, dir_okay=False, help="Import these areas instead of the demo's."),
    ] = None,
    port: Port = PORT,
) -> None:
    """Walk a villager group through the seven steps in June 2015."""
    with _refusals():
        raise typer.Exit(telling.check(areas_file) if check else telling.tell(areas_file, port))


@app.command()
def serve(folder: Folder = HERE, port: Port = PORT) -> None:
    """Serve everything in one process until Ctrl-C."""
    stopping = (SIGINT, SIGTERM)
    pthread_sigmask(SIG_BLOCK, stopping)
    embedded = Embedded(folder, port)
    log_as_json()
    with _refusals(), embedded.running():
        typer.echo(f"{embedded.address}/")
        sigwait(stopping)


@app.command()
def token(  # noqa: PLR0913 - each is an option
    *,
    role: Annotated[Role, typer.Argument(help="The duty to act in.")],
    area: Annotated[str, typer.Argument(help="Its area: 12 digits, or 14 for a villager group.")],
    person: Annotated[UUID | None, typer.Option(help="The person's id; a new one unless given.")] = None,
    minutes: Annotated[int, typer.Option(min=1, max=720)] = 60,
    scope: Annotated[str, typer.Option(help="Scopes, separated by spaces, such as feed:open.")] = "",
    department: Annotated[Department | None, typer.Option(help="The department the person acts for.")] = None,
    first_day: FirstDay = None,
    last_day: LastDay = None,
    folder: Folder = HERE,
) -> None:
    """Print a token of an installation's own issuer."""
    if not (folder / "issuer.pem").exists():
        typer.echo(f"no issuer of tokens is in {folder}: name its folder with --folder, or ask your provider", err=True)
        raise typer.Exit(2)
    if first_day and last_day and last_day < first_day:
        typer.echo("the duty ends before it begins", err=True)
        raise typer.Exit(2)
    with _refusals():
        principal = officer(role, prefix_of(area), str(person) if person else None)
    days = (first_day and first_day.date(), last_day and last_day.date())
    duties = tuple(Duty(duty.role, duty.area, *days) for duty in principal.duties)
    granted = replace(principal, duties=duties, scopes=frozenset(scope.split()), department=department)
    typer.echo(Embedded(folder, PORT).issuer.token(granted, timedelta(minutes=minutes)))


@areas.command("import")
def import_areas_file(
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="CSV: code,name,level,parent_code,code_source")
    ],
    valid_from: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The first day the codes are valid.")],
    complete: Annotated[
        str | None, typer.Option(help="The area of which the list has everything; what it names no more is looked for.")
    ] = None,
    folder: Folder = HERE,
) -> None:
    """Open the areas of a file, and propose how others changed; running it again goes on where it stopped."""
    service = installed(folder).get("identification")
    if not isinstance(service, Installation):
        typer.echo("the environment does not say where identification is", err=True)
        raise typer.Exit(2)
    with _refusals():
        asked = operator(service.clock)
        imported = import_areas(service.handler, file.read_bytes(), valid_from.date(), asked, complete)
    typer.echo(f"{imported.areas} areas, {imported.opened} of them new")
    if imported.proposed:
        typer.echo(f"{imported.proposed} changes of others proposed; the counties confirm them")
    for code in imported.unmatched:
        typer.echo(f"{code} is not in the list; by which code it goes on, somebody has to enter")


@app.command()
def generate(
    households: Annotated[int, typer.Option(min=1, max=1_000_000, help="How many become registered.")],
    seed: Annotated[int, typer.Option(help="The same seed invents the same households; ids and keys are new.")] = 1,
    areas_file: Annotated[
        Path, typer.Option("--areas", exists=True, dir_okay=False, help="Import these areas and fill their villages.")
    ] = OWN_AREAS,
    folder: Folder = HERE,
) -> None:
    """Fill an installation that has nobody yet with invented households, registered in 2015, and some that wait."""
    service = installed(folder, invented_people=True).get("identification")
    if not isinstance(service, Identification):
        typer.echo("the environment does not say where identification is", err=True)
        raise typer.Exit(2)
    with _refusals():
        for told in fill(service, areas_file.read_bytes(), households, seed):
            typer.echo(told)


@app.command()
def verify(
    database: Annotated[str | None, typer.Option(help="URL of a service's database, instead of the folder's.")] = None,
    folder: Folder = HERE,
) -> None:
    """Name the first stored event that was changed, dropped or moved."""
    databases = [Database(database)] if database else _stores(folder)
    findings = [finding for each in databases for finding in verify_history(each)]
    for finding in findings:
        typer.echo(finding)
    events = sum(_events_in(each) for each in databases)
    told = f"not as recorded are partitions: {len(findings)}" if findings else "every event is as it was recorded"
    typer.echo(f"{events} events in {len(databases)} {'store' if len(databases) == 1 else 'stores'}: {told}")
    raise typer.Exit(1 if findings else 0)


@app.command()
def rebuild(
    projection: Annotated[str, typer.Argument(help="Its name, such as application, or identification/application.")],
    folder: Folder = HERE,
) -> None:
    """Make a projection anew beside the one that serves, compare, and let it take over."""
    there = looked_into(folder)
    names = {f"{name}/{each}": name for name, service in there.items() for each in service.following.projections}
    meant = [each for each in names if f"/{each}".endswith(f"/{projection}")]
    if len(meant) != 1:
        typer.echo(f"name one of {', '.join(sorted(meant or names))}", err=True)
        raise typer.Exit(2)
    service = there[names[meant[0]]]
    found = service.following.projections[meant[0].partition("/")[2]]
    made = rebuild_projection(found, service.database, service.following.log(found))
    differing = [f"{number} rows of {table}" for table, number in made.differing.items() if number]
    told = f"{', '.join(differing)} differ from before" if differing else "no row differs from before"
    typer.echo(f"{meant[0]} is made anew from {made.events} events: {told}")


@app.command(name="contracts")
def write_contracts(
    *,
    check: Annotated[bool, typer.Option("--check", help="Only say what differs from the code.")] = False,
    against: Annotated[str | None, typer.Option(help="What was released: a git reference, else the last tag.")] = None,
) -> None:
    """Write contracts/ anew: schemas and samples of events, AsyncAPI, OpenAPI; nothing where a reader would break."""
    contracts = CHECKOUT / "contracts"
    with TemporaryDirectory() as scratch:
        language = services.language(Path(scratch))
    breaking = folder.refused(contracts, language, folder.released(contracts, against))
    if not (check or breaking):
        folder.write(contracts, language)
    differing = [] if breaking else list(folder.drift(contracts, language))
    for line in (*breaking, *differing):
        typer.echo(f"contracts: {line}", err=True)
    if breaking or differing:
        typer.echo(
            "contracts/README.md says what may change" if breaking else "./run contracts writes it anew", err=True
        )
        raise typer.Exit(1)


def _stores(folder: Path) -> list[Database]:
    return [service.database for service in looked_into(folder).values() if isinstance(service, Installation)]


def _events_in(database: Database) -> int:
    with database.reading() as connection:
        return sum(int(number) for number in connection.execute(select(partition_head.c.sequence)).scalars())


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except (MasterKeyLost, PortTaken, StillBehind) as reason:
        typer.echo(reason, err=True)
        raise typer.Exit(1) from None
    except Refusal as refusal:
        languages: tuple[Language, ...] = ("zh", "en")
        for language in languages:
            lines = refusal.by_line(language) if isinstance(refusal, LinesRefused) else []
            typer.echo("\n".join([refusal.sentence(language), *lines]), err=True)
        raise typer.Exit(1) from None
