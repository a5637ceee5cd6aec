"""A backup restored: made of an installation with so many events, restored, adopted, verified and serving again.

The commands are those an operator types, each in a process of its own. Beside the seconds is the time that processors
worked for them, which other work on the machine does not stretch.
"""

import os
import re
import resource
import shutil
import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from casework.areas import prefix_of
from casework.roles import Role
from chronicle.messages import ID, StoredEvent, digest_of, new_id, partition_of
from chronicle.store import EventStore
from chronicle.store.values import EVENTS_PER_APPEND, Answer, Append
from httpx2 import Client
from identification.cases.household.events import HouseholdRecorded
from identification.cases.registration.projections import registered_households
from serving import free_port
from sqlalchemy import select
from yihu.demo.telling import OWN_AREAS
from yihu.embedded import Embedded, officer

from bench.filled import API, EVENTS, PATIENCE, events_in, filled, serving

MADE, ALIKE, PAGE = 100_000, 20_000, 2_000
MAKING = "backed up"
KEPT_APART = ("master.key", "issuer.pem", "jwks.json", "service.credential")


@dataclass(frozen=True)
class Took:
    """Seconds, and seconds of processor time."""

    wall: float
    worked: float


def main() -> None:
    """Measure and print."""
    asked = ArgumentParser(description=__doc__)
    asked.add_argument("--events", type=int, help=f"{MADE} unless given; one that is filled is filled up so far")
    asked.add_argument("--areas", type=Path, default=OWN_AREAS)
    asked.add_argument("--folder", type=Path, help="where the databases are made; a temporary one is removed again")
    asked.add_argument("--filled", type=Path, help="an installation that is filled already; it stays as it is")
    said = asked.parse_args()
    # As where it is installed: modules are compiled once, and not by every process anew.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    with TemporaryDirectory(dir=said.folder) as folder:
        there, back, place = (Path(folder) / name for name in ("there", "back", "backup"))
        if said.filled:
            there = said.filled
            if said.events:
                there = shutil.copytree(said.filled, Path(folder) / "there")
                fill_up(Embedded(there, free_port(), invented_people=True), said.events)
        else:
            filled(there, said.areas, (said.events or MADE) // EVENTS)
        made = Embedded(there, free_port(), invented_people=True)
        events = events_in(made.identification.store)
        took = _drilled(there, back, place)
    print()
    for what, each in took.items():
        print(f"{what:40} {each.wall:8.1f} s {each.worked:8.1f} s of processor time")
    whole = [sum(getattr(took[what], kind) for what in took if what != MAKING) for kind in ("wall", "worked")]
    print(f"{f'{events} events back and serving':40} {whole[0]:8.1f} s {whole[1]:8.1f} s of processor time")


def _drilled(there: Path, back: Path, place: Path) -> dict[str, Took]:
    took = {MAKING: _typed("backup", place, "--folder", there)}
    back.mkdir()
    for name in KEPT_APART:
        shutil.copy(there / name, back / name)
    took["restored"] = _typed("restore", place, "--folder", back)
    took["adopted"] = _typed("store", "adopt", "--folder", back)
    took["verified"] = _typed("verify", "--folder", back)
    embedded = Embedded(back, free_port(), invented_people=True)

    def served() -> None:
        with serving(embedded):
            _ask(embedded)
            embedded.settle(PATIENCE)

    took["serving, asked, nothing more to hear"] = _timed(served)
    return took


def _ask(embedded: Embedded) -> None:
    """Ask for work queues, the register, its counts and a household's timeline, as an officer of its county would."""
    register = registered_households.tables.household.c
    with embedded.identification.database.reading() as connection:
        row = connection.execute(select(register.household_id, register.village_code).limit(1)).one()
    county = row.village_code[:6].ljust(12, "0")
    token = embedded.issuer.token(officer(Role.COUNTY_OFFICER, prefix_of(county)))
    headers = {"Authorization": f"Bearer {token}"}
    with Client(base_url=embedded.address, headers=headers, timeout=PATIENCE, trust_env=False) as client:
        for path in (
            f"{API}/work-queues?area={county}",
            f"{API}/registered-households/totals?area={county}",
            f"{API}/registered-households?area={county}",
            f"/api/gateway/v1/households/{row.household_id}/timeline",
        ):
            client.get(path).raise_for_status()


def fill_up(embedded: Embedded, events: int) -> None:
    """Record further households, as those that are there were recorded but with ids of their own; followed to the end.

    They applied for nothing: each is one event of the usual size, and nobody's name is sealed for them.
    """
    record_alike(embedded.identification.store, events)
    with serving(embedded):
        embedded.settle(PATIENCE)


def record_alike(store: EventStore, events: int) -> None:
    """Append so many that there are ``events``."""
    beside = (_as_new(each) for each in cycle(_some_recorded(store)))
    while (missing := events - events_in(store)) > 0:
        some = list(islice(beside, min(missing, EVENTS_PER_APPEND)))
        store.append(Append(some, datetime.now(UTC), Answer(201, None, 1)))


def _some_recorded(store: EventStore) -> list[StoredEvent]:
    heads = store.heads()
    pages = (store.read(p, after, PAGE) for p, head in heads.items() for after in range(0, head.sequence, PAGE))
    recorded = (event for page in pages for event in page if event.type == HouseholdRecorded.type)
    return list(islice(recorded, ALIKE))


def _as_new(event: StoredEvent) -> StoredEvent:
    ids: dict[str, str] = {}

    def anew(text: str) -> str:
        return re.sub(ID, lambda found: ids.setdefault(found[0], new_id()), text)

    subject = anew(event.subject)
    new = event._replace(
        event_id=new_id(),
        subject=subject,
        stream=anew(event.stream),
        version=1,
        partition=partition_of(subject),
        command_id=new_id(),
        data=anew(event.data),
        receipt=anew(event.receipt or ""),
    )
    return new._replace(digest=digest_of(new))


def _typed(*words: str | Path) -> Took:
    yihu = Path(sys.executable).with_name("yihu")
    return _timed(lambda: subprocess.run([yihu, *words], check=True))  # noqa: S603 - our own


def _timed(work: Callable[[], object]) -> Took:
    began, worked = perf_counter(), _worked()
    work()
    return Took(perf_counter() - began, _worked() - worked)


def _worked() -> float:
    return sum(sum(resource.getrusage(whose)[:2]) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


if __name__ == "__main__":
    main()
