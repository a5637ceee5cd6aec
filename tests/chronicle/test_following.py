"""Following: every event once and in order, through redelivery, delay and events that cannot be applied."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import sleep
from typing import Any

import pytest
from chronicle.feed.alarms import Alarm, alarms
from chronicle.feed.places import Place
from chronicle.following import Follower, Following
from chronicle.following.follower import FIRST_RETRY
from chronicle.messages import StoredEvent, new_id, partition_of
from chronicle.store import Database, EventStore, open_store
from chronicle.store.values import Position
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs
from tallies import (
    Counted,
    CountedAnew,
    Fault,
    Script,
    Weighed,
    counted,
    everything,
    fill,
    opened,
    record,
    rows,
    run,
    stored,
    tally_of,
)

NOW = datetime.now(UTC)
LATER = NOW + timedelta(days=1)


@pytest.fixture
def own(store_url: str) -> Iterator[tuple[Database, EventStore]]:
    with opened(store_url) as own:
        yield own


@pytest.fixture
def here(tmp_path: Path) -> Iterator[tuple[Database, EventStore, EventStore]]:
    """A database, and two stores whose events are about the same subjects."""
    with (
        opened(f"sqlite:///{tmp_path}/toy.db") as (database, toy),
        opened(f"sqlite:///{tmp_path}/other.db", "other") as (_, other),
    ):
        yield database, toy, other


def raised(database: Database, now: datetime = LATER) -> list[Alarm]:
    with database.reading() as connection:
        return alarms(connection, now)


def test_a_projection_of_own_events_follows_the_store(own: tuple[Database, EventStore]) -> None:
    database, store = own
    follower = Follower(counted, database, store, batch=7)

    events = fill(store, 60)
    run(follower)
    assert rows(database, counted) == tally_of(events)

    events = fill(store, 30)
    assert sum(follower.behind().values()) == 30
    run(follower)
    assert rows(database, counted) == tally_of(events)
    assert set(follower.behind().values()) == {0}


def test_a_projection_says_how_far_what_it_tells_of_a_subject_has_come(
    here: tuple[Database, EventStore, EventStore],
) -> None:
    database, toy, other = here
    record(toy, ("thing/1", Counted(amount=1)))
    record(other, ("thing/1", Weighed(amount=1)))
    partition, feed = stored(toy)[0].partition, Script()
    feed.send({partition: [*stored(toy), *stored(other)]})
    run(Follower(everything, database, feed))
    record(toy, ("thing/1", Counted(amount=2)))
    elsewhere = next(f"thing/{n}" for n in range(2, 99) if partition_of(f"thing/{n}") != partition)

    with database.reading() as connection:
        assert everything.read_at(connection, ["thing/1", elsewhere]) == {
            "thing/1": (f"other/{partition}:1", f"toy/{partition}:1"),
            elsewhere: (),
        }


def test_events_that_are_not_handled_are_passed_by(own: tuple[Database, EventStore]) -> None:
    database, store = own
    record(store, ("thing/1", Weighed(amount=1)), ("thing/1", Counted(amount=2)))
    follower = Follower(counted, database, store)

    run(follower)

    assert rows(database, counted) == ({"thing/1": (1, "2,")}, {"toy": 2})


def test_an_alarm_ends_once_its_event_is_taken_however_much_comes_behind_it(own: tuple[Database, EventStore]) -> None:
    database, store = own
    fault, events = Fault(3), fill(store, 60, subjects=1)
    follower = Follower(fault.projection, database, store, batch=4, tries=None)
    follower.step()
    assert [alarm.event_id for alarm in raised(database)] == [events[3].event_id]

    fault.amounts.clear()
    sleep(FIRST_RETRY)
    follower.step()

    assert 0 < sum(follower.behind().values()) < 60
    assert raised(database) == []


def test_what_comes_again_is_passed_by_however_small_the_batch(own: tuple[Database, EventStore]) -> None:
    database, store = own
    events, feed = fill(store, 100, subjects=1), Script()
    follower = Follower(counted, database, feed, batch=1)
    feed.send({events[0].partition: events})
    run(follower)

    feed.send({events[0].partition: events * 10})
    steps = 0
    while follower.step():
        steps += 1

    assert steps < 5
    assert sum(follower.behind().values()) == 0
    assert rows(database, counted) == tally_of(events)


def test_two_followers_of_one_name_apply_each_event_once(own: tuple[Database, EventStore]) -> None:
    database, store = own
    one, another = Follower(counted, database, store, batch=3), Follower(counted, database, store, batch=5)
    events = fill(store, 60)

    run(one, another)

    assert rows(database, counted) == tally_of(events)


deliveries = st.lists(st.tuples(st.sampled_from(["toy", "other"]), st.integers(-8, 8), st.integers(1, 12)), max_size=12)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deliveries, st.integers(1, 20))
def test_what_comes_again_or_too_early_changes_nothing(
    here: tuple[Database, EventStore, EventStore], moves: list[tuple[str, int, int]], batch: int
) -> None:
    database, toy, other = here
    if not stored(toy):
        fill(toy, 20, subjects=1)
        fill(other, 20, subjects=1, kind=Weighed)
    sources = {"toy": stored(toy), "other": stored(other)}
    feed, sent = Script(), {"toy": 0, "other": 0}
    for source, jump, number in [*moves, ("toy", -20, 20), ("other", -20, 20)]:
        begin = max(0, sent[source] + jump)
        feed.send({sources[source][0].partition: sources[source][begin : begin + number]})
        sent[source] = min(20, begin + number)

    name = f"n{new_id()[-12:]}"
    run(Follower(everything.beside(name), database, feed, batch))

    assert rows(database, everything, name) == tally_of(_in_sequence(feed))
    assert raised(database) == []


def _in_sequence(feed: Script) -> Iterator[StoredEvent]:
    reached = {"toy": 0, "other": 0}
    for event in (event for events in feed.delivered.values() for event in events):
        if event.sequence == reached[event.source] + 1:
            reached[event.source] += 1
            yield event


def test_a_missing_event_is_waited_for_and_becomes_an_alarm_after_a_minute(
    here: tuple[Database, EventStore, EventStore],
) -> None:
    database, toy, other = here
    first, missing, third = fill(toy, 3, subjects=1)
    (weighed,) = fill(other, 1, subjects=1, kind=Weighed)
    feed = Script()
    follower = Follower(everything, database, feed)

    feed.send({first.partition: [first, third, weighed]})
    run(follower)

    assert rows(database, everything) == tally_of([first, weighed])
    assert raised(database, datetime.now(UTC)) == []
    (alarm,) = raised(database, datetime.now(UTC) + timedelta(seconds=61))
    assert (alarm.source, alarm.sequence, alarm.event_id) == ("toy", 3, third.event_id)

    feed.send({first.partition: [missing, third]})
    run(follower)

    assert rows(database, everything) == tally_of([first, weighed, missing, third])
    assert raised(database) == []


def test_what_came_too_early_and_again_in_its_place_is_not_missing(
    here: tuple[Database, EventStore, EventStore],
) -> None:
    database, toy, _ = here
    first, second = fill(toy, 2, subjects=1)
    feed = Script()
    feed.send({first.partition: [second, first, second]})

    run(Follower(everything, database, feed))

    assert rows(database, everything) == tally_of([first, second])
    assert raised(database, datetime.now(UTC) + timedelta(seconds=61)) == []


def test_the_alarm_of_an_event_that_no_history_has_any_more_ends(here: tuple[Database, EventStore, EventStore]) -> None:
    database, toy, other = here
    (failing,), (weighed,) = fill(toy, 1, subjects=1), fill(other, 1, subjects=1, kind=Weighed)
    fault = Fault(0)
    before, after = Script(), Script("second")
    before.send({failing.partition: [failing]})
    after.send({failing.partition: [weighed]})
    run(Follower(fault.projection, database, before))
    assert [alarm.event_id for alarm in raised(database)] == [failing.event_id]

    run(Follower(fault.projection, database, after))

    assert raised(database) == []


def test_a_store_that_lacks_an_event_stops_the_partition(
    here: tuple[Database, EventStore, EventStore],
) -> None:
    database, store, _ = here
    partition = fill(store, 5, subjects=1)[0].partition
    with database.writing() as connection:
        connection.exec_driver_sql("DROP TRIGGER event_no_delete")
        connection.exec_driver_sql("DELETE FROM event WHERE sequence = 3")
    follower = Follower(counted, database, open_store(database, "toy"))

    run(follower)

    assert follower.places[partition] == Place(2, 5, stopped=True)


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(lambda _first, second: second._replace(previous_hash=bytes(32)), id="previous hash"),
        pytest.param(lambda first, second: first._replace(event_id=new_id(), hash=second.hash), id="last one forged"),
    ],
)
def test_what_contradicts_the_history_stops_the_partition(
    here: tuple[Database, EventStore, EventStore], wrong: Any
) -> None:
    database, toy, _ = here
    first, second, third = fill(toy, 3, subjects=1)
    feed = Script()
    feed.send({first.partition: [first, wrong(first, second), second, third]})
    follower = Follower(everything, database, feed)

    run(follower)

    assert rows(database, everything) == tally_of([first])
    (alarm,) = raised(database)
    assert (alarm.partition, alarm.sequence) == (first.partition, wrong(first, second).sequence)


def test_an_older_event_with_another_hash_stops_the_partition(here: tuple[Database, EventStore, EventStore]) -> None:
    database, toy, _ = here
    events = fill(toy, 4, subjects=1)
    feed = Script()
    follower = Follower(everything, database, feed)
    feed.send({events[0].partition: events[:3]})
    run(follower)

    feed.send({events[0].partition: [events[1]._replace(event_id=new_id(), hash=bytes(32)), events[3]]})
    run(follower)

    assert rows(database, everything) == tally_of(events[:3])
    assert [alarm.sequence for alarm in raised(database)] == [2]


def test_another_generation_of_the_feed_is_read_from_its_beginning(
    here: tuple[Database, EventStore, EventStore],
) -> None:
    database, toy, _ = here
    events = fill(toy, 6, subjects=1)
    for generation, held in (("first", events[:4]), ("second", events)):
        feed = Script(generation)
        feed.send({events[0].partition: held})
        run(Follower(everything, database, feed, batch=2))

        assert rows(database, everything) == tally_of(held)


def test_an_event_that_cannot_be_applied_stops_its_partition_alone_until_it_can(
    own: tuple[Database, EventStore],
) -> None:
    database, store = own
    events = fill(store, 50)
    fault = Fault(22)
    poison = next(event for event in events if event.data == '{"amount":22}')
    follower = Follower(fault.projection, database, store)

    with capture_logs() as logs:
        run(follower)

    stuck = [e for e in events if e.partition == poison.partition and e.sequence >= poison.sequence]
    assert rows(database, fault.projection) == tally_of([event for event in events if event not in stuck])
    (alarm,) = raised(database)
    assert (alarm.event_id, alarm.reason) == (poison.event_id, "KeyError on toy.counted.v1")
    assert logs == [
        {
            "event": "following stopped",
            "log_level": "error",
            "follower": "faulty_v1",
            "partition": poison.partition,
            "reason": alarm.reason,
            "event_id": poison.event_id,
            "correlation_id": poison.correlation_id,
            "trace_id": None,
        }
    ]
    assert not follower.step(), "it is left alone for a while"

    fault.amounts.clear()
    sleep(0.3)
    with capture_logs() as logs:
        run(follower)

    assert [(line["event"], line["partition"]) for line in logs] == [("following goes on", poison.partition)]
    assert rows(database, fault.projection) == tally_of(events)
    assert raised(database) == []


def test_the_alarm_of_a_failing_event_keeps_its_time(own: tuple[Database, EventStore]) -> None:
    database, store = own
    fill(store, 10)
    fault = Fault(3)
    run(Follower(fault.projection, database, store))
    before = raised(database)

    run(Follower(fault.projection, database, store))

    assert raised(database) == before


def test_an_unknown_version_of_an_event_stops_the_partition(own: tuple[Database, EventStore]) -> None:
    database, store = own
    record(store, *[("thing/1", Counted(amount=1)), ("thing/1", CountedAnew(amount=2)), ("thing/1", Counted(amount=4))])
    record(store, ("thing/2", Counted(amount=8)))

    run(Follower(counted, database, store))

    assert rows(database, counted) == ({"thing/1": (1, "1,"), "thing/2": (1, "8,")}, {"toy": 9})
    assert [alarm.reason for alarm in raised(database)] == ["UnknownVersion on toy.counted.v2"]


def test_a_service_follows_its_own_store_and_the_feed_for_all_else(
    here: tuple[Database, EventStore, EventStore],
) -> None:
    database, toy, _ = here
    feed = Script()
    following = Following(database, [counted, everything], toy, lambda: feed)

    assert following.followers["counted"].log is toy
    assert following.followers["everything"].log is feed
    with pytest.raises(ValueError, match="everything follows the feed"):
        Following(database, [everything], toy, None)


def test_waiting_for_a_position_ends_when_every_projection_concerned_has_it(
    here: tuple[Database, EventStore, EventStore],
) -> None:
    database, toy, _ = here
    events = fill(toy, 3, subjects=1)
    position = Position("toy", events[-1].partition, 3)
    feed = Script()
    following = Following(database, [counted, everything], toy, lambda: feed)
    following.open()

    assert not following.wait_for([position], 0.02)
    run(following.followers["counted"])
    assert following.wait_for([position], 0.02, names=["counted"])
    assert not following.wait_for([position], 0.02)
    feed.send({position.partition: events})
    run(following.followers["everything"])
    assert following.wait_for([position], 0.02)


def test_a_follower_of_the_own_store_does_not_wait_for_other_services(
    here: tuple[Database, EventStore, EventStore],
) -> None:
    database, toy, _ = here
    following = Following(database, [counted], toy, None)
    following.open()

    assert following.wait_for([Position("other", 3, 7)], 0.02)
