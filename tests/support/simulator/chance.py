"""What happens by chance in one simulated run: drawn from its seed alone, and written down as it is drawn."""

from collections.abc import Callable
from datetime import timedelta
from random import Random
from uuid import UUID

from chronicle.clock import FixedClock
from chronicle.messages import EPOCH
from mortal import Killed

Interrupt = Callable[[], object]


class Chance:
    """The dice, the time and the diary of one run. Faults are drawn until they are over."""

    def __init__(self, seed: int) -> None:
        self.seed, self.dice = seed, Random(seed)  # noqa: S311 - to be repeated, not to be secret
        self.clock = FixedClock(EPOCH + timedelta(days=16_587))
        self.diary: list[str] = []
        self.interrupt: Interrupt | None = None
        self.faults = True
        self.transactions = 0
        self._seconds = 0.0
        self._dying = self.dice.choice((0.0, 0.001, 0.004))
        self._interrupted = self.dice.choice((0.0, 0.01, 0.04))

    def monotonic(self) -> float:
        """Seconds since the run began."""
        return self._seconds

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self._seconds += seconds
        self.clock.advance(timedelta(seconds=seconds))

    def new_id(self) -> str:
        """An id that is the same in every run of the seed."""
        return str(UUID(int=self.dice.getrandbits(128), version=4))

    def happens(self, probability: float) -> bool:
        """Tell whether a fault happens here; never once they are over."""
        return self.faults and self.dice.random() < probability

    def note(self, *told: object) -> None:
        """Write down what happened."""
        self.diary.append(" ".join(map(str, told)))

    def point(self, where: str) -> None:
        """A point at which a process may die, or others go on before it does: its lease, its turn is lost meanwhile."""
        if self.happens(self._dying):
            self.note("killed at", where)
            raise Killed
        # Whoever waits for a transaction of this thread would wait for ever.
        if self.interrupt and not self.transactions and self.happens(self._interrupted):
            self.note("interrupted at", where)
            interrupt, self.interrupt = self.interrupt, None
            try:
                interrupt()
            finally:
                self.interrupt = interrupt
