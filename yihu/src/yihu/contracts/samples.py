"""Golden samples: one plausible instance of every event, and all that its schema allows instead."""

import json
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import yaml
from chronicle.messages import Event

from yihu.contracts.schemas import inlined, schema

# What a field of this name holds, where the schema allows it; other texts are ids.
PLAUSIBLE = {
    "area": "360424106201", "code": "360424106201", "area_code": "360424106201", "village_code": "360424106201",
    "parent_code": "360424106000", "group_code": "36042410620101", "name": "黄溪村", "level": "village",
    "household_no": "360424106201010001", "share": "0.2", "seed": "5f0c6d0e8b7a49139f5b1d2c3e4a7b60",
    "reference_year": 2014, "poverty_line": "2736.00", "line": "2736.00", "per_capita": "2150.00", "persons": 4,
    "household_size": 4, "late_reason": None, "rejection_reason": None, "return_reason": None, "return_to": None,
    "title": "村级公示（终榜）", "how_to_object": "如有异议，请在公示期内向村民委员会提出。",
    "substitute": None, "days": 7, "entitled": 30, "present": 26, "in_favour": 21, "against": 3, "abstained": 2,
    "minimum": 5, "amount": "8600.00", "wage_income": "6000.00", "business_income": "4200.00",
    "business_expenditure": "1900.00", "property_income": "0.00", "transfer_income": "300.00",
    "arable_land_mu": "2.40", "forest_land_mu": "5.00", "housing_area_m2": "68.00",
    "repeats": None, "duty": "village_officer", "floor_area_limit_m2": "100.00", "own_contribution": "10000.00",
    "clause": "village_committee", "kind": "examine", "stated": "holds",
}  # fmt: skip
DAY = "2015-07-01"
DAYS = {"birth_date": "1968-03-12", "first_day": "2015-06-20", "last_day": "2015-06-27", "due_on": "2015-07-08"}
POLICY = Path(__file__).parents[4] / "policy" / "identification" / "3604.yaml"


def sample(event: type[Event]) -> dict[str, Any]:
    """Make one plausible instance of an event; ValidationError when the event's own rules refuse it."""
    made = event.model_validate_json(json.dumps(_value(inlined(schema(event)), "")))
    return json.loads(made.text())  # type: ignore[no-any-return]


def variants(document: dict[str, Any], instance: Any) -> Iterator[tuple[str, Any]]:
    """Every instance that differs from this one in one place, by what differs: a code, nothing, or no such field."""
    yield from _variants(inlined(document), instance, "")


def _value(shape: dict[str, Any], name: str) -> Any:
    match shape:
        case {"title": "Chain"}:
            return _chain()
        case {"anyOf": [first, *_]}:
            return PLAUSIBLE[name] if PLAUSIBLE.get(name, "") is None else _value(first, name)
        case {"enum": allowed}:
            return PLAUSIBLE[name] if PLAUSIBLE.get(name) in allowed else allowed[0]
        case {"properties": fields}:
            return {field: _value(inner, field) for field, inner in fields.items()}
        case {"items": inner}:
            return [_value(inner, name.removesuffix("s"))]
        case _:
            return _plain(shape, name)


def _plain(shape: dict[str, Any], name: str) -> Any:
    known = PLAUSIBLE.get(name)
    match shape:
        case {"const": _} | {"type": "null"}:
            return shape.get("const")
        case {"type": "boolean"}:
            return True
        case {"type": "integer"}:
            return known if isinstance(known, int) else max(1, shape.get("minimum", 1))
        case {"format": "date"}:
            return DAYS.get(name, DAY)
        case {"pattern": pattern} if "64" in pattern:
            return sha256(name.encode()).hexdigest()
        case _:
            usual = shape.get("examples", ["1.00" if "pattern" in shape else _id(name)])
            return known if isinstance(known, str) else usual[0]


def _id(name: str) -> str:
    """Give an id of version 7 that is always the same for a name."""
    digits = sha256(name.encode()).hexdigest()
    return str(UUID(f"014e46d26d807{digits[:3]}8{digits[3:18]}"))


@cache
def _chain() -> Any:
    entries = yaml.safe_load(POLICY.read_text("utf-8"))
    return next(entry["value"] for entry in entries if entry["name"] == "identification_chain")


def _variants(shape: dict[str, Any], value: Any, where: str) -> Iterator[tuple[str, Any]]:
    for other in shape.get("enum", ()):
        if other != value:
            yield f"{where} is {other}", other
    for choice in shape.get("anyOf", ()):
        if value is not None and choice.get("type") != "null":
            yield from _variants(choice, value, where)
        else:
            yield f"{where} is {choice.get('type')}", _value(choice, where.rpartition(".")[2])
    if isinstance(value, list):
        if not shape.get("minItems"):
            yield f"{where} is empty", []
        yield from ((said, [other]) for first in value[:1] for said, other in _variants(shape["items"], first, where))
    if isinstance(value, dict):
        yield from _of_fields(shape, value, where)


def _of_fields(shape: dict[str, Any], value: dict[str, Any], where: str) -> Iterator[tuple[str, Any]]:
    for name, inner in shape.get("properties", {}).items():
        path = f"{where}.{name}".lstrip(".")
        if name in value:
            yield from ((said, value | {name: other}) for said, other in _variants(inner, value[name], path))
        if name not in shape.get("required", ()):
            yield f"without {path}", {field: each for field, each in value.items() if field != name}
