"""Appending: all or nothing, in order, at the version expected, and read back as it was stored."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from chronicle.messages import Actor, StoredEvent, digest_of, hash_of, is_as_recorded, new_id, partition_of
from chronicle.sealing import MasterKey, Sealer
from chronicle.store import Database, EventStore, install, open_store
from chronicle.store.tables import handled_command, person_key, sealed_text
from chronicle.store.values import Answer, Append, Head, Position, Sealed, VersionConflict
from drafts import CREATED, NOW, draft, drafts, everything, key, record, unplaced
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from tallies import opened

NAMES = StoredEvent._fields


@pytest.fixture
def database(store_url: str) -> Iterator[Database]:
    with closing(Database(store_url)) as database:
        with database.writing() as connection:
            install(connection)
        yield database


@pytest.fixture
def store(database: Database) -> EventStore:
    return open_store(database, "notes")


def test_whoever_is_to_be_told_hears_of_events_and_of_no_answer_without_any(store: EventStore) -> None:
    told: list[str] = []
    store.tell(lambda: told.append("something was recorded"))
    record(store, key=key("decided nothing"))
    assert told == []

    record(store, draft("note/1"))
    assert told == ["something was recorded"]


def test_what_was_stored_is_read_back_as_it_was(store: EventStore) -> None:
    full = draft(
        "note/1",
        actor=Actor("张\\", 'O"Neill', "{a,b}"),
        causation_id=new_id(),
        traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        corrects=f'{{"event_id":"{new_id()}","replace":true}}',
        receipt='{"rule":"notes.note","known":{"names":"\\u0000\\n\\"\\\\"}}',
        data='{"text":"村“组”\\u0000\\\\","NULL":null,"amount":"12.00"}',
    )
    events = [full, draft("note/1", 2, subject="NULL"), draft('note/"{}"\\', subject="村", valid_on=date(1949, 10, 1))]
    record(store, *events)

    stored = [event for found in store.load({"note/1": 0, 'note/"{}"\\': 0}).values() for event in found]

    assert unplaced(stored) == events
    assert sorted(everything(store), key=lambda event: event.event_id) == sorted(stored, key=lambda e: e.event_id)
    for event, same in zip(stored, events, strict=True):
        assert [type(getattr(event, name)) for name in NAMES] == [type(getattr(same, name)) for name in NAMES]


def test_an_event_is_found_by_its_id_as_it_was_recorded(store: EventStore) -> None:
    full = draft(
        "note/1", corrects=f'{{"event_id":"{new_id()}","void":true}}', receipt="{}", valid_on=date(1949, 10, 1)
    )
    record(store, full, draft("note/2"))
    found = store.find(full.event_id)

    assert found == store.load({"note/1": 0})["note/1"][0]
    assert is_as_recorded(found)
    assert [type(getattr(found, name)) for name in NAMES] == [type(getattr(full, name)) for name in NAMES]
    assert store.find(new_id()) is None
    for changed in (
        {"data": "[]"},
        {"receipt": None},
        {"sequence": 99},
        {"previous_hash": bytes(32), "hash": bytes(32)},
    ):
        assert not is_as_recorded(found._replace(**changed))


def test_every_partition_is_a_chain_from_zero(store: EventStore) -> None:
    for number in range(1, 6):
        record(store, *(draft(f"note/{subject}", number, subject=f"thing/{subject}") for subject in range(12)))

    heads = store.heads()
    last = {partition: Head(0, bytes(32)) for partition in range(16)}
    for event in everything(store):
        head = last[event.partition]
        assert (event.sequence, event.previous_hash) == (head.sequence + 1, head.hash)
        assert event.digest == digest_of(event)
        assert event.hash == hash_of(event.previous_hash, event.digest, event.sequence, event.recorded_at)
        last[event.partition] = Head(event.sequence, event.hash)
    assert heads == last
    assert sum(head.sequence for head in heads.values()) == 60


def test_events_of_one_append_keep_their_order(store: EventStore) -> None:
    events = [draft("b/1"), draft("a/1"), draft("b/1", 2), draft("c/1", subject="thing/2"), draft("a/1", 2)]
    answer = record(store, *events)

    first, second = partition_of("thing/1"), partition_of("thing/2")
    assert [event.stream for event in store.read(first, 0, 10)] == ["b/1", "a/1", "b/1", "a/1"]
    assert answer == replace(
        CREATED, positions=tuple(sorted([Position("notes", first, 4), Position("notes", second, 1)]))
    )


@pytest.mark.parametrize("version", [1, 3, 5])
def test_an_append_at_another_version_than_the_next_is_a_conflict(store: EventStore, version: int) -> None:
    record(store, *drafts("note/1", 3))
    with pytest.raises(VersionConflict):
        record(store, draft("note/1", version))
    record(store, draft("note/1", 4))


def test_a_stream_begins_at_version_1(store: EventStore) -> None:
    with pytest.raises(VersionConflict):
        record(store, draft("note/1", 2))


def test_one_conflict_stops_the_whole_append(store: EventStore) -> None:
    record(store, draft("note/1"))
    before = store.heads()
    with pytest.raises(VersionConflict):
        record(store, draft("note/2", subject="thing/2"), draft("note/1"), key=key("k"))
    assert store.heads() == before
    assert store.load({"note/2": 0}) == {"note/2": []}
    assert store.answered(key("k")) is None


def test_another_broken_rule_is_not_taken_for_a_version_conflict(store: EventStore) -> None:
    event = draft("note/1")
    record(store, event)
    with pytest.raises(Exception, match=r"event_id|never change") as broken:
        record(store, draft("note/2", event_id=event.event_id))
    assert not isinstance(broken.value, VersionConflict)


def test_a_stream_is_loaded_on_from_a_version(store: EventStore) -> None:
    record(store, *drafts("note/1", 5), *drafts("note/2", 2))
    found = store.load({"note/1": 3, "note/2": 2, "note/3": 0})
    assert {stream: [event.version for event in events] for stream, events in found.items()} == {
        "note/1": [4, 5],
        "note/2": [],
        "note/3": [],
    }
    assert store.load({}) == {}


def test_time_never_goes_back_in_a_partition(store: EventStore) -> None:
    earlier, later = NOW - timedelta(days=1), NOW + timedelta(microseconds=1)
    for number, moment in enumerate([NOW, earlier, later], 1):
        record(store, draft("note/1", number), now=moment)
    record(store, draft("note/2", subject="thing/2"), now=earlier)

    assert [event.recorded_at for event in store.read(partition_of("thing/1"), 0, 10)] == [NOW, NOW, later]
    assert [event.recorded_at for event in store.read(partition_of("thing/2"), 0, 10)] == [earlier]


def test_an_append_holds_500_events_at_most(store: EventStore) -> None:
    with pytest.raises(ValueError, match="500"):
        Append(drafts("note/1", 501), NOW, CREATED)
    answer = record(store, *drafts("note/1", 500))
    assert [position.sequence for position in answer.positions] == [500]


def test_sealed_texts_are_stored_with_the_events_that_name_them(store: EventStore, database: Database) -> None:
    sealer = Sealer(MasterKey.generate())
    person = sealer.new_key("person/1")
    texts = (sealer.seal(person, "name", "Ann"), sealer.seal(person, "phone", "0"))
    with pytest.raises(VersionConflict):
        record(store, draft("note/1", 2), sealed=Sealed(texts, (person,)))
    record(store, draft("note/1"), sealed=Sealed(texts, (person,)))

    with database.reading() as connection:
        keys = connection.execute(select(person_key)).all()
        rows = connection.execute(select(sealed_text).order_by(sealed_text.c.field)).all()
    assert [tuple(row) for row in keys] == [("person/1", person.wrapped, "active")]
    assert [tuple(row) for row in rows] == [(t.id, t.owner, t.field, t.ciphertext, t.digest) for t in texts]


def test_a_persons_key_is_never_replaced(store: EventStore, database: Database) -> None:
    sealer = Sealer(MasterKey.generate())
    record(store, draft("note/1"), sealed=Sealed(keys=(sealer.new_key("person/1").erased(),)))
    with pytest.raises(VersionConflict):
        record(store, draft("note/2"), sealed=Sealed(keys=(sealer.new_key("person/1"),)))
    with database.reading() as connection:
        assert connection.scalar(select(person_key.c.state)) == "erased"


def test_a_tombstone_takes_the_place_of_a_key_and_of_what_it_opened(store: EventStore, database: Database) -> None:
    sealer = Sealer(MasterKey.generate())
    gone, other = sealer.new_key("person/1"), sealer.new_key("person/2")
    texts = tuple(sealer.seal(key, "name", "Ann") for key in (gone, other, gone))
    record(store, draft("note/1"), sealed=Sealed(texts, (gone, other)))
    with pytest.raises(VersionConflict):
        record(store, draft("note/1", 3), sealed=Sealed(keys=(gone.erased(),)))
    with database.reading() as connection:
        assert len(connection.execute(select(sealed_text)).all()) == 3

    for version in (2, 3):
        record(store, draft("note/1", version), sealed=Sealed(keys=(gone.erased(),)))

    with database.reading() as connection:
        keys = connection.execute(select(person_key).order_by(person_key.c.owner)).all()
        kept = connection.execute(select(sealed_text.c.id)).scalars().all()
    assert [tuple(row) for row in keys] == [
        ("person/1", None, "erased"),
        ("person/2", other.wrapped, "active"),
    ]
    assert kept == [texts[1].id]


def test_no_byte_of_a_destroyed_key_stays_in_the_file(tmp_path: Path) -> None:
    file, sealer = tmp_path / "own.db", Sealer(MasterKey.generate())
    key = sealer.new_key("person/1")
    text = sealer.seal(key, "name", "Ann")
    with opened(f"sqlite:///{file}") as (database, store):

        def written() -> bytes:
            with database.writers.connect() as connection:
                driver = connection.connection.driver_connection
                assert driver
                driver.rollback()
                assert driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone() == (0, 0, 0)
            return file.read_bytes()

        record(store, draft("note/1"), sealed=Sealed((text,), (key,)))
        before = written()
        record(store, draft("note/1", 2), sealed=Sealed(keys=(key.erased(),)))
        after = written()

    for secret in (key.wrapped or b"", text.ciphertext):
        assert secret in before
        assert secret not in after


def test_an_append_without_events_only_remembers_its_answer(store: EventStore, database: Database) -> None:
    before = store.heads()
    assert record(store, key=key("k")) == CREATED
    assert record(store) == CREATED
    assert store.answered(key("k")) == CREATED
    assert store.heads() == before
    with database.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(handled_command)) == 1


def test_positions_are_written_and_read() -> None:
    position = Position("safety-net", 7, 1234)
    assert str(position) == "safety-net/7:1234"
    assert Position.parse(" safety-net/7:1234") == position
    for broken in ("", "7:1234", "safety-net/7", "safety-net/seven:1"):
        with pytest.raises(ValueError, match=r"\w"):
            Position.parse(broken)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    digest=st.binary(min_size=32, max_size=32),
    moment=st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - given
    text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
)
def test_any_event_is_chained_alike_in_python_and_in_the_database(
    store: EventStore, digest: bytes, moment: datetime, text: str
) -> None:
    stream = new_id()
    event = draft(stream, subject=text, traceparent=text, area=text)._replace(digest=digest)
    store.append(Append([event], moment, Answer(201, text, 1), key=key(stream, body=digest)))

    (stored,) = store.load({stream: 0})[stream]

    assert unplaced([stored]) == [event]
    assert stored.recorded_at >= moment
    assert stored.hash == hash_of(stored.previous_hash, digest, stored.sequence, stored.recorded_at)
    answer = store.answered(key(stream, body=digest))
    assert answer == Answer(201, text, 1, (Position("notes", stored.partition, stored.sequence),))
