"""JSON Schema 2020-12 of an event, open to fields that come later."""

from collections.abc import Mapping
from typing import Any

from chronicle.messages import Event

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema(event: type[Event]) -> dict[str, Any]:
    """Give an event's schema; a field with a default need not be there, and readers pass by fields they do not know."""
    return {"$schema": DIALECT, "$id": event.type, **_opened(event.model_json_schema(mode="serialization"))}


def inlined(document: Any, root: Mapping[str, Any] | None = None) -> Any:
    """Give a document with every reference to its own ``$defs`` replaced by what it names."""
    if isinstance(document, list):
        return [inlined(value, root) for value in document]
    if not isinstance(document, dict):
        return document
    defined = document.get("$defs", {}) if root is None else root
    kept = {key: inlined(value, defined) for key, value in document.items() if key not in {"$defs", "$ref"}}
    name = document.get("$ref", "").removeprefix("#/$defs/")
    return inlined(defined[name], defined) | kept if name in defined else kept


def _opened(document: Any) -> Any:
    if isinstance(document, dict):
        closed = document.get("additionalProperties") is False
        return {
            key: _opened(value) for key, value in document.items() if not (closed and key == "additionalProperties")
        }
    return [_opened(value) for value in document] if isinstance(document, list) else document
