"""Topics and restored stores on the command line: what an operator does when Kafka is set up, or something was lost."""

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Annotated

import typer
from chronicle.feed import topics
from chronicle.feed.adopting import FeedTooShort, NotAdoptable, Search
from chronicle.feed.adopting import adopt as adopt_from
from chronicle.feed.embedded import EmbeddedFeed
from chronicle.feed.embedded import renew as renew_history
from chronicle.feed.kafka import KafkaFeed
from chronicle.feed.opening import open_feed, topic_at
from chronicle.feed.stopped import FeedStopped
from chronicle.installation import Installation
from chronicle.refusals import Unavailable
from chronicle.store import Database, open_store
from identification.cases.application.gather import application_decider
from identification.cases.area.gather import area_decider
from identification.cases.backfill_run.gather import backfill_run_decider
from identification.cases.data_match.gather import data_match_decider
from identification.cases.evidence.gather import evidence_decider
from identification.cases.group_meeting.gather import group_meeting_decider
from identification.cases.handover.gather import handover_decider
from identification.cases.household.gather import household_decider
from identification.cases.objection.gather import objection_decider
from identification.cases.objector.gather import objector_decider
from identification.cases.pairing.gather import pairing_decider
from identification.cases.person.gather import person_decider
from identification.cases.public_notice.gather import public_notice_decider
from identification.cases.recheck.gather import recheck_decider
from identification.cases.review_round.gather import review_round_decider
from identification.cases.substitution.gather import substitution_decider
from identification.cases.village_verification.gather import village_verification_decider
from identification.people.erasures import erase_again
from identification.service import ERASING
from industry.cases.project.gather import project_decider
from relocation.cases.relocation.gather import relocation_decider
from safety_net.cases.allowance.gather import allowance_decider
from sqlalchemy import Connection

from yihu import deployed

HERE = Path(".data")

topic = typer.Typer(no_args_is_help=True, help="The topics on Kafka.")
store = typer.Typer(no_args_is_help=True, help="The store of one service.")

# Whose claims are taken back with their events.
DECIDERS = (
    allowance_decider,
    application_decider,
    area_decider,
    data_match_decider,
    evidence_decider,
    group_meeting_decider,
    handover_decider,
    household_decider,
    objection_decider,
    objector_decider,
    pairing_decider,
    person_decider,
    project_decider,
    public_notice_decider,
    recheck_decider,
    relocation_decider,
    review_round_decider,
    substitution_decider,
    backfill_run_decider,
    village_verification_decider,
)

TopicUrl = Annotated[str, typer.Argument(help="kafka://host:port,host:port/name")]


@topic.command()
def ensure(url: TopicUrl) -> None:
    """Make a topic as it must be; where there is one, name each difference."""
    with _failures():
        made = topics.ensure(*topic_at(url))
    typer.echo("made" if made else "it is as it must be")


@topic.command()
def refill(
    url: Annotated[str | None, typer.Argument(help="Which one, instead of the gateway's.")] = None,
    history: Annotated[str | None, typer.Option(help="URL of the gateway's database.")] = None,
) -> None:
    """Write the gateway's history into a topic, made where there is none; run again, it goes on where it stopped."""
    where, kept = topic_at(url or _said("gateway", "feed_url")), history or _said("gateway", "database_url")
    with _failures():
        topics.ensure(*where)
        with closing(Database(kept)) as database, closing(KafkaFeed(*where)) as feed:
            written = topics.refill(EmbeddedFeed(database), feed)
    typer.echo(f"{written} events written")


@store.command()
def adopt(
    source: Annotated[
        str | None, typer.Argument(help="The service, such as identification; without it, every one that records.")
    ] = None,
    database: Annotated[str | None, typer.Option(help="URL of its restored database, unless its settings say.")] = None,
    feed: Annotated[str | None, typer.Option(help="The shared history: kafka://… or the gateway's database.")] = None,
    folder: Annotated[Path, typer.Option(help="Where a laptop's installation keeps its databases.")] = HERE,
    shorter: Annotated[bool, typer.Option("--shorter", help="Also from a history that lost its end.")] = False,  # noqa: FBT002
) -> None:
    """Take back from the shared history what a restored store lacks; run it while the service stands still."""
    if source is None and (database or feed):
        typer.echo("--database and --feed are of one service: name it", err=True)
        raise typer.Exit(2)
    names = [source] if source else _recording(folder)
    shared = {each: feed or _said(each, "feed_url", folder) for each in names}
    with ExitStack() as opened:
        kept = (database or _said(each, "database_url", folder) for each in names)
        restored = {each: opened.enter_context(closing(Database(url))) for each, url in zip(names, kept, strict=True)}
        stores = {each: open_store(restored[each], each) for each in names}

        @cache
        def search(url: str) -> Search | None:
            together = [(stores[each], restored[each]) for each in names if shared[each] == url]
            # One that fails holds up itself alone: then each looks for itself.
            with suppress(FeedStopped, Unavailable), closing(open_feed(url)) as history:
                return Search(history, together)
            return None

        for each in names:
            with _failures(f"{each}: "), closing(open_feed(shared[each])) as history:
                found, own = search(shared[each]) or history, stores[each]
                taken = adopt_from(own, restored[each], found, DECIDERS, _erase_again, shorter=shorter)
            typer.echo(f"{each}: {taken} events taken back")


@store.command()
def renew(history: Annotated[str, typer.Argument(help="URL of the gateway's restored database.")]) -> None:
    """Where the shared history is no topic but this database: followers read it again from its beginning."""
    with _failures(), closing(Database(history)) as database:
        renew_history(database)
    typer.echo("it counts as another feed")


def _erase_again(connection: Connection) -> None:
    # Of a service that keeps nobody, there is nobody to erase.
    erase_again(connection, ERASING)


def _recording(folder: Path) -> list[str]:
    is_here = deployed.services() or (folder / "identification.db").exists()
    found = deployed.placed(folder) if is_here else {}
    if names := [name for name, each in found.items() if isinstance(each, Installation)]:
        return names
    typer.echo(f"there is no installation in {folder}; name its folder with --folder", err=True)
    raise typer.Exit(2)


def _said(service: str, setting: str, folder: Path = HERE) -> str:
    is_here = deployed.services() or (folder / f"{service}.db").exists()
    found = deployed.placed(folder).get(service) if is_here else None
    if said := getattr(found and found.settings, setting, None):
        return str(said)
    typer.echo(f"say where that is: there is no {setting} of a service called {service}", err=True)
    raise typer.Exit(2)


@contextmanager
def _failures(about: str = "") -> Iterator[None]:
    try:
        yield
    except (topics.TopicDrift, topics.NotARefill, FeedTooShort, NotAdoptable, FeedStopped, ValueError) as failure:
        typer.echo(f"{about}{failure}", err=True)
        raise typer.Exit(1) from None
    except Unavailable as away:
        typer.echo(f"{about}{away.sentence('zh')}", err=True)
        raise typer.Exit(1) from None
