"""The case history on Kafka as an AsyncAPI document: two topics, one message for each version of each event."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from chronicle.feed.topics import KEPT_FOR_EVER
from chronicle.feed.wire import CONTENT_TYPE
from chronicle.messages import PARTITIONS

from yihu.contracts import envelope

HISTORY, OPEN_HISTORY = "case-history", "case-history-open"
BINDING = "0.5.0"
TOPICS = {
    HISTORY: "Every event of every service, whole; for our own services only.",
    OPEN_HISTORY: "Every event with its open attributes and fields only; for integrators.",
}
KAFKA = {
    "host": "{address}",
    "protocol": "kafka",
    "protocolVersion": "4.3",
    "variables": {"address": {"default": "kafka:9092", "description": "where the brokers answer"}},
}


def document(schemas: Mapping[str, Any]) -> dict[str, Any]:
    """Give the document for the events whose schemas are given by their paths beside it."""
    told = {schema["$id"]: (path, schema) for path, schema in schemas.items()}
    made = {
        "asyncapi": "3.1.0",
        "info": {
            "title": "Yihu case history",
            "version": "1",
            "description": "What happened to whom, in one order for each subject.",
            "license": {"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
        },
        "defaultContentType": CONTENT_TYPE,
        "servers": {"kafka": KAFKA},
        "channels": {topic: _channel(topic, description, told) for topic, description in TOPICS.items()},
        "operations": dict(_operations()),
        "components": {
            "schemas": {
                "envelope": envelope.schema("open", "internal", "sensitive"),
                "open-envelope": envelope.schema("open"),
            },
            "messageBindings": {"by-subject": {"kafka": {"key": _key(), "bindingVersion": BINDING}}},
            "messageTraits": {"cloudevent": _cloudevent()},
            "messages": {
                _message_name(topic, event): _message(topic, event, *where)
                for topic in TOPICS
                for event, where in told.items()
                if _is_told(topic, where[1])
            },
        },
    }
    return json.loads(json.dumps(made))  # type: ignore[no-any-return] # every value once, so that YAML has no anchors


def _channel(topic: str, description: str, told: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "address": topic,
        "description": description,
        "servers": [{"$ref": "#/servers/kafka"}],
        "messages": {
            event: {"$ref": f"#/components/messages/{_message_name(topic, event)}"}
            for event, (_, schema) in told.items()
            if _is_told(topic, schema)
        },
        "bindings": {
            "kafka": {
                "topic": topic,
                "partitions": PARTITIONS,
                "topicConfiguration": dict(_configured()),
                "bindingVersion": BINDING,
            }
        },
    }


def _configured() -> Iterator[tuple[str, Any]]:
    # The binding wants a list and numbers where Kafka takes texts, and knows no other settings.
    for name, value in KEPT_FOR_EVER.items():
        if name == "cleanup.policy":
            yield name, [value]
        elif name in {"retention.ms", "retention.bytes", "max.message.bytes"}:
            yield name, int(value)


def _operations() -> Iterator[tuple[str, Any]]:
    for name, action, topic, summary in (
        ("relay", "send", HISTORY, "Each service's worker tells what its service recorded."),
        ("follow", "receive", HISTORY, "Each service's worker follows the whole history into its projections."),
        ("publish", "send", OPEN_HISTORY, "The gateway's worker tells what everybody may read."),
    ):
        yield name, {"action": action, "channel": {"$ref": f"#/channels/{topic}"}, "summary": summary}


def _is_told(topic: str, schema: Mapping[str, Any]) -> bool:
    return topic == HISTORY or "x-withheld" not in schema


def _message_name(topic: str, event: str) -> str:
    return event if topic == HISTORY else f"{event}-open"


def _message(topic: str, event: str, path: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    whole = topic == HISTORY
    data = {"$ref": f"./{path}"} if whole else _open_data(path, schema)
    return {
        "name": event,
        "summary": schema["description"],
        "traits": [{"$ref": "#/components/messageTraits/cloudevent"}],
        "bindings": {"$ref": "#/components/messageBindings/by-subject"},
        "payload": {
            "allOf": [
                {"$ref": f"#/components/schemas/{'envelope' if whole else 'open-envelope'}"},
                {
                    "type": "object",
                    "required": ["data"],
                    "properties": {"type": {"const": event}, "data": data},
                },
            ]
        },
    }


def _open_data(path: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    shown = [name for name, field in schema["properties"].items() if field["x-data-class"] == "open"]
    return {
        "type": "object",
        "required": [name for name in schema.get("required", ()) if name in shown],
        "properties": {name: {"$ref": f"./{path}#/properties/{name}"} for name in shown},
    }


def _cloudevent() -> dict[str, Any]:
    return {
        "contentType": CONTENT_TYPE,
        "headers": {
            "type": "object",
            "required": ["content-type"],
            "properties": {"content-type": {"const": CONTENT_TYPE}},
        },
    }


def _key() -> Any:
    return {"title": "subject", **envelope.schema("open")["properties"]["subject"]}
