"""Reactions: what another service recorded makes this one act, once for each event; what is refused is kept."""

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from time import sleep
from uuid import UUID, uuid5

import pytest
from bank import AREA, OpenAccount, Overdrawn, PayIn, PayOut, account, asking, part
from chronicle.clock import FixedClock
from chronicle.feed.adopting import adopt
from chronicle.feed.alarms import alarms
from chronicle.following import Issue, Reacting, Reaction, prune, rebuild
from chronicle.following.follower import LONGER, TRIES
from chronicle.following.parking import blocked_subjects
from chronicle.following.reactions import refused_in, system_actor
from chronicle.handling import Handler
from chronicle.messages import Actor, Event, EventTypes, Recorded, StoredEvent, partition_of
from chronicle.policy import Policy
from chronicle.principal import AreaScope
from chronicle.refusals import LANGUAGES, Busy, Conflict, NotFound, Unavailable
from chronicle.relay import Relay
from chronicle.store import Database, EventStore, open_store
from chronicle.store.restored import hold, release
from chronicle.store.tables import event as events
from chronicle.store.values import Delivery
from mortal import Mortal, at_every_point
from private_postgres import USUAL
from sqlalchemy import Connection, RowMapping, select
from structlog.testing import capture_logs
from tallies import NOW, Counted, Script, Weighed, everything, fill, opened, record, run, shared, stored

on_both = pytest.mark.parametrize("store_url", ["sqlite", f"postgresql-{USUAL}"], indirect=True)
HERE = AreaScope((AREA,))
CLERK = Actor("clerk", "bank", "teller")


def pay_in(cause: Recorded[Counted], _connection: Connection) -> Issue:
    """What is counted of a thing is paid in to its account; what is counted below nothing is paid out."""
    amount = cause.event.amount
    return Issue([part(cause.subject, PayIn(amount=amount) if amount >= 0 else PayOut(amount=-amount))])


paying = Reaction("paying", EventTypes(Counted), None, "teller", pay_in)


@dataclass
class Bank:
    """A bank with an account for each thing that others count."""

    database: Database
    others: EventStore
    feed: Script = field(default_factory=Script)
    clock: FixedClock = field(default_factory=lambda: FixedClock(NOW + timedelta(days=1)))

    def __post_init__(self) -> None:
        self.store = open_store(self.database, "bank")
        self.handler = Handler(self.store, self.database, Policy([]))

    def open(self, *subjects: str) -> None:
        """Open accounts."""
        for subject in subjects:
            self.handler.handle(asking(), [part(subject, OpenAccount(owner=subject))], Delivery())

    def told_of(self, number: int, subjects: int = 3) -> list[StoredEvent]:
        """Let others count so often, and the feed deliver it."""
        counted = fill(self.others, number, subjects)
        self.deliver(*counted)
        return counted

    def told(self, subject: str, amount: int) -> StoredEvent:
        """Let others count a thing, and the feed deliver it."""
        record(self.others, (subject, Counted(amount=amount)))
        partition = partition_of(subject)
        (last,) = self.others.read(partition, self.others.heads()[partition].sequence - 1, 1)
        self.deliver(last)
        return last

    def deliver(self, *events: StoredEvent) -> None:
        """Let the feed deliver these."""
        for event in events:
            self.feed.send({event.partition: [event]})

    def reacting(self, reaction: Reaction = paying) -> Reacting:
        """The reaction at work."""
        return Reacting(reaction, self.handler, self.clock)

    def react(self, reaction: Reaction = paying) -> None:
        """React until there is nothing more to react to."""
        run(self.reacting(reaction).follower(self.feed))

    def effects(self) -> list[StoredEvent]:
        """What the bank recorded of itself."""
        return [event for event in stored(self.store) if event.causation_id]

    def refused(self, scope: AreaScope = HERE, owner: str = "teller") -> list[RowMapping]:
        """What waits for an owner."""
        with self.database.reading() as connection:
            return list(connection.execute(refused_in(scope, owner)).mappings())


@pytest.fixture
def bank(store_url: str, tmp_path: Path) -> Iterator[Bank]:
    with opened(store_url, "bank") as (database, _), opened(f"sqlite:///{tmp_path}/toy.db") as (_, toy):
        bank = Bank(database, toy)
        bank.open("thing/0", "thing/1", "thing/2")
        yield bank


def of(events: list[StoredEvent], subject: str) -> list[str]:
    """What the events of one subject say, in order."""
    return [event.data for event in events if event.subject == subject or event.stream == f"account/{subject}"]


def test_every_event_has_its_effect_in_the_order_of_its_subject(bank: Bank) -> None:
    counted = bank.told_of(12)

    bank.react()

    assert len(bank.effects()) == 12
    for subject in ("thing/0", "thing/1", "thing/2"):
        assert of(bank.effects(), subject) == of(counted, subject)
    assert bank.refused() == []


