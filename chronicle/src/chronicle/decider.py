"""Deciders: a pure rule over a folded history, and what it may know when it decides."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property, lru_cache
from hashlib import sha256
from pathlib import Path
from sys import modules
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection

from chronicle.area_codes import AS_RECORDED, AreaCodes
from chronicle.messages import Actor, Event, EventTypes, Recorded
from chronicle.policy import Entry, Policy
from chronicle.principal import Principal
from chronicle.refusals import Refusal
from chronicle.rules import Rule

C = TypeVar("C")
S = TypeVar("S")
K = TypeVar("K", bound="Known")


@dataclass(frozen=True, slots=True)
class About:
    """What the events of one part are about: the subject, the 12-digit area in force, the business date.

    ``corrects`` is the id of the event whose data theirs replaces.
    """

    subject: str
    area: str
    valid_on: date
    corrects: str | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """A key held by one stream at a time; ``held=False`` gives it back. Without a refusal a conflict is retried."""

    kind: str
    key: str
    refusal: type[Refusal] | None = None
    held: bool = True


class Known(BaseModel):
    """What gather found for one part. It goes into the receipt, so it holds ids, codes, dates and numbers only.

    ``read_at`` says how far the projections it was read from had come: positions such as ``identification/7:1234``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    actor: Actor
    today: date
    read_at: tuple[str, ...] = ()

    @property
    def backfill(self) -> str | None:
        """The backfill run that was looked up for it, if one was."""
        return None


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks, when, and in which conversation."""

    principal: Principal
    actor: Actor
    now: datetime
    today: date
    command_id: str
    correlation_id: str
    causation_id: str | None = None
    traceparent: str | None = None


def in_force(policy: Policy, codes: AreaCodes, name: str, area: str, on: date) -> Entry:
    """Find what holds in an area on a day, by the code it has that day; refused as PolicyMissing."""
    # Policy is given for the areas of its time: before it was replaced, an area's own; then the other's.
    return policy.value(name, codes.on(on).now(area), on)


@dataclass(frozen=True)
class Reading:
    """What gather may read: this service's own tables and the policy; every policy entry it uses is kept.

    ``codes`` tell what areas are called on a day, ``cases`` the version and state of every stream decided on.
    """

    connection: Connection
    policy: Policy
    asked: Asked
    used: dict[tuple[str, str, date], Entry] = field(default_factory=dict)
    codes: AreaCodes = AS_RECORDED
    cases: Mapping[str, tuple[int, Any]] = field(default_factory=dict)

    def value(self, name: str, area: str, on: date) -> Any:
        """Look a policy value up for an area and date, and keep the entry for the receipt."""
        return self._entry(name, area, on).value

    def rule(self, name: str, area: str, on: date) -> Rule:
        """Look a rule up for an area and date, and keep the entry for the receipt."""
        return self._entry(name, area, on).rule

    def _entry(self, name: str, area: str, on: date) -> Entry:
        key = (name, area, on)
        if key not in self.used:
            self.used[key] = in_force(self.policy, self.codes, name, area, on)
        return self.used[key]


def no_claims(_event: Event, _state: Any) -> tuple[Claim, ...]:
    """Claim nothing."""
    return ()


@dataclass(frozen=True)
class Decider(Generic[C, S, K]):
    """One kind of case: its name, its events, and the pure functions that decide and fold them.

    ``rules`` names the packages, outside its own, that hold rules it decides by.
    """

    name: str
    types: EventTypes
    initial: S
    decide: Callable[[C, S, K], list[Event]]
    evolve: Callable[[S, Recorded[Any]], S]
    about: Callable[[C, S, K], About]
    gather: Callable[[Sequence[tuple[C, S]], Reading], Sequence[K]]
    claims: Callable[[Any, S], tuple[Claim, ...]] = no_claims
    rules: tuple[str, ...] = ()

    def __hash__(self) -> int:
        return hash(self.name)

    @cached_property
    def digest(self) -> str:
        """Which version of the rule this is: the digest of the code of all cases beside it and of its ``rules``."""
        return _digest_of_code(self.decide.__module__, self.rules)

    def fold(self, history: Iterable[Recorded[Any]]) -> S:
        """Fold a whole history."""
        state = self.initial
        for recorded in history:
            state = self.evolve(state, recorded)
        return state


@lru_cache
def _digest_of_code(module: str, rules: tuple[str, ...]) -> str:
    beside = module.rpartition(".")[0].rpartition(".")[0]
    # A rule calls others: of a shared act, of another stage. Whatever lies beside it may change what it says.
    folders = [file for name in (beside, *rules) if (file := _file(name))]
    files = [Path(_file(module)), *(each for file in folders for each in sorted(Path(file).parent.rglob("*.py")))]
    return sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16]


def _file(module: str) -> str:
    return (module and modules[module].__file__) or ""
