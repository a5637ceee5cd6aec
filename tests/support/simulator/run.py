"""One run of a seed: clients, loops and faults in an order drawn from it; then rest, and an account of everything."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from unittest.mock import patch

from chronicle.feed.positions import START
from chronicle.feed.stopped import FeedLost, TopicReplaced
from chronicle.messages import PARTITIONS
from simulator.broker import Broker
from simulator.chance import Chance
from simulator.checking import check
from simulator.service import PLACES, Outcome, Request, Service
from simulator.town import OTHER
from structlog.testing import capture_logs
from tallies import opened

LOOPS = ("relay", "own", "everything", "reaction")
WORKERS = ("first worker", "second worker")
STEPS = 150
HOUR = timedelta(hours=1)
ROUNDS = 60  # until everything rests, once nothing goes wrong any more
FAULTS = {
    "away": 2, "deliver": 6, "cut": 1, "replace": 1, "restart": 2, "share": 6, "back_up": 2, "restore": 1, "clock": 2,
}  # fmt: skip


class NeverAtRest(AssertionError):
    """It goes on and on, or waits for what does not come."""


class Run:
    """One run. All faults are possible in it but those that its seed leaves out."""

    def __init__(self, seed: int, folder: Path) -> None:
        self.chance = chance = Chance(seed)
        self.broker = Broker(chance)
        self.services = {source: Service(source, folder, empty(), chance, self.broker) for source in OTHER}
        self._faults = {name: weight for name, weight in FAULTS.items() if chance.dice.random() < 0.5}
        self._amount = 0

    def live(self) -> None:
        """Let things happen, bring them to rest, and check what they came to."""
        dice = self.chance.dice
        kinds: dict[Callable[[], object], int] = {
            self._ask: 8, self._ask_again: 3, self._step: 30, self._go_wrong: sum(self._faults.values()),
            self._operate: 2,
        }  # fmt: skip
        self.chance.interrupt = self._meanwhile
        for _ in range(STEPS):
            self.chance.wait(dice.choice((0.01, 0.3, 2.0)))
            dice.choices([*kinds], [*kinds.values()])[0]()
        self._rest()
        check(self.broker, self.services)

    def _service(self) -> Service:
        return self.services[self.chance.dice.choice((*self.services,))]

    def _ask(self) -> None:
        service, dice = self._service(), self.chance.dice
        self._amount += 1
        places = tuple(dice.sample(PLACES, dice.choice((1, 1, 2))))
        service.requests.append(Request(self._amount, places))
        service.ask(service.requests[-1])

    def _ask_again(self) -> None:
        service = self._service()
        if unknown := [each for each in service.requests if each.outcome == Outcome.UNKNOWN]:
            service.ask(self.chance.dice.choice(unknown))

    def _step(self) -> None:
        dice = self.chance.dice
        self._service().step(dice.choice(WORKERS), dice.choice(LOOPS))

    def _meanwhile(self) -> None:
        dice = self.chance.dice
        for _ in range(dice.randint(1, 6)):
            dice.choice((self._ask, self._ask_again, self._step, self._step, self._step, self._service().share))()

    def _go_wrong(self) -> None:
        name = self.chance.dice.choices([*self._faults], [*self._faults.values()])[0]
        service, dice = self._service(), self.chance.dice
        may_lose = not any(each.is_restored for each in self.services.values())
        self.chance.note(name)
        match name:
            case "away":
                self.broker.leave(dice.choice((1, 20, 120)))
            case "deliver":
                self.broker.deliver()
            case "cut" if may_lose:
                self.broker.cut(dice.randrange(PARTITIONS), dice.randint(1, 9))
            case "replace" if may_lose:
                self.broker.replace(filled=dice.random() < 0.5)
            case "clock":
                self.chance.clock.set(self.chance.clock.now() + dice.choice((-1, 1)) * HOUR)
            case "restore" if may_lose and self._feed_has_all_of(service):
                service.restore()
            case "restart" | "share" | "back_up":
                getattr(service, name)()
            case _:
                self.chance.note("not now")

    def _feed_has_all_of(self, service: Service) -> bool:
        # Who loses a database while the feed lacks what others read from it has two histories, whatever he does.
        self.broker.deliver()
        other = self.services[OTHER[service.source]]
        known = service.positions(relay=True) | other.positions(relay=False)
        return all(
            self.broker.fitting(partition)[0].get(source, START).sequence >= number
            for (source, partition), number in known.items()
            if source == service.source
        )

    def _operate(self) -> bool:
        """Do what the documents say about the alarms there are; True when there was anything to do."""
        reasons = {alarm.reason for service in self.services.values() for alarm in service.alarms()}
        if lost := reasons & {FeedLost().reason, TopicReplaced().reason}:
            self.chance.note("refill")
            self.broker.refill(whole=any(each.is_restored for each in self.services.values()))
            for service in self.services.values():
                service.restart()
        restored = [service for service in self.services.values() if service.is_restored]
        for service in restored:
            service.adopt()
        return bool(lost or restored)

    def _rest(self) -> None:
        self.chance.note("rest")
        self.chance.faults = False
        self.broker.leave(0)
        self.broker.deliver()
        if self.broker.was_cut:
            for service in self.services.values():
                service.restart()
        for _ in range(ROUNDS):
            self.chance.wait(61)
            if not self._go_on():
                return
        raise NeverAtRest([service.alarms() for service in self.services.values()])

    def _go_on(self) -> bool:
        busy = self._operate()
        for service in self.services.values():
            for request in service.requests:
                if request.outcome == Outcome.UNKNOWN:
                    service.ask(request)
                    busy = True
            busy |= service.retry_parked()
            # Every loop takes its step, whether others moved or not.
            busy |= any([service.step(worker, loop) for loop in LOOPS for worker in WORKERS])  # noqa: C419
            busy |= bool(service.alarms())
        return busy


@cache
def empty() -> Path:
    """A service's database in which nothing is recorded yet."""
    path = Path(mkdtemp()) / "empty.db"
    with opened(f"sqlite:///{path}"):
        return path


@contextmanager
def simulated(seed: int) -> Iterator[Run]:
    """A run of a seed that is yet to be lived."""
    with TemporaryDirectory() as folder, ExitStack() as stack:
        run = Run(seed, Path(folder))
        stack.enter_context(run.broker.installed())
        stack.enter_context(patch("chronicle.following.follower.monotonic", run.chance.monotonic))
        stack.enter_context(patch("chronicle.recording.new_id", run.chance.new_id))
        stack.enter_context(capture_logs())
        try:
            yield run
        finally:
            for service in run.services.values():
                service.end()