def test_what_it_does_not_handle_is_passed_by_in_long_strides(bank: Bank) -> None:
    told: list[Event] = [Counted(amount=1)] * 150
    told[50:50] = [Weighed(amount=1)] * 3_000
    for begin in range(0, len(told), 450):
        record(bank.others, *[("thing/0", event) for event in told[begin : begin + 450]])
    bank.deliver(*stored(bank.others))
    follower, taken = bank.reacting().follower(bank.feed), [0]

    while follower.step():
        taken.append(len(bank.effects()))

    assert taken[-1] == 150
    assert max(after - before for before, after in pairwise(taken)) == 100
    assert len(taken) <= 5


def test_an_effect_says_what_caused_it_and_that_nobody_asked(bank: Bank) -> None:
    cause = bank.told("thing/0", 5)
    bank.react()

    (effect,) = bank.effects()

    assert effect.actor == system_actor("bank")
    assert effect.command_id == str(uuid5(UUID(cause.event_id), "paying"))
    assert (effect.causation_id, effect.correlation_id) == (cause.event_id, cause.correlation_id)
    assert effect.recorded_at == bank.clock.now()


def test_an_effect_is_never_recorded_before_its_cause(bank: Bank) -> None:
    bank.clock.set(NOW - timedelta(days=3))
    cause = bank.told("thing/3", 5)

    bank.react(replace(paying, react=lambda *_: Issue([part("thing/3", OpenAccount(owner="thing/3"))])))

    assert bank.effects()[0].recorded_at == cause.recorded_at


def test_what_is_delivered_again_has_no_second_effect(bank: Bank) -> None:
    counted = bank.told_of(12)
    bank.react()
    effects = bank.effects()

    bank.deliver(*counted)
    bank.react()
    bank.feed = Script("made anew")
    bank.deliver(*counted)
    bank.react()

    assert bank.effects() == effects


def test_another_worker_that_saw_nothing_of_it_has_no_second_effect(bank: Bank) -> None:
    one, another = (bank.reacting().follower(bank.feed) for _ in range(2))
    one.open()
    another.open()
    bank.told_of(12)

    run(one, another)

    assert len(bank.effects()) == 12


@on_both
def test_killed_at_any_point_it_has_one_effect_for_each_event(store_url: str, tmp_path: Path) -> None:
    with opened(store_url, "bank") as (database, _), opened(f"sqlite:///{tmp_path}/toy.db") as (_, toy):
        bank = Bank(database, toy)
        bank.open("thing/0")
        counted = bank.told_of(4, subjects=2)

        def live(life: int, points: Iterator[int]) -> None:
            with closing(Mortal(store_url, points)) as mortal:
                Bank(mortal, toy, bank.feed).react(replace(paying, name=f"life-{life}"))

        lives = at_every_point(live)

        assert lives > 10
        for life in range(lives):
            bank.react(replace(paying, name=f"life-{life}"))
        heard = [event.event_id for event in counted if event.subject == "thing/0"]
        wanted = [str(uuid5(UUID(cause), f"life-{life}")) for cause in heard for life in range(lives)]
        assert sorted(effect.command_id for effect in bank.effects()) == sorted(wanted)
        assert len(bank.refused()) == 2 * lives


def test_a_restored_store_that_took_back_its_effects_does_not_react_again(bank: Bank, tmp_path: Path) -> None:
    bank.told_of(12)
    bank.react()
    effects = bank.effects()
    with (
        shared(f"sqlite:///{tmp_path}/history.db") as (_, history),
        opened(f"sqlite:///{tmp_path}/restored.db", "bank") as (database, store),
    ):
        run(Relay(bank.store, bank.database, history))
        restored = Bank(database, bank.others, bank.feed)
        adopt(store, database, history, (account,))

        restored.react()

        assert restored.effects() == effects


def test_what_is_refused_waits_for_its_owner_and_the_rest_goes_on(bank: Bank) -> None:
    bank.told("thing/0", 50)
    overdrawing = bank.told("thing/0", -100)
    bank.told("thing/0", 50)

    with capture_logs() as logs:
        bank.react()

    said = {"reaction": "paying", "code": "overdrawn", **overdrawing.named()}
    assert logs == [{"event": "reaction refused", "log_level": "warning", **said}]
    assert of(bank.effects(), "thing/0") == ['{"amount":50}'] * 2
    (row,) = bank.refused()
    assert (row["reaction"], row["event_id"], row["subject"]) == ("paying", overdrawing.event_id, "thing/0")
    assert (row["code"], json.loads(row["facts"])) == ("overdrawn", {"balance": 50})
    assert (row["zh"], row["en"]) == tuple(Overdrawn(balance=50).sentence(language) for language in LANGUAGES)
    assert bank.refused(AreaScope(("99",))) == bank.refused(owner="chief") == []


def test_what_was_refused_is_tried_again_when_its_owner_says_so(bank: Bank) -> None:
    overdrawing = bank.told("thing/0", -10)
    bank.react()

    with pytest.raises(Overdrawn):
        bank.reacting().retry(overdrawing.event_id, CLERK)
    assert len(bank.refused()) == 1

    bank.handler.handle(asking(), [part("thing/0", PayIn(amount=7))], Delivery())
    with pytest.raises(Overdrawn):
        bank.reacting().retry(overdrawing.event_id, CLERK)
    assert json.loads(bank.refused()[0]["facts"]) == {"balance": 7}

    bank.handler.handle(asking(), [part("thing/0", PayIn(amount=3))], Delivery())
    bank.reacting().retry(overdrawing.event_id, CLERK)
    assert bank.refused() == []
    assert [(event.data, event.actor) for event in bank.effects()] == [('{"amount":10}', CLERK)]
    with pytest.raises(NotFound):
        bank.reacting().retry(overdrawing.event_id, CLERK)


