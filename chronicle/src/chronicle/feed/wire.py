"""One event as CloudEvents 1.0.2 JSON in structured mode, and back; the stored text of its data is kept as it is."""

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from chronicle.messages import Actor, StoredEvent

CONTENT_TYPE = "application/cloudevents+json"

# Attributes are texts and numbers, and inside a text a quotation mark is escaped: this can only be the member itself.
_DATA = ',"data":'
_PLAIN = {
    "id": "event_id", "source": "source", "type": "type", "subject": "subject", "area": "area", "stream": "stream",
    "version": "version", "partition": "partition", "commandid": "command_id", "correlationid": "correlation_id",
    "causationid": "causation_id", "traceparent": "traceparent", "corrects": "corrects", "receipt": "receipt",
}  # fmt: skip
_NUMBERS = ("version", "partition")
_BINARY = {"digest": "digest", "previoushash": "previous_hash", "hash": "hash"}


def written(event: StoredEvent) -> str:
    """Write one event; absent attributes are left out, hashes are base64, the sequence sorts as text."""
    attributes = {
        "specversion": "1.0",
        **{name: value for name, field in _PLAIN.items() if (value := getattr(event, field)) is not None},
        "sequence": f"{event.sequence:019}",
        "validon": event.valid_on.isoformat(),
        "recordedat": event.recorded_at.isoformat(timespec="microseconds"),
        "actorperson": event.actor.person,
        "actororganisation": event.actor.organisation,
        "actorrole": event.actor.role,
        **{name: b64encode(getattr(event, field)).decode() for name, field in _BINARY.items()},
    }
    return json.dumps(attributes, ensure_ascii=False, separators=(",", ":"))[:-1] + _DATA + event.data + "}"


def read(text: str) -> StoredEvent:
    """Read what ``written`` wrote; ValueError or KeyError for anything else."""
    head, found, rest = text.partition(_DATA)
    if not found or not rest.endswith("}"):
        raise ValueError("not an event of ours")
    attributes = json.loads(head + "}")
    return _event(attributes, rest[:-1])


def read_binary(attributes: Mapping[str, str], data: str) -> StoredEvent:
    """Read an event of ours that somebody wrote in binary mode, each attribute a text; errors as for ``read``."""
    return _event({**attributes, **{name: int(attributes[name]) for name in _NUMBERS}}, data)


def _event(attributes: Mapping[str, Any], data: str) -> StoredEvent:
    if attributes["specversion"] != "1.0":
        raise ValueError("not CloudEvents 1.0")
    fields: dict[str, Any] = {field: attributes.get(name) for name, field in _PLAIN.items()}
    fields |= {field: b64decode(attributes[name]) for name, field in _BINARY.items()}
    return StoredEvent(
        **fields,
        sequence=int(attributes["sequence"]),
        valid_on=date.fromisoformat(attributes["validon"]),
        recorded_at=datetime.fromisoformat(attributes["recordedat"]),
        actor=Actor(attributes["actorperson"], attributes["actororganisation"], attributes["actorrole"]),
        data=data,
    )
