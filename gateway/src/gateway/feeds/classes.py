"""What a reader may see of an event: the attributes and the fields whose data class was granted to them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from pathlib import Path
from typing import Any

from chronicle.feed.wire import written
from chronicle.messages import StoredEvent, name_of


class DataClass(IntEnum):
    """How closely something is kept; whoever may see one class may see those before it."""

    OPEN = 0
    INTERNAL = 1
    SENSITIVE = 2


# Anything else is sensitive: a receipt holds what was known, with a digest one could try out what was left out, and a
# gap in the versions of an application would tell that something is withheld about just this household.
_ATTRIBUTES = dict.fromkeys(
    (
        "specversion", "id", "source", "type", "subject", "area", "partition", "sequence", "validon", "recordedat",
        "causationid", "corrects", "data",
    ),
    DataClass.OPEN,
) | dict.fromkeys(
    (
        "actorperson", "actororganisation", "actorrole", "actoronbehalfof", "backfill", "stream", "commandid",
        "correlationid", "traceparent",
    ),
    DataClass.INTERNAL,
)  # fmt: skip

_compact = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True)
class Classes:
    """The data class of every field of every published event, as the contracts in a folder say."""

    contracts: Path

    @cached_property
    def names(self) -> frozenset[str]:
        """The names of all events that are told, without their versions."""
        return frozenset(map(name_of, self._of.keys() - self.withheld))

    def of(self, event_type: str) -> Mapping[str, DataClass]:
        """The classes of an event's fields; none for a type that is not known here."""
        return self._of.get(event_type, {})

    def shown(self, event: StoredEvent, granted: DataClass) -> str:
        """An event as CloudEvents in canonical JSON, without what was not granted; unknown means sensitive."""
        cloud = _granted(json.loads(written(event)), _ATTRIBUTES, granted)
        cloud["data"] = _granted(cloud["data"], self.of(event.type), granted)
        # The data was stored in canonical order and is still in it; so only the attributes are to be sorted.
        return _compact({name: cloud[name] for name in sorted(cloud)})

    @cached_property
    def withheld(self) -> frozenset[str]:
        """The types that are told to nobody outside: that such an event is there would tell a department too much."""
        return frozenset(schema["$id"] for schema in self._schemas if schema.get("x-withheld"))

    @cached_property
    def _of(self) -> dict[str, dict[str, DataClass]]:
        return {schema["$id"]: _classes(schema["properties"]) for schema in self._schemas}

    @cached_property
    def _schemas(self) -> list[Any]:
        schemas = [json.loads(file.read_bytes()) for file in self.contracts.glob("*/*.v*.json")]
        if not schemas:
            raise FileNotFoundError("there are no contracts in the folder of contracts")
        return schemas


def _classes(properties: Mapping[str, Any]) -> dict[str, DataClass]:
    return {name: DataClass[field["x-data-class"].upper()] for name, field in properties.items()}


def _granted(members: Mapping[str, Any], classes: Mapping[str, DataClass], granted: DataClass) -> dict[str, Any]:
    return {name: value for name, value in members.items() if classes.get(name, DataClass.SENSITIVE) <= granted}