def test_what_its_owner_settled_otherwise_waits_no_longer_and_has_no_effect(bank: Bank) -> None:
    overdrawing, other = bank.told("thing/0", -10), bank.told("thing/1", -10)
    bank.react()
    assert bank.reacting().waiting(overdrawing.event_id).stored == overdrawing

    bank.reacting().settle(overdrawing.event_id)

    assert [row["event_id"] for row in bank.refused()] == [other.event_id]
    assert bank.effects() == []
    with pytest.raises(NotFound):
        bank.reacting().waiting(overdrawing.event_id)


def test_what_was_recorded_before_it_began_has_no_effect(bank: Bank) -> None:
    before, after = (
        event._replace(recorded_at=NOW + timedelta(hours=n)) for n, event in enumerate(fill(bank.others, 2))
    )
    bank.deliver(before, after)

    bank.react(replace(paying, since=NOW + timedelta(hours=1)))

    assert [effect.causation_id for effect in bank.effects()] == [after.event_id]


class Failing:
    """A reaction that fails with the amount of one until that is mended."""

    def __init__(self, error: Exception) -> None:
        self.error: Exception | None = error
        self.reaction = replace(paying, react=self.react)

    def react(self, cause: Recorded[Counted], connection: Connection) -> Issue:
        if self.error and cause.event.amount == 1:
            raise self.error
        return pay_in(cause, connection)


@pytest.mark.parametrize("error", [Conflict(), KeyError("a mistake")])
def test_what_may_go_well_later_is_neither_refused_nor_passed_by(bank: Bank, error: Exception) -> None:
    first, second, other = bank.told("thing/0", 1), bank.told("thing/0", 2), bank.told("thing/1", 3)
    failing = Failing(error)
    follower = bank.reacting(failing.reaction).follower(bank.feed)

    run(follower)
    with bank.database.reading() as connection:
        (alarm,) = alarms(connection, datetime.now(UTC))
    assert alarm.event_id == first.event_id
    assert [effect.causation_id for effect in bank.effects()] == [other.event_id]

    failing.error = None
    sleep(0.3)
    run(follower)
    assert of(bank.effects(), "thing/0") == of([first, second], "thing/0")
    assert bank.refused() == []


def test_what_waits_for_another_reader_is_parked_much_later(bank: Bank, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chronicle.following.follower.FIRST_RETRY", 0.0)
    bank.told("thing/0", 1)
    failing = Failing(Conflict())
    follower = bank.reacting(failing.reaction).follower(bank.feed)
    for _ in range(LONGER * TRIES - 1):
        assert blocked(bank, follower.name) == set()
        follower.step()
    follower.step()
    assert blocked(bank, follower.name) == {"thing/0"}


def blocked(bank: Bank, follower: str) -> set[str]:
    """Which subjects wait for somebody."""
    with bank.database.reading() as connection:
        return blocked_subjects(connection, follower)


@pytest.mark.parametrize("error", [Unavailable(), Busy()])
def test_while_the_database_is_away_or_somebody_holds_it_it_waits(bank: Bank, error: Exception) -> None:
    bank.told_of(12)
    failing = Failing(error)
    follower = bank.reacting(failing.reaction).follower(bank.feed)

    for _ in range(3):
        with pytest.raises(type(error)):
            follower.step()
    failing.error = None
    run(follower)

    assert len(bank.effects()) == 12
    assert bank.refused() == []


@on_both
@pytest.mark.parametrize("looks_up", [False, True])
def test_a_restored_store_reacts_to_nothing_before_it_has_adopted(bank: Bank, *, looks_up: bool) -> None:
    def pay_in_known(cause: Recorded[Counted], connection: Connection) -> Issue:
        there = select(events.c.event_id).where(events.c.stream == f"account/{cause.subject}")
        return pay_in(cause, connection) if connection.execute(there).first() else Issue()

    reaction = replace(paying, react=pay_in_known) if looks_up else paying
    bank.told("thing/9", 1)
    with bank.database.writing() as connection:
        hold(connection)
    with pytest.raises(Unavailable):
        bank.react(reaction)
    with bank.database.writing() as connection:
        release(connection)
    bank.open("thing/9")
    bank.react(reaction)

    assert len(bank.effects()) == 1
    assert bank.refused() == []


def test_a_rebuild_of_everything_does_not_react_again(bank: Bank) -> None:
    bank.told_of(12)
    bank.react()
    before = bank.effects()

    rebuild(everything, bank.database, bank.feed)
    prune(replace(everything, version=2), bank.database)
    follower = bank.reacting().follower(bank.feed)

    assert set(follower.behind().values()) == {0}
    run(follower)
    assert bank.effects() == before
