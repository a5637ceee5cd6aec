"""The watchdog: a worker with a loop that hangs ends, so that whoever watches over it starts another."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from textwrap import dedent
from time import monotonic

import pytest

START = """
    from threading import Event
    from chronicle.feed.leases import Leases
    from chronicle.feed.places import Place
    from chronicle.following import Follower, Loops, loops as settings
    from chronicle.store import Database

    settings.SILENT, settings.STANDING, settings.LOOK = 1.5, 2.0, 0.05
    # Said by a loop: by then the process waits for signals.
    first = iter(["begins"])

    def idle():
        for line in first:
            print(line, flush=True)
        return False

    loops = Loops()
    loops.add("idle", idle)

    class Mover:
        def __init__(self, *places, moves=0):
            self.places, self.leases = dict(enumerate(places)), Leases(Database("sqlite:////nowhere"), "mover")
            self.moves = moves

        def step(self):
            self.places = {{p: at._replace(reached=at.reached + self.moves) for p, at in self.places.items()}}
            return bool(self.moves)

    {lines}
    loops.run_until_stopped()
"""


LONG = """
from time import monotonic
until = monotonic() + 2.5
def step(self):
    while monotonic() < until:
        self.leases.held()
        Event().wait(0.1)
    return False
Mover.step = step
loops.follow("long", Mover())
"""


@contextmanager
def worker(*lines: str) -> Iterator[subprocess.Popen[str]]:
    program = dedent(START).format(lines="\n".join(lines))
    command = [sys.executable, "-c", program]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - written above
        try:
            # What another loop logs meanwhile may stand on the same line.
            assert any("begins" in line for line in process.stdout or ())
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize(
    "line",
    [
        pytest.param('loops.add("hanging", lambda: Event().wait(60))', id="silent"),
        pytest.param('loops.follow("standing", Mover(Place(5, 9)))', id="standing"),
        pytest.param('def gone(): raise SystemExit\nloops.add("gone", gone)', id="ended"),
    ],
)
def test_a_worker_with_a_loop_that_is_stuck_ends(line: str) -> None:
    with worker(line) as process:
        assert process.wait(20) == 70


@pytest.mark.parametrize(
    "line",
    [
        pytest.param('loops.follow("moving", Mover(Place(0, 10**9), moves=1))', id="moving"),
        pytest.param('loops.follow("done", Mover(Place(9, 9)))', id="with nothing to do"),
        pytest.param('loops.follow("stopped", Mover(Place(5, 9, stopped=True)))', id="stopped with an alarm"),
        pytest.param('loops.add("failing", lambda: 1 / 0)', id="failing"),
        pytest.param(LONG, id="at something long, asking for its leases meanwhile"),
    ],
)
def test_a_worker_that_is_well_goes_on_until_it_is_told_to_stop(line: str) -> None:
    with worker(line) as process:
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(3)
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0


def test_told_to_stop_it_ends_within_ten_seconds_even_when_a_loop_hangs() -> None:
    with worker("settings.SILENT = 60", 'loops.add("hanging", lambda: Event().wait(60))') as process:
        began = monotonic()
        process.send_signal(signal.SIGTERM)

        assert process.wait(12) == 70
        assert monotonic() - began < 10
