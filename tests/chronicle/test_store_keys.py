"""Idempotency keys: a request that comes twice is recorded once and answered the same."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from threading import Barrier
from time import monotonic

import pytest
from chronicle.messages import new_id
from chronicle.refusals import Busy, KeyReused
from chronicle.store import Database, EventStore, install, open_store
from chronicle.store.values import Answer, Append, VersionConflict
from drafts import CREATED, NOW, draft, everything, key, record, take


@pytest.fixture
def store(store_url: str) -> Iterator[EventStore]:
    with closing(Database(store_url)) as database:
        with database.writing() as connection:
            install(connection)
        yield open_store(database, "notes")


def test_the_same_request_gets_the_first_answer_and_records_nothing(store: EventStore) -> None:
    first = store.append(Append([draft("note/1")], NOW, Answer(201, "/notes/1", 1), key=key("k")))
    again = Append([draft("note/1", 2)], NOW, Answer(200, "/notes/2", 2), [take("note/1", "7")], key=key("k"))

    assert store.append(again) == first
    assert store.answered(key("k")) == first
    assert len(everything(store)) == 1
    assert store.holder("number", ["7"]) == {}


def test_a_key_without_an_answer_is_unknown(store: EventStore) -> None:
    assert store.answered(key("k")) is None


def test_another_request_under_the_same_key_is_refused(store: EventStore) -> None:
    record(store, draft("note/1"), key=key("k"))
    with pytest.raises(KeyReused):
        record(store, draft("note/1", 2), key=key("k", b"another body"))
    with pytest.raises(KeyReused):
        store.answered(key("k", b"another body"))
    assert len(everything(store)) == 1


def test_the_same_key_of_another_client_is_another_key(store: EventStore) -> None:
    record(store, draft("note/1"), key=key("k"))
    assert store.answered(key("k", client="another")) is None
    record(store, draft("note/1", 2), key=key("k", client="another"))
    assert len(everything(store)) == 2


def test_a_refused_request_may_be_sent_again(store: EventStore) -> None:
    with pytest.raises(VersionConflict):
        record(store, draft("note/1", 2), key=key("k"))
    assert store.answered(key("k")) is None
    record(store, draft("note/1"), key=key("k"))


@pytest.mark.parametrize("same_stream", [True, False])
def test_of_many_at_once_one_is_recorded_and_all_get_its_answer(store: EventStore, same_stream: bool) -> None:  # noqa: FBT001
    start = Barrier(6)

    def send(request: str) -> Answer:
        stream = f"note/{request}" if same_stream else f"note/{new_id()}"
        start.wait()
        return record(store, draft(stream, subject=new_id()), key=key(request))

    with ThreadPoolExecutor(6) as pool:
        for round_ in range(15):
            first, *others = pool.map(send, [f"{round_}"] * 6)
            assert others == [first] * 5
    assert len(everything(store)) == 15


def test_a_second_request_waits_two_seconds_for_the_first_and_then_is_told_so(database_url: str) -> None:
    with closing(Database(database_url)) as database:
        with database.writing() as connection:
            install(connection)
        store = open_store(database, "notes")
        with database.writing() as connection:
            connection.exec_driver_sql(
                "INSERT INTO handled_command VALUES ('client', 'k', 'body', 201, '/notes/1', 1, '', 0)"
            )
            began = monotonic()
            with pytest.raises(Busy):
                record(store, draft("note/1"), key=key("k"))
            assert 1.9 < monotonic() - began < 4
        assert record(store, draft("note/1"), key=key("k")) == CREATED
        assert everything(store) == []
