"""Passing by: how far followers read what is nothing to them is written together, and nothing hangs on when."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from threading import Barrier, Thread
from time import monotonic, sleep

import pytest
from chronicle.feed.alarms import AHEAD, Alarm, alarms, sound
from chronicle.feed.positions import Moved, write
from chronicle.following import Follower, Following, Loops, Passing
from chronicle.following.follower import LOOK_AGAIN
from chronicle.messages import PARTITIONS, StoredEvent, partition_of
from chronicle.store import Database, EventStore
from chronicle.store.values import Position
from mortal import Mortal, at_every_point
from private_postgres import USUAL
from sqlalchemy import Connection, event
from tallies import Counted, Script, Weighed, counted, everything, fill, opened, record, rows, run, stored, tally_of

LATER = datetime.now(UTC) + timedelta(days=1)

on_both = pytest.mark.parametrize("store_url", ["sqlite", f"postgresql-{USUAL}"], indirect=True)


@pytest.fixture
def own(store_url: str) -> Iterator[tuple[Database, EventStore]]:
    with opened(store_url) as own:
        yield own


def followers(database: Database, store: EventStore, *names: str) -> list[Follower]:
    return [Follower(counted.beside(name), database, store) for name in names]


@contextmanager
def holding(database: Database, follower: Follower, partitions: Iterable[int]) -> Iterator[None]:
    with database.writing() as connection:
        for partition in partitions:
            follower.positions.lock(connection, partition)
        yield


def transactions(database: Database, do: Callable[[], object]) -> int:
    ended = list[object]()
    end = ended.append
    event.listen(database.writers, "commit", end)
    do()
    event.remove(database.writers, "commit", end)
    return len(ended)


@on_both
def test_what_many_pass_by_is_written_in_one_transaction(own: tuple[Database, EventStore]) -> None:
    database, store = own
    three = followers(database, store, "one", "two", "three")
    passing = Passing(database, three, gathering=0)
    run(*three)
    fill(store, 40, kind=Weighed)

    assert transactions(database, lambda: run(*three)) == 0
    assert [sum(each.behind().values()) for each in three] == [40, 40, 40]

    assert transactions(database, passing.step) == 1
    assert [sum(each.behind().values()) for each in three] == [0, 0, 0]
    assert transactions(database, passing.step) == 0


@on_both
def test_what_is_handled_is_written_with_all_before_it(own: tuple[Database, EventStore]) -> None:
    database, store = own
    (follower,) = followers(database, store, "one")
    passing = Passing(database, [follower], gathering=0)
    fill(store, 10, kind=Weighed)
    run(follower)

    events = fill(store, 10)
    run(follower)
    passing.step()

    assert sum(follower.behind().values()) == 0
    assert rows(database, counted, "one") == tally_of([each for each in events if counted.types.handles(each)])


def test_who_was_overtaken_moves_nothing_back_and_looks_where_to(own: tuple[Database, EventStore]) -> None:
    database, store = own
    late, other = followers(database, store, "one", "one")
    passing = Passing(database, [late], gathering=0)
    fill(store, 10, kind=Weighed)
    run(late)
    fill(store, 10)
    run(other)

    passing.step()
    assert sum(other.behind().values()) == 0
    assert transactions(database, passing.step) == 0
    events = fill(store, 10)
    run(late, other)

    assert sum(late.behind().values()) == 0
    assert rows(database, counted, "one") == tally_of([each for each in events if counted.types.handles(each)])


def test_one_that_was_overtaken_does_not_keep_the_others(own: tuple[Database, EventStore]) -> None:
    database, store = own
    late, other, another = followers(database, store, "one", "one", "two")
    passing = Passing(database, [late, another], gathering=0)
    fill(store, 10, kind=Weighed)
    run(late, another)
    run(other)

    passing.step()
    run(another)
    passing.step()

    assert sum(another.behind().values()) == 0


def test_who_was_overtaken_writes_nothing_before_it_looked(
    own: tuple[Database, EventStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    database, store = own
    late, other = followers(database, store, "one", "one")
    passing = Passing(database, [late], gathering=0)
    one, another = (next(f"thing/{n}" for n in range(99) if partition_of(f"thing/{n}") == p) for p in (2, 5))
    record(store, (one, Weighed(amount=1)))
    run(late)
    run(other)
    record(store, (one, Weighed(amount=2)))
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(Follower, "_begin", lambda _: None)
        late.step()
        passing.step()
        record(store, (another, Weighed(amount=3)))
        late.step()
        passing.step()

    run(late)
    passing.step()

    assert sum(late.behind().values()) == 0


@pytest.mark.parametrize("store_url", [f"postgresql-{USUAL}"], indirect=True)
def test_nobody_waits_for_one_whose_places_another_transaction_holds(own: tuple[Database, EventStore]) -> None:
    database, store = own
    one, two = followers(database, store, "one", "two")
    passing = Passing(database, [one, two], gathering=0)
    fill(store, 10, kind=Weighed)
    run(one, two)

    with holding(database, one, range(PARTITIONS)):
        began = monotonic()
        passing.step()
        assert monotonic() - began < 2
        assert sum(two.behind().values()) == 0

    passing.step()
    assert sum(one.behind().values()) == 0


@pytest.mark.parametrize("reason", [AHEAD, "it was late"])
def test_an_alarm_that_another_was_late_to_raise_ends(
    own: tuple[Database, EventStore], monkeypatch: pytest.MonkeyPatch, reason: str
) -> None:
    database, store = own
    (follower,) = followers(database, store, "one")
    events = fill(store, 3, subjects=1)
    run(follower)
    with database.writing() as connection:
        sound(connection, Alarm(follower.name, events[1].partition, "toy", 2, events[1].event_id, reason))

    later = monotonic() + 2 * LOOK_AGAIN
    monkeypatch.setattr("chronicle.following.follower.monotonic", lambda: later)
    run(follower)

    with database.reading() as connection:
        assert alarms(connection, LATER) == []


@pytest.mark.parametrize("store_url", [f"postgresql-{USUAL}"], indirect=True)
def test_workers_that_share_a_reader_move_its_partitions_at_the_same_time(
    own: tuple[Database, EventStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    database, store = own
    (follower,) = followers(database, store, "one")
    passing = Passing(database, [follower], gathering=0)
    fill(store, 3, subjects=1, kind=Weighed)
    run(follower)
    (at,) = (partition for partition, head in store.heads().items() if head.sequence)

    def write_beside_another(connection: Connection, moves: Iterable[Moved]) -> None:
        with holding(database, follower, {*range(PARTITIONS)} - {at}):
            write(connection, moves)

    monkeypatch.setattr("chronicle.following.passing.write", write_beside_another)
    passing.step()

    assert sum(follower.behind().values()) == 0


def test_nobody_waits_for_one_that_is_busy(own: tuple[Database, EventStore]) -> None:
    database, store = own
    busy, other = followers(database, store, "one", "two")
    passing = Passing(database, [busy, other], gathering=0)
    fill(store, 10, kind=Weighed)
    run(busy, other)

    with busy.turn:
        assert passing.step()

    assert [sum(each.behind().values()) for each in (busy, other)] == [10, 0]
    assert not passing.step()
    assert sum(busy.behind().values()) == 0


def test_those_who_go_through_rows_of_sqlite_do_so_one_after_the_other_whatever_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside, most, begun = list[str](), list[int](), Barrier(2)
    with opened(f"sqlite:///{tmp_path}/one.db") as one, opened(f"sqlite:///{tmp_path}/two.db") as two:
        for _, store in (one, two):
            fill(store, 20)

        def read_slowly(store: EventStore, read: Callable[..., list[StoredEvent]], *asked: int) -> list[StoredEvent]:
            inside.append(store.source)
            most.append(len(inside))
            sleep(0.05)
            inside.pop()
            return read(*asked)

        def follow(database: Database, store: EventStore) -> None:
            begun.wait(10)
            run(*followers(database, store, "one"))

        for _, store in (one, two):
            monkeypatch.setattr(store, "read", partial(read_slowly, store, store.read))
        threads = [Thread(target=follow, args=each) for each in (one, two)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert [rows(database, counted, "one") for database, _ in (one, two)] == [tally_of(stored(one[1]))] * 2
    assert len(most) > 2
    assert max(most) == 1


def test_two_who_take_many_rows_from_postgresql_do_so_at_a_time_and_any_who_take_few(database_url: str) -> None:
    with closing(Database(database_url)) as database, database.at_work(2_000), database.at_work(2_000):
        began = monotonic()
        with database.at_work(100):
            assert monotonic() - began < 1
        with database.at_work(2_000):
            assert monotonic() - began >= 5, "it goes on all the same"


def test_one_who_failed_lets_others_work(own: tuple[Database, EventStore]) -> None:
    database, _ = own
    for _ in range(3):
        with pytest.raises(KeyError), database.at_work(2_000):
            raise KeyError
    began = monotonic()
    with database.at_work(2_000):
        assert monotonic() - began < 1


def test_a_missing_event_is_an_alarm_though_it_is_nothing_to_the_reader(own: tuple[Database, EventStore]) -> None:
    database, store = own
    events, feed = fill(store, 3, subjects=1, kind=Weighed), Script()
    partition = events[0].partition
    feed.send({partition: [events[0], events[2]]})
    follower = Follower(counted, database, feed)
    passing = Passing(database, [follower], gathering=0)

    def alarmed() -> list[tuple[int, str]]:
        with database.reading() as connection:
            return [(each.sequence, each.reason) for each in alarms(connection, LATER)]

    run(follower)
    passing.step()
    assert alarmed() == [(3, AHEAD)]

    feed.send({partition: events[1:]})
    run(follower)
    passing.step()
    assert alarmed() == []


@on_both
def test_killed_at_any_point_they_apply_every_event_once(store_url: str) -> None:
    with opened(store_url) as (database, store):
        for number in range(4):
            fill(store, 2, subjects=2, kind=Weighed if number % 2 else Counted)
        events = [each for each in stored(store) if counted.types.handles(each)]

        def live(life: int, points: Iterator[int]) -> None:
            with closing(Mortal(store_url, points)) as mortal:
                follower = Follower(counted.beside(f"life_{life}"), mortal, store, batch=1)
                passing = Passing(mortal, [follower], gathering=0)
                while follower.step():
                    passing.step()

        lives = at_every_point(live)

        assert lives > 20
        for life in range(lives):
            run(Follower(counted.beside(f"life_{life}"), database, store))
            assert rows(database, counted, f"life_{life}") == tally_of(events), life


def test_in_loops_nobody_waits_long_for_a_projection_that_has_nothing_to_do(own: tuple[Database, EventStore]) -> None:
    database, store = own
    following, loops = Following(database, [counted, everything.beside("other")], store, Script), Loops(60, 60)
    loops.add("passing", Passing(database, following.followers.values()).step, every=60)
    for name, follower in following.followers.items():
        loops.follow(name, follower, ["passing"])
    store.tell(loops.hint)
    loops.start()
    sleep(0.3)

    began = monotonic()
    for number in range(10):
        partition = fill(store, 1, kind=Weighed)[0].partition
        assert following.wait_for([Position("toy", partition, number + 1)], 5, names=["counted"])

    assert monotonic() - began < 5
    assert loops.stop()
