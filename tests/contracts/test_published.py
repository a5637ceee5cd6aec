"""What is written in contracts/ is what the code publishes, and is as the standards want it."""

import json
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from chronicle.feed.wire import written
from chronicle.messages import Actor, StoredEvent, canonical
from gateway.feeds.classes import Classes, DataClass
from jsonschema import Draft7Validator, Draft202012Validator
from jsonschema.protocols import Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT7
from yihu.contracts.envelope import ATTRIBUTES
from yihu.contracts.folder import drift, refused
from yihu.contracts.language import Language

OFFICIAL = Path(__file__).with_name("official")
SUBSTITUTED = "014e46d2-6d80-7e8d-868a-154377ba33c1"
RUN = "014e46d2-6d80-7e8e-868a-154377ba33c1"
EVENT = StoredEvent(
    event_id="014e46d2-6d80-746e-8b21-2e097b0888d0",
    type="",
    source="identification",
    subject="household/014e46d2-6d80-7600-8b54-0e98a6cc439b",
    area="360424106201",
    stream="application/014e46d2-6d80-746e-8b21-2e097b0888d0",
    version=1,
    partition=7,
    valid_on=date(2015, 7, 1),
    actor=Actor("014e46d2-6d80-7e8c-868a-154377ba33c1", "local", "village_officer", SUBSTITUTED, RUN),
    command_id="014e46d2-6d80-7001-8000-000000000000",
    correlation_id="014e46d2-6d80-7002-8000-000000000000",
    causation_id="014e46d2-6d80-7003-8000-000000000000",
    traceparent="00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    corrects="014e46d2-6d80-7004-8000-000000000000",
    receipt="{}",
    data="{}",
    digest=bytes(32),
    sequence=1234,
    recorded_at=datetime(2015, 7, 2, tzinfo=UTC),
    previous_hash=bytes(32),
    hash=bytes(32),
)


def schemas(documents: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    return ((path, document) for path, document in documents.items() if "$id" in document)


def official(name: str, kind: Callable[[Any], Validator]) -> Validator:
    return kind(json.loads((OFFICIAL / name).read_text("utf-8")))


def faults(validator: Validator, document: Any) -> list[str]:
    return [f"{error.json_path}: {error.message[:200]}" for error in validator.iter_errors(document)]


def test_the_folder_is_what_the_code_publishes(language: Language, folder: Path) -> None:
    assert list(drift(folder, language)) == []


def test_no_reader_of_the_folder_breaks_and_every_service_reads_what_it_hears(language: Language, folder: Path) -> None:
    assert refused(folder, language, {}) == []


def test_every_schema_is_one_and_its_sample_obeys_it(committed: dict[str, Any]) -> None:
    for path, schema in schemas(committed):
        Draft202012Validator.check_schema(schema)
        validator = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)

        assert faults(validator, committed[f"samples/{path}"]) == [], path


def test_every_field_says_who_may_read_it(committed: dict[str, Any]) -> None:
    fields = [
        (path, name, field) for path, schema in schemas(committed) for name, field in schema["properties"].items()
    ]

    assert [(path, name) for path, name, field in fields if "x-data-class" not in field] == []


def test_asyncapi_is_as_its_official_schema_wants_it(committed: dict[str, Any]) -> None:
    assert faults(official("asyncapi-3.1.0.json", Draft7Validator), committed["asyncapi.yaml"]) == []


@pytest.mark.parametrize(
    "spoil",
    [
        lambda it: it.pop("info"),
        lambda it: it["operations"]["relay"].update(action="publish"),
        lambda it: it["channels"]["case-history"]["bindings"]["kafka"].update(partitions=0),
        lambda it: it["components"].update(message={}),
    ],
)
def test_the_official_schema_of_asyncapi_sees_faults(spoil: Callable[[Any], object], committed: dict[str, Any]) -> None:
    spoilt = deepcopy(committed["asyncapi.yaml"])
    spoil(spoilt)

    assert faults(official("asyncapi-3.1.0.json", Draft7Validator), spoilt)


def test_every_openapi_document_is_as_its_official_schema_wants_it(committed: dict[str, Any]) -> None:
    validator = official("openapi-3.1.json", Draft202012Validator)
    found = {path: document for path, document in committed.items() if path.startswith("openapi/")}

    assert {path: faults(validator, document) for path, document in found.items()} == {path: [] for path in found}
    assert faults(validator, found["openapi/gateway.json"] | {"info": {}})


@pytest.mark.parametrize(("ending", "granted"), [("", DataClass.SENSITIVE), ("-open", DataClass.OPEN)])
def test_what_is_told_is_what_asyncapi_says(
    ending: str, granted: DataClass, committed: dict[str, Any], folder: Path
) -> None:
    registry, classes = _beside(committed), Classes(folder)
    told_of = [(path, schema) for path, schema in schemas(committed) if not (ending and "x-withheld" in schema)]
    assert len(told_of) > 30
    for path, schema in told_of:
        event = EVENT._replace(type=schema["$id"], data=canonical(committed[f"samples/{path}"]))
        message = f"https://contracts.invalid/asyncapi.yaml#/components/messages/{event.type}{ending}"
        validator = Draft7Validator({"$ref": f"{message}/payload"}, registry=registry)
        told = json.loads(classes.shown(event, granted))

        assert faults(validator, told) == []
        assert faults(validator, told | {"type": "another"})
        assert faults(validator, {name: value for name, value in told.items() if name != "data"})


@pytest.mark.parametrize("granted", DataClass)
def test_what_a_class_may_read_is_told_to_it(granted: DataClass, folder: Path) -> None:
    shown = json.loads(Classes(folder).shown(EVENT, granted))

    assert shown.keys() - {"data"} == {name for name, _, kept, *_ in ATTRIBUTES if DataClass[kept.upper()] <= granted}


def test_the_envelope_names_every_attribute_that_is_told_and_no_other() -> None:
    in_ones_own = replace(EVENT.actor, on_behalf_of=None, backfill=None)
    everything, least = (
        EVENT,
        EVENT._replace(actor=in_ones_own, causation_id=None, traceparent=None, corrects=None, receipt=None),
    )

    assert {name for name, *_ in ATTRIBUTES} == json.loads(written(everything)).keys() - {"data"}
    assert {name for name, _, _, always, _ in ATTRIBUTES if always} == json.loads(written(least)).keys() - {"data"}


def test_the_readme_tells_every_attribute_with_its_class(folder: Path) -> None:
    lines = (folder / "README.md").read_text("utf-8").splitlines()
    rows = [[cell.strip(" `") for cell in line.split("|")[1:-1]] for line in lines if line.startswith("| `")]

    assert {row[0]: row[3] for row in rows if len(row) == 5} == {
        name: data_class for name, _, data_class, _, _ in ATTRIBUTES
    }
    assert len(lines) <= 60


def _beside(documents: Mapping[str, Any]) -> Registry[Any]:
    """The documents as they refer to each other: by relative path; a schema there is named by its place."""
    placed = {
        f"https://contracts.invalid/{path}": {
            key: value for key, value in document.items() if key not in {"$id", "$schema"}
        }
        for path, document in documents.items()
    }
    return Registry().with_resources((uri, Resource.from_contents(it, DRAFT7)) for uri, it in placed.items())
