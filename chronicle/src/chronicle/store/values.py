"""What goes into an append and what comes out of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from chronicle.messages import StoredEvent
from chronicle.refusals import Refusal
from chronicle.sealing import PersonKey, SealedText

EVENTS_PER_APPEND = 500


class VersionConflict(Exception):
    """Somebody else appended to one of the streams meanwhile."""


class ClaimTaken(Exception):
    """Another stream holds the claim."""

    def __init__(self, kind: str, key: str) -> None:
        self.kind, self.key = kind, key
        super().__init__(kind)


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """How far a source got in one partition; written ``identification/7:1234``."""

    source: str
    partition: int
    sequence: int

    def __str__(self) -> str:
        return f"{self.source}/{self.partition}:{self.sequence}"

    @classmethod
    def parse(cls, text: str) -> "Position":
        """Read ``source/partition:sequence``; ValueError when it is not one."""
        source, _, rest = text.strip().rpartition("/")
        partition, _, sequence = rest.partition(":")
        return cls(source, int(partition), int(sequence))


@dataclass(frozen=True, slots=True)
class IdempotencyKey:
    """A client's key for one request, and the keyed fingerprint of what it sent."""

    client: str
    key: str
    fingerprint: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command answered; the same again when the request is repeated."""

    status: int
    location: str | None
    etag: int
    positions: tuple[Position, ...] = ()

    def at(self, positions: Sequence[Position]) -> "Answer":
        """The same answer, recorded at these positions."""
        return replace(self, positions=tuple(sorted(positions)))


@dataclass(frozen=True, slots=True)
class HeldClaim:
    """A claim as the store keeps it: which stream takes or gives back which key."""

    kind: str
    key: str
    stream: str
    held: bool = True
    refusal: type[Refusal] | None = None


@dataclass(frozen=True, slots=True)
class Sealed:
    """Sealed texts and new person keys that are stored with the events that name them."""

    texts: tuple[SealedText, ...] = ()
    keys: tuple[PersonKey, ...] = ()

    def __add__(self, other: "Sealed") -> "Sealed":
        return Sealed(self.texts + other.texts, self.keys + other.keys)


@dataclass(frozen=True, slots=True)
class Delivery:
    """How a command comes and goes: idempotency key, version last seen, sealed texts and their claims, result."""

    key: IdempotencyKey | None = None
    if_match: int | None = None
    sealed: Sealed = field(default_factory=Sealed)
    claims: tuple[HeldClaim, ...] = ()
    status: int = 201
    location: str | None = None


@dataclass(frozen=True)
class Append:
    """All that one command records, in one transaction or not at all; at most 500 events."""

    events: Sequence[StoredEvent]
    now: datetime
    answer: Answer
    claims: Sequence[HeldClaim] = ()
    sealed: Sealed = field(default_factory=Sealed)
    key: IdempotencyKey | None = None

    def __post_init__(self) -> None:
        if not 0 < len(self.events) <= EVENTS_PER_APPEND:
            raise ValueError(f"an append holds 1 to {EVENTS_PER_APPEND} events")


@dataclass(frozen=True, slots=True)
class Head:
    """The last sequence and hash of one partition."""

    sequence: int
    hash: bytes


class EventStore(Protocol):
    """Where one service records its events. Two of them: PostgreSQL and SQLite."""

    source: str

    def append(self, append: Append) -> Answer:
        """Record all or nothing; VersionConflict, ClaimTaken, KeyReused, Busy; a repeated key gets the first answer."""

    def answered(self, key: IdempotencyKey) -> Answer | None:
        """The first answer to a key, if there was one; KeyReused when the body was another."""

    def load(self, after: Mapping[str, int]) -> dict[str, list[StoredEvent]]:
        """Read streams on from the versions given."""

    def read(self, partition: int, after: int, limit: int) -> list[StoredEvent]:
        """Read one partition on from a sequence, in order and without gaps."""

    def heads(self) -> dict[int, Head]:
        """The last sequence and hash of every partition."""

    def holder(self, kind: str, keys: Sequence[str]) -> dict[str, str]:
        """Which stream holds each claimed key."""
