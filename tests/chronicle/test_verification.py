"""Verification: whatever is done to stored events behind the service's back, the first place that is wrong is named."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from random import Random
from threading import Thread
from typing import Any

import pytest
from chronicle.messages import StoredEvent, digest_of, hash_of, new_id
from chronicle.store import Database, EventStore
from chronicle.store.rows import COLUMNS, row_of
from chronicle.store.tables import event as table
from chronicle.store.tables import partition_head as head
from chronicle.verification import verify
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from private_postgres import USUAL
from sqlalchemy import ColumnElement, Connection, and_, delete, insert, select, text, update
from tallies import fill, opened, stored

Place = tuple[int, int]


@pytest.fixture
def unguarded(store_url: str) -> Iterator[tuple[Database, EventStore]]:
    """A store whose events can be changed by whoever gets at the database."""
    with opened(store_url) as (database, store):
        fill(store, 40, subjects=6)
        with database.writing() as connection:
            if database.is_sqlite:
                for name in connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars():
                    connection.execute(text(f"DROP TRIGGER {name}"))
            else:
                connection.execute(text("ALTER TABLE event DISABLE TRIGGER USER"))
        yield database, store


@contextmanager
def restored(database: Database) -> Iterator[None]:
    with database.reading() as connection:
        events = [row._asdict() for row in connection.execute(select(table))]
        heads = [row._asdict() for row in connection.execute(select(head))]
    try:
        yield
    finally:
        with database.writing() as connection:
            for kept, rows in ((table, events), (head, heads)):
                connection.execute(delete(kept))
                connection.execute(insert(kept), rows)


def at(event: StoredEvent) -> ColumnElement[bool]:
    return and_(table.c.partition == event.partition, table.c.sequence == event.sequence)


def place(event: StoredEvent) -> Place:
    return event.partition, event.sequence


def last_of(events: list[StoredEvent], partition: int) -> StoredEvent:
    return [event for event in events if event.partition == partition][-1]


def two_of_a_partition(events: list[StoredEvent], chance: Random) -> tuple[StoredEvent, StoredEvent]:
    one = chance.choice([event for event in events if event.sequence > 1])
    return events[events.index(one) - chance.randrange(1, one.sequence)], one


def otherwise(value: Any, name: str, chance: Random) -> Any:
    match value:
        case date():
            return value + timedelta(chance.choice([-1, 1, 365]))
        case int():
            return value + chance.randrange(1000, 9999)
        case bytes():
            return value[:7] + bytes([value[7] ^ 1 << chance.randrange(8)]) + value[8:]
        case str() if name == "data":
            return value.replace("amount", "Amount")
        case str() if name == "actor":
            return chance.choice([value.replace("p-1", "p-2"), value.replace(":", ": "), "[]", "nobody"])
        case _:
            return new_id() if name.endswith("_id") else f"{value or ''}x"


def change_a_field(connection: Connection, events: list[StoredEvent], chance: Random) -> Place:
    event = chance.choice(events)
    name = chance.choice([name for name in COLUMNS if name not in {"partition", "sequence"}])
    value = connection.execute(select(table.c[name]).where(at(event))).scalar()
    connection.execute(update(table).where(at(event)).values({name: otherwise(value, name, chance)}))
    return place(event)


def remove_one(connection: Connection, events: list[StoredEvent], chance: Random) -> Place:
    event = chance.choice(events)
    connection.execute(delete(table).where(at(event)))
    return place(event)


def cut_off_the_end(connection: Connection, events: list[StoredEvent], chance: Random) -> Place:
    event = chance.choice(events)
    connection.execute(delete(table).where(table.c.partition == event.partition, table.c.sequence >= event.sequence))
    return place(event)


def exchange_two(connection: Connection, events: list[StoredEvent], chance: Random) -> Place:
    one, another = two_of_a_partition(events, chance)
    elsewhere = one._replace(sequence=1_000_000)
    for event, sequence in ((one, elsewhere.sequence), (another, one.sequence), (elsewhere, another.sequence)):
        connection.execute(update(table).where(at(event)).values(sequence=sequence))
    return place(one)


def exchange_what_two_say(connection: Connection, events: list[StoredEvent], chance: Random) -> Place:
    one, another = two_of_a_partition(events, chance)
    for event, data in ((one, another.data), (another, one.data)):
        connection.execute(update(table).where(at(event)).values(data=data))
    return place(one)


def put_one_in(connection: Connection, event: StoredEvent, partition: int, sequence: int, previous: bytes) -> Place:
    forged = event._replace(event_id=new_id(), version=9_999, partition=partition, sequence=sequence)
    forged = forged._replace(digest=digest_of(forged), previous_hash=previous)
    forged = forged._replace(hash=hash_of(previous, forged.digest, max(0, sequence), forged.recorded_at))
    row = dict(zip(COLUMNS, row_of(forged), strict=True)) | {"valid_on": forged.valid_on}
    connection.execute(insert(table), row)
    return partition, max(1, sequence)


def put_one_in_at_the_end(connection: Connection, events: list[StoredEvent], chance: Random) -> Place:
    last = last_of(events, chance.choice(events).partition)
    return put_one_in(connection, last, last.partition, last.sequence + 1, last.hash)


def put_one_in_before_the_first(connection: Connection, events: list[StoredEvent], chance: Random) -> Place:
    event = chance.choice(events)
    return put_one_in(connection, event, event.partition, chance.choice([0, -1, -1_000]), bytes(32))


def put_one_in_where_nobody_looks(connection: Connection, events: list[StoredEvent], chance: Random) -> Place:
    return put_one_in(connection, chance.choice(events), chance.choice([-1, 16, 99]), 1, bytes(32))


def set_the_head_back(connection: Connection, events: list[StoredEvent], chance: Random) -> Place:
    before, event = two_of_a_partition(events, chance)
    back = update(head).where(head.c.partition == event.partition)
    connection.execute(back.values(sequence=before.sequence, hash=before.hash))
    return before.partition, before.sequence + 1


def change_the_head(connection: Connection, events: list[StoredEvent], chance: Random) -> Place:
    last = last_of(events, chance.choice(events).partition)
    connection.execute(update(head).where(head.c.partition == last.partition).values(hash=chance.randbytes(32)))
    return place(last)


TAMPERINGS: list[Callable[[Connection, list[StoredEvent], Random], Place]] = [
    change_a_field,
    remove_one,
    cut_off_the_end,
    exchange_two,
    exchange_what_two_say,
    put_one_in_at_the_end,
    put_one_in_before_the_first,
    put_one_in_where_nobody_looks,
    set_the_head_back,
    change_the_head,
]


@pytest.mark.parametrize("store_url", ["sqlite", f"postgresql-{USUAL}"], indirect=True)
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tamper=st.sampled_from(TAMPERINGS), chance=st.randoms(use_true_random=False))
def test_whatever_is_tampered_with_the_first_wrong_place_is_named(
    unguarded: tuple[Database, EventStore], tamper: Callable[..., Place], chance: Random
) -> None:
    database, store = unguarded
    with restored(database):
        with database.writing() as connection:
            expected = tamper(connection, stored(store), chance)

        assert [(finding.partition, finding.sequence) for finding in verify(database)] == [expected]


def test_an_event_moved_to_another_partition_is_missed_and_not_accepted_there(
    unguarded: tuple[Database, EventStore],
) -> None:
    database, store = unguarded
    first, *_ = stored(store)
    empty = next(p for p, reached in store.heads().items() if reached.sequence == 0)
    with database.writing() as connection:
        connection.execute(update(table).where(at(first)).values(partition=empty))

    assert {(finding.partition, finding.sequence) for finding in verify(database)} == {place(first), (empty, 1)}


def test_every_partition_names_its_own_first_place_in_a_sentence(unguarded: tuple[Database, EventStore]) -> None:
    database, store = unguarded
    for partition in sorted({event.partition for event in stored(store)})[:2]:
        with database.writing() as connection:
            connection.execute(delete(table).where(table.c.partition == partition, table.c.sequence >= 2))

    first, second = verify(database)

    assert str(first) == f"Partition {first.partition}, event 2: it is missing."
    assert second.partition > first.partition


def test_untouched_events_are_in_order_also_while_more_are_recorded(store_url: str) -> None:
    with opened(store_url) as (database, store):
        assert verify(database) == []
        writer = Thread(target=lambda: [fill(store, 5) for _ in range(40)])
        writer.start()
        findings = [verify(database) for _ in range(10)]
        writer.join()

        assert findings == [[]] * 10
        assert verify(database) == []
