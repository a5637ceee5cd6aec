"""What a change of the published language takes away from those who read it, each by name."""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from chronicle.messages import Event
from pydantic import ValidationError

from yihu.contracts.samples import variants
from yihu.contracts.schemas import inlined

_SAID = {"$comment", "$id", "$schema", "default", "deprecated", "description", "examples", "title"}
_COMPARED_APART = {"anyOf", "enum", "items", "properties", "required", "x-data-class"}


def broken(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    """Say what readers of the documents ``before`` can no longer rely on in those ``after``, both by path."""
    lost = {document.get("$id") for path, document in before.items() if path not in after}
    for path, document in before.items():
        if path.startswith("samples/"):
            continue
        if path not in after:
            yield f"{path}: the event is gone" if "$id" in document else f"{path} is gone"
        elif path == "asyncapi.yaml":
            yield from (f"{path}: {change}" for change in _broken_topics(document, after[path], lost))
        elif path.startswith("openapi/"):
            yield from (f"{path}: {route} is gone" for route in _routes(document) if route not in _routes(after[path]))
        else:
            yield from (f"{path}: {change}" for change in _changes(inlined(document), inlined(after[path]), ""))


def unreadable(
    heard: Mapping[str, tuple[type[Event], ...]], schemas: Mapping[str, Any], samples: Mapping[str, Any]
) -> Iterator[str]:
    """Say what services hear that nobody publishes, or that they cannot read as published; both by event type."""
    for service, events in heard.items():
        for event in events:
            if event.type not in schemas:
                yield f"{service} hears {event.type}, which nobody publishes"
                continue
            sample = samples[event.type]
            for said, instance in (("as its sample is", sample), *variants(schemas[event.type], sample)):
                try:
                    event.model_validate(instance, extra="ignore")
                except ValidationError as error:
                    where = ", ".join(".".join(map(str, each["loc"])) for each in error.errors(include_input=False))
                    yield f"{service} cannot read {event.type} {said}: {where}"


def _changes(before: Mapping[str, Any], after: Mapping[str, Any], where: str) -> Iterator[str]:
    yield from _changes_of_fields(before, after, where)
    for value in before.get("enum", ()):
        if "enum" in after and value not in after["enum"]:
            yield f"{where} no longer has {value}"
    if before.get("x-data-class") != after.get("x-data-class"):
        yield f"{where} has another data class: {before.get('x-data-class')}, now {after.get('x-data-class')}"
    choices, others = before.get("anyOf", ()), after.get("anyOf", ())
    if _kind(before) != _kind(after) or len(choices) != len(others):
        yield f"{where} has another type"
        return
    for one, other in zip(choices, others, strict=True):
        yield from _changes(one, other, where)
    if "items" in before:
        yield from _changes(before["items"], after["items"], f"{where}[]")


def _changes_of_fields(before: Mapping[str, Any], after: Mapping[str, Any], where: str) -> Iterator[str]:
    fields, others = before.get("properties", {}), after.get("properties", {})
    required, now_required = set(before.get("required", ())), set(after.get("required", ()))
    for name in dict.fromkeys((*fields, *others)):
        path = f"{where}.{name}".lstrip(".")
        if name not in others:
            yield f"{path} is gone"
        elif name in now_required - required:
            yield f"{path} is newly required"
        elif name in required - now_required:
            yield f"{path} may now be left out"
        if name in fields and name in others:
            yield from _changes(fields[name], others[name], path)


def _kind(schema: Mapping[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in schema.items() if key not in _SAID | _COMPARED_APART}
    return kept | {key: True for key in _COMPARED_APART - {"required", "x-data-class"} if key in schema}


def _routes(api: Mapping[str, Any]) -> list[str]:
    # What a part of an address is called is nobody's business but the server's.
    return [
        f"{method.upper()} {re.sub('{[^}]*}', '{}', path)}" for path, item in api["paths"].items() for method in item
    ]


def _broken_topics(before: Mapping[str, Any], after: Mapping[str, Any], lost: Collection[str]) -> Iterator[str]:
    for topic, channel in before["channels"].items():
        if topic in after["channels"]:
            yield from (f"topic {topic} {change}" for change in _broken_topic(channel, after["channels"][topic], lost))
        else:
            yield f"topic {topic} is gone"
    yield from _broken_components(before["components"], after["components"], lost)


def _broken_components(
    components: Mapping[str, Any], others: Mapping[str, Any], lost: Collection[str]
) -> Iterator[str]:
    for name, binding in components["messageBindings"].items():
        if _keyed(others["messageBindings"].get(name, {})) != _keyed(binding):
            yield f"messages {name} have lost their partition key"
    for name, trait in components["messageTraits"].items():
        if others["messageTraits"].get(name) != trait:
            yield f"messages {name} are written otherwise"
    for name, message in components["messages"].items():
        if name in others["messages"]:
            yield from (f"message {name} {change}" for change in _broken_message(message, others["messages"][name]))
        elif message["name"] not in lost:
            yield f"message {name} is gone"
    for name, schema in components["schemas"].items():
        yield from (f"{name} {change}" for change in _changes(schema, others["schemas"].get(name, {}), ""))


def _broken_topic(before: Mapping[str, Any], after: Mapping[str, Any], lost: Collection[str]) -> Iterator[str]:
    if before["address"] != after["address"]:
        yield "has another address"
    if before["bindings"] != after["bindings"]:
        yield "is laid out otherwise"
    for event, message in before["messages"].items():
        if event not in lost and after["messages"].get(event) != message:
            yield f"no longer has {event}"


def _broken_message(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    if before["bindings"] != after.get("bindings"):
        yield "has lost its partition key"
    if before["traits"] != after.get("traits"):
        yield "is written otherwise"
    parts = after["payload"]["allOf"]
    for part in before["payload"]["allOf"]:
        if "$ref" in part and part not in parts:
            yield "has lost its envelope"
    shapes = [part for part in before["payload"]["allOf"] if "$ref" not in part]
    for shape, other in zip(shapes, [part for part in parts if "$ref" not in part], strict=True):
        yield from _changes(shape, other, "")


def _keyed(binding: Mapping[str, Any]) -> Any:
    return binding.get("kafka", {}).get("key", {}).get("title")
