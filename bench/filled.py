"""An installation filled with invented households, followed to its end, served by a process of its own, and asked.

It is SQLite in one folder. The generator, the server with its followers, and who asks share this machine.
"""

import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from pathlib import Path
from statistics import quantiles
from time import perf_counter, sleep

from casework.areas import prefix_of
from casework.roles import Role
from chronicle.store import Database, EventStore
from httpx2 import Client, TransportError
from identification.cases.area.projections import areas
from identification.cases.public_notice.projections import public_notices
from identification.cases.registration.projections import registered_households
from identification.imports.areas import import_areas
from serving import free_port
from sqlalchemy import func, select
from yihu.embedded import Embedded, officer
from yihu.generating.filling import OPENED, fill

LOG = "server.log"
API = "/api/identification/v1"
TIMES, PATIENCE = 200, 3600.0
REACH = 200.0  # milliseconds
# So many a registered household comes to, those beside it that wait counted.
EVENTS = 14


@dataclass(frozen=True)
class Filled:
    """What it took: seconds to import areas, to generate and to follow; how much of it there is.

    ``events`` are those generated; ``recorded``, which all follow, has those of the areas, too.
    """

    embedded: Embedded
    households: int
    events: int
    recorded: int
    importing: float
    generating: float
    following: float
    memory: dict[str, float]

    @property
    def stored(self) -> dict[str, int]:
        """Bytes of each database."""
        sizes: dict[str, int] = {}
        for file in self.embedded.folder.glob("*.db*"):
            name = file.name.partition(".")[0]
            sizes[name] = sizes.get(name, 0) + file.stat().st_size
        return sizes


def filled(folder: Path, areas_file: Path, households: int, seed: int = 1) -> Filled:
    """Fill an installation in an empty folder, and wait until everybody has heard of everything."""
    embedded = Embedded(folder, free_port(), invented_people=True)
    embedded.prepare()
    service, content = embedded.identification, areas_file.read_bytes()
    began = perf_counter()
    import_areas(service.handler, content, OPENED, embedded.operator())
    imported = perf_counter()
    before = events_in(embedded.identification.store)
    for told in fill(service, content, households, seed):
        print(told, flush=True)
    generated = perf_counter()
    memory = {"generator": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}
    with serving(embedded) as process:
        embedded.settle(PATIENCE)
        followed = perf_counter()
        memory["server, following"] = memory_of(process)
    recorded = events_in(embedded.identification.store)
    events = recorded - before
    return Filled(
        embedded, households, events, recorded, imported - began, generated - imported, followed - generated, memory
    )


def events_in(store: EventStore) -> int:
    """How many events a service has recorded."""
    return sum(head.sequence for head in store.heads().values())


@contextmanager
def serving(embedded: Embedded) -> Iterator[int]:
    """Serve it as an officer's laptop does; gives the process's id once it answers. Its log is kept in the folder."""
    yihu = Path(sys.executable).with_name("yihu")
    typed: list[str | Path] = [yihu, "serve", "--folder", embedded.folder, "--port", str(embedded.port)]
    with (embedded.folder / LOG).open("ab") as log:
        process = subprocess.Popen(typed, stdout=log, stderr=log)  # noqa: S603 - our own
    try:
        with Client(base_url=embedded.address, timeout=PATIENCE, trust_env=False) as client:
            _wait(client, process, embedded.folder / LOG)
        yield process.pid
    finally:
        process.terminate()
        process.wait(60)


def memory_of(process: int) -> float:
    """The most memory a process has had, in MB."""
    lines = Path(f"/proc/{process}/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


@dataclass(frozen=True)
class Asked:
    """Whom to ask: identification's database, where a service answers, and a county officer's token for an area."""

    database: Database
    address: Callable[[str], str]
    token: Callable[[str], str]


def asked_of(embedded: Embedded) -> Asked:
    """One server for all."""

    def token(area: str) -> str:
        return embedded.issuer.token(officer(Role.COUNTY_OFFICER, prefix_of(area)), timedelta(hours=2))

    return Asked(embedded.identification.database, lambda _service: embedded.address, token)


def latencies(asked: Asked) -> dict[str, tuple[float, float]]:
    """Milliseconds of half and of 95 of 100 answers, by what is asked; by the county of some registered household."""
    register = registered_households.tables.household
    with asked.database.reading() as connection:
        number = connection.scalar(select(func.count()).select_from(register)) or 0
        some = select(register.c.household_id, register.c.village_code).order_by(register.c.household_no)
        rows = connection.execute(some.offset(number // 2).limit(TIMES)).all()
        notices = connection.scalars(select(public_notices.tables.c.act_id).limit(TIMES)).all()
        province = connection.scalar(select(func.min(areas.tables.c.code)))
    county = rows[0].village_code[:6].ljust(12, "0")
    paths = {
        "work queues, a county": [f"{API}/work-queues?area={county}"],
        "work queues, the province": [f"{API}/work-queues?area={province}"],
        "one work queue, a county": [f"{API}/work-queues/township_review.to_do?area={county}"],
        "one work queue, the province": [f"{API}/work-queues/township_review.to_do?area={province}"],
        "one timeline": [f"/api/gateway/v1/households/{row.household_id}/timeline" for row in rows],
        "one notice": [f"{API}/public-notices/{each}" for each in notices],
        "the register's counts, a county": [f"{API}/registered-households/totals?area={county}"],
        "the register's counts, the province": [f"{API}/registered-households/totals?area={province}"],
    }
    headers = {"Authorization": f"Bearer {asked.token(province)}"}
    with Client(headers=headers, timeout=120, trust_env=False) as client:
        return {what: _answered(client, asked, each) for what, each in paths.items()}


def tell(times: dict[str, tuple[float, float]]) -> None:
    """Print how long answers took."""
    print(f"\n{'answered within, ms':40} {'half':>8} {'95 of 100':>10}   reach {REACH:.0f}")
    for what, (half, most) in times.items():
        print(f"{what:40} {half:8.1f} {most:10.1f}   {'yes' if most <= REACH else f'{most / REACH:.1f} times'}")


def _answered(client: Client, asked: Asked, paths: list[str]) -> tuple[float, float]:
    took = []
    service = paths[0].split("/")[2]
    for path in (f"{asked.address(service)}{each}" for each in (paths * ceil(TIMES / len(paths)))[:TIMES]):
        began = perf_counter()
        answer = client.get(path)
        took.append((perf_counter() - began) * 1000)
        if answer.status_code != 200:
            raise SystemExit(f"{path} was answered {answer.status_code}: {answer.text}")
    shares = quantiles(took, n=20)
    return shares[9], shares[18]


def _wait(client: Client, process: "subprocess.Popen[bytes]", log: Path) -> None:
    while process.poll() is None:
        try:
            if client.get("/").status_code < 500:
                return
        except TransportError:
            pass
        sleep(0.1)
    raise SystemExit(f"the server did not start: {log.read_text('utf-8')}")
