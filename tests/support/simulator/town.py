"""Two services that hear of each other: whatever one is told, the other hears once. And the processes they run in."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from bank import AREA
from chronicle.decider import About, Decider, Known, Reading
from chronicle.feed.kafka import KafkaFeed
from chronicle.following import Follower, Issue, Passing, Projection, Reacting, Reaction
from chronicle.handling import Handler
from chronicle.messages import OPEN, Actor, Command, Event, EventTypes, Recorded
from chronicle.policy import Policy
from chronicle.recording import Part
from chronicle.refusals import Refusal
from chronicle.relay import Relay
from chronicle.store import Database, open_store
from simulator.chance import Chance
from sqlalchemy import Connection, event
from tallies import Tally, apply, define, opened

FULL = 12
TOLD_BY = Actor("somebody", "somewhere", "clerk")


class Full(Refusal, code="full", zh="已满{most}项。"):
    """There are {most} already."""


class NotHeard(Refusal, code="not-heard", zh="没有听清。"):
    """Nobody listened."""


class Said(Event, type="toy.said.v1"):
    """What all events here are like."""

    amount: Annotated[int, OPEN]


class ToldSchool(Said, type="school.told.v1"):
    """Somebody told the school something."""


class HeardSchool(Said, type="school.heard.v1"):
    """The school heard what somebody told the clinic."""


class ToldClinic(Said, type="clinic.told.v1"):
    """Somebody told the clinic something."""


class HeardClinic(Said, type="clinic.heard.v1"):
    """The clinic heard what somebody told the school."""


TOLD: dict[str, type[Said]] = {"school": ToldSchool, "clinic": ToldClinic}
HEARD: dict[str, type[Said]] = {"school": HeardSchool, "clinic": HeardClinic}
OTHER = {"school": "clinic", "clinic": "school"}


class Tell(Command):
    """Tell a service something."""

    source: str
    place: str
    amount: int


class Hear(Tell):
    """Note what the other was told."""


def is_heard(amount: int) -> bool:
    """Tell whether the other listens to it; else its reaction is refused."""
    return amount % 11 != 5


def decide(command: Tell, told: int, _known: Known) -> list[Event]:
    if isinstance(command, Hear):
        if not is_heard(command.amount):
            raise NotHeard
        return [HEARD[command.source](amount=command.amount)]
    if told == FULL:
        raise Full(most=FULL)
    return [TOLD[command.source](amount=command.amount)]


def evolve(told: int, recorded: Recorded[Any]) -> int:
    return told + isinstance(recorded.event, ToldSchool | ToldClinic)


def about(command: Tell, _told: int, known: Known) -> About:
    return About(f"{command.source}/{command.place}", AREA, known.today)


def gather(parts: Sequence[tuple[Tell, int]], reading: Reading) -> list[Known]:
    return [Known(actor=reading.asked.actor, today=reading.asked.today) for _ in parts]


DECIDERS: dict[str, Decider[Tell, int, Known]] = {
    source: Decider(source, EventTypes(TOLD[source], HEARD[source]), 0, decide, evolve, about, gather)
    for source in OTHER
}


def part(command: Tell) -> Part:
    """One place's share of a command."""
    return Part(DECIDERS[command.source], command.place, command, row=command.place)


@dataclass
class Spoilt:
    """What nobody can read until it is mended: some amounts."""

    mended: bool = False

    def require_readable(self, *amounts: int) -> None:
        """ValueError where one is spoilt."""
        if not self.mended and any(amount % 17 == 3 for amount in amounts):
            raise ValueError("spoilt")


SPOILT = {source: Spoilt() for source in OTHER}


def quickly(connection: sqlite3.Connection, _record: object = None) -> None:
    """Do not wait for the disk: processes die here, not the machine."""
    connection.execute("PRAGMA synchronous=OFF")


