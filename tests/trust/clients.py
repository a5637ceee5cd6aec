"""Clerks who send commands without a pause to speak of, and send again under the same key what they do not know of."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from random import Random
from threading import Event, Thread
from time import monotonic, sleep

from canaries import Canaries
from chronicle.clock import SystemClock
from chronicle.principal import Principal
from compose_runner import Composed
from dossiers import DAY, FRUIT, GROUPS, INDUSTRY, LATE, form, officer
from httpx2 import Client, HTTPError
from huangxi import API
from tests.trust.history import Answer, Command, History, Known
from yihu.embedded import Embedded

GROUP = GROUPS[0]
OFFICER = officer(GROUP)
PATIENCE, AGAIN, PAUSE = 15.0, 0.3, 0.15  # seconds
SHOWN = 300  # characters of what is answered to a command that was not accepted
FINISHING = 180.0  # seconds until every command has to be known
FILED = ("identification.application-filed.v1", "application")
WITHDRAWN = ("identification.application-withdrawn.v1", "application")
OPENED = ("industry.project-opened.v1", "project")
ENROLLED = ("industry.household-enrolled.v1", "project")


class StillUnknown(Exception):
    """A command was not answered for good, however often it was sent."""


class Ahead(SystemClock):
    """The clock that clerks' tokens are signed by; it may be ahead of the machine's, or behind."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def now(self) -> datetime:
        return super().now() + self.ahead


class Counter:
    """Sends commands to whichever API their path names."""

    def __init__(self, running: Composed) -> None:
        self.clock = Ahead()
        self._running, self._issuer = running, Embedded(running.keys, port=0, clock=self.clock).issuer

    def opened(self) -> Client:
        """Connections for one thread."""
        return Client(timeout=PATIENCE, trust_env=False)

    def send(self, http: Client, command: Command) -> Answer:
        """Send it once, and write down what came of that."""
        url = f"{self._running.url(command.path.split('/')[2])}{command.path}"
        headers = {"Idempotency-Key": command.key, "Accept-Language": "en", **self.token(command.who)}
        sent = monotonic()
        try:
            told = http.post(url, json=command.body, headers=headers)
        except HTTPError:
            answer = Answer(sent, monotonic(), 0)
        else:
            place, again = (told.headers.get(name) for name in ("Location", "Retry-After"))
            said = "" if told.is_success else told.text[:SHOWN]
            answer = Answer(sent, monotonic(), told.status_code, place, again, said)
        command.answers.append(answer)
        return answer

    def once(self, command: Command, history: History) -> Answer:
        """Send it once, whatever is answered."""
        history.note(command)
        with self.opened() as http:
            return self.send(http, command)

    def token(self, who: Principal) -> dict[str, str]:
        """How somebody says who they are."""
        return {"Authorization": f"Bearer {self._issuer.token(who)}"}


def application(canaries: Canaries) -> Command:
    """A couple that applies."""
    return Command(OFFICER, f"{API}/applications", form(canaries, GROUP), FILED)


class Clerk(Thread):
    """Sends what ``work`` makes until told to stop; then goes on only until the last command is known."""

    def __init__(self, counter: Counter, history: History, random: Random) -> None:
        super().__init__(daemon=True)
        self.ended, self.failure = Event(), ""
        self._counter, self._history, self._random = counter, history, random
        self._http = counter.opened()

    def run(self) -> None:
        try:
            while not self.ended.is_set():
                self.work()
        except StillUnknown as reason:
            self.failure = str(reason)
        finally:
            self._http.close()

    def work(self) -> None:
        """Send one or more commands that belong together."""
        raise NotImplementedError

    def send(self, command: Command) -> bool:
        """Send it until it is known; whether it was accepted."""
        self._history.note(command)
        until: float | None = None
        while (answer := self._counter.send(self._http, command)).known is Known.UNKNOWN:
            if self.ended.is_set():
                until = until or monotonic() + FINISHING
                if monotonic() > until:
                    raise StillUnknown(f"{command.path} is unknown still: {answer.status} {answer.said}")
            sleep(AGAIN)
        sleep(self._random.uniform(0, 2 * PAUSE))
        return answer.known is Known.OK


class VillageClerk(Clerk):
    """Lets couples apply, and every other one withdraw; asks no other service for anything."""

    def __init__(self, counter: Counter, history: History, random: Random, number: int) -> None:
        super().__init__(counter, history, random)
        self._canaries = Canaries(random.randrange(10**9), first=number * 400_000)

    def work(self) -> None:
        filing = application(self._canaries)
        if self.send(filing) and self._random.random() < 0.5:
            withdrawal = {"on": "2015-06-02", "reason": "own_wish", **LATE}
            self.send(Command(OFFICER, f"{filing.location}/withdrawal", withdrawal, WITHDRAWN))


class TrackClerk(Clerk):
    """Opens projects, and gives a registered household a share of each; identification notes that later."""

    def __init__(self, counter: Counter, history: History, random: Random, household_id: str) -> None:
        super().__init__(counter, history, random)
        self._household_id = household_id

    def work(self) -> None:
        project = Command(OFFICER, f"{INDUSTRY}/projects", {"area_code": GROUP[:12], **FRUIT, **DAY}, OPENED)
        if self.send(project):
            share = {"household_id": self._household_id, "quantity": "1"}
            self.send(Command(OFFICER, f"{project.location}/enrolments", {"households": [share], **DAY}, ENROLLED))


@contextmanager
def at_work(counter: Counter, history: History, random: Random, household_id: str) -> Iterator[None]:
    """Four clerks at work; at the end all that they sent is known, or StillUnknown is raised."""
    clerks: list[Clerk] = [VillageClerk(counter, history, Random(random.random()), number) for number in range(3)]
    clerks.append(TrackClerk(counter, history, Random(random.random()), household_id))
    for clerk in clerks:
        clerk.start()
    try:
        yield
    finally:
        for clerk in clerks:
            clerk.ended.set()
        for clerk in clerks:
            clerk.join()
    if failures := [clerk.failure for clerk in clerks if clerk.failure]:
        raise StillUnknown("; ".join(failures))
