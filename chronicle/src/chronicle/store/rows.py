"""Stored events as database rows, the same on both databases."""

import json
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from chronicle.messages import Actor, StoredEvent, from_microseconds, microseconds

COLUMNS = (
    "event_id", "type", "source", "subject", "area", "stream", "version", "partition", "valid_on", "actor",
    "command_id", "correlation_id", "causation_id", "traceparent", "corrects", "receipt", "data", "digest",
    "sequence", "recorded_at", "previous_hash", "hash",
)  # fmt: skip
TEXTS = [f"CAST({name} AS text)" if name.endswith("_id") or name == "valid_on" else name for name in COLUMNS]
GIVEN = COLUMNS.index("sequence")  # so many are given; the store fills in the others
_VALID_ON, _ACTOR, _RECORDED_AT = map(COLUMNS.index, ("valid_on", "actor", "recorded_at"))


def row_of(event: StoredEvent) -> tuple[Any, ...]:
    """One event as a row in the order of COLUMNS; dates as ISO text, times as microseconds."""
    return (
        event.event_id, event.type, event.source, event.subject, event.area, event.stream, event.version,
        event.partition, event.valid_on.isoformat(), event.actor.text(), event.command_id, event.correlation_id,
        event.causation_id, event.traceparent, event.corrects, event.receipt, event.data, event.digest,
        event.sequence, microseconds(event.recorded_at), event.previous_hash, event.hash,
    )  # fmt: skip


def event_of(row: Sequence[Any]) -> StoredEvent:
    """One row in the order of COLUMNS as an event."""
    values = list(row)
    values[_VALID_ON] = date.fromisoformat(values[_VALID_ON])
    values[_ACTOR] = _actor(values[_ACTOR])
    values[_RECORDED_AT] = from_microseconds(values[_RECORDED_AT])
    return StoredEvent(*values)


@lru_cache(maxsize=4096)
def _actor(text: str) -> Actor:
    return Actor(**json.loads(text))
