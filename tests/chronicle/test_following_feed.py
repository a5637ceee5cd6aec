"""The embedded feed and an event on the wire."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from chronicle.feed import wire
from chronicle.feed.embedded import EmbeddedFeed, NoHistory, NotNext
from chronicle.messages import Actor, StoredEvent, canonical, digest_of, new_id
from chronicle.store import Database
from chronicle.store.values import Head
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from tallies import Weighed, fill, opened, sent_by, shared

FeedIn = tuple[Database, EmbeddedFeed]


@pytest.fixture
def held(store_url: str) -> Iterator[FeedIn]:
    with shared(store_url) as held:
        yield held


@pytest.fixture
def toys(tmp_path: Path) -> list[StoredEvent]:
    with opened(f"sqlite:///{tmp_path}/toys.db") as (_, store):
        return fill(store, 6, subjects=1)


@pytest.fixture
def others(tmp_path: Path) -> list[StoredEvent]:
    with opened(f"sqlite:///{tmp_path}/others.db", "other") as (_, store):
        return fill(store, 6, subjects=1, kind=Weighed)


def test_events_of_all_sources_are_in_one_order_without_gaps(
    held: FeedIn, toys: list[StoredEvent], others: list[StoredEvent]
) -> None:
    _, feed = held
    partition = toys[0].partition

    feed.send({partition: toys[:2]})
    feed.send({partition: others[:3]})
    feed.send({partition: toys[2:]})

    assert feed.read(partition, 0, 100) == [*toys[:2], *others[:3], *toys[2:]]
    assert feed.read(partition, 3, 3) == [*others[1:3], toys[2]]
    assert feed.heads()[partition] == Head(9, toys[-1].hash)
    assert sent_by("other", feed) == {partition: Head(3, others[2].hash)}


def test_a_database_that_keeps_no_history_says_so(store_url: str) -> None:
    with opened(store_url) as (database, _):
        for asked in (lambda: EmbeddedFeed(database).heads(), lambda: EmbeddedFeed(database).generation):
            with pytest.raises(NoHistory, match="keeps no shared history"):
                asked()


def test_events_that_are_there_already_are_dropped(held: FeedIn, toys: list[StoredEvent]) -> None:
    _, feed = held
    partition = toys[0].partition
    for begin, end in ((0, 3), (0, 3), (1, 5), (2, 6)):
        feed.send({partition: toys[begin:end]})

    assert feed.read(partition, 0, 100) == toys


def test_a_gap_and_another_history_are_refused_whole(held: FeedIn, toys: list[StoredEvent]) -> None:
    _, feed = held
    partition = toys[0].partition
    feed.send({partition: toys[:2]})

    for wrong in ([toys[3]], [toys[2], toys[4]], [toys[2]._replace(previous_hash=bytes(32))]):
        with pytest.raises(NotNext):
            feed.send({partition: wrong})

    assert feed.read(partition, 0, 100) == toys[:2]


def test_the_history_never_changes(held: FeedIn, toys: list[StoredEvent]) -> None:
    database, feed = held
    feed.send({toys[0].partition: toys})

    for change in ("UPDATE history SET data = '{}'", "DELETE FROM history"):
        with pytest.raises(DBAPIError, match="the history never changes"), database.writing() as connection:
            connection.execute(text(change))


def test_a_feed_made_anew_is_another_generation(held: FeedIn, tmp_path: Path) -> None:
    database, feed = held
    assert EmbeddedFeed(database).generation == feed.generation
    with shared(f"sqlite:///{tmp_path}/anew.db") as (_, anew):
        assert anew.generation != feed.generation


texts = st.text(st.characters(codec="utf-8"))
ids = st.builds(new_id)
values = st.recursive(st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | texts, st.lists)
documents = st.dictionaries(texts | st.just("data"), values | st.just({"data": {}})).map(canonical)
moments = st.integers(0, 4_000_000_000_000_000).map(
    lambda each: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(0, 0, each)
)
hashes = st.binary(min_size=32, max_size=32)
events = st.builds(
    StoredEvent,
    event_id=ids,
    type=texts,
    source=texts,
    subject=texts | st.just(',"data":{}'),
    area=texts,
    stream=texts,
    version=st.integers(1, 2**31 - 1),
    partition=st.integers(0, 15),
    valid_on=st.dates(date(1900, 1, 1)),
    actor=st.builds(Actor, texts, texts, texts, st.none() | texts),
    command_id=ids,
    correlation_id=ids,
    causation_id=st.none() | ids,
    traceparent=st.none() | texts,
    corrects=st.none() | documents,
    receipt=st.none() | documents,
    data=documents,
    digest=hashes,
    sequence=st.integers(1, 2**62),
    recorded_at=moments,
    previous_hash=hashes,
    hash=hashes,
)


@settings(max_examples=50)
@given(events)
def test_an_event_comes_back_from_the_wire_as_it_was_stored(event: StoredEvent) -> None:
    line = wire.written(event)

    assert wire.read(line) == event
    assert digest_of(wire.read(line)) == digest_of(event)


@settings(max_examples=25)
@given(events)
def test_on_the_wire_it_is_a_cloud_event_with_the_stored_text_of_its_data(event: StoredEvent) -> None:
    line = wire.written(event)
    attributes = json.loads(line)
    data = attributes.pop("data")

    assert line.endswith(f',"data":{event.data}}}')
    assert canonical(data) == event.data
    assert attributes["specversion"] == "1.0"
    assert {"id", "source", "type", "subject", "recordedat", "previoushash"} <= attributes.keys()
    assert all(re.fullmatch("[a-z0-9]{1,20}", name) for name in attributes)
    assert all(isinstance(value, str) or 0 <= value < 2**31 for value in attributes.values())


@settings(max_examples=25)
@given(event=events, sequence=st.integers(1, 2**62))
def test_sequences_sort_as_text(event: StoredEvent, sequence: int) -> None:
    first, second = (json.loads(wire.written(each))["sequence"] for each in (event, event._replace(sequence=sequence)))

    assert (first < second) == (event.sequence < sequence)


@pytest.mark.parametrize("line", ["", "{}", '{"specversion":"1.0"}', '{"specversion":"2.0","data":{}}'])
def test_what_is_not_an_event_of_ours_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match="not"):
        wire.read(line)
