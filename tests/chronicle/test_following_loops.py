"""Loops: work is done soon, a loop that fails says so and goes on, and all of them end when asked."""

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event
from time import monotonic

import pytest
from chronicle.following import Follower, Loops
from chronicle.following import loops as settings
from chronicle.relay import Relay
from structlog.testing import capture_logs
from tallies import counted, everything, fill, opened, rows, shared, stored, tally_of


@pytest.fixture
def loops() -> Iterator[Loops]:
    loops = Loops()
    yield loops
    assert loops.stop()


def eventually(true: Callable[[], object], seconds: float = 10.0) -> bool:
    until = monotonic() + seconds
    while monotonic() < until:
        if true():
            return True
        Event().wait(0.002)
    return False


class Work:
    """Something to do that comes in now and then."""

    def __init__(self) -> None:
        self.left, self.done, self.looked = 0, 0, 0
        self.failing: Exception | None = None

    def step(self) -> bool:
        """Do one thing."""
        self.looked += 1
        if self.failing:
            raise self.failing
        if not self.left:
            return False
        self.left, self.done = self.left - 1, self.done + 1
        return True


def test_from_a_command_to_another_services_tables(loops: Loops, tmp_path: Path) -> None:
    with (
        opened(f"sqlite:///{tmp_path}/own.db") as (database, store),
        shared(f"sqlite:///{tmp_path}/history.db") as (history, feed),
    ):
        loops.add("own", Follower(counted, database, store).step)
        loops.add("relay", Relay(store, database, feed).step, wakes=["gateway"])
        loops.add("gateway", Follower(everything, history, feed).step)
        loops.start()

        events = fill(store, 300)
        loops.hint()

        assert eventually(lambda: rows(database, counted) == tally_of(events))
        assert eventually(lambda: rows(history, everything) == tally_of(stored(store)))
        assert loops.stop()


def test_a_loop_without_work_looks_less_and_less_often(loops: Loops) -> None:
    work = Work()
    loops.add("work", work.step)
    loops.start()
    Event().wait(0.6)
    before, began = work.looked, monotonic()

    Event().wait(1.0)

    assert work.looked - before <= (monotonic() - began) / settings.IDLE + 1


@pytest.fixture
def patient() -> Iterator[Loops]:
    """Loops that wait for a minute as soon as they have no work."""
    loops = Loops(60, 60)
    yield loops
    assert loops.stop()


def test_a_hint_ends_the_waiting(patient: Loops) -> None:
    work, other = Work(), Work()
    patient.add("work", work.step, wakes=["other"])
    patient.add("other", other.step)
    patient.start()
    assert eventually(lambda: work.looked and other.looked)

    seen, work.left = other.looked, 100
    patient.hint("work")

    assert eventually(lambda: work.done == 100 and other.looked > seen)


def test_a_hint_without_work_behind_it_is_worth_one_look() -> None:
    loops, work = Loops(idle=5.0), Work()
    loops.add("work", work.step)
    loops.start()
    # By then it waits for a second or more.
    Event().wait(1.2)
    before = work.looked

    loops.hint("work")
    Event().wait(0.3)

    assert work.looked == before + 1
    assert loops.stop()


def test_who_is_told_when_a_log_has_grown_hardly_looks_meanwhile(loops: Loops, tmp_path: Path) -> None:
    with opened(f"sqlite:///{tmp_path}/own.db") as (_, store):
        work = Work()
        loops.add("work", work.step)
        loops.look_for(["work"], "news", store.heads, 0.02)
        loops.start()
        Event().wait(0.3)
        before, began = work.looked, monotonic()

        Event().wait(1.2)

        assert work.looked - before <= (monotonic() - began) / settings.TOLD + 1

        work.left = 1
        fill(store, 1)

        assert eventually(lambda: work.done, settings.TOLD / 2)
        assert loops.stop()


def test_a_failing_loop_says_so_and_goes_on_when_the_cause_is_gone(loops: Loops) -> None:
    work, other = Work(), Work()
    work.failing, work.left, other.left = ConnectionError("the text is told to nobody"), 5, 5
    work.failing.__cause__ = TimeoutError("nor this one")
    loops.add("work", work.step)
    loops.add("other", other.step)
    loops.start()

    assert eventually(lambda: loops.health()["work"].failure == "ConnectionError of TimeoutError")
    assert eventually(lambda: other.done == 5)
    assert (loops.health()["work"].alive, loops.health()["other"].failure) == (True, None)

    with capture_logs() as logs:
        work.failing = None
        assert eventually(lambda: work.done == 5)
    assert loops.health()["work"].failure is None
    assert [(line["event"], line["loop"]) for line in logs] == [("loop goes on", "work")]


def test_a_loop_that_hangs_is_seen_and_does_not_hold_up_the_end() -> None:
    loops, released = Loops(), Event()
    loops.add("hanging", lambda: released.wait(20))
    loops.start()
    Event().wait(0.1)

    assert loops.health()["hanging"].silent > 0.05
    assert not loops.stop(0.1)
    released.set()
    assert loops.stop()
    assert not loops.health()["hanging"].alive


def test_a_loop_that_says_so_in_a_long_step_is_not_silent() -> None:
    loops, released = Loops(), Event()
    loops.add("looking back", lambda: released.wait(20))
    loops.start()
    Event().wait(0.2)
    loops.lives("looking back")

    assert loops.health()["looking back"].silent < 0.1
    released.set()
    assert loops.stop()


def test_loops_end_at_once(patient: Loops) -> None:
    work = [Work() for _ in range(20)]
    for number, each in enumerate(work):
        patient.add(str(number), each.step)
    patient.start()
    assert eventually(lambda: all(each.looked for each in work))

    assert patient.stop()
