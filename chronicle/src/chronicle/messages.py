"""Commands, events and the recorded envelope. A stored name is pinned, never a Python path."""

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from json.encoder import encode_basestring
from typing import Any, ClassVar, Generic, NamedTuple, Self, TypeVar
from uuid import UUID
from zlib import crc32

from pydantic import BaseModel, ConfigDict, Field

PARTITIONS = 16
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EXACT = 2**53 - 1
# Where a system has it: os.urandom lets another thread take its turn, and waits for its own.
random_bytes: Callable[[int], bytes] = getattr(os, "getrandom", os.urandom)
ID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"

# The config of an event type that no feed and no open topic shows, whatever was granted.
WITHHELD = ConfigDict(json_schema_extra={"x-withheld": True})
OPEN = Field(json_schema_extra={"x-data-class": "open"})
INTERNAL = Field(json_schema_extra={"x-data-class": "internal"})
SENSITIVE = Field(json_schema_extra={"x-data-class": "sensitive"})


class Command(BaseModel):
    """What somebody asks for."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Event(BaseModel):
    """What happened. Every field carries a data class: open, internal or sensitive."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    type: ClassVar[str]

    def __init_subclass__(cls, *, type: str, **kwargs: Any) -> None:  # noqa: A002 - the field's standard name
        super().__init_subclass__(**kwargs)
        cls.type = type

    @classmethod
    @lru_cache(maxsize=128)  # several followers read the same event at about the same time
    def read(cls, data: str) -> Self:
        """Read stored data, passing by fields this reader does not know."""
        return cls.model_validate_json(data, extra="ignore")

    def text(self) -> str:
        """Write the canonical JSON text that is stored."""
        return canonical(self.model_dump(mode="json"))


E = TypeVar("E", bound=Event)

# The role of a service that acts by itself.
SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did it: a person, for an organisation, in a role; as a substitute, for whom; in which backfill run."""

    person: str
    organisation: str
    role: str
    on_behalf_of: str | None = None
    backfill: str | None = None

    @lru_cache(maxsize=4096)  # noqa: B019 - actors are equal by value, and those of one day are few
    def text(self) -> str:
        """Write canonical JSON."""
        said = {"organisation": self.organisation, "person": self.person, "role": self.role}
        # Left out where there is none, as it was before there were substitutes and backfill runs: digests stay.
        more = {"on_behalf_of": self.on_behalf_of, "backfill": self.backfill}
        return canonical(said | {name: value for name, value in more.items() if value is not None})


class StoredEvent(NamedTuple):
    """One event as stored, hashed and relayed: the envelope and the canonical text of its data."""

    event_id: str
    type: str
    source: str
    subject: str
    area: str
    stream: str
    version: int
    partition: int
    valid_on: date
    actor: Actor
    command_id: str
    correlation_id: str
    causation_id: str | None
    traceparent: str | None
    corrects: str | None
    receipt: str | None
    data: str
    digest: bytes = b""
    sequence: int = 0
    recorded_at: datetime = EPOCH
    previous_hash: bytes = b""
    hash: bytes = b""

    def named(self) -> dict[str, str | None]:
        """What a log line names it by."""
        trace_id = trace_of(self.traceparent)
        return {"event_id": self.event_id, "correlation_id": self.correlation_id, "trace_id": trace_id}


@dataclass(frozen=True, slots=True)
class Recorded(Generic[E]):
    """An event together with its envelope, as deciders and projections read it."""

    event: E
    stored: StoredEvent

    @property
    def event_id(self) -> str:
        """The event's id."""
        return self.stored.event_id

    @property
    def actor(self) -> Actor:
        """Who entered it."""
        return self.stored.actor

    @property
    def subject(self) -> str:
        """What it is about, such as ``household/<id>``."""
        return self.stored.subject

    @property
    def area(self) -> str:
        """The 12-digit area code in force on ``valid_on``."""
        return self.stored.area

    @property
    def valid_on(self) -> date:
        """When it was true."""
        return self.stored.valid_on

    @property
    def recorded_at(self) -> datetime:
        """When it became known (UTC)."""
        return self.stored.recorded_at


class UnknownVersion(Exception):
    """A version of a known event that this reader cannot read: stop and alarm."""


