"""A follower or relay that is killed at any point loses nothing and does nothing twice."""

import gc
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from chronicle.feed.embedded import EmbeddedFeed
from chronicle.following import Follower
from chronicle.relay import Relay
from chronicle.store import Database
from private_postgres import USUAL
from sqlalchemy import Connection, event
from tallies import counted, everything, fill, opened, rows, run, shared, stored, tally_of

on_both = pytest.mark.parametrize("store_url", ["sqlite", f"postgresql-{USUAL}"], indirect=True)


class Killed(BaseException):
    """The process is gone."""


class Mortal(Database):
    """A database whose user dies at one point: before a statement, before a commit or after it."""

    def __init__(self, url: str, points: Iterator[int]) -> None:
        super().__init__(url)
        self._points = points
        event.listen(self.writers, "before_cursor_execute", self._pass)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that may not live to its end."""
        with super().writing() as connection:
            yield connection
            self._pass()
        self._pass()

    def _pass(self, *_: Any) -> None:
        if next(self._points) == 0:
            raise Killed


def at_every_point(live: Callable[[int, Iterator[int]], object]) -> int:
    """Live once for each point at which one can be killed, and once to the end; how many lives that were."""
    for life in count():
        points = count(life, -1)
        with suppress(Killed):
            live(life, points)
        gc.collect(1)  # what the dead held is let go
        if next(points) >= 0:
            return life + 1
    raise AssertionError


@on_both
def test_a_follower_killed_at_any_point_applies_every_event_once(store_url: str) -> None:
    with opened(store_url) as (database, store):
        events = fill(store, 8, subjects=2)

        def live(life: int, points: Iterator[int]) -> None:
            with closing(Mortal(store_url, points)) as mortal:
                run(Follower(counted, mortal, store, f"life_{life}", batch=2))

        lives = at_every_point(live)

        assert lives > 20
        for life in range(lives):
            run(Follower(counted, database, store, f"life_{life}", batch=2))
            assert rows(database, counted, f"life_{life}") == tally_of(events), life


@on_both
def test_a_follower_of_the_feed_killed_at_any_point_applies_every_event_once(store_url: str, tmp_path: Path) -> None:
    with opened(store_url) as (database, store), shared(f"sqlite:///{tmp_path}/history.db") as (_, feed):
        events = fill(store, 8, subjects=2)
        run(Relay(store, database, feed))

        def live(life: int, points: Iterator[int]) -> None:
            with closing(Mortal(store_url, points)) as mortal:
                run(Follower(everything, mortal, feed, f"life_{life}", batch=3))

        lives = at_every_point(live)

        assert lives > 20
        for life in range(lives):
            run(Follower(everything, database, feed, f"life_{life}", batch=3))
            assert rows(database, everything, f"life_{life}") == tally_of(events), life


@on_both
def test_a_relay_killed_at_any_point_sends_every_event_once_and_in_order(store_url: str, tmp_path: Path) -> None:
    with opened(store_url) as (database, store):
        events = fill(store, 6, subjects=2)

        def live(life: int, points: Iterator[int]) -> None:
            history = f"sqlite:///{tmp_path}/history_{life}.db"
            with (
                shared(history) as (_, feed),
                closing(Mortal(store_url, points)) as mortal,
                closing(Mortal(history, points)) as mortal_history,
            ):
                with suppress(Killed):
                    run(Relay(store, mortal, EmbeddedFeed(mortal_history)))
                run(Relay(store, database, feed))
                assert [
                    event for partition in sorted(feed.heads()) for event in feed.read(partition, 0, 100)
                ] == events, life

        assert at_every_point(live) > 20
        assert stored(store) == events
