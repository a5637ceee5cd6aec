"""The checker finds what was lost, doubled or put out of order, and nothing where all holds."""

from dataclasses import replace

import pytest
from tests.trust.checker import Asked, Effect, Event, Held, findings

FILED = "identification.application-filed.v1"


def event(number: int, partition: int = 0, source: str = "identification", kind: str = FILED) -> Event:
    """An event that files an application, the first on its stream."""
    name = f"{source}-{partition}-{number}"
    return Event(source, partition, number, name, kind, f"application/{name}", f"household/{name}", name)


def asked(one: Event) -> Asked:
    """The command that it was acknowledged for."""
    return Asked(f"key of {one.event_id}", one.type, [Effect(one.type, one.stream)])


EVENTS = [event(1), event(2), event(1, partition=5), event(2, partition=5)]
ASKED = [asked(each) for each in EVENTS]
WHOLE = Held(EVENTS, EVENTS, EVENTS, {"identification/application": 0})


def test_a_history_that_is_everywhere_once_and_in_order_holds() -> None:
    assert findings(ASKED, WHOLE) == []


def test_what_the_topic_has_twice_holds_as_long_as_it_came_in_order_first() -> None:
    again = replace(WHOLE, topic=[*EVENTS[:2], EVENTS[0], *EVENTS])

    assert findings(ASKED, again) == []


def test_what_was_there_before_the_first_command_was_not_asked_for_and_holds() -> None:
    assert findings(ASKED[1:], WHOLE, before={EVENTS[0].stream}) == []


def test_a_refused_command_and_one_that_is_unknown_and_without_effect_hold() -> None:
    assert findings([*ASKED, Asked("refused", FILED, refused=True), Asked("unknown", FILED)], WHOLE) == []


def test_an_unknown_command_may_have_had_its_effect() -> None:
    assert findings([*ASKED[1:], Asked("unknown", FILED)], WHOLE) == []


def test_an_acknowledged_command_without_its_event_is_lost() -> None:
    without = Held(EVENTS[:-1], EVENTS[:-1], EVENTS[:-1])

    assert findings(ASKED, without) == [f"1 acknowledged and lost: {EVENTS[-1].stream}"]


def test_a_refused_command_that_had_an_effect_all_the_same_is_found() -> None:
    assert findings([*ASKED[1:], Asked("refused", FILED, refused=True)], WHOLE) == [
        f"1 {FILED} more than were asked for"
    ]


def test_an_effect_that_nobody_asked_for_is_found() -> None:
    more = [*EVENTS, event(3)]

    assert findings(ASKED, Held(more, more, more)) == [f"1 {FILED} more than were asked for"]


def test_a_command_that_had_its_effect_twice_is_found() -> None:
    twice = [*EVENTS, event(3)._replace(stream=EVENTS[0].stream)]

    assert findings(ASKED, Held(twice, twice, twice)) == [f"1 stored more than once: {EVENTS[0].stream}"]


def test_one_key_that_was_answered_in_two_ways_is_found() -> None:
    both = Asked("key", FILED, [effect for each in ASKED[:2] for effect in each.effects])

    assert findings([both, *ASKED[2:]], WHOLE) == ["1 answered in two ways under one key: key"]


@pytest.mark.parametrize("where", ["topic", "history"])
def test_an_event_that_is_missing_somewhere_is_found(where: str) -> None:
    told = {"topic": "the topic", "history": "the gateway's history"}[where]
    less = _with(where, [*EVENTS[:1], *EVENTS[2:]])

    assert f"1 missing in {told}: identification/0/2" in findings(ASKED, less)


@pytest.mark.parametrize("where", ["topic", "history"])
def test_an_event_that_a_store_does_not_have_is_found(where: str) -> None:
    more = _with(where, [*EVENTS, event(1, source="industry", kind="industry.project-opened.v1")])

    assert [each for each in findings(ASKED, more) if "only in" in each]


def test_an_event_that_is_another_one_there_is_found() -> None:
    changed = replace(WHOLE, topic=[EVENTS[0]._replace(hash="another"), *EVENTS[1:]])

    assert "1 only in the topic: identification/0/1" in findings(ASKED, changed)


def test_an_event_twice_in_the_gateways_history_is_found() -> None:
    assert findings(ASKED, replace(WHOLE, history=[*EVENTS, EVENTS[0]])) == [
        f"1 twice in the gateway's history: {EVENTS[0].event_id}"
    ]


def test_a_topic_in_another_order_is_found() -> None:
    turned = replace(WHOLE, topic=[EVENTS[1], EVENTS[0], *EVENTS[2:]])

    assert [each for each in findings(ASKED, turned) if "out of order in the topic" in each]


def test_a_projection_that_differs_from_a_rebuild_is_found() -> None:
    assert findings(ASKED, replace(WHOLE, rebuilt={"identification/application": 3})) == [
        "identification/application: 3 rows differ from a rebuild"
    ]


def test_a_chain_that_is_broken_is_found() -> None:
    assert findings(ASKED, replace(WHOLE, unverified=["0:2 was changed"])) == ["0:2 was changed"]


def _with(where: str, events: list[Event]) -> Held:
    """Everything as it should be, except in one place."""
    return replace(WHOLE, topic=events) if where == "topic" else replace(WHOLE, history=events)
