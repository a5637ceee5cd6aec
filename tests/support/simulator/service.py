"""One simulated service: its file, its backup, its processes, and what its clients asked and were answered."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from chronicle.decider import Asked
from chronicle.feed.adopting import FeedTooShort, adopt
from chronicle.feed.alarms import Alarm, alarms
from chronicle.feed.positions import FEED, Overtaken
from chronicle.feed.stopped import FeedStopped
from chronicle.following.loops import Mover
from chronicle.following.parking import all_blocked, retry
from chronicle.messages import PARTITIONS, StoredEvent
from chronicle.principal import Principal
from chronicle.refusals import Busy, Conflict, Refusal, Unavailable
from chronicle.relay import FeedAhead
from chronicle.store import open_store
from chronicle.store.restored import hold
from chronicle.store.tables import follower_position
from chronicle.store.values import Delivery, IdempotencyKey
from mortal import Killed
from simulator.broker import Broker
from simulator.chance import Chance
from simulator.town import DECIDERS, HEARD, SPOILT, TOLD_BY, Process, Said, Stage, Tell, part, quickly
from sqlalchemy import func, select
from tallies import stored

PLACES = ("1", "2", "3", "4")
WORKERS = ("first worker", "second worker")
FAR = datetime(2100, 1, 1, tzinfo=UTC)


class Outcome(StrEnum):
    """What a client knows of what it asked; forgotten is what a restored store cannot know."""

    UNKNOWN = "unknown"
    DONE = "done"
    REFUSED = "refused"
    FORGOTTEN = "forgotten"


@dataclass
class Request:
    """What a client asks of a service, under a key of its own: to tell it one thing in some places."""

    amount: int
    places: tuple[str, ...]
    outcome: Outcome = Outcome.UNKNOWN


class Service:
    """A service with two processes that answer and two that work."""

    def __init__(self, source: str, stage: Stage, chance: Chance, broker: Broker) -> None:
        self.source, self.chance, self.broker = source, chance, broker
        self.requests = list[Request]()
        SPOILT[source].mended = False
        self.database, self.outside = stage.databases[source], stage.outside[source]
        self.database.chance = chance
        self.path = Path(str(self.outside.url.database))
        self.backup = self.path.with_suffix(".backup")
        self.is_restored, self.left = False, ""
        self._running: dict[str, tuple[Process, dict[str, Mover]]] = {}
        self._busy: list[str] = []
        self._split = frozenset(range(PARTITIONS))
        self._begin_from(stage.empty)
        shutil.copy(stage.empty, self.backup)

    def ask(self, request: Request) -> None:
        """Ask for it, or ask again."""

        def handle(process: Process, _movers: object) -> None:
            commands = [Tell(source=self.source, place=each, amount=request.amount) for each in request.places]
            key = IdempotencyKey("client", f"{self.source} {request.amount}", b"")
            process.handler.handle(self._asked(), [part(each) for each in commands], Delivery(key))
            self.chance.point("an answer")
            request.outcome = Outcome.DONE

        def answer(process: Process, movers: object) -> None:
            try:
                handle(process, movers)
            except (Busy, Conflict, Unavailable):
                raise
            except Refusal:
                request.outcome = Outcome.REFUSED

        self._run(self.chance.dice.choice(("first api", "second api")), f"ask {request.amount}", answer)

    def step(self, worker: str, name: str) -> bool:
        """Let one of the workers take one step with one of its loops; True when it moved."""
        moved = False

        def take(_process: Process, movers: dict[str, Mover]) -> None:
            nonlocal moved
            moved = movers[name].step()

        self._run(worker, name, take)
        return moved

    def share(self) -> None:
        """Share the partitions between the workers anew."""
        dice = self.chance.dice
        self._split = frozenset(p for p in range(PARTITIONS) if dice.random() < dice.choice((0.0, 0.5, 1.0)))

    def restart(self) -> None:
        """End all processes, but those that are in the middle of something; others begin when they are needed."""
        for name in [name for name in self._running if name not in self._busy]:
            self._end(name)

    def end_worker(self, name: str) -> None:
        """End one worker for good: the one that is left has everything to itself."""
        if name in self._running:
            self._end(name)
        self.left = next(other for other in WORKERS if other != name)
        self._split = frozenset(range(PARTITIONS) if self.left == WORKERS[0] else ())

    def back_up(self) -> None:
        """Keep a copy of the database as it is."""
        with closing(sqlite3.connect(self.path)) as now, closing(sqlite3.connect(self.backup)) as copy:
            quickly(copy)
            now.backup(copy)

    def restore(self) -> None:
        """Go back to the copy, and record nothing before what was recorded since is adopted."""
        self.restart()
        self.broker.deliver()
        lost = self._lost()
        self._begin_from(self.backup)
        with self.outside.writing() as connection:
            hold(connection)
        self.is_restored = True
        for request in self.requests:
            if request.outcome == Outcome.UNKNOWN or request.amount in lost:
                request.outcome = Outcome.FORGOTTEN

    def adopt(self) -> None:
        """Take back what was recorded since the copy."""
        self.restart()

        def take_back(process: Process, _movers: object) -> None:
            to_adopt = process.store, process.database, process.feed(), (DECIDERS[self.source],)
            try:
                adopt(*to_adopt)
            except FeedTooShort:
                # Nobody has more: else it would not have been restored.
                adopt(*to_adopt, shorter=True)
            self.is_restored = False

        self._run("adopting", "adopt", take_back)
        self.restart()

    def positions(self, *, relay: bool) -> dict[tuple[str, int], int]:
        """How far the followers here came with each source and partition, or the relay did."""
        at = follower_position.c
        here = (at.source != FEED, (at.follower == "relay") == relay)
        reached = select(at.source, at.partition, func.max(at.sequence)).where(*here).group_by(at.source, at.partition)
        with self.outside.reading() as connection:
            return {(row[0], row[1]): row[2] for row in connection.execute(reached)}

    def read(self, generation: str) -> dict[int, int]:
        """How many records of each partition of the feed some follower here has read."""
        at = follower_position.c
        here = (at.source == FEED, at.follower != "relay", at.generation == generation)
        read = select(at.partition, func.max(at.sequence)).where(*here).group_by(at.partition)
        with self.outside.reading() as connection:
            return {row[0]: row[1] for row in connection.execute(read)}

    def reacted_to(self) -> set[str]:
        """The events of the other service that this one noted."""
        return {
            each.causation_id for each in self.stored() if each.type == HEARD[self.source].type and each.causation_id
        }

    def stored(self) -> list[StoredEvent]:
        """All that it recorded."""
        return stored(open_store(self.outside, self.source))

    def alarms(self) -> list[Alarm]:
        """What is wrong, as an operator sees it."""
        with self.outside.reading() as connection:
            return alarms(connection, FAR)

    def retry_parked(self) -> bool:
        """Mend what could not be read, and have it tried again; True when there was any."""
        SPOILT[self.source].mended = True
        with self.outside.writing() as connection:
            blocked = all_blocked(connection)
            for each in blocked:
                retry(connection, each.follower, each.subject)
        return bool(blocked)

    def _begin_from(self, copy: Path) -> None:
        for database in (self.database, self.outside):
            database.close()
        for beside in ("-wal", "-shm"):
            Path(f"{self.path}{beside}").unlink(missing_ok=True)
        shutil.copy(copy, self.path)

    def _asked(self) -> Asked:
        now, today = self.chance.clock.now(), self.chance.clock.today()
        by = Principal(TOLD_BY.person, TOLD_BY.organisation, TOLD_BY.person)
        return Asked(by, TOLD_BY, now, today, self.chance.new_id(), self.chance.new_id())

    def _lost(self) -> set[int]:
        # What was told and is not shared yet goes with the database.
        shared = {each.event_id for partition in range(PARTITIONS) for each in self.broker.fitting(partition)[1]}
        return {Said.read(each.data).amount for each in self.stored() if each.event_id not in shared}

    def _run(self, name: str, what: str, do: Callable[[Process, dict[str, Mover]], None]) -> None:
        if name in self._busy:
            return
        self._busy.append(name)
        self.chance.note(self.source, name, what)
        try:
            do(*self._begun(name))
        except Killed:
            self._end(name)
        except (Busy, Conflict, FeedAhead, FeedStopped, Overtaken, Unavailable) as why:
            self.chance.note(type(why).__name__)
        finally:
            self._busy.remove(name)

    def _begun(self, name: str) -> tuple[Process, dict[str, Mover]]:
        if name not in self._running:
            process = Process(self.source, self.database, self.chance, self.broker.name)
            self._running[name] = process, process.movers(lambda: self._held(name)) if name in WORKERS else {}
        return self._running[name]

    def _held(self, name: str) -> frozenset[int]:
        return self._split if name == WORKERS[0] else frozenset(range(PARTITIONS)) - self._split

    def _end(self, name: str) -> None:
        process, _ = self._running.pop(name)
        process.end()
