"""Parking by several workers: whoever goes on with a subject, nothing is forgotten, overtaken or applied twice."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from threading import Event, Thread
from time import sleep
from typing import Any

import pytest
from chronicle.feed import wire
from chronicle.feed.leases import ALL
from chronicle.following import Follower
from chronicle.following.parking import Asked, release
from chronicle.messages import Recorded, StoredEvent
from chronicle.refusals import Busy, NotFound, Unavailable
from chronicle.store.tables import blocked_subject, parked_event
from parked import Own, asked, blocked, meanwhile, of, parking, waiting, without
from sqlalchemy import delete
from tallies import Counted, Fault, fill, opened, record, rows, run, tally_of


@pytest.fixture
def own(store_url: str) -> Iterator[Own]:
    with opened(store_url) as own:
        yield own


def test_a_worker_that_still_thinks_a_subject_blocked_reads_again(own: Own) -> None:
    database, store = own
    fill(store, 4, subjects=1)
    fault = Fault(1)
    follower = parking(fault, own)
    run(follower)
    with database.writing() as connection:
        connection.execute(delete(parked_event))
        connection.execute(delete(blocked_subject))  # as another worker does that goes on with the subject
    fill(store, 2, subjects=1)

    assert follower.step(), "what it reads it may not park, and it reads again what waits"
    fault.amounts.clear()
    run(follower)

    assert (blocked(database), waiting(database)) == ([], [])
    assert rows(database, fault.projection)[0]["thing/0"][0] == 1 + 2


@pytest.mark.parametrize("fails_then", [[], [8]])
def test_two_workers_that_go_on_with_a_subject_at_once_apply_nothing_twice(
    own: Own, fails_then: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    database, store = own
    events, fault = fill(store, 12, subjects=2), Fault(4)
    slow, quick = parking(fault, own), parking(fault, own)
    run(slow)
    fault.amounts = {*fails_then}

    def overtake() -> None:
        asked(database, "thing/0", Asked.RETRY)  # by an operator who is in a hurry
        with database.reading() as connection:
            quick.parking.open(connection)
        assert quick.parking.see_to(quick.leases.held)

    meanwhile(overtake, monkeypatch)
    asked(database, "thing/0", Asked.RETRY)
    run(slow)

    waits = of("thing/0", events)[4:] if fails_then else []
    assert rows(database, fault.projection) == tally_of(without(waits, events))
    assert waiting(database) == [event.event_id for event in waits]
    assert [each.event_id for each in blocked(database)] == [event.event_id for event in waits[:1]]


def test_what_another_worker_parks_behind_the_last_event_is_gone_on_with(
    own: Own, monkeypatch: pytest.MonkeyPatch
) -> None:
    database, store = own
    fault, parks = Fault(1), Event()
    fill(store, 2, subjects=1)
    slow, quick = parking(fault, own), parking(fault, own)
    run(slow)
    fault.amounts.clear()

    def write_slowly(event: StoredEvent) -> str:
        monkeypatch.undo()
        parks.set()
        sleep(0.3)
        return wire.written(event)

    def take_over() -> None:
        monkeypatch.setattr(quick.parking, "see_to", lambda _: False)  # it looked before anybody asked
        monkeypatch.setattr(wire, "written", write_slowly)
        record(store, ("thing/0", Counted(amount=7)))
        other.start()
        parks.wait()

    other = Thread(target=quick.step)
    meanwhile(take_over, monkeypatch)
    asked(database, "thing/0", Asked.RETRY)
    run(slow)
    other.join()
    record(store, ("thing/0", Counted(amount=8)))
    run(slow)

    assert rows(database, fault.projection)[0]["thing/0"][1] == "0,1,7,8,"
    assert (blocked(database), waiting(database)) == ([], [])


def test_a_worker_whose_lease_ends_leaves_the_rest_to_who_has_it_now(own: Own, monkeypatch: pytest.MonkeyPatch) -> None:
    database, store = own
    events, fault = fill(store, 4, subjects=1), Fault(1)
    slow = parking(fault, own)
    run(slow)
    fault.amounts.clear()
    asked(database, "thing/0", Asked.RETRY)

    def held() -> frozenset[int]:
        return ALL if len(waiting(database)) > 1 else frozenset()

    monkeypatch.setattr(slow.leases, "held", held)
    slow.step()
    assert waiting(database) == [events[-1].event_id]
    run(parking(fault, own))

    assert rows(database, fault.projection) == tally_of(events)
    assert (blocked(database), waiting(database)) == ([], [])


@pytest.mark.parametrize("error", [Unavailable(), Busy()])
@pytest.mark.parametrize("what", Asked)
def test_what_was_asked_is_done_when_a_database_that_was_away_or_held_is_back(
    own: Own, what: Asked, error: Exception
) -> None:
    database, store = own
    events, fault, away = fill(store, 30, subjects=3), Fault(4), {10}

    def apply(batch: Sequence[Recorded[Any]], *into: Any) -> None:
        if away & {each.event.amount for each in batch}:
            raise error
        fault.apply(batch, *into)

    run(parking(fault, own))
    if what is Asked.RETRY:
        fault.amounts.clear()
    asked(database, "thing/1", what)
    follower = Follower(replace(fault.projection, apply=apply), *own, tries=1)
    with pytest.raises(type(error)):
        follower.step()
    (seen,) = blocked(database)
    with database.writing() as connection, pytest.raises(NotFound):
        release(connection, seen.follower, seen.subject, seen.event_id, "it is followed, or left out, already")
    assert len(waiting(database)) == len(of("thing/1", events)[3:])
    away.clear()
    run(follower)

    left_out = of("thing/1", events)[1:2] if what is Asked.RELEASE else []
    assert rows(database, fault.projection) == tally_of(without(left_out, events))
    assert (blocked(database), waiting(database)) == ([], [])
