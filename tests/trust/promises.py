"""What a promise is, how one is tried, and what comes of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from random import Random
from subprocess import SubprocessError
from time import monotonic, sleep

from private_servers import CannotRun
from tests.trust.clients import StillUnknown
from tests.trust.installation import NotAccepted, Trusted

# What a trial may be broken off by: a server or a process that does not come back, or does not end in time.
BROKEN_BY = (CannotRun, NotAccepted, StillUnknown, AssertionError, OSError, SubprocessError)


class Untriable(Exception):
    """This machine does not let us do what the trial needs; the text says what."""


class Verdict(Enum):
    """What came of a promise; one that was not tried is not kept."""

    KEPT = "kept"
    BROKEN = "broken"
    UNTRIED = "untried"


@dataclass(frozen=True, slots=True)
class Trial:
    """How long faults last, and what they happen by."""

    full: bool
    random: Random

    def of(self, short: float, full: float) -> float:
        """Seconds or a number, by the form."""
        return full if self.full else short

    def longer(self, seconds: float) -> None:
        """Let a fault that has shown itself last on in the full form."""
        if self.full:
            sleep(seconds)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was measured, the most or least it may be, and what did not hold."""

    figure: str
    limit: str = "nothing lost, doubled or out of order"
    findings: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Promise:
    """One promise: its sentence, the fault that tries it, and on how many brokers.

    Promises on as many brokers share an installation, but for those after one that ``leaves`` it otherwise than it was.
    """

    name: str
    sentence: str
    trial: Callable[[Trusted, Trial], Outcome]
    brokers: int = 1
    leaves: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one promise, in how many seconds, with which seed."""

    promise: Promise
    seed: int
    verdict: Verdict
    seconds: float
    outcome: Outcome = field(default_factory=lambda: Outcome("", ""))

    @property
    def line(self) -> str:
        """One line for a terminal."""
        known = f"{self.outcome.figure} (limit: {self.outcome.limit})" if self.outcome.limit else self.outcome.figure
        head = f"{self.verdict.value:<7}  {self.promise.name:<15}  {self.seconds:4.0f} s  seed {self.seed}"
        return f"{head}  {'; '.join(filter(None, [known, *self.outcome.findings]))}"


def tried(promise: Promise, it: Trusted, seed: int, *, full: bool) -> Result:
    """Try one promise; what raises an error breaks it, but for what this machine cannot run."""
    began = monotonic()
    try:
        outcome = promise.trial(it, Trial(full, Random(f"{promise.name} {seed}")))
    except Untriable as reason:
        return untried(promise, seed, str(reason))
    except BROKEN_BY as reason:
        return broken(promise, seed, repr(reason), monotonic() - began)
    verdict = Verdict.BROKEN if outcome.findings else Verdict.KEPT
    return Result(promise, seed, verdict, monotonic() - began, outcome)


def broken(promise: Promise, seed: int, reason: str, seconds: float = 0.0) -> Result:
    """A promise of which nothing is known but that it could not be tried to its end."""
    return Result(promise, seed, Verdict.BROKEN, seconds, Outcome("", "", [reason]))


def untried(promise: Promise, seed: int, reason: str) -> Result:
    """A promise that cannot be tried here."""
    return Result(promise, seed, Verdict.UNTRIED, 0.0, Outcome(reason, ""))
