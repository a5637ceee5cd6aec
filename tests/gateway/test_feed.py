"""The feed: every event once, each subject's in order, for those it is meant for; a place in it can be kept."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random
from threading import Thread
from typing import Any

import pytest
from chronicle.feed.embedded import EmbeddedFeed
from chronicle.messages import PARTITIONS, StoredEvent, new_id
from chronicle.principal import AreaScope
from chronicle.relay import Relay
from chronicle.store import Database, install, open_store
from chronicle.store.values import Answer, Append
from cloudevents.core.v1.event import CloudEvent
from gateway.feeds.classes import DataClass
from gateway.feeds.reading import View
from identification.cases.household.events import HouseholdMembersChanged
from running_gateway import COUNTY, GROUP, OTHER_VILLAGE, VILLAGE, RunningGateway, running, told
from subscriber import EVENTS, checksum, subscribed, system


def about(household: str, area: str = VILLAGE, **envelope: Any) -> StoredEvent:
    changed = HouseholdMembersChanged(household_id=household, group_code=GROUP, members=())
    return told(changed, f"household/{household}", area=area, **envelope)


@pytest.fixture(scope="module")
def refusing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningGateway]:
    """A gateway from which nothing is to be had."""
    folder = tmp_path_factory.mktemp("refusing")
    with running(f"sqlite:///{folder / 'gateway.db'}", folder) as gateway:
        yield gateway


def refused(gateway: RunningGateway, query: str, *scopes: str, **who: str) -> tuple[int, Any]:
    answer = system(gateway, *(scopes or ["feed:open"]), **who).get(f"{EVENTS}?{query}")
    return answer.status_code, answer.json()["code"]


def test_every_event_comes_once_in_batches_as_it_was_recorded(gateway: RunningGateway) -> None:
    recorded = [about(new_id()) for _ in range(20)]
    gateway.relay(*recorded)
    subscriber = subscribed(gateway, "limit=6")
    subscriber.read_all()

    assert len(subscriber.ids) == len(set(subscriber.ids))
    assert set(subscriber.ids) >= {event.event_id for event in recorded}
    (event,) = (each for each in subscriber.events if each["id"] == recorded[0].event_id)
    assert event["data"] == json.loads(recorded[0].data)
    assert (event["subject"], event["validon"], event["actorrole"]) == (
        recorded[0].subject,
        "2015-06-01",
        "village_officer",
    )


def test_a_batch_is_what_the_standard_says(gateway: RunningGateway) -> None:
    answer = subscribed(gateway).read()
    events = [CloudEvent(dict(each), data) for each in answer.json() if (data := each.pop("data"))]

    assert answer.headers["content-type"] == "application/cloudevents-batch+json"
    assert {event.get_type() for event in events} == {
        "identification.area-opened.v1",
        "identification.villager-group-opened.v1",
    }


def test_nothing_is_missed_and_nothing_comes_twice_while_four_write_and_the_subscriber_is_killed(
    gateway_on_each: RunningGateway, tmp_path: Path
) -> None:
    households = [new_id() for _ in range(12)]
    writers = [Writer(gateway_on_each, tmp_path, f"writer-{name}", households) for name in "abcd"]
    subscriber, chance = subscribed(gateway_on_each, "limit=7"), Random(7)  # noqa: S311 - chance, not a secret
    saved = subscriber.saved()
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        subscriber.read()
        if chance.random() < 0.3:
            subscriber = saved.saved()
        elif chance.random() < 0.5:
            saved = subscriber.saved()
    subscriber.read_all()

    assert len(subscriber.ids) == len(set(subscriber.ids))
    assert set(subscriber.ids) >= {event_id for writer in writers for event_id in writer.told}
    for household in households:
        theirs = [each for each in subscriber.events if each["subject"] == f"household/{household}"]
        assert [each["id"] for each in theirs] == history_of(gateway_on_each, f"household/{household}")


class Writer(Thread):
    """A service that writes about households others write about, too."""

    def __init__(self, gateway: RunningGateway, folder: Path, source: str, households: list[str]) -> None:
        super().__init__()
        database = Database(f"sqlite:///{folder / source}.db")
        with database.writing() as connection:
            install(connection)
        self.told: list[str] = []
        self._store, self._gateway, self._households = open_store(database, source), gateway, households
        self._relay = Relay(self._store, database, EmbeddedFeed(gateway.service.database))

    def run(self) -> None:
        for number in range(40):
            event = about(self._households[number % len(self._households)], source=self._store.source)
            self._store.append(Append((event,), self._gateway.clock.now(), Answer(201, None, 1)))
            self.told.append(event.event_id)
            while self._relay.step():
                pass


def history_of(gateway: RunningGateway, subject: str) -> list[str]:
    feed = EmbeddedFeed(gateway.service.database)
    events = [event for partition in feed.heads() for event in feed.read(partition, 0, 1000)]
    return [event.event_id for event in events if event.subject == subject]


def test_a_subscriber_goes_on_where_it_was(gateway: RunningGateway) -> None:
    subscriber = subscribed(gateway)
    before = len(subscriber.read_all())
    event = about(new_id())
    gateway.relay(event)

    assert subscriber.saved().read_all()[before:] == subscriber.read_all()[before:]
    assert subscriber.ids[before:] == [event.event_id]


def test_only_events_of_these_names_come(gateway: RunningGateway) -> None:
    gateway.relay(about(new_id()))
    both = "identification.area-opened,identification.household-members-changed"

    assert types(gateway, "") == {"area-opened", "villager-group-opened", "household-members-changed"}
    assert types(gateway, "types=identification.area-opened") == {"area-opened"}
    assert types(gateway, f"types={both}&limit=1") == {"area-opened", "household-members-changed"}
    assert types(gateway, "types=identification.household-registered") == set()


def test_another_version_has_the_same_name(gateway: RunningGateway) -> None:
    gateway.relay(about(new_id(), type="identification.household-members-changed.v2"))

    assert types(gateway, "types=identification.household-members-changed") == {"household-members-changed"}


def types(gateway: RunningGateway, query: str) -> set[str]:
    events = subscribed(gateway, query).read_all()
    return {each["type"].removeprefix("identification.").rpartition(".v")[0] for each in events}


def test_only_events_in_these_areas_come(gateway_on_each: RunningGateway) -> None:
    here, there = about(new_id()), about(new_id(), OTHER_VILLAGE)
    gateway_on_each.relay(here, there)

    def got(areas: str, scope: str = "36") -> set[str]:
        subscriber = subscribed(gateway_on_each, areas, area=scope)
        subscriber.read_all()
        return {here.event_id, there.event_id} & set(subscriber.ids)

    assert got("") == got(f"areas={COUNTY}") == got("areas=360424") == {here.event_id, there.event_id}
    assert got(f"areas={VILLAGE}") == got("areas=360424106") == got("", VILLAGE) == {here.event_id}
    assert got(f"areas={VILLAGE},{OTHER_VILLAGE}") == {here.event_id, there.event_id}
    assert got("", "360425") == set()


def test_of_a_household_that_moved_each_area_hears_what_happened_there(gateway: RunningGateway) -> None:
    household = new_id()
    before, after = about(household), about(household, OTHER_VILLAGE)
    gateway.relay(before)
    gateway.relay(after)
    first, second = subscribed(gateway, area=VILLAGE), subscribed(gateway, area=OTHER_VILLAGE)
    first.read_all()
    second.read_all()

    assert before.event_id in first.ids
    assert after.event_id not in first.ids
    assert after.event_id in second.ids
    assert before.event_id not in second.ids


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("types=identification.household-vanished", "event-type-unknown"),
        ("types=identification.area-opened.v1", "event-type-unknown"),
        ("types=", "event-type-unknown"),
        ("areas=44", "outside-your-area"),
        ("areas=36,44", "outside-your-area"),
        ("areas=360", "malformed"),
        ("areas=", "malformed"),
        ("areas=00", "area-code-malformed"),
        ("wait=31", "malformed"),
        ("limit=0", "malformed"),
        ("limit=1001", "malformed"),
        ("after=nothing", "cursor-unknown"),
        ("after=%E5%8D%97", "cursor-unknown"),
        ("since=2015", "unknown-parameter"),
        ("types=identification.area-opened&types=identification.notice-posted", "unknown-parameter"),
    ],
)
def test_what_cannot_be_asked_is_refused(refusing: RunningGateway, query: str, code: str) -> None:
    assert refused(refusing, query) == (403 if code == "outside-your-area" else 422, code)


@pytest.mark.parametrize("role", ["village_officer", "county_officer", "auditor", "operator", "public"])
def test_a_feed_is_for_the_systems_of_departments(refusing: RunningGateway, role: str) -> None:
    assert refused(refusing, "", "feed:sensitive", role=role) == (403, "not-your-duty")


@pytest.mark.parametrize("department", [None, "homeland"])
def test_a_system_acts_for_a_department_there_is(refusing: RunningGateway, department: str | None) -> None:
    answer = system(refusing, "feed:sensitive", department=department).get(EVENTS)

    assert (answer.status_code, answer.json()["code"]) == (403, "department-not-named")


@pytest.mark.parametrize("scope", ["feed", "open", "feed:Open", "console"])
def test_a_system_needs_to_be_granted_a_class(refusing: RunningGateway, scope: str) -> None:
    assert refused(refusing, "", scope) == (403, "feed-not-granted")


def test_nobody_reads_it_without_signing_in(refusing: RunningGateway) -> None:
    assert refusing.client().get(EVENTS).status_code == 401


def test_a_place_is_good_for_what_it_was_asked_with(gateway: RunningGateway) -> None:
    subscriber = subscribed(gateway, "types=identification.area-opened")
    subscriber.read()
    cursor = subscriber.url.rpartition("after=")[2]

    assert refused(gateway, f"after={cursor}", "feed:sensitive") == (422, "cursor-unknown")
    assert refused(gateway, f"types=identification.area-opened&after={cursor}") == (422, "cursor-unknown")
    assert subscribed(gateway).http.get(f"{subscriber.url}&limit=1&wait=1").json() == []


def test_a_place_in_another_history_is_refused(gateway: RunningGateway, tmp_path: Path) -> None:
    subscriber = subscribed(gateway)
    subscriber.read()
    (tmp_path / "another").mkdir()
    with running(f"sqlite:///{tmp_path / 'another' / 'gateway.db'}", tmp_path / "another") as another:
        assert refused(another, subscriber.url.partition("?")[2], "feed:sensitive") == (422, "history-made-anew")


def test_a_place_that_the_history_does_not_reach_any_more_is_refused(gateway: RunningGateway) -> None:
    reader, view = gateway.service.history, View((), AreaScope(("36",)), DataClass.OPEN)
    beyond = replace(reader.place(None, view), offsets=(100_000,) * PARTITIONS)

    assert refused(gateway, f"after={reader.cursor(beyond, view)}") == (422, "history-made-anew")


def test_the_sum_is_of_what_came_however_it_was_paged(gateway: RunningGateway) -> None:
    gateway.relay(*(about(new_id()) for _ in range(10)))
    by_one, at_once = subscribed(gateway, "limit=1"), subscribed(gateway)
    by_one.read_all()
    last = at_once.read()

    assert checksum(by_one.events) == last.headers["yihu-checksum"]
    assert last.headers["yihu-caught-up"] == "true"


def test_the_sum_shows_what_was_lost_doubled_or_changed(gateway: RunningGateway) -> None:
    events = subscribed(gateway).read_all()
    right = checksum(events)

    assert checksum(events[1:]) != right
    assert checksum([*events, events[0]]) != right
    assert checksum([*events, events[0], events[0]]) != right
    assert checksum([{**events[0], "area": OTHER_VILLAGE}, *events[1:]]) != right
    assert checksum(reversed(events)) == right


def test_a_rare_event_is_found_behind_many_others(gateway: RunningGateway, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.feeds.reading.WINDOW", 3)
    household = new_id()
    gateway.relay(*(about(household) for _ in range(20)))
    rare = about(household, type="identification.notice-closed.v1")
    gateway.relay(rare)
    subscriber = subscribed(gateway, "types=identification.notice-closed&wait=5")

    assert [each["id"] for each in subscriber.read().json()] == [rare.event_id]
