"""The envelope as CloudEvents 1.0.2 attributes: what each is, and which of them everybody may read."""

from typing import Any

_ID = {"type": "string", "format": "uuid"}
_TEXT = {"type": "string", "minLength": 1}
_HASH = {"type": "string", "format": "byte", "minLength": 44, "maxLength": 44}

# Name, schema, data class, whether every event has it, and what it says.
ATTRIBUTES: tuple[tuple[str, dict[str, Any], str, bool, str], ...] = (
    ("specversion", {"const": "1.0"}, "open", True, "the version of CloudEvents"),
    ("id", _ID, "open", True, "the event's id, a UUIDv7"),
    ("source", _TEXT, "open", True, "the service that recorded it"),
    ("type", _TEXT, "open", True, "its pinned name and version"),
    ("subject", _TEXT, "open", True, "whose history it belongs to, such as household/<id>; the partition key"),
    ("area", {"type": "string", "pattern": "^[0-9]{12}$"}, "open", True, "the area code in force on validon"),
    ("validon", {"type": "string", "format": "date"}, "open", True, "when it was true, in Asia/Shanghai"),
    ("recordedat", {"type": "string", "format": "date-time"}, "open", True, "when it became known, to the microsecond"),
    ("corrects", _TEXT, "open", False, "the event it replaces or voids"),
    ("stream", _TEXT, "internal", True, "what guarded it, such as application/<id>"),
    ("version", {"type": "integer", "minimum": 1}, "sensitive", True, "its number in the stream"),
    ("partition", {"type": "integer", "minimum": 0, "maximum": 15}, "open", True, "crc32(subject) % 16"),
    ("sequence", {"type": "string", "pattern": "^[0-9]{19}$"}, "open", True, "its number in source and partition"),
    ("actorperson", _TEXT, "internal", True, "who entered it: a person's id"),
    ("actororganisation", _TEXT, "internal", True, "for which organisation"),
    ("actorrole", _TEXT, "internal", True, "in which role"),
    ("actoronbehalfof", _TEXT, "internal", False, "in whose place, if as a substitute: a person's id"),
    ("backfill", _TEXT, "internal", False, "in which backfill run it was entered, if in one: the run's id"),
    ("commandid", _TEXT, "internal", True, "the command it came of"),
    ("correlationid", _TEXT, "internal", True, "the conversation it belongs to"),
    ("causationid", _TEXT, "open", False, "the event that led to it"),
    ("traceparent", _TEXT, "internal", False, "the W3C trace it was made in"),
    ("receipt", {"type": "string"}, "sensitive", False, "how it was decided: rule, inputs, policy; canonical JSON"),
    ("digest", _HASH, "sensitive", True, "SHA-256 of envelope and data, base64"),
    ("previoushash", _HASH, "sensitive", True, "the hash before it in source and partition"),
    ("hash", _HASH, "sensitive", True, "SHA-256(previoushash ‖ digest ‖ sequence ‖ recordedat)"),
)


def schema(*classes: str) -> dict[str, Any]:
    """Give the schema of the attributes of some data classes."""
    shown = [attribute for attribute in ATTRIBUTES if attribute[2] in classes]
    return {
        "type": "object",
        "required": [name for name, _, _, always, _ in shown if always],
        "properties": {
            name: {**shape, "description": said, "x-data-class": data_class}
            for name, shape, data_class, _, said in shown
        },
    }
