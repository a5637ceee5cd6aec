"""Whatever takes something from a reader is refused by name, and whatever takes nothing is not."""

from collections.abc import Callable
from copy import deepcopy
from enum import StrEnum
from typing import Annotated, Any

import pytest
from chronicle.messages import INTERNAL, OPEN, SENSITIVE, Event, EventTypes
from pydantic import BaseModel, Field
from yihu.contracts.asyncapi import document
from yihu.contracts.compatibility import broken, unreadable
from yihu.contracts.samples import sample
from yihu.contracts.schemas import schema


class Colour(StrEnum):
    RED = "red"
    GREEN = "green"
    BLUE = "blue"


class Dye(BaseModel):
    colour: Colour
    grams: Annotated[int, Field(ge=0)]


class WoolDyed(Event, type="weaving.wool-dyed.v1"):
    """Wool was dyed in a vat."""

    vat_id: Annotated[str, OPEN]
    dyes: Annotated[tuple[Dye, ...], OPEN]
    reason: Annotated[Colour | None, INTERNAL]
    note: Annotated[str, INTERNAL] = ""


PATH = "weaving/wool-dyed.v1.json"
EVERYBODY = {"x-data-class": "open"}


def contracts_of(*events: type[Event]) -> dict[str, Any]:
    schemas = {f"weaving/{event.type.partition('.')[2]}.json": schema(event) for event in EventTypes(*events)}
    return {**schemas, "asyncapi.yaml": document(schemas)}


def said(change: Callable[[dict[str, Any]], object]) -> list[str]:
    """What is said of a change made to a copy of the schema."""
    before, after = contracts_of(WoolDyed), contracts_of(WoolDyed)
    change(after[PATH])
    return list(broken(before, after))


def dye(schema: dict[str, Any]) -> dict[str, Any]:
    return schema["$defs"]["Dye"]  # type: ignore[no-any-return]


FORBIDDEN: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "a field removed": (lambda it: it["properties"].pop("note"), "note is gone"),
    "a field of a part removed": (lambda it: dye(it)["properties"].pop("grams"), "dyes[].grams is gone"),
    "a field renamed": (lambda it: it["properties"].update(remark=it["properties"].pop("note")), "note is gone"),
    "a field newly required": (lambda it: it["required"].append("note"), "note is newly required"),
    "a new field required": (
        lambda it: (it["properties"].update(weight={"type": "string"}), it["required"].append("weight")),
        "weight is newly required",
    ),
    "a field that may be left out": (lambda it: it["required"].remove("vat_id"), "vat_id may now be left out"),
    "a type changed": (lambda it: it["properties"]["vat_id"].update(type="integer"), "vat_id has another type"),
    "a format given": (lambda it: it["properties"]["vat_id"].update(format="uuid"), "vat_id has another type"),
    "a range narrowed": (lambda it: dye(it)["properties"]["grams"].update(minimum=1), "dyes[].grams has another type"),
    "a list made one value": (
        lambda it: it["properties"].update(dyes=dye(it) | {"x-data-class": "open"}),
        "dyes has another type",
    ),
    "a value that may be null": (
        lambda it: it["properties"].update(vat_id={"anyOf": [{"type": "string"}, {"type": "null"}], **EVERYBODY}),
        "vat_id has another type",
    ),
    "a code removed": (lambda it: it["$defs"]["Colour"]["enum"].remove("blue"), "dyes[].colour no longer has blue"),
    "a class loosened": (
        lambda it: it["properties"]["reason"].update({"x-data-class": "open"}),
        "reason has another data class: internal, now open",
    ),
    "a class tightened": (
        lambda it: it["properties"]["reason"].update({"x-data-class": "sensitive"}),
        "reason has another data class: internal, now sensitive",
    ),
}


@pytest.mark.parametrize("change", FORBIDDEN)
def test_what_breaks_a_reader_is_refused_by_name(change: str) -> None:
    make, sentence = FORBIDDEN[change]

    assert f"{PATH}: {sentence}" in said(make)


