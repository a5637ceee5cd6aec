"""What was not granted to a reader is never in what they read, and what is granted is all there."""

import json
from collections.abc import Mapping, Sequence
from importlib import import_module
from types import SimpleNamespace
from typing import Any, cast

import pytest
from chronicle.messages import Actor, Event, Recorded, StoredEvent, canonical, digest_of, name_of, new_id
from codebase import PACKAGES
from gateway.feeds.classes import Classes, DataClass
from gateway.feeds.open_topic import OpenTopic
from identification.cases.application.events.data_matches import DataMatchRaised
from identification.cases.household.events import HouseholdMembersChanged
from running_gateway import GROUP, RunningGateway, told
from running_service import ROOT
from subscriber import subscribed
from yihu.contracts.envelope import ATTRIBUTES

CONTRACTS = ROOT / "contracts"
SCOPES = {each: f"feed:{each.name.lower()}" for each in DataClass}


def published() -> list[type[Event]]:
    folders = [name for name, folder in PACKAGES.items() if (folder / "published.py").exists()]
    return [event for name in folders for event in import_module(f"{name}.published").PUBLISHED]


def class_of(event: type[Event], field: str) -> Any:
    extra = event.model_fields[field].json_schema_extra
    return extra["x-data-class"] if isinstance(extra, dict) else None


def marked(event: type[Event]) -> StoredEvent:
    """An event whose every value says how closely it is kept."""
    known = HouseholdMembersChanged(household_id=new_id(), group_code=GROUP, members=())
    data = {name: [f"{class_of(event, name)} {event.type} {name}"] for name in event.model_fields}
    receipt = canonical({"known": {"income": "sensitive receipt"}})
    acting = Actor("internal person", "internal organisation", "internal role", None, "internal run")
    return told(
        known, f"household/{new_id()}", type=event.type, data=canonical(data), receipt=receipt, actor=acting,
        stream=f"internal stream/{new_id()}", command_id="internal command", correlation_id="internal correlation",
        traceparent="internal trace", source="relocation",
    )  # fmt: skip


def is_withheld(event: type[Event]) -> bool:
    return bool((event.model_config.get("json_schema_extra") or {}) == {"x-withheld": True})


@pytest.fixture
def events(gateway: RunningGateway) -> list[StoredEvent]:
    """One event of every published type, but those that are told to nobody outside: these are there as well."""
    events = {event: marked(event) for event in published()}
    # Nobody follows it here: the notice board could not read it.
    gateway.relay(*events.values())
    return [stored for event, stored in events.items() if not is_withheld(event)]


@pytest.mark.parametrize("granted", DataClass, ids=lambda granted: granted.name.lower())
def test_a_reader_gets_what_was_granted_and_nothing_else(
    gateway: RunningGateway, events: list[StoredEvent], granted: DataClass
) -> None:
    subscriber = subscribed(gateway, scope=SCOPES[granted])
    told = subscriber.read_all()
    said, attributes = canonical(told), {name for each in told for name in each}

    for kept in DataClass:
        assert (f"{kept.name.lower()} " in said) == (kept <= granted)
    assert said.count("open ") == sum(each.data.count('"open ') for each in events)
    assert ("digest" in attributes, "receipt" in attributes) == (granted is DataClass.SENSITIVE,) * 2


def test_whoever_gets_everything_can_recompute_the_digests(gateway: RunningGateway, events: list[StoredEvent]) -> None:
    by_id = {each["id"]: each for each in subscribed(gateway).read_all()}

    for event in events:
        assert canonical(by_id[event.event_id]["data"]) == event.data
        assert digest_of(event) == event.digest


def test_the_highest_class_granted_counts(gateway: RunningGateway, events: list[StoredEvent]) -> None:
    both = subscribed(gateway, scope="feed:open feed:internal console")
    internal = subscribed(gateway, scope="feed:internal")

    assert both.read_all() == internal.read_all()
    assert len(internal.ids) > len(events)


