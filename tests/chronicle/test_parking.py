"""Parking: what fails for good waits with all later events of its subject, in order, and nothing else does."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from chronicle.feed.alarms import alarms
from chronicle.following import Follower, Unfinished, rebuild
from chronicle.following import follower as settings
from chronicle.following.parking import Asked, release, retry
from chronicle.refusals import NotFound, Unavailable
from chronicle.store import Database, EventStore
from chronicle.store.tables import parked_event
from mortal import Mortal, at_every_point
from parked import Own, asked, blocked, meanwhile, of, parking, waiting, without
from private_postgres import USUAL
from sqlalchemy import select
from structlog.testing import capture_logs
from tallies import Counted, CountedAnew, Fault, fill, opened, record, rows, run, stored, tally_of

on_both = pytest.mark.parametrize("store_url", ["sqlite", f"postgresql-{USUAL}"], indirect=True)


@pytest.fixture
def own(store_url: str) -> Iterator[Own]:
    with opened(store_url) as own:
        yield own


def living(life: int, database: Database, store: EventStore, *, fails: bool = True) -> Follower:
    fault = Fault(3) if fails else Fault()
    return Follower(fault.projection.beside(f"life_{life}"), database, store, batch=4, tries=1)


def test_a_subject_waits_from_the_event_that_fails_and_all_others_go_on(own: Own) -> None:
    database, store = own
    events, fault = fill(store, 50), Fault(22)
    follower = parking(fault, own)

    with capture_logs() as logs:
        run(follower)

    waits = of("thing/2", events)[4:]
    assert waits[0].data == '{"amount":22}'
    assert rows(database, fault.projection) == tally_of(without(waits, events))
    assert waiting(database) == [event.event_id for event in waits]
    (found,) = blocked(database)
    assert (found.follower, found.subject, found.waiting) == ("faulty_v1", "thing/2", len(waits))
    assert (found.event_id, found.reason) == (waits[0].event_id, "KeyError on toy.counted.v1")
    assert set(follower.behind().values()) == {0}
    assert [(line["event"], line["event_id"]) for line in logs] == [("subject blocked", waits[0].event_id)]


def test_what_fails_only_for_a_while_is_not_parked(own: Own, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "FIRST_RETRY", 0.0)
    database, store = own
    events, fault = fill(store, 10, subjects=2), Fault(4)
    follower = parking(fault, own, tries=3)

    follower.step()
    follower.step()
    assert blocked(database) == []
    fault.amounts.clear()
    run(follower)

    assert rows(database, fault.projection) == tally_of(events)
    assert blocked(database) == []


def test_an_event_is_parked_after_so_many_tries_and_its_alarm_ends(own: Own, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "FIRST_RETRY", 0.0)
    database, store = own
    fill(store, 10, subjects=1)
    follower = parking(Fault(4), own, tries=3)

    for left in (2, 1):
        follower.step()
        with database.reading() as connection:
            raised = alarms(connection, datetime.now(UTC))
        assert ([alarm.reason for alarm in raised], blocked(database)) == (["KeyError on toy.counted.v1"], []), left
    run(follower)

    assert [each.subject for each in blocked(database)] == ["thing/0"]
    with database.reading() as connection:
        assert alarms(connection, datetime.now(UTC)) == []


@pytest.mark.parametrize("later", [0, 7])
def test_mended_and_tried_again_everything_is_applied_in_order(own: Own, later: int) -> None:
    database, store = own
    fill(store, 20)
    fault = Fault(7)
    follower = parking(fault, own)
    run(follower)
    events = fill(store, later) if later else stored(store)
    fault.amounts.clear()

    asked(database, "thing/2", Asked.RETRY)
    run(follower)

    assert rows(database, fault.projection) == tally_of(events)
    assert (blocked(database), waiting(database)) == ([], [])


def test_tried_again_too_early_it_waits_on_at_the_event_that_fails_now(own: Own) -> None:
    database, store = own
    events, fault = fill(store, 30, subjects=3), Fault(4, 10)
    follower = parking(fault, own)
    run(follower)
    fault.amounts.remove(4)

    asked(database, "thing/1", Asked.RETRY)
    run(follower)

    waits = of("thing/1", events)[3:]
    assert waits[0].data == '{"amount":10}'
    assert rows(database, fault.projection) == tally_of(without(waits, events))
    assert [(each.event_id, each.asked) for each in blocked(database)] == [(waits[0].event_id, None)]
    assert waiting(database) == [event.event_id for event in waits]


def test_released_it_goes_on_without_the_event_that_fails_which_is_kept_with_the_reason(own: Own) -> None:
    database, store = own
    events, fault = fill(store, 30, subjects=3), Fault(4)
    follower = parking(fault, own)
    run(follower)

    asked(database, "thing/1", Asked.RELEASE, "entered twice by the import of 2014")
    run(follower)

    (poison,) = (event for event in events if event.data == '{"amount":4}')
    assert rows(database, fault.projection) == tally_of(without([poison], events))
    assert (blocked(database), waiting(database)) == ([], [])
    with database.reading() as connection:
        kept = connection.execute(select(parked_event.c.event_id, parked_event.c.left_out)).all()
    assert [(str(event_id), why) for event_id, why in kept] == [
        (poison.event_id, "entered twice by the import of 2014")
    ]


def test_only_what_waits_can_be_asked_about(own: Own) -> None:
    database, _ = own

    with database.writing() as connection, pytest.raises(NotFound):
        retry(connection, "faulty_v1", "thing/1")


def test_only_the_event_that_blocks_now_can_be_released(own: Own) -> None:
    database, store = own
    fill(store, 30, subjects=3)
    fault = Fault(4, 10)
    run(parking(fault, own))
    (seen,) = blocked(database)
    fault.amounts.remove(4)
    asked(database, "thing/1", Asked.RETRY)
    run(parking(fault, own))

    with database.writing() as connection, pytest.raises(NotFound):
        release(connection, "faulty_v1", "thing/1", seen.event_id, "entered twice")

    (now,) = blocked(database)
    assert (now.event_id != seen.event_id, now.asked) == (True, None)


@pytest.mark.parametrize("mended", [True, False])
def test_released_while_it_is_tried_again_only_the_event_named_is_left_out(
    own: Own, *, mended: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    database, store = own
    events, fault = fill(store, 30, subjects=3), Fault(4, 10)
    follower = parking(fault, own)
    run(follower)
    if mended:
        fault.amounts.remove(4)

    meanwhile(lambda: asked(database, "thing/1", Asked.RELEASE), monkeypatch)
    asked(database, "thing/1", Asked.RETRY)
    run(follower)

    waits = of("thing/1", events)[3:]
    assert waits[0].data == '{"amount":10}'
    assert waiting(database) == [event.event_id for event in waits]
    assert [(each.event_id, each.asked) for each in blocked(database)] == [(waits[0].event_id, None)]
    left_out = [] if mended else of("thing/1", events)[1:2]
    assert rows(database, fault.projection) == tally_of(without(left_out + waits, events))


def test_an_unknown_version_stops_the_partition_and_is_never_parked(own: Own, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "FIRST_RETRY", 0.0)
    database, store = own
    record(store, ("thing/1", CountedAnew(amount=2)), ("thing/1", Counted(amount=4)))
    follower = parking(Fault(), own)

    for _ in range(4):
        follower.step()

    assert blocked(database) == []
    assert sum(follower.behind().values()) == 2


def test_a_reader_that_has_to_have_every_event_parks_none(own: Own, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "FIRST_RETRY", 0.0)
    database, store = own
    fill(store, 4, subjects=1)
    follower = parking(Fault(1), own, tries=None)

    for _ in range(8):
        follower.step()

    assert (blocked(database), sum(follower.behind().values())) == ([], 3)


def test_a_database_that_is_away_parks_nothing(own: Own) -> None:
    fill(own[1], 4, subjects=1)

    def away(*_: object) -> None:
        raise Unavailable

    follower = Follower(replace(Fault().projection, apply=away), *own, tries=1)
    with pytest.raises(Unavailable):
        follower.step()

    assert blocked(own[0]) == []


@on_both
def test_killed_while_it_parks_nothing_is_lost_or_parked_twice(store_url: str) -> None:
    with opened(store_url) as (database, store):
        events = fill(store, 6, subjects=2)
        waits = of("thing/1", events)[1:]

        def live(life: int, points: Iterator[int]) -> None:
            with closing(Mortal(store_url, points)) as mortal:
                run(living(life, mortal, store))

        lives = at_every_point(live)

        assert lives > 20
        for life in range(lives):
            run(living(life, database, store))
            assert rows(database, Fault().projection, f"life_{life}") == tally_of(without(waits, events)), life
            assert waiting(database, f"life_{life}") == [event.event_id for event in waits], life


@on_both
@pytest.mark.parametrize("what", Asked)
def test_killed_while_it_goes_on_nothing_is_lost_or_applied_twice(store_url: str, what: Asked) -> None:
    with opened(store_url) as (database, store):
        events = fill(store, 6, subjects=2)
        (poison,) = (event for event in events if event.data == '{"amount":3}')

        def live(life: int, points: Iterator[int]) -> None:
            run(living(life, database, store))
            asked(database, "thing/1", what, name=f"life_{life}")
            with closing(Mortal(store_url, points)) as mortal:
                run(living(life, mortal, store, fails=what is Asked.RELEASE))

        lives = at_every_point(live)

        assert lives > 10
        for life in range(lives):
            run(living(life, database, store, fails=False))
            left = [poison] if what is Asked.RELEASE else []
            assert rows(database, Fault().projection, f"life_{life}") == tally_of(without(left, events)), life
            assert waiting(database, f"life_{life}") == [], life


def test_a_rebuild_leaves_out_what_was_left_out(own: Own) -> None:
    database, store = own
    events, fault = fill(store, 30, subjects=3), Fault(4)
    follower = parking(fault, own)
    run(follower)
    asked(database, "thing/1", Asked.RELEASE, "entered twice")
    run(follower)
    (poison,) = (event for event in events if event.data == '{"amount":4}')

    for _ in range(2):
        made = rebuild(fault.projection, database, store)

        assert set(made.differing.values()) == {0}
        assert rows(database, fault.projection) == tally_of(without([poison], events))


def test_a_rebuild_parks_what_is_parked_and_the_rows_are_the_same(own: Own) -> None:
    database, store = own
    fill(store, 30, subjects=3)
    fault = Fault(4)
    follower = parking(fault, own)
    run(follower)
    before = blocked(database), waiting(database)

    made = rebuild(fault.projection, database, store)

    assert set(made.differing.values()) == {0}
    assert [(each.subject, each.event_id) for each in blocked(database)] == [("thing/1", before[0][0].event_id)]
    assert waiting(database) == before[1]
    fault.amounts.clear()
    asked(database, "thing/1", Asked.RETRY)
    run(parking(fault, own))
    assert rows(database, fault.projection) == tally_of(stored(store))


def test_a_rebuild_that_would_park_more_does_not_take_over(own: Own) -> None:
    database, store = own
    events, fault = fill(store, 30, subjects=3), Fault()
    run(parking(fault, own))
    fault.amounts.add(4)

    with pytest.raises(Unfinished):
        rebuild(fault.projection, database, store)

    assert rows(database, fault.projection) == tally_of(events)
    assert blocked(database) == [] or all(each.follower != "faulty_v1" for each in blocked(database))


def test_a_rebuild_takes_over_where_a_subject_was_released_once_and_is_blocked_again(own: Own) -> None:
    database, store = own
    events, fault = fill(store, 30, subjects=3), Fault(4, 16, 22)
    follower = parking(fault, own)
    for _ in range(2):
        run(follower)
        asked(database, "thing/1", Asked.RELEASE)
    run(follower)
    before = blocked(database), waiting(database)

    for _ in range(2):
        made = rebuild(fault.projection, database, store)

        assert set(made.differing.values()) == {0}
        assert waiting(database) == before[1]
        assert [(each.event_id, each.waiting) for each in blocked(database)] == [
            (each.event_id, each.waiting) for each in before[0]
        ]
    fault.amounts.remove(22)
    asked(database, "thing/1", Asked.RETRY)
    run(parking(fault, own))
    left_out = [event for event in events if event.data in {'{"amount":4}', '{"amount":16}'}]
    assert rows(database, fault.projection) == tally_of(without(left_out, events))


def test_what_was_left_out_does_not_wait_either_when_a_rebuild_blocks_its_subject_earlier(own: Own) -> None:
    database, store = own
    events, fault = fill(store, 30, subjects=3), Fault(4, 16)
    follower = parking(fault, own)
    run(follower)
    asked(database, "thing/1", Asked.RELEASE)
    run(follower)
    fault.amounts.add(1)

    rebuild(fault.projection, database, store)

    poison = of("thing/1", events)[1]
    assert waiting(database) == [event.event_id for event in of("thing/1", events) if event != poison]
    fault.amounts.clear()
    asked(database, "thing/1", Asked.RETRY)
    run(parking(fault, own))
    assert rows(database, fault.projection) == tally_of(without([poison], events))
