"""The simulator finds what it is for: each bug planted here makes one of its first runs fail."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import replace
from sqlite3 import Connection as Driver
from typing import Any
from unittest.mock import patch

import pytest
from chronicle.feed.adopting import NotAdoptable
from chronicle.feed.kafka import KafkaFeed
from chronicle.feed.kafka_writing import Writer
from chronicle.feed.positions import FEED, START, Fit, Hashes, Moved, Reached
from chronicle.following import Follower
from chronicle.messages import StoredEvent, new_id
from chronicle.relay import Relay
from chronicle.store.sqlite import _append
from chronicle.store.tables import follower_position as position
from chronicle.store.values import Append, Head, caused
from simulator.run import simulated
from simulator.town import Spoilt, Stage
from sqlalchemy import Connection, delete, insert
from sqlalchemy.exc import IntegrityError

SEEDS = range(60)


def append_without_key(driver: Driver, append: Append) -> str:
    return _append(driver, replace(append, key=None))


def write_whatever_is_there(connection: Connection, moves: Iterable[Moved]) -> None:
    for _, row in moves:
        here = (position.c[name] == row[name] for name in ("follower", "partition", "source"))
        connection.execute(delete(position).where(*here))
        connection.execute(insert(position), row)


def advance_in_two_transactions(self: Follower, delivered: Mapping[int, Sequence[StoredEvent]]) -> set[int]:
    fits, write = self._fit(delivered)
    with self._database.writing() as connection:
        self._move(connection, fits, None)
    self._note(fits)
    if write:
        with self._database.writing() as connection:
            write(connection)
    return {partition for partition, found in fits.items() if found.misfit or found.ahead}


def fit_over_gaps(reached: Reached, delivered: Iterable[StoredEvent], _recent: Hashes) -> Fit:
    after, events = dict(reached), []
    for number, event in enumerate(delivered, 1):
        if event.sequence > after.get(event.source, START).sequence:
            after[event.source] = Head(event.sequence, event.hash)
            events.append(event)
        if FEED in reached:
            after[FEED] = Head(reached[FEED].sequence + number, event.hash)
    return Fit(events, after)


BUGS: dict[str, Callable[[], Sequence[Any]]] = {
    "a repeated request is handled anew": lambda: [patch("chronicle.store.sqlite._append", append_without_key)],
    "a reaction has another key each time": lambda: [
        patch("chronicle.following.reactions.caused", lambda _: caused(new_id()))
    ],
    "a position is stored before its rows": lambda: [
        patch.object(Follower, "_advance", advance_in_two_transactions),
        patch.object(Spoilt, "require_readable"),
    ],
    "whoever lost the lease moves the position, too": lambda: [
        patch("chronicle.feed.positions.write", write_whatever_is_there),
        patch("chronicle.following.passing.write", write_whatever_is_there),
    ],
    "a gap is passed by": lambda: [patch("chronicle.following.follower.fit", fit_over_gaps)],
    "readers compare offsets alone": lambda: [
        patch("chronicle.feed.kafka_reading._is", lambda record, head: record.offset + 1 == head.sequence)
    ],
    "a relay believes what it stored of the feed": lambda: [
        patch.object(
            KafkaFeed, "sent", lambda _, source, since, *__: {p: {source: START, **r} for p, r in since.items()}
        )
    ],
    "a relay does not notice that the feed was cut short": lambda: [
        patch.object(Writer, "_counted", lambda _, __, offsets: offsets[-1] + 1)
    ],
    "a restored store records at once": lambda: [
        patch("simulator.service.hold"),
        patch.object(Relay, "_strange", lambda *_: {}),
    ],
}


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with closing(Stage(tmp_path_factory.mktemp("stage"))) as stage:
        yield stage


def fails(seed: int, bug: str, stage: Stage) -> bool:
    with ExitStack() as planted:
        for each in BUGS[bug]():
            planted.enter_context(each)
        run = planted.enter_context(simulated(seed, stage))
        try:
            run.live()
        except (AssertionError, NotAdoptable):
            return True
        except IntegrityError:
            return False  # the database noticed it; that we do is asked of other seeds
    return False


@pytest.mark.parametrize("bug", BUGS)
def test_a_planted_bug_is_found(bug: str, stage: Stage) -> None:
    assert any(fails(seed, bug, stage) for seed in SEEDS)