class EventTypes:
    """The event types one reader handles."""

    def __init__(self, *classes: type[Event]) -> None:
        self._classes = {cls.type: cls for cls in classes}
        self._names = {name_of(cls.type) for cls in classes}

    def __iter__(self) -> Iterator[type[Event]]:
        return iter(self._classes.values())

    @property
    def names(self) -> tuple[str, ...]:
        """The pinned type names."""
        return tuple(self._classes)

    def handles(self, stored: StoredEvent) -> bool:
        """Tell whether a stored event is one of them, in whatever version."""
        return name_of(stored.type) in self._names

    def read(self, stored: StoredEvent) -> Recorded[Any] | None:
        """Read a stored event; None when its name is not handled here, UnknownVersion when only its version is not."""
        cls = self._classes.get(stored.type)
        if cls is None:
            if self.handles(stored):
                raise UnknownVersion(stored.type)
            return None
        return Recorded(cls.read(stored.data), stored)


class Everything(EventTypes):
    """Every event there is, without looking into it."""

    def handles(self, _stored: StoredEvent) -> bool:
        """Whatever it is."""
        return True

    def read(self, stored: StoredEvent) -> Recorded[Any]:
        """Take it as it is stored."""
        return Recorded(None, stored)


def name_of(event_type: str) -> str:
    """Drop the version from a pinned type name."""
    return event_type.rpartition(".v")[0]


def trace_of(traceparent: str | None) -> str | None:
    """The trace that a W3C traceparent is part of."""
    return (traceparent or "").partition("-")[2][:32] or None


def canonical(value: object) -> str:
    """Write RFC 8785 canonical JSON; TypeError for a float (amounts are text), ValueError for an inexact number."""
    match value:
        case str():
            return encode_basestring(value)
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int():
            if abs(value) > EXACT:
                raise ValueError("a JSON number is exact up to 2^53 - 1 only")
            return str(value)
        case dict():
            members = [f"{encode_basestring(key)}:{canonical(value[key])}" for key in _ordered(value)]
            return "{" + ",".join(members) + "}"
        case list() | tuple():
            return "[" + ",".join([canonical(each) for each in value]) + "]"
        case _:
            raise TypeError(f"canonical JSON here holds no {type(value).__name__}")


def _ordered(names: dict[str, object]) -> list[str]:
    # As UTF-16 code units; plain ASCII is in that order as it is.
    return sorted(names) if "".join(names).isascii() else sorted(names, key=lambda name: name.encode("utf-16-be"))


def new_id(now: float | None = None) -> str:
    """Mint a UUIDv7 (RFC 9562), 36 characters in lower case."""
    milliseconds = int((time.time() if now is None else now) * 1000)
    value = (milliseconds << 80) | int.from_bytes(random_bytes(10))
    return str(UUID(int=(value & ~(0xF << 76 | 0x3 << 62)) | 0x7 << 76 | 0x2 << 62))


def partition_of(subject: str) -> int:
    """Choose a subject's partition, for ever."""
    return crc32(subject.encode()) % PARTITIONS


def digest_of(event: StoredEvent) -> bytes:
    """SHA-256 of the canonical JSON of envelope and data, without position, time of recording and hashes."""
    members = (
        f'"actor":{event.actor.text()}',
        f'"area":{canonical(event.area)}',
        f'"causation_id":{canonical(event.causation_id)}',
        f'"command_id":{canonical(event.command_id)}',
        f'"corrects":{canonical(event.corrects)}',
        f'"correlation_id":{canonical(event.correlation_id)}',
        f'"data":{event.data}',
        f'"event_id":{canonical(event.event_id)}',
        f'"receipt":{event.receipt or "null"}',
        f'"source":{canonical(event.source)}',
        f'"stream":{canonical(event.stream)}',
        f'"subject":{canonical(event.subject)}',
        f'"traceparent":{canonical(event.traceparent)}',
        f'"type":{canonical(event.type)}',
        f'"valid_on":"{event.valid_on}"',
        f'"version":{event.version}',
    )
    return sha256(f"{{{','.join(members)}}}".encode()).digest()


def hash_of(previous_hash: bytes, digest: bytes, sequence: int, recorded_at: datetime) -> bytes:
    """Chain one event to its partition: SHA-256(previous ‖ digest ‖ sequence ‖ microseconds), numbers as 8 bytes."""
    numbers = sequence.to_bytes(8) + microseconds(recorded_at).to_bytes(8)
    return sha256(previous_hash + digest + numbers).digest()


def is_as_recorded(event: StoredEvent) -> bool:
    """Tell whether an event still says what was recorded: its digest is its own, and so is its place in the chain."""
    chained = hash_of(event.previous_hash, event.digest, event.sequence, event.recorded_at) == event.hash
    return chained and digest_of(event) == event.digest


def microseconds(moment: datetime) -> int:
    """Count microseconds since 1970-01-01T00:00:00Z, exactly."""
    return (moment - EPOCH) // timedelta(microseconds=1)


def from_microseconds(count: int) -> datetime:
    """Turn microseconds since 1970 back into a UTC datetime, exactly."""
    return EPOCH + timedelta(microseconds=count)
