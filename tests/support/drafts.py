"""Events made by hand, ready to append: what the tests of the store record."""

from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, date, datetime
from typing import Any

from chronicle.messages import Actor, StoredEvent, digest_of, new_id, partition_of
from chronicle.store import Database, EventStore, open_store
from chronicle.store.values import Answer, Append, HeldClaim, IdempotencyKey

NOW = datetime(2015, 6, 1, 8, 30, 15, 123456, tzinfo=UTC)
CREATED = Answer(201, "/notes/1", 1)


def draft(stream: str, version: int = 1, subject: str = "thing/1", **changed: Any) -> StoredEvent:
    """An event as it is handed to the store."""
    plain = StoredEvent(
        event_id=new_id(),
        type="notes.noted.v1",
        source="notes",
        subject=subject,
        area="360424106000",
        stream=stream,
        version=version,
        partition=partition_of(subject),
        valid_on=date(2015, 6, 1),
        actor=Actor("clerk", "office", "writer"),
        command_id=new_id(),
        correlation_id=new_id(),
        causation_id=None,
        traceparent=None,
        corrects=None,
        receipt=None,
        data="{}",
    )
    signed = plain._replace(**changed)
    return signed._replace(digest=digest_of(signed))


def drafts(stream: str, number: int, after: int = 0, subject: str = "thing/1") -> list[StoredEvent]:
    """The next events of a stream."""
    return [draft(stream, after + each, subject) for each in range(1, number + 1)]


def record(store: EventStore, *events: StoredEvent, now: datetime = NOW, **brought: Any) -> Answer:
    """Append these events."""
    return store.append(Append(events, now, CREATED, **brought))


def take(stream: str, key: str, kind: str = "number") -> HeldClaim:
    """A stream takes a key."""
    return HeldClaim(kind, key, stream)


def give_back(stream: str, key: str, kind: str = "number") -> HeldClaim:
    """A stream gives a key back."""
    return HeldClaim(kind, key, stream, held=False)


def key(text: str, body: bytes = b"body", client: str = "client") -> IdempotencyKey:
    """A client's key for a request with this body."""
    return IdempotencyKey(client, text, body)


def everything(store: EventStore, batch: int = 100) -> list[StoredEvent]:
    """All a store holds, partition by partition, read on in batches."""
    found: list[StoredEvent] = []
    for partition in range(16):
        after = 0
        while events := store.read(partition, after, batch):
            found += events
            after = events[-1].sequence
    return found


def unplaced(events: Sequence[StoredEvent]) -> list[StoredEvent]:
    """The same events as they were before the store placed them."""
    nowhere = draft("nowhere")
    place = {name: getattr(nowhere, name) for name in ("sequence", "recorded_at", "previous_hash", "hash")}
    return [event._replace(**place) for event in events]


def append_in_turn(url: str, stream: str, number: int) -> int:
    """Append so many events to a stream, one by one, as a process of its own does; how many were recorded."""
    with closing(Database(url)) as database:
        store = open_store(database, "notes")
        return sum(bool(record(store, event).positions) for event in drafts(stream, number))
