"""Killed at any moment under load, it holds what it acknowledged once, and what is sent again has one effect."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from random import Random
from threading import Thread
from time import sleep
from typing import Any

import pytest
from canaries import Canaries
from chronicle.feed.embedded import history
from chronicle.following import rebuild
from chronicle.messages import StoredEvent, new_id
from chronicle.principal import Principal
from chronicle.store.rows import COLUMNS
from chronicle.store.tables import event, handled_command
from dossiers import AREAS, GROUPS, LATE, convener, form, officer
from httpx2 import TransportError
from huangxi import API, meeting, posting
from identification.imports.areas import import_areas
from serving import Served, serving, yihu
from sqlalchemy import func, select

GROUP = GROUPS[0]
KILLS, CLERKS, SEED = 5, 4, 20150601
FIRST_EVENT = {
    "applications": "identification.application-filed.v1",
    "group-meetings": "identification.group-meeting-held.v1",
    "public-notices": "identification.notice-posted.v1",
}


@dataclass
class Command:
    """One command under its key, and what was answered; nothing as long as that is unknown."""

    who: Principal
    resource: str
    body: dict[str, Any]
    key: str = field(default_factory=new_id)
    answer: dict[str, str] | None = None

    def send(self, served: Served) -> dict[str, str]:
        """Send it, for the first time or again."""
        answer = served.ask(self.who, "POST", f"{API}/{self.resource}", self.body, **{"Idempotency-Key": self.key})
        assert answer.status_code == 201, answer.text
        self.answer = {name: answer.headers[name] for name in ("Location", "ETag", "Yihu-Position")}
        return self.answer

    @property
    def id(self) -> str:
        """What it made."""
        assert self.answer
        return self.answer["Location"].rpartition("/")[2]


class Clerk(Thread):
    """Lets households apply two by two, holds a meeting over them and posts them, until nobody answers any more."""

    def __init__(self, served: Served, canaries: Canaries) -> None:
        super().__init__(daemon=True)
        self.sent: list[Command] = []
        self._served, self._canaries = served, canaries

    def run(self) -> None:
        try:
            while True:
                ids = [self._send(officer(GROUP), "applications", form(self._canaries, GROUP)) for _ in range(2)]
                self._send(convener(GROUP), "group-meetings", meeting(ids, **LATE))
                self._send(convener(GROUP), "public-notices", posting(3, ids, **LATE))
        except TransportError:
            pass

    def _send(self, who: Principal, resource: str, body: dict[str, Any]) -> str:
        self.sent.append(Command(who, resource, body))
        self.sent[-1].send(self._served)
        return self.sent[-1].id


@dataclass
class Survivor:
    """An installation that was killed again and again; the commands it was sent, and what it answered in time."""

    served: Served
    sent: list[Command] = field(default_factory=list)
    acknowledged: dict[str, dict[str, str]] = field(default_factory=dict)

    def killed_under_load(self, canaries: Canaries, seconds: float) -> None:
        """Work, be killed after some time, start again, and hear once more what got no answer."""
        clerks = [Clerk(self.served, canaries) for _ in range(CLERKS)]
        for clerk in clerks:
            clerk.start()
        sleep(seconds)
        self.served.kill()
        for clerk in clerks:
            clerk.join()
        self.served.start()
        commands = [command for clerk in clerks for command in clerk.sent]
        self.acknowledged |= {command.key: command.answer for command in commands if command.answer}
        for command in commands:
            if command.answer is None:
                command.send(self.served)
        self.sent += commands

    def events(self) -> list[StoredEvent]:
        """All that is stored."""
        store = self.served.embedded.identification.store
        return [each for partition in store.heads() for each in store.read(partition, 0, 1_000_000)]


@pytest.fixture(scope="module")
def survivor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Survivor]:
    """An installation after its last kill, with everything followed up."""
    with serving(tmp_path_factory.mktemp("killed")) as served:
        embedded = served.embedded
        import_areas(embedded.identification.handler, AREAS.encode(), date(2014, 1, 1), embedded.operator())
        served.settle()
        group = {"number": GROUP[12:], "name": "一组", "valid_from": "2014-01-01"}
        served.ask(officer(GROUP), "POST", f"{API}/areas/{GROUP[:12]}/villager-groups", group)
        served.settle()
        survivor, canaries, random = Survivor(served), Canaries(SEED), Random(SEED)  # noqa: S311 - not for secrets
        for _ in range(KILLS):
            survivor.killed_under_load(canaries, random.uniform(0.2, 1.6))
        served.settle()
        yield survivor


def test_the_load_was_cut_off_each_time(survivor: Survivor) -> None:
    unknown = len(survivor.sent) - len(survivor.acknowledged)

    assert len(survivor.acknowledged) >= KILLS
    assert KILLS <= unknown <= KILLS * CLERKS


def test_every_command_is_there_once(survivor: Survivor) -> None:
    made = Counter((each.type, each.stream.partition("/")[2]) for each in survivor.events())
    wanted = Counter((FIRST_EVENT[command.resource], command.id) for command in survivor.sent)

    assert {each: number for each, number in made.items() if each[0] in FIRST_EVENT.values()} == wanted
    with survivor.served.databases["identification"].reading() as connection:
        handled = connection.execute(select(func.count()).select_from(handled_command)).scalar_one()
    assert handled == len(survivor.sent) + 1


def test_a_list_is_there_whole_or_not_at_all(survivor: Survivor) -> None:
    told = [(each.type.split(".")[1], json.loads(each.data)) for each in survivor.events()]
    meetings = {data["meeting_id"]: set(data["agenda"]) for kind, data in told if kind == "group-meeting-held"}
    judged: dict[str, set[str]] = {}
    for kind, data in told:
        if kind == "application-deliberated":
            judged.setdefault(data["meeting_id"], set()).add(data["application_id"])

    assert judged == meetings


def test_what_was_acknowledged_before_a_kill_is_answered_the_same_after_it(survivor: Survivor) -> None:
    early = [command for command in survivor.sent if command.key in survivor.acknowledged][:40]
    before = len(survivor.events())

    assert [command.send(survivor.served) for command in early] == [survivor.acknowledged[each.key] for each in early]
    assert len(survivor.events()) == before


def test_the_gateways_history_equals_the_store(survivor: Survivor) -> None:
    databases = survivor.served.databases
    with databases["identification"].reading() as connection:
        stored = connection.execute(select(*(event.c[name] for name in COLUMNS)).order_by("partition", "sequence"))
        recorded = [tuple(row) for row in stored]
    with databases["gateway"].reading() as connection:
        held = connection.execute(select(*(history.c[name] for name in COLUMNS)).order_by("partition", "offset"))
        heard = [tuple(row) for row in held]

    assert heard == recorded


def test_verify_finds_every_event_as_it_was_recorded(survivor: Survivor) -> None:
    done = yihu("verify", "--folder", survivor.served.folder)

    told = f"{len(survivor.events())} events in 4 stores: every event is as it was recorded\n"
    assert (done.returncode, done.stdout) == (0, told)


def test_every_projection_equals_a_fresh_rebuild(survivor: Survivor) -> None:
    embedded = survivor.served.embedded
    rebuilt = {
        one.reader: rebuild(one, service.database, service.following.log(one))
        for service in (embedded.identification, embedded.gateway)
        for one in service.following.projections.values()
    }

    assert all(made.events == len(survivor.events()) for made in rebuilt.values())
    assert [number for made in rebuilt.values() for number in made.differing.values() if number] == []
