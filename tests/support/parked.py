"""What is parked, as an operator sees it, and what an operator asks for."""

from collections.abc import Callable
from typing import Any

import pytest
from chronicle.following import Follower
from chronicle.following.parking import Asked, Blocked, all_blocked, release, retry
from chronicle.messages import EventTypes, Recorded, StoredEvent
from chronicle.store import Database, EventStore
from chronicle.store.tables import parked_event
from sqlalchemy import select
from tallies import Fault

Own = tuple[Database, EventStore]


def parking(fault: Fault, own: Own, **more: Any) -> Follower:
    return Follower(fault.projection, *own, **{"tries": 1, **more})


def blocked(database: Database) -> list[Blocked]:
    with database.reading() as connection:
        return all_blocked(connection)


def asked(database: Database, subject: str, what: Asked, why: str = "left out", name: str = "faulty_v1") -> None:
    """By an operator who names what the list shows."""
    (shown,) = (each for each in blocked(database) if (each.follower, each.subject) == (name, subject))
    with database.writing() as connection:
        if what is Asked.RETRY:
            retry(connection, name, subject)
        else:
            release(connection, name, subject, shown.event_id, why)


def waiting(database: Database, name: str = "faulty_v1") -> list[str]:
    mine = (parked_event.c.follower == name, parked_event.c.left_out.is_(None))
    with database.reading() as connection:
        found = connection.execute(select(parked_event.c.event_id).where(*mine).order_by(parked_event.c.number))
        return [str(each) for each in found.scalars()]


def of(subject: str, events: list[StoredEvent]) -> list[StoredEvent]:
    return [event for event in events if event.subject == subject]


def without(left_out: list[StoredEvent], events: list[StoredEvent]) -> list[StoredEvent]:
    return [event for event in events if event not in left_out]


def meanwhile(do: Callable[[], object], monkeypatch: pytest.MonkeyPatch) -> None:
    """Do something when a worker that goes on with a subject has its next event, and has not let go of it."""

    def read(types: EventTypes, event: StoredEvent) -> Recorded[Any] | None:
        monkeypatch.undo()
        do()
        return types.read(event)

    monkeypatch.setattr(EventTypes, "read", read)