ALLOWED: dict[str, Callable[[dict[str, Any]], object]] = {
    "nothing": lambda _: None,
    "a new field that may be missing": lambda it: it["properties"].update(weight={"type": "string", **EVERYBODY}),
    "a new code": lambda it: it["$defs"]["Colour"]["enum"].append("violet"),
    "other words": lambda it: it.update(description="Wool was dyed.", title="Dyed"),
}


@pytest.mark.parametrize("change", ALLOWED)
def test_what_takes_nothing_from_a_reader_passes(change: str) -> None:
    assert said(ALLOWED[change]) == []


def test_a_new_event_and_a_new_version_pass() -> None:
    class WoolWashed(Event, type="weaving.wool-washed.v1"):
        """Wool was washed."""

    class WoolDyedAnew(Event, type="weaving.wool-dyed.v2"):
        """Wool was dyed in a vat."""

        vat_id: Annotated[str, SENSITIVE]

    assert list(broken(contracts_of(WoolDyed), contracts_of(WoolDyed, WoolDyedAnew, WoolWashed))) == []


def test_an_event_may_not_go() -> None:
    assert list(broken(contracts_of(WoolDyed), contracts_of())) == [f"{PATH}: the event is gone"]


def test_a_version_may_not_go_when_the_next_comes() -> None:
    class WoolDyedAnew(Event, type="weaving.wool-dyed.v2"):
        """Wool was dyed in a vat."""

    assert list(broken(contracts_of(WoolDyed), contracts_of(WoolDyedAnew))) == [f"{PATH}: the event is gone"]


def test_the_model_is_what_is_compared() -> None:
    class WoolDyedToo(Event, type="weaving.wool-dyed.v1"):
        """Wool was dyed in a vat."""

        vat_id: Annotated[str, OPEN]
        dyes: Annotated[tuple[Dye, ...], OPEN]
        reason: Annotated[Colour | None, INTERNAL]
        note: Annotated[int, INTERNAL]

    assert sorted(broken(contracts_of(WoolDyed), contracts_of(WoolDyedToo))) == [
        f"{PATH}: note has another type",
        f"{PATH}: note is newly required",
    ]


MESSAGE = "weaving.wool-dyed.v1"
TOPICS: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "the key dropped": (
        lambda it: it["components"]["messageBindings"]["by-subject"]["kafka"].pop("key"),
        "messages by-subject have lost their partition key",
    ),
    "another key": (
        lambda it: it["components"]["messageBindings"]["by-subject"]["kafka"]["key"].update(title="area"),
        "messages by-subject have lost their partition key",
    ),
    "the key of one message dropped": (
        lambda it: it["components"]["messages"][MESSAGE].pop("bindings"),
        f"message {MESSAGE} has lost its partition key",
    ),
    "a topic removed": (lambda it: it["channels"].pop("case-history-open"), "topic case-history-open is gone"),
    "more partitions": (
        lambda it: it["channels"]["case-history"]["bindings"]["kafka"].update(partitions=32),
        "topic case-history is laid out otherwise",
    ),
    "history forgotten": (
        lambda it: it["channels"]["case-history"]["bindings"]["kafka"]["topicConfiguration"].pop("retention.ms"),
        "topic case-history is laid out otherwise",
    ),
    "another address": (
        lambda it: it["channels"]["case-history-open"].update(address="elsewhere"),
        "topic case-history-open has another address",
    ),
    "an event no longer told": (
        lambda it: it["channels"]["case-history"]["messages"].pop(MESSAGE),
        f"topic case-history no longer has {MESSAGE}",
    ),
    "another message told": (
        lambda it: it["channels"]["case-history"]["messages"].update(
            {MESSAGE: {"$ref": f"#/components/messages/{MESSAGE}-open"}}
        ),
        f"topic case-history no longer has {MESSAGE}",
    ),
    "a message removed": (
        lambda it: it["components"]["messages"].pop(f"{MESSAGE}-open"),
        f"message {MESSAGE}-open is gone",
    ),
    "another content type": (
        lambda it: it["components"]["messageTraits"]["cloudevent"].update(contentType="text/plain"),
        "messages cloudevent are written otherwise",
    ),
    "one message written otherwise": (
        lambda it: it["components"]["messages"][MESSAGE].pop("traits"),
        f"message {MESSAGE} is written otherwise",
    ),
    "the envelope dropped": (
        lambda it: it["components"]["messages"][MESSAGE]["payload"]["allOf"].pop(0),
        f"message {MESSAGE} has lost its envelope",
    ),
    "an open field no longer told": (
        lambda it: it["components"]["messages"][f"{MESSAGE}-open"]["payload"]["allOf"][1]["properties"]["data"][
            "properties"
        ].pop("vat_id"),
        f"message {MESSAGE}-open data.vat_id is gone",
    ),
    "an attribute removed": (
        lambda it: it["components"]["schemas"]["envelope"]["properties"].pop("validon"),
        "envelope validon is gone",
    ),
    "an attribute closed": (
        lambda it: it["components"]["schemas"]["open-envelope"]["properties"].pop("area"),
        "open-envelope area is gone",
    ),
}


