"""One run of a seed: clients, loops and faults in an order drawn from it; then rest, and an account of everything."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

from chronicle.feed.alarms import AHEAD
from chronicle.feed.positions import START
from chronicle.feed.stopped import FeedLost, TopicReplaced
from chronicle.messages import PARTITIONS
from simulator.broker import Broker
from simulator.chance import Chance
from simulator.checking import check
from simulator.service import PLACES, WORKERS, Outcome, Request, Service
from simulator.town import OTHER, SPOILT, Stage
from structlog.testing import capture_logs

LOOPS = ("relay", "own", "everything", "reaction", "passing")
STEPS = 100
HOUR = timedelta(hours=1)
ROUNDS = 60  # until everything rests, once nothing goes wrong any more
FAULTS = {
    "away": 2, "deliver": 4, "cut": 4, "replace": 1, "restart": 2, "share": 2, "back_up": 1, "restore": 1, "clock": 1,
}  # fmt: skip


class NeverAtRest(AssertionError):
    """It goes on and on, or waits for what does not come."""


class Run:
    """One run. All faults are possible in it but those that its seed leaves out."""

    def __init__(self, seed: int, stage: Stage) -> None:
        self.chance = chance = Chance(seed)
        self.broker = Broker(chance)
        self.services = {source: Service(source, stage, chance, self.broker) for source in OTHER}
        self._faults = {name: weight for name, weight in FAULTS.items() if chance.dice.random() < 0.5}
        self._amount = 0
        self._stepping = ("", "", "")

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
        dice = self.chance.dice
        self._tell(self._service(), *dice.sample(PLACES, dice.choice((1, 1, 2))))

    def _tell(self, service: Service, *places: str) -> None:
        self._amount += 1
        service.requests.append(Request(self._amount, places))
        service.ask(service.requests[-1])

    def _ask_again(self) -> None:
        service = self._service()
        if unknown := [each for each in service.requests if each.outcome == Outcome.UNKNOWN]:
            service.ask(self.chance.dice.choice(unknown))

    def _step(self) -> None:
        dice = self.chance.dice
        service, worker, loop = self._service(), dice.choice(WORKERS), dice.choice(LOOPS)
        self._stepping = service.source, worker, loop
        service.step(worker, loop)

    def _meanwhile(self) -> None:
        dice = self.chance.dice
        source, worker, loop = self._stepping
        if source and dice.random() < 0.5:
            # The lease is lost, and whoever has it now does the same.
            self.services[source].share()
            self.services[source].step(next(other for other in WORKERS if other != worker), loop)
        for _ in range(dice.randint(1, 4)):
            dice.choice((self._ask, self._ask_again, self._step, self._step))()

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
                self.broker.cut(self._read() if dice.random() < 0.8 else {})
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

    def _read(self) -> dict[int, int]:
        # How much of each partition somebody read.
        read = [service.read(self.broker.generation) for service in self.services.values()]
        return {partition: max(each.get(partition, 0) for each in read) for partition in range(PARTITIONS)}

    def _feed_has_all_of(self, service: Service) -> bool:
        # Who loses a database while the feed lacks what others read from it has two histories, whatever they do.
        self.broker.deliver()
        other = self.services[OTHER[service.source]]
        known = [*service.positions(relay=True).items(), *other.positions(relay=False).items()]
        shared = {event.event_id for partition in range(PARTITIONS) for event in self.broker.fitting(partition)[1]}
        # What was sent behind a gap, which no relay has noted yet; and what was reacted to by one who died then.
        return shared >= {*self.broker.sent_by(service.source), *other.reacted_to()} and all(
            self.broker.fitting(partition)[0].get(source, START).sequence >= number
            for (source, partition), number in known
            if source == service.source
        )

    def _operate(self) -> bool:
        """Do what the documents say about the alarms there are; True when there was anything to do."""
        reasons = {alarm.reason for service in self.services.values() for alarm in service.alarms()}
        # A gap that no relay can have noticed; any other is a relay's to fill.
        hidden = {AHEAD} if self.broker.hides_cut and not self.chance.faults else set()
        if lost := reasons & {FeedLost().reason, TopicReplaced().reason, *hidden}:
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
        for service in self.services.values():
            service.end_worker(self.chance.dice.choice(WORKERS))
            SPOILT[service.source].mended = self.chance.dice.random() < 0.5
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
            for loop in LOOPS:
                busy |= service.step(service.left, loop)
            busy |= bool(service.alarms())
        if not busy and self.broker.was_cut:
            self._notice_cut()
            return True
        return busy

    def _notice_cut(self) -> None:
        # Whoever writes next to where something was cut off notices; so does who begins.
        self.broker.was_cut = False
        for service in self.services.values():
            self._tell(service, *PLACES)
            if service.requests[-1].outcome != Outcome.DONE:
                service.restart()


@contextmanager
def simulated(seed: int, stage: Stage) -> Iterator[Run]:
    """A run of a seed that is yet to be lived."""
    run = Run(seed, stage)
    with (
        run.broker.installed(),
        patch("chronicle.following.follower.monotonic", run.chance.monotonic),
        patch("chronicle.relay.monotonic", run.chance.monotonic),
        patch("chronicle.recording.new_id", run.chance.new_id),
        capture_logs(),
    ):
        yield run
