"""An installation of real processes on Kafka and PostgreSQL, with a registered household and clerks at work."""

import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import private_kafka
from chronicle.principal import Principal
from compose_runner import Composed, composed
from httpx2 import Client, HTTPError, Response, get
from private_servers import CannotRun, wait_until
from serving import typing_the_past
from tests.trust import store
from tests.trust.checker import findings
from tests.trust.clients import Counter, at_work
from tests.trust.history import History, Known
from tests.trust.survey import T, drained, drained_and_held, within
from travelling import Registered, Traveller, register

RESTARTING = 1.0  # seconds until what ended is started again
ANSWERED_AGAIN = 20  # accepted commands that are sent once more
WARM = 20  # accepted commands, before a fault, during it and after it: so that it meets work on any machine


class NotAccepted(Exception):
    """Commands were not accepted that should have been."""


@dataclass(frozen=True)
class Trusted:
    """One that clerks work at; ``history`` has all they were answered since it was started.

    ``started`` are servers started in the place of killed ones, which end with it.
    """

    running: Composed
    kafka: private_kafka.Cluster
    random: Random
    history: History = field(default_factory=History)
    started: list[subprocess.Popen[bytes]] = field(default_factory=list)
    turn: threading.Lock = field(default_factory=threading.Lock)

    @cached_property
    def registered(self) -> Registered:
        """A registered household, known to every track."""
        with TemporaryDirectory() as folder:
            return register(Traveller(self), Path(folder) / "areas.csv")

    @contextmanager
    def under_load(self) -> Iterator[None]:
        """Clerks work for the length of the block; at its end all that they sent is known."""
        with self._restarting(), at_work(self.counter, self.history, self.random, self.registered.household_id):
            yield

    @contextmanager
    def _restarting(self) -> Iterator[None]:
        """What ends by itself is started again, as the containers' restart policy does: a worker that hangs ends so."""
        ended = threading.Event()
        restarting = threading.Thread(target=self._restart_until, args=(ended,), daemon=True)
        restarting.start()
        try:
            yield
        finally:
            ended.set()
            restarting.join()

    def _restart_until(self, ended: threading.Event) -> None:
        while not ended.wait(RESTARTING):
            self._restart()

    def _restart(self) -> None:
        with self.turn:
            for process in self.running.processes.values():
                # What a trial killed it starts itself.
                if process.health and process.running and not process.runs:
                    process.launch()

    def accepts(self, number: int = WARM) -> None:
        """Wait until clerks have had so many more commands accepted; NotAccepted when patience is at an end."""
        begun = len(self.history.commands)
        try:
            wait_until(lambda: sum(each.known is Known.OK for each in self.history.commands[begun:]) >= number)
        except CannotRun as reason:
            raise NotAccepted(f"{number} more commands were not accepted: {reason}") from None

    def relays_fail(self) -> bool:
        """Tell whether the relays of those who record under load have given up a send, and try again."""
        return all(map(self._relay_fails, ("identification", "industry")))

    def _relay_fails(self, service: str) -> bool:
        with suppress(HTTPError):
            told = get(f"{self.running.url(f'{service}-worker')}/metrics", timeout=5, trust_env=False).text
            return f'loop_failing{{loop="{service}/relay"}} 1.0' in told
        return False

    def threads(self) -> dict[int, int]:
        """How many threads each worker that runs has, by the number of its process."""
        workers = [each.running for name, each in self.running.processes.items() if name.endswith("-worker")]
        return {each.pid: len([*Path("/proc").glob(f"{each.pid}/task/*")]) for each in workers if each}

    def kill(self, name: str) -> None:
        """Kill a process, which nobody starts again before the trial does."""
        with self.turn:
            self.running.kill(name)

    def ask(self, who: Principal | None, method: str, path: str, body: Any = None, **headers: str) -> Response:
        """Send one request to the service that its path names."""
        sent = {"Accept-Language": "en"} | (self.counter.token(who) if who else {})
        url = f"{self.running.url(path.split('/')[2])}{path}"
        with Client(timeout=30, trust_env=False) as http:
            return http.request(method, url, json=body, headers=sent | headers)

    def yihu(self, *arguments: str | Path) -> str:
        """Do what an operator does."""
        return self.running.yihu(*map(str, arguments))

    @cached_property
    def counter(self) -> Counter:
        """Where commands are sent."""
        return Counter(self.running)

    def findings(self) -> list[str]:
        """What does not hold once everybody had time to get everything; nothing when all does."""
        with self._restarting():
            otherwise = self._answered_otherwise()
            waiting, held = self._look(drained_and_held)
        return [*waiting, *otherwise, *findings(list(self.history.asked()), held, self.before)]

    def heads(self, service: str) -> dict[int, int]:
        """The last event that a service recorded, by partition."""
        return self.numbers(service, "SELECT partition, sequence FROM partition_head WHERE sequence > 0")

    def relayed(self, service: str) -> dict[int, int]:
        """The last event that its relay noted as sent, by partition."""
        sent = f"SELECT partition, sequence FROM follower_position WHERE follower = 'relay' AND source = '{service}'"  # noqa: S608 - a name of ours
        return self.numbers(service, sent)

    def followed(self, service: str) -> dict[int, int]:
        """The last event that its relay and all who follow its store have noted as sent or applied, by partition."""
        of_the_topic = "SELECT follower FROM follower_position WHERE source = '' AND follower <> 'relay'"
        theirs = f"source = '{service}' AND follower NOT IN ({of_the_topic})"
        reached = f"SELECT partition, min(sequence) FROM follower_position WHERE {theirs} GROUP BY partition"  # noqa: S608
        return self.numbers(service, reached)

    def count(self, service: str, table: str) -> int:
        """How many rows a table of a service has."""
        asked = ("--tuples-only", f"--dbname={service}", f"--command=SELECT count(*) FROM {table}")  # noqa: S608
        return int(self.running.postgres.run("psql", *asked))

    def do(self, service: str, statement: str) -> None:
        """Have PostgreSQL's superuser do something in the database of a service."""
        self.running.postgres.run("psql", "--quiet", f"--dbname={service}", f"--command={statement}")

    def drained(self) -> list[str]:
        """Wait until everybody has everything and no alarm stands; what else there is when the time is over."""
        with self._restarting():
            return self._look(drained)

    def numbers(self, database: str, statement: str) -> dict[int, int]:
        """What a statement finds for each partition."""
        asked = ("--csv", "--tuples-only", f"--dbname={database}", f"--command={statement}")
        lines = self.running.postgres.run("psql", *asked).split()
        return {int(partition): int(sequence) for partition, _, sequence in (line.partition(",") for line in lines)}

    @cached_property
    def before(self) -> set[str]:
        """The streams that no clerk made: those that were there before any began."""
        made = self.running.postgres.run(
            "psql", "--csv", "--tuples-only", "--dbname=identification", "--command=SELECT DISTINCT stream FROM event"
        )
        return set(made.split())

    def _look(self, look: Callable[[], T]) -> T:
        return within(self.running.processes["migrate"].environment, look)

    def _answered_otherwise(self) -> list[str]:
        """Send some accepted commands once more under their keys; their effects are compared with all others."""
        accepted = [command for command in self.history.kept if command.known is Known.OK]
        found: list[str] = []
        with self.counter.opened() as http:
            for command in self.random.sample(accepted, min(ANSWERED_AGAIN, len(accepted))):
                answer = self.counter.send(http, command)
                if answer.known is not Known.OK:
                    found.append(f"accepted, and when sent again answered {answer.status}: {answer.said}")
        return found


@contextmanager
def installed(random: Random, brokers: int) -> Iterator[Trusted]:
    """Start one of one's own, for invented people and for paper of 2015; CannotRun says why it does not start."""
    with TemporaryDirectory() as folder, private_kafka.running(brokers, options=private_kafka.SOON_UP) as kafka:
        policy = typing_the_past(Path(folder) / "policy") / "identification"
        ours = {"IDENTIFICATION_INVENTED_PEOPLE": "true", "IDENTIFICATION_POLICY_FOLDER": str(policy)}
        with composed(kafka, environment=ours) as running:
            trusted = Trusted(running, kafka, random)
            _ = trusted.registered, trusted.before
            try:
                yield trusted
            finally:
                running.stop()
                store.stop(trusted.started)
