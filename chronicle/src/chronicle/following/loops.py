"""Loops: threads that take one step after another, and a watchdog that ends the process when one hangs."""

import gc
import os
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from signal import SIG_BLOCK, SIGINT, SIGTERM, pthread_sigmask, sigwait
from threading import Event, Thread
from time import monotonic
from typing import Protocol

import structlog

from chronicle.feed.leases import Leases
from chronicle.feed.places import Places
from chronicle.messages import new_id
from chronicle.store.values import Head

SOON, IDLE, FAILING = 0.002, 0.1, 1.0
TOLD = 0.5
PATIENCE = 8.0
SILENT, STANDING, LOOK = 60.0, 120.0, 1.0
STUCK = 70  # EX_SOFTWARE
STOPPING = (SIGINT, SIGTERM)

logger = structlog.get_logger(__name__)

Step = Callable[[], bool]


class Mover(Protocol):
    """Whatever moves through a log, such as a relay or a follower."""

    @property
    def places(self) -> Places:
        """Where its last step saw it stand."""

    @property
    def leases(self) -> Leases:
        """Which partitions it moves through."""

    def step(self) -> bool:
        """Do some work; True when there was any."""


@dataclass(frozen=True, slots=True)
class Health:
    """Whether a loop runs, what its last step failed with, how many seconds ago it came round, and where it stands.

    ``standing`` is for how many seconds it has not moved in a partition where it should have.
    """

    alive: bool
    failure: str | None
    silent: float
    standing: float
    places: Places

    @property
    def to_come(self) -> int:
        """How many events it has before it."""
        return sum(place.behind for place in self.places.values())

    @property
    def is_stuck(self) -> bool:
        """Tell whether only another process may get on with it."""
        return self.silent > SILENT or self.standing > STANDING


class Loops:
    """Runs steps, each in a thread of its own. A step does some work and says whether there was any.

    Each looks for work again ``soon`` after it had some, then less and less often, but every ``idle`` seconds at least,
    whether it was woken or not.
    """

    def __init__(self, soon: float = SOON, idle: float = IDLE) -> None:
        self._soon, self._idle = soon, idle
        self._loops: dict[str, _Loop] = {}

    def add(self, name: str, step: Step, wakes: Collection[str] = (), every: float | None = None) -> None:
        """Add a loop before the start; whenever its step did something, it wakes the loops named.

        With ``every`` it looks for itself no more often than after so many seconds.
        """
        soon, idle = (self._soon, self._idle) if every is None else (every, every)
        self._loops[name] = _Loop(name, step, lambda: self.hint(*wakes) if wakes else None, soon, idle)

    def follow(self, name: str, mover: Mover, wakes: Collection[str] = ()) -> None:
        """Add a loop that moves through a log: watched, and shared with the same loop of other processes."""
        self.add(name, mover.step, wakes)
        self._loops[name].mover = mover

    def look_for(
        self, names: Collection[str], name: str, heads: Callable[[], Mapping[int, Head]], every: float
    ) -> None:
        """Add a loop that wakes those named when a log has grown; they hardly look for themselves any more."""
        last: dict[int, Head] = {}

        def step() -> bool:
            before = last.copy()
            last.update(heads())
            return last != before

        self.add(name, step, names, every)
        for each in names:
            self._loops[each].soon = self._loops[each].idle = TOLD

    def start(self) -> None:
        """Start every loop."""
        for loop in self._loops.values():
            loop.start()

    def hint(self, *names: str) -> None:
        """Wake loops, all unless named, that may have work now. A lost hint costs no more than ``idle``."""
        for name in names or self._loops:
            self._loops[name].woken.set()

    def lives(self, name: str) -> None:
        """Tell of a loop, from within a step that takes long, that it goes on."""
        self._loops[name].seen = monotonic()

    def stop(self, seconds: float = PATIENCE) -> bool:
        """End every loop after its step; False when one is still busy after so many seconds."""
        until = monotonic() + seconds
        for loop in self._loops.values():
            loop.ended.set()
            loop.woken.set()
        for loop in self._loops.values():
            loop.join(max(0.0, until - monotonic()))
        return not any(loop.is_alive() for loop in self._loops.values())

    def run_until_stopped(self) -> None:
        """Run as one of several processes until told to stop, or one loop hangs; before there are other threads."""
        # Blocked before any thread starts, so that a signal waits for this one.
        pthread_sigmask(SIG_BLOCK, STOPPING)
        worker = new_id()
        # What was loaded stays: looked through at every collection, it took a fifth of the time of following.
        gc.freeze()
        for loop in self._loops.values():
            if loop.mover:
                loop.mover.leases.share(worker)
        self.start()
        Thread(target=self._watch, name="watchdog", daemon=True).start()
        sigwait(STOPPING)
        if not self.stop():
            # Whoever hangs here would also hang the interpreter's own end.
            os._exit(STUCK)

    def health(self) -> dict[str, Health]:
        """How every loop is."""
        return {name: loop.health() for name, loop in self._loops.items()}

    def _watch(self) -> None:
        while not (stuck := {name: health for name, health in self.health().items() if health.is_stuck}):
            Event().wait(LOOK)
        for name, health in stuck.items():
            logger.critical("loop stuck", loop=name, silent=health.silent, standing=health.standing)
        os._exit(STUCK)


class _Loop(Thread):
    def __init__(self, name: str, step: Step, wake: Callable[[], None], soon: float, idle: float) -> None:
        super().__init__(name=name, daemon=True)
        self.step, self.wake, self.soon, self.idle = step, wake, soon, idle
        self.mover: Mover | None = None
        self.woken, self.ended = Event(), Event()
        self.failure: str | None = None
        self.seen = monotonic()
        self.places: Places = {}
        self.moved: dict[int, float] = {}

    def run(self) -> None:
        wait = self.soon
        while not self.ended.is_set():
            self.woken.clear()
            began = monotonic()
            if self.did_something():
                wait = self.soon
            elif self.failure:
                self.ended.wait(FAILING)
            # A step that waited for something itself has waited enough. A hint is worth one look: there may be
            # many loops to wake, and what wrote something has committed it before it wakes them.
            elif not self.woken.wait(max(0.0, wait - (monotonic() - began))):
                wait = min(wait * 2, self.idle)
            self.look_round()
        if self.mover:
            with suppress(Exception):  # left to itself, a lease ends soon
                self.mover.leases.release()

    def did_something(self) -> bool:
        try:
            did = self.step()
        except Exception as error:  # noqa: BLE001 - whatever it is, the loop goes on and its health tells
            # Of an error and of what it came of only the names: the texts may hold anything.
            failure = " of ".join(type(each).__name__ for each in (error, error.__cause__) if each)
            if failure != self.failure:
                logger.warning("loop failing", loop=self.name, failure=failure)
            self.failure = failure
            return False
        if self.failure:
            logger.info("loop goes on", loop=self.name)
        self.failure = None
        if did:
            self.wake()
        return did

    def look_round(self) -> None:
        self.seen = now = monotonic()
        before, self.places = self.places, self.mover.places if self.mover else {}
        waiting = {p for p, place in self.places.items() if place.is_due and place.reached == _reached(before, p)}
        self.moved = {p: self.moved.get(p, now) if p in waiting else now for p in self.places}

    def health(self) -> Health:
        now = monotonic()
        standing = now - min([now, *self.moved.values()])
        seen = max(self.seen, self.mover.leases.asked) if self.mover else self.seen
        return Health(self.is_alive(), self.failure, now - seen, standing, self.places)


def _reached(places: Places, partition: int) -> int | None:
    return places[partition].reached if partition in places else None
