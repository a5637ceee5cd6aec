"""What goes into an append and what comes out of it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from chronicle.messages import StoredEvent
from chronicle.refusals import Refusal
from chronicle.sealing import PersonKey, SealedText

EVENTS_PER_APPEND = 500

_POSITION = re.compile(r"([a-z][a-z-]*)/([0-9]+):([0-9]+)")


class VersionConflict(Exception):
    """Somebody else appended to one of the streams meanwhile."""


class KeyUsed(Exception):
    """The first answer to this idempotency key is on record."""


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
        written = _POSITION.fullmatch(text.strip())
        if written is None:
            raise ValueError("a position is written source/partition:sequence")
        return cls(written[1], int(written[2]), int(written[3]))


@dataclass(frozen=True, slots=True)
class IdempotencyKey:
    """A client's key for one request, and the keyed fingerprint of what it sent."""

    client: str
    key: str
    fingerprint: bytes


def caused(command_id: str) -> IdempotencyKey:
    """The key of a command that an event caused, whose id is made from that event's: its events tell it again."""
    return IdempotencyKey("reaction", command_id, b"")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command answered; the same again when the request is repeated."""

    status: int
    location: str | None
    etag: int
    positions: tuple[Position, ...] = ()


@dataclass(frozen=True, slots=True)
class HeldClaim:
    """A claim as the store keeps it: which stream takes or gives back which key."""

    kind: str
    key: str
    stream: str
    held: bool = True
    refusal: type[Refusal] | None = None


class ClaimTaken(Exception):
    """Other streams hold these claims."""

    def __init__(self, claims: Sequence[HeldClaim]) -> None:
        self.claims = tuple(claims)
        super().__init__(", ".join(sorted({claim.kind for claim in claims})))


def settled(claims: Iterable[HeldClaim]) -> list[HeldClaim]:
    """What an append comes to: the last word of each stream on each key, what is given back before what is taken."""
    last = {(claim.kind, claim.key, claim.stream): claim for claim in claims}
    return sorted(last.values(), key=lambda claim: (claim.kind, claim.key, claim.held))


@dataclass(frozen=True, slots=True)
class Sealed:
    """Sealed texts and new person keys that are stored with the events that name them.

    A tombstone takes the place of the key there is, and of every text that it opened.
    """

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
    """All that one command records, in one transaction or not at all; at most 500 events.

    Without events it only remembers the answer to its key.
    """

    events: Sequence[StoredEvent]
    now: datetime
    answer: Answer
    claims: Sequence[HeldClaim] = ()
    sealed: Sealed = field(default_factory=Sealed)
    key: IdempotencyKey | None = None

    def __post_init__(self) -> None:
        if len(self.events) > EVENTS_PER_APPEND:
            raise ValueError(f"an append holds at most {EVENTS_PER_APPEND} events")


class Head(NamedTuple):
    """The last sequence and hash of one partition."""

    sequence: int
    hash: bytes
