"""What the code publishes now: every document by its path below ``contracts/``."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from chronicle.messages import Event, EventTypes

from yihu.contracts import asyncapi
from yihu.contracts.schemas import schema


@dataclass(frozen=True, slots=True)
class Language:
    """The events each service publishes, those it hears from others, and the API of each."""

    published: Mapping[str, EventTypes]
    heard: Mapping[str, tuple[type[Event], ...]]
    openapi: Mapping[str, Any]

    @property
    def events(self) -> Iterator[tuple[str, type[Event]]]:
        """Every published event with its path below ``contracts/``."""
        for service, events in self.published.items():
            for event in events:
                yield f"{service}/{event.type.partition('.')[2]}.json", event

    @property
    def samples(self) -> dict[str, type[Event]]:
        """Every published event by the path of its golden sample."""
        return {f"samples/{path}": event for path, event in self.events}

    def documents(self) -> dict[str, Any]:
        """Everything that is generated, by its path."""
        schemas = {path: schema(event) for path, event in self.events}
        apis = {f"openapi/{service}.json": document for service, document in self.openapi.items()}
        return schemas | {"asyncapi.yaml": asyncapi.document(schemas)} | apis
