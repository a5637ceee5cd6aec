"""Write the published language down: a JSON Schema and a golden sample per event, an OpenAPI document per service."""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any, get_args, get_origin

from casework.steps import Chain
from chronicle.messages import Event, EventTypes, name_of
from chronicle.policy import Policy
from pydantic import BaseModel

DIALECT = "https://json-schema.org/draft/2020-12/schema"
SAMPLE_AREA, SAMPLE_DAY = "360424106201", date(2015, 7, 1)


def documents(published: Mapping[str, EventTypes], openapi: Mapping[str, Any]) -> dict[str, Any]:
    """Give every generated document by its path below ``contracts/``."""
    found = {f"{service}/{_file(event)}": schema(event) for service, events in published.items() for event in events}
    return found | {f"openapi/{service}.json": document for service, document in openapi.items()}


def schema(event: type[Event]) -> dict[str, Any]:
    """Give an event's JSON Schema 2020-12; readers pass by fields they do not know."""
    return {"$schema": DIALECT, "$id": event.type, **_opened(event.model_json_schema(mode="serialization"))}


def write(folder: Path, generated: Mapping[str, Any], published: Mapping[str, EventTypes], policy: Policy) -> None:
    """Write the documents, and a golden sample where an event has none yet; a sample is never rewritten."""
    for path, document in generated.items():
        _write(folder / path, document)
    for path, event in _samples(published):
        if not (folder / path).exists():
            _write(folder / path, sample(event, policy))


def drift(folder: Path, generated: Mapping[str, Any], published: Mapping[str, EventTypes]) -> Iterator[str]:
    """Say what in ``contracts/`` is not what the code publishes."""
    samples = dict(_samples(published))
    for path, document in generated.items():
        if not (folder / path).exists():
            yield f"{path} is missing"
        elif (folder / path).read_text("utf-8") != _text_of(document):
            yield f"{path} differs from the code"
    for path, event in samples.items():
        if not (folder / path).exists():
            yield f"{path} is missing"
        else:
            event.read((folder / path).read_text("utf-8"))
    for file in sorted(folder.rglob("*.json")):
        path = file.relative_to(folder).as_posix()
        if path not in generated and path not in samples:
            yield f"{path} is published by nobody"


def sample(event: type[Event], policy: Policy) -> dict[str, Any]:
    """Make one plausible instance of an event."""
    made = event.model_validate({name: _value(field.annotation, name, policy) for name, field in _fields(event)})
    return json.loads(made.text())  # type: ignore[no-any-return]


def _opened(document: Any) -> Any:
    if isinstance(document, dict):
        return {key: _opened(value) for key, value in document.items() if key != "additionalProperties"}
    return [_opened(value) for value in document] if isinstance(document, list) else document


def _samples(published: Mapping[str, EventTypes]) -> Iterator[tuple[str, type[Event]]]:
    for service, events in published.items():
        for event in events:
            yield f"samples/{service}/{_file(event)}", event


def _file(event: type[Event]) -> str:
    return f"{name_of(event.type).partition('.')[2]}.v{event.type.rpartition('.v')[2]}.json"


def _fields(model: type[BaseModel]) -> Iterator[tuple[str, Any]]:
    return iter(model.model_fields.items())


def _value(kind: Any, name: str, policy: Policy) -> Any:  # noqa: PLR0911 - one line for each kind of value
    if get_origin(kind) is tuple:
        return [_value(get_args(kind)[0], name.removesuffix("s"), policy)]
    if get_args(kind):
        return _value(get_args(kind)[0], name, policy)
    if kind is Chain:
        return policy.value("identification_chain", SAMPLE_AREA, SAMPLE_DAY).value
    if issubclass(kind, BaseModel):
        return {field: _value(info.annotation, field, policy) for field, info in _fields(kind)}
    if issubclass(kind, StrEnum):
        return next(iter(kind))
    if issubclass(kind, bool):
        return True
    return {int: 1, Decimal: "1.00", date: SAMPLE_DAY, str: _text(name)}[kind]


def _text(name: str) -> str:
    if name in {"digest", "evidence", "first_day", "last_day"}:
        return "ab" * 32
    if name.endswith("code") or name == "area":
        return SAMPLE_AREA
    return f"sample-{name.replace('_', '-')}"


def _write(file: Path, document: Any) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(_text_of(document), "utf-8")


def _text_of(document: Any) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
