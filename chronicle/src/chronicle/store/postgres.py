"""The events on PostgreSQL: one function call, one round trip, one transaction an append."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from psycopg import errors

from chronicle.messages import StoredEvent, microseconds
from chronicle.refusals import Busy, Unavailable
from chronicle.store.database import available
from chronicle.store.direct import Direct
from chronicle.store.rows import COLUMNS, GIVEN, event_of, row_of
from chronicle.store.values import Append, ClaimTaken, HeldClaim, KeyUsed, VersionConflict, settled

_APPEND = "SELECT append_events($1, $2, $3, $4, $5, $6, $7)"
_EVENT = ", ".join(f"e.{name}::text" if name.endswith("_id") or name == "valid_on" else f"e.{name}" for name in COLUMNS)
_LOAD = (
    f"SELECT {_EVENT} FROM unnest($1::text[], $2::int4[]) AS wanted(stream, after)"
    " JOIN event e ON e.stream = wanted.stream AND e.version > wanted.after ORDER BY e.stream, e.version"
)
_READ = f"SELECT {_EVENT} FROM event e WHERE e.partition = $1 AND e.sequence > $2 ORDER BY e.sequence LIMIT $3"
_HOLDERS = "SELECT key, stream FROM claim WHERE kind = $1 AND key = ANY($2::text[])"
_HEADS = "SELECT partition, sequence, hash, recorded_at FROM partition_head"

# Two who seal for somebody new at once have a key for them each: the second reads the first one's, and decides again.
_CONFLICTS = dict.fromkeys(("event_stream_version", "person_key_pkey"), VersionConflict) | {
    "handled_command_pkey": KeyUsed
}
_ENCODER = json.JSONEncoder(default=lambda value: f"\\x{value.hex()}", ensure_ascii=False, separators=(",", ":"))


class PostgresEvents:
    """The events of one PostgreSQL database."""

    def __init__(self, direct: Direct) -> None:
        self._direct = direct

    def append(self, append: Append) -> str:
        """Record all or nothing; gives the positions reached."""
        claims = settled(append.claims)
        try:
            with available():
                ((reached,),) = self._direct.run(_APPEND, *_arguments(append, claims))
        except errors.UniqueViolation as error:
            conflict = _CONFLICTS.get(error.diag.constraint_name or "")
            if conflict is None:
                raise
            raise conflict from error
        except errors.RaiseException as error:
            places = (error.diag.message_detail or "").split()
            raise ClaimTaken([claims[int(place) - 1] for place in places]) from error
        except Unavailable as error:
            if append.key and isinstance(error.__cause__, errors.LockNotAvailable):
                raise Busy from error
            raise
        return str(reached)

    def load(self, after: Mapping[str, int]) -> dict[str, list[StoredEvent]]:
        """Read streams on from the versions given."""
        found: dict[str, list[StoredEvent]] = {stream: [] for stream in after}
        with available():
            rows = self._direct.run(_LOAD, _array(after), _array(after.values()))
        for row in rows:
            event = event_of(row)
            found[event.stream].append(event)
        return found

    def read(self, partition: int, after: int, limit: int) -> list[StoredEvent]:
        """Read one partition on from a sequence."""
        with available():
            rows = self._direct.run(_READ, partition, after, limit)
        return [event_of(row) for row in rows]

    def heads(self) -> list[tuple[Any, ...]]:
        """The last sequence, hash and recorded time of every partition."""
        with available():
            return self._direct.run(_HEADS)

    def holder(self, kind: str, keys: Sequence[str]) -> dict[str, str]:
        """Which stream holds each claimed key."""
        with available():
            return dict(self._direct.run(_HOLDERS, kind, _array(keys)))


def _arguments(append: Append, claims: Iterable[HeldClaim]) -> tuple[object, ...]:
    key, answer, now = append.key, append.answer, microseconds(append.now)
    answered = {"status": answer.status, "location": answer.location, "etag": answer.etag, "recorded_at": now}
    handled = key and asdict(key) | answered
    return (
        now,
        _array(sorted({event.partition for event in append.events})),
        _json([dict(zip(COLUMNS[:GIVEN], row_of(event), strict=False)) for event in append.events]),
        _json([(claim.kind, claim.key, claim.stream, claim.held) for claim in claims]),
        _json([asdict(key) for key in append.sealed.keys]),
        _json([asdict(text) for text in append.sealed.texts]),
        _json(handled or []),
    )


def _json(value: Any) -> str:
    return _ENCODER.encode(value) if value else "[]"


def _array(values: Iterable[str | int]) -> str:
    # Written like a JSON list, but for the braces.
    return "{" + _ENCODER.encode(list(values))[1:-1] + "}"