def test_of_a_type_that_is_not_known_nothing_is_shown_but_that_it_was(gateway: RunningGateway) -> None:
    strange = told(
        HouseholdMembersChanged(household_id=new_id(), group_code=GROUP, members=()),
        f"household/{new_id()}",
        type="identification.household-vanished.v9",
    )
    gateway.relay(strange)
    shown = {each["id"]: each for each in subscribed(gateway, scope="feed:internal").read_all()}[strange.event_id]

    assert (shown["type"], shown["data"]) == (strange.type, {})
    assert (
        json.loads(strange.data).items()
        <= {name: value for each in subscribed(gateway).read_all() for name, value in each["data"].items()}.items()
    )


def test_what_departments_are_not_to_know_is_in_no_feed_whatever_was_granted(
    gateway: RunningGateway, events: list[StoredEvent]
) -> None:
    withheld = {event.type for event in published() if is_withheld(event)}
    shown = {each["type"] for each in subscribed(gateway).read_all()}

    assert {name.split(".")[1].partition("-")[0] for name in withheld} == {"data", "objector", "recheck"}
    assert shown >= {event.type for event in events}
    assert not shown & withheld
    assert not {name_of(each) for each in withheld} & Classes(CONTRACTS).names


@pytest.mark.parametrize("granted", [DataClass.OPEN, DataClass.INTERNAL])
def test_nothing_numbers_what_happened_to_an_application_but_for_whoever_gets_everything(
    gateway: RunningGateway, granted: DataClass
) -> None:
    known = HouseholdMembersChanged(household_id=new_id(), group_code=GROUP, members=())
    stream = f"application/{new_id()}"
    types = (HouseholdMembersChanged.type, DataMatchRaised.type, HouseholdMembersChanged.type)
    numbered = enumerate(types, 1)
    gateway.relay(*(told(known, "household/1", type=each, stream=stream, version=number) for number, each in numbered))
    shown = subscribed(gateway, scope=SCOPES[granted]).read_all()
    assert shown
    assert not any("version" in event for event in shown)


def test_what_departments_are_not_to_know_is_not_in_the_open_topic() -> None:
    sent: list[bytes] = []

    def write(batches: Mapping[int, Sequence[bytes]]) -> None:
        sent.extend(record for records in batches.values() for record in records)

    writer = SimpleNamespace(topic=SimpleNamespace(name="open"), write=write)
    batch = [Recorded(cast("Any", None), marked(event)) for event in published()]
    OpenTopic(Classes(CONTRACTS), cast("Any", writer)).take(batch)

    assert len(sent) == sum(not is_withheld(event) for event in published())
    assert b"data-match" not in str(sent).encode()


def test_the_classes_are_those_of_the_events_as_published() -> None:
    classes = Classes(CONTRACTS)

    assert {event.type: {name: class_of(event, name) for name in event.model_fields} for event in published()} == {
        event.type: {name: granted.name.lower() for name, granted in classes.of(event.type).items()}
        for event in published()
    }


@pytest.mark.parametrize("field", ["decision", "resolution", "return_to"])
def test_what_tells_how_a_household_was_judged_is_sensitive(field: str) -> None:
    telling = {event.type: class_of(event, field) for event in published() if field in event.model_fields}

    assert set(telling.values()) == {"sensitive"}, telling


def test_the_classes_of_attributes_are_those_of_the_contract() -> None:
    described = {name: DataClass[data_class.upper()] for name, _, data_class, _, _ in ATTRIBUTES}
    everything = {name: name for name in described}

    for granted in DataClass:
        shown = {name for name in everything if described[name] <= granted}
        assert attributes(granted) == shown


def attributes(granted: DataClass) -> set[str]:
    event = told(
        HouseholdMembersChanged(household_id=new_id(), group_code=GROUP, members=()),
        f"household/{new_id()}",
        causation_id=new_id(), traceparent="00-1", corrects="{}", receipt="{}",
        actor=Actor("li", "the-township", "village_officer", on_behalf_of="wang", backfill="run"),
    )  # fmt: skip
    return set(json.loads(Classes(CONTRACTS).shown(event, granted))) - {"data"}


def test_without_contracts_nobody_is_ready(tmp_path: Any) -> None:
    with pytest.raises(FileNotFoundError):
        _ = Classes(tmp_path).names
