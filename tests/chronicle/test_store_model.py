"""The store against a model: a list a stream, a holder a key, an answer a request. Whatever is tried, both agree."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from chronicle.messages import StoredEvent, new_id
from chronicle.refusals import KeyReused
from chronicle.store import Database, EventStore, install, open_store
from chronicle.store.values import Answer, Append, ClaimTaken, HeldClaim, IdempotencyKey, VersionConflict
from drafts import NOW, draft, unplaced
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

STREAMS, SUBJECTS, KEYS = ("a", "b", "c"), ("thing/1", "thing/2", "thing/3"), ("x", "y")

told = st.lists(st.tuples(st.sampled_from(STREAMS), st.sampled_from(SUBJECTS)), min_size=1, max_size=5)
late = st.dictionaries(st.sampled_from(STREAMS), st.sampled_from([-1, 1]), max_size=1)
claimed = st.lists(st.tuples(st.sampled_from(STREAMS), st.sampled_from(KEYS), st.booleans()), max_size=4)
requests = st.none() | st.tuples(st.sampled_from("pq"), st.sampled_from([b"1", b"2"]))


class Model:
    """What a store should do, said plainly."""

    def __init__(self) -> None:
        self.streams: dict[str, list[StoredEvent]] = {}
        self.holders: dict[str, str] = {}
        self.answers: dict[str, tuple[bytes, Answer]] = {}

    def append(self, append: Append) -> Answer | None:
        """The first answer to the key, or None for an append that is recorded; raises what the store raises."""
        if append.key and append.key.key in self.answers:
            fingerprint, answer = self.answers[append.key.key]
            if fingerprint != append.key.fingerprint:
                raise KeyReused
            return answer
        holders = self._settle(append)
        streams = {stream: list(events) for stream, events in self.streams.items()}
        for event in append.events:
            stream = streams.setdefault(event.stream, [])
            if event.version != len(stream) + 1:
                raise VersionConflict
            stream.append(event)
        self.streams, self.holders = streams, holders
        return None

    def _settle(self, append: Append) -> dict[str, str]:
        last = {(claim.stream, claim.key): claim for claim in append.claims}.values()
        given_back = {(claim.key, claim.stream) for claim in last if not claim.held}
        holders = {key: stream for key, stream in self.holders.items() if (key, stream) not in given_back}
        taken = [
            claim
            for claim in sorted(last, key=_key)
            if claim.held and holders.setdefault(claim.key, claim.stream) != claim.stream
        ]
        if taken:
            raise ClaimTaken(taken)
        return holders


def _key(claim: HeldClaim) -> str:
    return claim.key


class Recording(RuleBasedStateMachine):
    """Appends of every kind to a few streams, with a few claims and keys."""

    store: EventStore

    def __init__(self) -> None:
        super().__init__()
        self.model = Model()
        self.place = new_id()

    @rule(told=told, late=late, claimed=claimed, request=requests)
    def append(self, told: Any, late: dict[str, int], claimed: Any, request: tuple[str, bytes] | None) -> None:
        """Append events at the next versions or, being late, at others."""
        next_of = {s: count(len(self.model.streams.get(self._own(s), ())) + 1 + late.get(s, 0)) for s in STREAMS}
        append = Append(
            [draft(self._own(stream), next(next_of[stream]), subject) for stream, subject in told],
            NOW,
            Answer(201, self.place, 1),
            [HeldClaim("kind", self._own(key), self._own(stream), held=held) for stream, key, held in claimed],
            key=request and IdempotencyKey("client", self._own(request[0]), request[1]),
        )
        expected = _outcome(self.model, append)
        answer = _outcome(self.store, append)
        if expected is None:
            assert isinstance(answer, Answer)
            assert answer == replace(append.answer, positions=answer.positions)
            if append.key:
                self.model.answers[append.key.key] = append.key.fingerprint, answer
        else:
            assert answer == expected
        self._agree()

    def _agree(self) -> None:
        loaded = self.store.load({self._own(stream): 0 for stream in STREAMS})
        assert {s: unplaced(events) for s, events in loaded.items() if events} == self.model.streams
        assert self.store.holder("kind", [self._own(key) for key in KEYS]) == self.model.holders

    def _own(self, name: str) -> str:
        return f"{self.place}/{name}"


def _outcome(asked: Model | EventStore, append: Append) -> object:
    try:
        return asked.append(append)
    except ClaimTaken as taken:
        return taken.claims
    except (VersionConflict, KeyReused) as refused:
        return type(refused)


@pytest.fixture
def store(store_url: str) -> Iterator[EventStore]:
    with closing(Database(store_url)) as database:
        with database.writing() as connection:
            install(connection)
        yield open_store(database, "notes")


def test_whatever_is_appended_the_store_and_the_model_agree(store: EventStore) -> None:
    class RecordingHere(Recording):
        pass

    RecordingHere.store = store
    run_state_machine_as_test(
        RecordingHere,
        settings=settings(max_examples=30, stateful_step_count=20, suppress_health_check=list(HealthCheck)),
    )