@pytest.mark.parametrize("change", TOPICS)
def test_a_topic_stays_as_readers_know_it(change: str) -> None:
    make, sentence = TOPICS[change]
    before, after = contracts_of(WoolDyed), deepcopy(contracts_of(WoolDyed))
    make(after["asyncapi.yaml"])

    assert f"asyncapi.yaml: {sentence}" in list(broken(before, after))


ROUTES: dict[str, tuple[Callable[[dict[str, Any]], object], list[str]]] = {
    "a path removed": (lambda it: it.pop("/vats/{vat}"), ["GET /vats/{} is gone", "PUT /vats/{} is gone"]),
    "a method removed": (lambda it: it["/vats/{vat}"].pop("put"), ["PUT /vats/{} is gone"]),
    "a path renamed": (
        lambda it: it.update({"/tubs/{vat}": it.pop("/vats/{vat}")}),
        ["GET /vats/{} is gone", "PUT /vats/{} is gone"],
    ),
    "a part of a path called otherwise": (lambda it: it.update({"/vats/{id}": it.pop("/vats/{vat}")}), []),
    "a path added": (lambda it: it.update({"/tubs": {"get": {}}}), []),
}


@pytest.mark.parametrize("change", ROUTES)
def test_an_api_keeps_what_can_be_asked_of_it(change: str) -> None:
    make, sentences = ROUTES[change]
    before: dict[str, Any] = {
        "openapi/weaving.json": {"paths": {"/vats": {"get": {}}, "/vats/{vat}": {"get": {}, "put": {}}}}
    }
    after = deepcopy(before)
    make(after["openapi/weaving.json"]["paths"])

    assert list(broken(before, after)) == [f"openapi/weaving.json: {sentence}" for sentence in sentences]


@pytest.mark.parametrize("path", ["asyncapi.yaml", "openapi/weaving.json"])
def test_a_document_may_not_go(path: str) -> None:
    before = {**contracts_of(WoolDyed), "openapi/weaving.json": {"paths": {}}}

    assert list(broken(before, {name: each for name, each in before.items() if name != path})) == [f"{path} is gone"]


def heard(event: type[Event]) -> list[str]:
    published = {WoolDyed.type: schema(WoolDyed)}
    return list(unreadable({"felting": (event,)}, published, {WoolDyed.type: sample(WoolDyed)}))


def test_a_reader_may_read_a_part_of_an_event() -> None:
    class Heard(Event, type="weaving.wool-dyed.v1"):
        vat_id: str
        reason: str | None
        note: str = ""

    assert heard(Heard) == []


def test_a_reader_knows_every_code_and_what_may_be_missing() -> None:
    class Heard(Event, type="weaving.wool-dyed.v1"):
        reason: Annotated[str, Field(pattern="^(red|green)$")]
        note: str
        maker: str

    assert heard(Heard)[0] == f"felting cannot read {WoolDyed.type} as its sample is: maker"
    assert {line.partition(f"{WoolDyed.type} ")[2] for line in heard(Heard)} >= {
        "reason is blue: reason, maker",
        "reason is null: reason, maker",
        "without note: note, maker",
    }


def test_nobody_hears_what_nobody_publishes() -> None:
    class Heard(Event, type="weaving.wool-spun.v1"):
        vat_id: str

    assert heard(Heard) == ["felting hears weaving.wool-spun.v1, which nobody publishes"]
