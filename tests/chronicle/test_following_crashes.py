"""A follower or relay that is killed at any point loses nothing and does nothing twice."""

from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest
from chronicle.feed.embedded import EmbeddedFeed
from chronicle.following import Follower
from chronicle.relay import Relay
from mortal import Killed, Mortal, at_every_point
from private_postgres import USUAL
from tallies import counted, everything, fill, opened, rows, run, shared, stored, tally_of

on_both = pytest.mark.parametrize("store_url", ["sqlite", f"postgresql-{USUAL}"], indirect=True)


@on_both
def test_a_follower_killed_at_any_point_applies_every_event_once(store_url: str) -> None:
    with opened(store_url) as (database, store):
        events = fill(store, 8, subjects=2)

        def live(life: int, points: Iterator[int]) -> None:
            with closing(Mortal(store_url, points)) as mortal:
                run(Follower(counted.beside(f"life_{life}"), mortal, store, batch=2))

        lives = at_every_point(live)

        assert lives > 20
        for life in range(lives):
            run(Follower(counted.beside(f"life_{life}"), database, store, batch=2))
            assert rows(database, counted, f"life_{life}") == tally_of(events), life


@on_both
def test_a_follower_of_the_feed_killed_at_any_point_applies_every_event_once(store_url: str, tmp_path: Path) -> None:
    with opened(store_url) as (database, store), shared(f"sqlite:///{tmp_path}/history.db") as (_, feed):
        events = fill(store, 8, subjects=2)
        run(Relay(store, database, feed))

        def live(life: int, points: Iterator[int]) -> None:
            with closing(Mortal(store_url, points)) as mortal:
                run(Follower(everything.beside(f"life_{life}"), mortal, feed, batch=3))

        lives = at_every_point(live)

        assert lives > 20
        for life in range(lives):
            run(Follower(everything.beside(f"life_{life}"), database, feed, batch=3))
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
