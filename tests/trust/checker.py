"""What must hold after a fault, checked from what clients were answered and from what is held everywhere. Pure."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

SHOWN = 3  # of the things that a finding is about


class Event(NamedTuple):
    """As much of an event as tells it from every other, wherever it is held."""

    source: str
    partition: int
    sequence: int
    event_id: str
    type: str
    stream: str
    subject: str
    hash: str


class Effect(NamedTuple):
    """What one command makes: the first event of its type on one stream."""

    type: str
    stream: str


@dataclass(frozen=True, slots=True)
class Asked:
    """One command as its client knows it: the effects it was told of under its key, and whether it was refused.

    More than one effect means that two answers to one key differed. Neither an effect nor a refusal: unknown.
    """

    key: str
    type: str
    effects: Collection[Effect] = ()
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Held:
    """What stores, topic and the gateway's history hold, and how projections differ from a fresh rebuild.

    ``topic`` is in the order of each partition, repetitions included: a subject is in one partition, and a store counts
    its events there. ``rebuilt`` counts differing rows by projection.
    """

    stores: Sequence[Event]
    topic: Sequence[Event]
    history: Sequence[Event]
    rebuilt: Mapping[str, int] = field(default_factory=dict)
    unverified: Sequence[str] = ()


def findings(asked: Sequence[Asked], held: Held, before: Collection[str] = ()) -> list[str]:
    """Everything that does not hold, each as a sentence; nothing when all does. ``before`` are streams made earlier."""
    return [
        *_effects(asked, [event for event in held.stores if event.stream not in before]),
        *_alike("the topic", held.stores, _first(held.topic)),
        *_alike("the gateway's history", held.stores, held.history),
        *_told("twice in the gateway's history", _twice(each.event_id for each in held.history)),
        *_order(held.topic),
        *(f"{name}: {rows} rows differ from a rebuild" for name, rows in held.rebuilt.items() if rows),
        *held.unverified,
    ]


def _effects(asked: Sequence[Asked], stores: Sequence[Event]) -> Iterator[str]:
    types = {each.type for each in asked}
    made = Counter(Effect(event.type, event.stream) for event in stores if event.type in types)
    known = {effect for each in asked for effect in each.effects}
    unknown = Counter(each.type for each in asked if not each.effects and not each.refused)
    yield from _told("acknowledged and lost", [each.stream for each in known - made.keys()])
    yield from _told("stored more than once", [effect.stream for effect, number in made.items() if number > 1])
    yield from _told("answered in two ways under one key", [each.key for each in asked if len(set(each.effects)) > 1])
    unasked = Counter(effect.type for effect in made.keys() - known)
    for kind, number in (unasked - unknown).items():
        yield f"{number} {kind} more than were asked for"


def _alike(where: str, stores: Sequence[Event], there: Iterable[Event]) -> Iterator[str]:
    ours, theirs = set(stores), set(there)
    yield from _told(f"missing in {where}", [_place(event) for event in ours - theirs])
    yield from _told(f"only in {where}", [_place(event) for event in theirs - ours])


def _order(topic: Sequence[Event]) -> Iterator[str]:
    reached: dict[tuple[str, int], int] = {}
    wrong = []
    for event in _first(topic):
        place = (event.source, event.partition)
        if event.sequence != reached.get(place, 0) + 1:
            wrong.append(_place(event))
        reached[place] = event.sequence
    yield from _told("out of order in the topic", wrong)


def _first(events: Sequence[Event]) -> list[Event]:
    return list(dict.fromkeys(events))


def _twice(ids: Iterable[str]) -> list[str]:
    return [each for each, number in Counter(ids).items() if number > 1]


def _place(event: Event) -> str:
    return f"{event.source}/{event.partition}/{event.sequence}"


def _told(what: str, things: Collection[str]) -> Iterator[str]:
    if things:
        shown = sorted(things)[:SHOWN]
        yield f"{len(things)} {what}: {', '.join(shown)}{' …' if len(things) > SHOWN else ''}"
