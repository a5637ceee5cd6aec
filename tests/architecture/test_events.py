"""What is stored for ever is pinned: each event's name, its meaning, and who may read its fields."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Any, cast, get_args, get_origin

import pytest
from chronicle.messages import Event
from codebase import PACKAGES, subclasses
from pydantic import BaseModel

PINNED = Path(__file__).with_name("event_types.txt")
CLASSES = {"open", "internal", "sensitive"}
CHANGEABLE = (list, dict, set, bytearray, Sequence, Mapping, AbstractSet, Any)


def recorded() -> list[type[Event]]:
    """The events our packages record; what they hear of others is declared in heard.py, and is not theirs."""
    found = (cast("type[Event]", cls) for cls in subclasses(Event) if cls is not Event)
    return [cls for cls in found if not cls.__module__.endswith(".heard")]


def data_class(event: type[Event], field: str) -> object:
    extra = event.model_fields[field].json_schema_extra
    return extra.get("x-data-class") if isinstance(extra, dict) else None


def changeable(annotation: Any) -> Iterator[Any]:
    """What somebody could change of a value of this type."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        if not annotation.model_config.get("frozen"):
            yield annotation
        annotations = [field.annotation for field in annotation.model_fields.values()]
    else:
        annotations = [*get_args(annotation)]
        if (get_origin(annotation) or annotation) in CHANGEABLE:
            yield annotation
    for each in annotations:
        yield from changeable(each)


def test_every_event_says_in_one_sentence_what_happened() -> None:
    assert [cls.__name__ for cls in recorded() if not re.fullmatch(r"[A-Z][^\n]*\.", vars(cls)["__doc__"] or "")] == []


def test_every_event_is_named_for_its_service_and_version() -> None:
    services = {name.replace("_", "-") for name in PACKAGES}
    names = [re.fullmatch(r"([a-z-]+)\.[a-z][a-z0-9-]*\.v[1-9]\d*", cls.type) for cls in recorded()]

    assert [cls.type for cls, name in zip(recorded(), names, strict=True) if not name or name[1] not in services] == []


def test_no_two_events_share_a_name() -> None:
    assert [name for name, times in Counter(cls.type for cls in recorded()).items() if times > 1] == []


def test_every_field_says_who_may_read_it() -> None:
    fields = ((cls, name) for cls in recorded() for name in cls.model_fields)

    assert [f"{cls.type}: {name}" for cls, name in fields if data_class(cls, name) not in CLASSES] == []


def test_no_event_can_be_changed_by_one_of_those_who_share_it() -> None:
    events = [cls for cls in subclasses(Event) if cls is not Event]

    assert {cls.__qualname__: found for cls in events if (found := [*changeable(cls)])} == {}


def test_a_name_once_stored_stays() -> None:
    pinned, used = set(PINNED.read_text("utf-8").split()), {cls.type for cls in recorded()}

    if pinned - used:
        pytest.fail(f"gone, though it may be stored somewhere: {sorted(pinned - used)}")
    if used - pinned:
        pytest.fail(f"new; add to {PINNED.name} if the name may stay for ever: {sorted(used - pinned)}")