class UncertainDatabase(Database):
    """A database whose user may die before, in and after every transaction, and is overtaken between them."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.chance = Chance(0)
        event.listen(self.writers, "before_cursor_execute", lambda *_: self.chance.point("a statement"))

    @contextmanager
    def at_work(self, rows: int) -> Iterator[None]:  # noqa: ARG002 - as its parent's
        """Nothing to wait for: who goes on meanwhile is another process."""
        yield

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection to read from, others having gone on meanwhile."""
        self.chance.point("a look")
        with super().reading() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction whose user may not live to its end, or to hear of it."""
        self.chance.point("a transaction")
        self.chance.transactions += 1
        try:
            with super().writing() as connection:
                yield connection
                self.chance.point("a commit")
        finally:
            self.chance.transactions -= 1
        self.chance.point("what follows a commit")


class Lease:
    """What one of two workers believes to have to itself, when it asks."""

    def __init__(self, held: Callable[[], frozenset[int]]) -> None:
        self.held, self.asked = held, 0.0


class Stage:
    """Files and connections for one run after another: making them anew each time would take half of the time."""

    def __init__(self, folder: Path) -> None:
        self.empty, urls = folder / "empty.db", {source: f"sqlite:///{folder}/{source}.db" for source in OTHER}
        with opened(f"sqlite:///{self.empty}"):
            self.databases = {source: UncertainDatabase(url) for source, url in urls.items()}
            self.outside = {source: Database(url) for source, url in urls.items()}
        for database in (*self.databases.values(), *self.outside.values()):
            event.listen(database.readers, "connect", quickly)
            event.listen(database.writers, "connect", quickly)

    def close(self) -> None:
        """Close all connections."""
        for database in (*self.databases.values(), *self.outside.values()):
            database.close()


@dataclass
class Process:
    """A process of a service as it just began: it handles commands and moves through store and feed."""

    source: str
    database: Database
    chance: Chance
    topic: str
    feeds: list[KafkaFeed] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.store = open_store(self.database, self.source)
        self.handler = Handler(self.store, self.database, Policy([]))

    def feed(self) -> KafkaFeed:
        """The feed as one loop opens it for itself."""
        self.feeds.append(KafkaFeed("memory:1", self.topic))
        return self.feeds[-1]

    def movers(self, held: Callable[[], frozenset[int]]) -> dict[str, Any]:
        """What moves in it, by name."""
        own, everything = projections(self.source)
        noting = self.chance.dice.choice((0.0, 0.25, 20.0))
        reacting = Reacting(reaction(self.source), self.handler, self.chance.clock)
        movers: dict[str, Any] = {
            "relay": Relay(self.store, self.database, self.feed(), noting),
            "own": Follower(own, self.database, self.store, batch=8),
            "everything": Follower(everything, self.database, self.feed(), batch=8, tries=2),
            "reaction": reacting.follower(self.feed()),
        }
        for mover in movers.values():
            mover.leases = Lease(held)
        followers = [mover for mover in movers.values() if isinstance(mover, Follower)]
        return movers | {"passing": Passing(self.database, followers, gathering=0)}

    def end(self) -> None:
        """Let go of everything, as the system does for one that died."""
        for feed in self.feeds:
            feed.close()


@cache
def projections(source: str) -> tuple[Projection[Tally], Projection[Tally]]:
    """What a service shows of its own events, and of everybody's."""

    def add(batch: Sequence[Recorded[Any]], tables: Tally, connection: Connection) -> None:
        apply(batch, tables, connection)
        SPOILT[source].require_readable(*[recorded.event.amount for recorded in batch])

    own, other = ([TOLD[each], HEARD[each]] for each in (source, OTHER[source]))
    return (
        Projection("own", 1, EventTypes(*own), define, apply),
        Projection("everything", 1, EventTypes(*own, *other), define, add),
    )


def reaction(source: str) -> Reaction:
    """A service notes what the other one was told."""

    def react(cause: Recorded[Any], _connection: Connection) -> Issue:
        SPOILT[source].require_readable(cause.event.amount + 1)
        place = cause.subject.partition("/")[2]
        return Issue([part(Hear(source=source, place=place, amount=cause.event.amount))])

    return Reaction("hearing", EventTypes(TOLD[OTHER[source]]), None, "clerk", react)
