"""A neutral event, stores filled with it, and a projection that shows one lost, applied twice or out of order."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime
from typing import Annotated, Any, NamedTuple

from chronicle.feed import Feed, nothing
from chronicle.feed.embedded import EmbeddedFeed, install_history
from chronicle.feed.positions import FEED, START, Reached
from chronicle.following import Follower, Projection, upsert
from chronicle.messages import (
    OPEN,
    PARTITIONS,
    Actor,
    Event,
    EventTypes,
    Recorded,
    StoredEvent,
    digest_of,
    new_id,
    partition_of,
)
from chronicle.relay import Relay
from chronicle.store import Database, EventStore, install, open_store
from chronicle.store.values import Answer, Append, Head
from sqlalchemy import BigInteger, Column, Connection, MetaData, Table, Text, select

NOW = datetime(2015, 6, 1, 8, tzinfo=UTC)


class Counted(Event, type="toy.counted.v1"):
    """Somebody counted something."""

    amount: Annotated[int, OPEN]


class CountedAnew(Event, type="toy.counted.v2"):
    """Somebody counted something in the way of a later release."""

    amount: Annotated[int, OPEN]


class Weighed(Event, type="other.weighed.v1"):
    """Somebody weighed something."""

    amount: Annotated[int, OPEN]


class Tally(NamedTuple):
    """A row for each subject that keeps the order, and a sum over all subjects for each source."""

    subjects: Table
    sources: Table


def define(metadata: MetaData, name: str) -> Tally:
    """The tables of a tally."""
    subjects = Table(
        name,
        metadata,
        Column("subject", Text, primary_key=True),
        Column("number", BigInteger, nullable=False, index=True),
        Column("trail", Text, nullable=False),
    )
    total = Column("total", BigInteger, nullable=False)
    return Tally(subjects, Table(f"{name}_source", metadata, Column("source", Text, primary_key=True), total))


def apply(batch: Sequence[Recorded[Any]], tables: Tally, connection: Connection) -> None:
    """Add a batch up."""
    rows = [{"subject": each.subject, "number": 1, "trail": f"{each.event.amount},"} for each in batch]
    upsert(connection, tables.subjects, rows, adding=("number", "trail"))
    sums = [{"source": each.stored.source, "total": each.event.amount} for each in batch]
    upsert(connection, tables.sources, sums, adding=("total",))


counted: Projection[Tally] = Projection("counted", 1, EventTypes(Counted), define, apply)
everything: Projection[Tally] = Projection("everything", 1, EventTypes(Counted, Weighed), define, apply)


class Fault:
    """A projection that fails on some amounts until it is repaired."""

    def __init__(self, *amounts: int) -> None:
        self.amounts = {*amounts}
        self.projection: Projection[Tally] = Projection("faulty", 1, EventTypes(Counted), define, self.apply)

    def apply(self, batch: Sequence[Recorded[Any]], tables: Tally, connection: Connection) -> None:
        """Add a batch up, then fail, so that nothing of it may be left."""
        apply(batch, tables, connection)
        if bad := self.amounts & {each.event.amount for each in batch}:
            raise KeyError(*bad)


Rows = tuple[dict[str, tuple[int, str]], dict[str, int]]


def tally_of(events: Iterable[StoredEvent]) -> Rows:
    """What a tally of these events comes to."""
    subjects: dict[str, tuple[int, str]] = {}
    sources: dict[str, int] = {}
    for event in events:
        amount = Counted.read(event.data).amount
        number, trail = subjects.get(event.subject, (0, ""))
        subjects[event.subject] = (number + 1, f"{trail}{amount},")
        sources[event.source] = sources.get(event.source, 0) + amount
    return subjects, sources


def rows(database: Database, projection: Projection[Tally], name: str | None = None) -> Rows:
    """What a tally holds."""
    tables = (projection.beside(name) if name else projection).tables
    with database.reading() as connection:
        subjects = connection.execute(select(tables.subjects)).all()
        sources = connection.execute(select(tables.sources)).all()
    return {row.subject: (row.number, row.trail) for row in subjects}, {row.source: row.total for row in sources}


@contextmanager
def opened(url: str, source: str = "toy") -> Iterator[tuple[Database, EventStore]]:
    """A new database and the store of one service in it."""
    with closing(Database(url)) as database:
        with database.writing() as connection:
            install(connection)
        yield database, open_store(database, source)


@contextmanager
def shared(url: str) -> Iterator[tuple[Database, EmbeddedFeed]]:
    """A new database and the feed in it."""
    with closing(Database(url)) as database:
        with database.writing() as connection:
            install_history(connection)
        yield database, EmbeddedFeed(database)


def record(store: EventStore, *told: tuple[str, Event]) -> None:
    """Record events, each about a subject, in one append."""
    versions = {subject: len(events) for subject, events in store.load({subject: 0 for subject, _ in told}).items()}
    events = []
    for subject, event in told:
        versions[subject] += 1
        stored = _stored(store.source, subject, versions[subject], event)
        events.append(stored._replace(digest=digest_of(stored)))
    store.append(Append(events, NOW, Answer(201, None, 1)))


def fill(store: EventStore, number: int, subjects: int = 5, kind: type[Any] = Counted) -> list[StoredEvent]:
    """Record so many events of so many subjects in turn; all that the store holds then."""
    told = [(f"thing/{each % subjects}", kind(amount=each)) for each in range(number)]
    for begin in range(0, number, 500):
        record(store, *told[begin : begin + 500])
    return stored(store)


def stored(store: EventStore) -> list[StoredEvent]:
    """All that a store holds, partition after partition."""
    events: list[StoredEvent] = []
    for partition, head in sorted(store.heads().items()):
        after = 0
        while after < head.sequence:
            events += store.read(partition, after, 1_000_000)
            after = events[-1].sequence
    return events


def run(*loops: Follower | Relay) -> None:
    """Take steps until there is nothing more to do."""
    while any([loop.step() for loop in loops]):  # noqa: C419 - every one takes its step
        pass


def sent_by(source: str, feed: Feed) -> dict[int, Head]:
    """How far one source got in the partitions that hold any, looked at from the beginning."""
    sent = feed.sent(source, {partition: {FEED: START} for partition in range(PARTITIONS)})
    return {partition: reached[source] for partition, reached in sent.items() if source in reached}


class Script:
    """A feed that delivers what it is told to, in that order: again, too early or wrong."""

    source = FEED

    def __init__(self, generation: str = "first") -> None:
        self.generation = generation
        self.delivered: dict[int, list[StoredEvent]] = {}

    def send(self, batches: Mapping[int, Sequence[StoredEvent]]) -> dict[int, int]:
        """Deliver these next."""
        for partition, events in batches.items():
            self.delivered.setdefault(partition, []).extend(events)
        return {partition: len(self.delivered[partition]) for partition in batches}

    def sent(
        self, source: str, since: Mapping[int, Reached], _meanwhile: Callable[[], object] = nothing
    ) -> dict[int, Reached]:
        """The last of one source."""
        last = {(event.partition, event.source): event for events in self.delivered.values() for event in events}
        heads = {p: Head(event.sequence, event.hash) for (p, of), event in last.items() if of == source}
        return {p: {FEED: START, **({source: heads[p]} if p in heads else {})} for p in since}

    def read(self, partition: int, after: int, limit: int) -> list[StoredEvent]:
        """Read on."""
        return self.delivered[partition][after : after + limit]

    def close(self) -> None:
        """Nothing is open."""

    def heads(self, _last: Mapping[int, Head] | None = None) -> dict[int, Head]:
        """How many there are."""
        return {partition: Head(len(events), b"") for partition, events in self.delivered.items()}


def _stored(source: str, subject: str, version: int, event: Event) -> StoredEvent:
    return StoredEvent(
        event_id=new_id(),
        type=event.type,
        source=source,
        subject=subject,
        area="360424106000",
        stream=subject,
        version=version,
        partition=partition_of(subject),
        valid_on=date(2015, 6, 1),
        actor=Actor("p-1", "o-1", "clerk"),
        command_id=new_id(),
        correlation_id=new_id(),
        causation_id=None,
        traceparent=None,
        corrects=None,
        receipt=None,
        data=event.text(),
    )
