"""Loops: threads that take one step after another, wait when there is nothing to do, and say when they fail."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from signal import SIG_BLOCK, SIGINT, SIGTERM, pthread_sigmask, sigwait
from threading import Event, Thread
from time import monotonic

import structlog

BUSY, IDLE, FAILING = 0.002, 0.25, 1.0
PATIENCE = 10.0
STOPPING = (SIGINT, SIGTERM)

logger = structlog.get_logger(__name__)

Step = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Health:
    """Whether a loop runs, what its last step failed with, and how many seconds ago it came round."""

    alive: bool
    failure: str | None
    silent: float


class Loops:
    """Runs steps, each in a thread of its own. A step does some work and says whether there was any."""

    def __init__(self) -> None:
        self._loops: dict[str, _Loop] = {}

    def add(self, name: str, step: Step, wakes: Collection[str] = ()) -> None:
        """Add a loop before the start; whenever its step did something, it wakes the loops named."""
        self._loops[name] = _Loop(name, step, lambda: self.hint(*wakes) if wakes else None)

    def start(self) -> None:
        """Start every loop."""
        for loop in self._loops.values():
            loop.start()

    def hint(self, *names: str) -> None:
        """Wake loops, all unless named, that may have work now. A lost hint costs a quarter of a second, no more."""
        for name in names or self._loops:
            self._loops[name].woken.set()

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
        """Run every loop until the process is told to stop; call it before the process has other threads."""
        # Blocked before any thread starts, so that a signal waits for this one.
        pthread_sigmask(SIG_BLOCK, STOPPING)
        self.start()
        sigwait(STOPPING)
        self.stop()

    def health(self) -> dict[str, Health]:
        """How every loop is."""
        now = monotonic()
        return {name: Health(loop.is_alive(), loop.failure, now - loop.seen) for name, loop in self._loops.items()}


class _Loop(Thread):
    def __init__(self, name: str, step: Step, wake: Callable[[], None]) -> None:
        super().__init__(name=name, daemon=True)
        self.step, self.wake = step, wake
        self.woken, self.ended = Event(), Event()
        self.failure: str | None = None
        self.seen = monotonic()

    def run(self) -> None:
        wait = BUSY
        while not self.ended.is_set():
            self.woken.clear()
            if self.did_something():
                wait = BUSY
            elif self.failure:
                self.ended.wait(FAILING)
            else:
                wait = BUSY if self.woken.wait(wait) else min(wait * 2, IDLE)
            self.seen = monotonic()

    def did_something(self) -> bool:
        try:
            did = self.step()
        except Exception as error:  # noqa: BLE001 - whatever it is, the loop goes on and its health tells
            failure = type(error).__name__
            if failure != self.failure:
                logger.warning("loop failing", loop=self.name, failure=failure)
            self.failure = failure
            return False
        self.failure = None
        if did:
            self.wake()
        return did
