"""Stored events and answers as database rows, the same for both stores."""

import json
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from chronicle.messages import Actor, StoredEvent, from_microseconds, microseconds
from chronicle.store.values import Answer, Position

COLUMNS = (
    "event_id", "type", "source", "subject", "area", "stream", "version", "partition", "valid_on", "actor",
    "command_id", "correlation_id", "causation_id", "traceparent", "corrects", "receipt", "data",
    "sequence", "recorded_at", "digest", "previous_hash", "hash",
)  # fmt: skip


def row_of(event: StoredEvent) -> tuple[Any, ...]:
    """One event as a row in the order of COLUMNS; dates as ISO text, times as microseconds."""
    return (
        event.event_id, event.type, event.source, event.subject, event.area, event.stream, event.version,
        event.partition, event.valid_on.isoformat(), event.actor_text, event.command_id, event.correlation_id,
        event.causation_id, event.traceparent, event.corrects, event.receipt, event.data,
        event.sequence, microseconds(event.recorded_at), event.digest, event.previous_hash, event.hash,
    )  # fmt: skip


def event_of(row: Sequence[Any]) -> StoredEvent:
    """One row in the order of COLUMNS as an event."""
    on = row[8] if isinstance(row[8], date) else date.fromisoformat(row[8])
    text = [None if value is None else str(value) for value in row[10:13]]
    return StoredEvent(
        str(row[0]), *row[1:8], on, _actor(row[9]), text[0] or "", text[1] or "", text[2], *row[13:17],
        sequence=row[17], recorded_at=from_microseconds(row[18]), digest=bytes(row[19]),
        previous_hash=bytes(row[20]), hash=bytes(row[21]),
    )  # fmt: skip


def written(answer: Answer) -> tuple[int, str | None, int, str]:
    """An answer as (status, location, etag, positions)."""
    return answer.status, answer.location, answer.etag, ",".join(map(str, answer.positions))


def answer_of(row: Sequence[Any]) -> Answer:
    """An answer from (status, location, etag, positions)."""
    status, location, etag, positions = row
    return Answer(status, location, etag, tuple(Position.parse(text) for text in positions.split(",") if text))


@lru_cache(maxsize=4096)
def _actor(text: str) -> Actor:
    return Actor(**json.loads(text))
