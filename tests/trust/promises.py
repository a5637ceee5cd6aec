"""What a promise is, how one is tried, and what comes of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from random import Random
from subprocess import SubprocessError
from time import monotonic

from private_servers import CannotRun
from tests.trust.clients import StillUnknown
from tests.trust.installation import Setting, Trusted, usual

# What a trial may be broken off by: a server or a process that does not come back, or does not end in time.
BROKEN_BY = (CannotRun, StillUnknown, AssertionError, OSError, SubprocessError)


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


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was measured, the most or least it may be, and what did not hold."""

    figure: str
    limit: str = "nothing lost, doubled or out of order"
    findings: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Promise:
    """One promise: its sentence, the fault that tries it, and which installation that needs.

    One that is ``alone`` gets an installation of its own, others share one. ``within`` gives its setting, or raises
    CannotRun: then the promise is untried.
    """

    name: str
    sentence: str
    trial: Callable[[Trusted, Trial], Outcome]
    brokers: int = 1
    alone: bool = False
    within: Callable[[Path], Setting] = usual


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
        return f"{head}  {'; '.join([known, *self.outcome.findings])}"


def tried(promise: Promise, it: Trusted, seed: int, *, full: bool) -> Result:
    """Try one promise; what raises an error breaks it, but for what this machine cannot run."""
    began = monotonic()
    try:
        outcome = promise.trial(it, Trial(full, Random(f"{promise.name} {seed}")))
    except Untriable as reason:
        return untried(promise, seed, str(reason))
    except BROKEN_BY as reason:
        return Result(promise, seed, Verdict.BROKEN, monotonic() - began, Outcome("", "", [repr(reason)]))
    verdict = Verdict.BROKEN if outcome.findings else Verdict.KEPT
    return Result(promise, seed, verdict, monotonic() - began, outcome)


def untried(promise: Promise, seed: int, reason: str) -> Result:
    """A promise that cannot be tried here."""
    return Result(promise, seed, Verdict.UNTRIED, 0.0, Outcome(reason, ""))
