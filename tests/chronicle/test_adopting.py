"""A restored store takes back from the feed what it recorded after its backup, whole and in order, or nothing."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from shutil import copy

import pytest
from bank import CHIEF, CloseAccount, OpenAccount, OwnerHasAccount, PayIn, account, asking, part, payroll, wages
from chronicle.feed.adopting import FeedTooShort, NotAdoptable, adopt
from chronicle.feed.embedded import EmbeddedFeed, renew
from chronicle.feed.positions import RELAY
from chronicle.handling import Handler
from chronicle.messages import StoredEvent
from chronicle.policy import Policy
from chronicle.relay import Relay
from chronicle.store import Database, EventStore
from chronicle.store.tables import claim, event, follower_position
from chronicle.store.values import Delivery
from chronicle.verification import verify
from sqlalchemy import Connection, func, select, update
from tallies import Script, fill, opened, run, shared, stored

Own = tuple[Database, EventStore]


@pytest.fixture
def feed(tmp_path: Path) -> Iterator[EmbeddedFeed]:
    with shared(f"sqlite:///{tmp_path}/history.db") as (_, feed):
        yield feed


@pytest.fixture
def whole(tmp_path: Path, feed: EmbeddedFeed) -> Iterator[Own]:
    with opened(f"sqlite:///{tmp_path}/bank.db", "bank") as (database, store):
        bank = Handler(store, database, Policy([]))
        for name in ("ada", "bo", "cy"):
            bank.handle(asking(), [part(name, OpenAccount(owner=name))], Delivery())
            bank.handle(asking(CHIEF), [part(name, PayIn(amount=5))], Delivery())
        bank.handle(asking(), payroll("june", "ada", "bo"), Delivery())
        bank.handle(asking(), [part("cy", CloseAccount())], Delivery())
        run(Relay(store, database, feed))
        yield database, store


@pytest.fixture
def restored(store_url: str) -> Iterator[Own]:
    with opened(store_url, "bank") as restored:
        yield restored


def claims(database: Database) -> set[tuple[str, str, str]]:
    with database.reading() as connection:
        return {(row.kind, row.key, row.stream) for row in connection.execute(select(claim))}


def test_events_of_all_streams_and_their_claims_come_back(whole: Own, restored: Own, feed: EmbeddedFeed) -> None:
    database, store = restored

    assert adopt(store, database, feed, (account, wages)) == len(stored(whole[1]))

    assert stored(store) == stored(whole[1])
    assert verify(database) == []
    assert claims(database) == claims(whole[0])
    with pytest.raises(OwnerHasAccount):
        Handler(store, database, Policy([])).handle(asking(), [part("x", OpenAccount(owner="ada"))], Delivery())
    assert adopt(store, database, feed, (account, wages)) == 0


def test_what_a_store_recorded_since_its_backup_is_not_overwritten(
    whole: Own, restored: Own, feed: EmbeddedFeed
) -> None:
    database, store = restored
    bank = Handler(store, database, Policy([]))
    bank.handle(asking(), [part("ada", OpenAccount(owner="ada"))], Delivery())
    before = stored(store)

    with pytest.raises(NotAdoptable):
        adopt(store, database, feed)

    assert stored(store) == before
    assert stored(whole[1]) != before


def test_a_feed_of_another_history_is_refused_though_it_ends_where_the_store_does(tmp_path: Path) -> None:
    with opened(f"sqlite:///{tmp_path}/other.db") as (_, other):
        told = fill(other, 5, subjects=1)
    feed = Script()
    feed.send({told[0].partition: told[:4]})

    with opened(f"sqlite:///{tmp_path}/restored.db") as (database, restored):
        fill(restored, 5, subjects=1)
        with pytest.raises(NotAdoptable):
            adopt(restored, database, feed)


def test_a_feed_that_lost_what_was_sent_is_refused_unless_it_may_be_shorter(
    whole: Own, feed: EmbeddedFeed, tmp_path: Path
) -> None:
    database, store = whole
    with shared(f"sqlite:///{tmp_path}/anew.db") as (_, anew):
        with pytest.raises(FeedTooShort, match="--shorter"):
            adopt(store, database, anew)

        assert adopt(store, database, anew, shorter=True) == 0
    assert adopt(store, database, feed) == 0


@pytest.mark.parametrize("wrong", ["missing", "changed"])
def test_an_event_that_is_missing_or_was_changed_stops_it(tmp_path: Path, wrong: str) -> None:
    with opened(f"sqlite:///{tmp_path}/toy.db") as (_, store):
        events = fill(store, 5, subjects=1)
    feed, partition = Script(), events[0].partition
    changed = [*events[:2], events[2]._replace(data='{"amount":9}'), *events[3:]]
    feed.send({partition: [*events[:2], *events[3:]] if wrong == "missing" else changed})

    with opened(f"sqlite:///{tmp_path}/restored.db") as (database, restored):
        with pytest.raises(NotAdoptable):
            adopt(restored, database, feed)
        assert stored(restored) == []


def test_what_came_too_early_and_again_in_its_place_is_taken_once(tmp_path: Path) -> None:
    with opened(f"sqlite:///{tmp_path}/toy.db") as (_, store):
        events = fill(store, 5, subjects=1)
    feed = Script()
    # The relay lost a batch, the next one arrived, and it sent both again.
    feed.send({events[0].partition: [*events[:2], *events[3:], *events[2:]]})

    with opened(f"sqlite:///{tmp_path}/restored.db") as (database, restored):
        assert adopt(restored, database, feed) == 5
        assert stored(restored) == events


def test_what_else_follows_from_the_events_happens_with_them_or_neither_does(
    whole: Own, restored: Own, feed: EmbeddedFeed
) -> None:
    database, store = restored
    seen: list[int] = []

    def fail(connection: Connection) -> None:
        seen.append(connection.execute(select(func.count()).select_from(event)).scalar_one())
        raise LookupError

    with pytest.raises(LookupError):
        adopt(store, database, feed, (account, wages), fail)

    assert seen == [len(stored(whole[1]))]
    assert stored(store) == []
    assert claims(database) == set()


def test_a_store_that_has_everything_is_left_alone(whole: Own, feed: EmbeddedFeed) -> None:
    database, store = whole

    assert adopt(store, database, feed) == 0


def reads_of(feed: EmbeddedFeed, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """After which offsets a feed is read from now on."""
    afters, read = list[int](), feed.read

    def watched(partition: int, after: int, limit: int) -> list[StoredEvent]:
        afters.append(after)
        return read(partition, after, limit)

    monkeypatch.setattr(feed, "read", watched)
    return afters


def test_what_was_sent_before_the_backup_is_read_again_only_from_another_feed(
    whole: Own, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database, store = whole
    with closing(Database(f"sqlite:///{tmp_path}/history.db")) as history:
        same = EmbeddedFeed(history)
        afters = reads_of(same, monkeypatch)
        assert adopt(store, database, same) == 0
        assert afters == []

        renew(history)
        another = EmbeddedFeed(history)
        afters = reads_of(another, monkeypatch)
        assert adopt(store, database, another) == 0
        assert set(afters) == {0}


def test_the_same_feed_without_what_was_sent_last_is_read_from_its_beginning(tmp_path: Path) -> None:
    path, before = tmp_path / "history.db", tmp_path / "before.db"
    with opened(f"sqlite:///{tmp_path}/toy.db") as (database, store):
        fill(store, 3, subjects=1)
        with shared(f"sqlite:///{path}") as (_, feed):
            run(Relay(store, database, feed))
        copy(path, before)
        fill(store, 2, subjects=1)
        with closing(Database(f"sqlite:///{path}")) as whole:
            run(Relay(store, database, EmbeddedFeed(whole)))

        with closing(Database(f"sqlite:///{before}")) as cut, pytest.raises(FeedTooShort, match="lacks 2 events"):
            adopt(store, database, EmbeddedFeed(cut))


def test_a_store_that_is_not_what_its_own_relay_sent_is_refused(whole: Own, feed: EmbeddedFeed) -> None:
    database, store = whole
    with database.writing() as connection:
        ours = (follower_position.c.follower == RELAY, follower_position.c.source == "bank")
        connection.execute(update(follower_position).where(*ours).values(hash=bytes(32)))

    with pytest.raises(NotAdoptable):
        adopt(store, database, feed)
