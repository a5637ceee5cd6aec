"""A whole machine: the processes of docker-compose.yml with invented households, asked, lost, and restored as told.

Its PostgreSQL and Kafka run on this machine, too. Nobody files anything meanwhile. What is lost is every database and
every topic; what an operator types then is taken from docs/operating.md.
"""

from argparse import ArgumentParser
from collections.abc import Callable
from datetime import date
from pathlib import Path
from time import monotonic, perf_counter

import private_kafka
from chronicle.store import Database, open_store
from compose_runner import Composed, composed
from disasters import SERVICES, blocks_under, lose_the_databases, lose_the_topics
from private_servers import CannotRun
from tests.trust.survey import drained, within
from yihu.demo.telling import OWN_AREAS

from bench.filled import PATIENCE, Asked, events_in, latencies, memory_of
from bench.province import REACH
from bench.restore import record_alike


def main() -> None:
    """Measure and print."""
    asked = ArgumentParser(description=__doc__)
    asked.add_argument("--households", type=int, default=500)
    asked.add_argument("--events", type=int, default=0, help="record further households, one event each, up to so many")
    asked.add_argument("--areas", type=Path, default=OWN_AREAS)
    said = asked.parse_args()
    ours = {"IDENTIFICATION_INVENTED_PEOPLE": "true"}
    with private_kafka.running() as kafka, composed(kafka, environment=ours) as running:
        _give_the_key(running)
        _fill(running, said.households, said.areas, said.events)
        _tell_what_it_takes(running, kafka, said.households)
        _ask(running)
        # Where .env is.
        _lose_and_restore(running, kafka, running.keys.parent)


def _give_the_key(running: Composed) -> None:
    """To whoever types what seals names, as the page tells to."""
    api = running.processes["identification-api"].environment
    running.processes["migrate"].environment["IDENTIFICATION_MASTER_KEY"] = api["IDENTIFICATION_MASTER_KEY"]


def _fill(running: Composed, households: int, areas: Path, events: int) -> None:
    database = _identification(running)
    store = open_store(database, "identification")
    _timed("areas imported", lambda: running.yihu("areas", "import", str(areas), "--valid-from", "2014-01-01"))
    _timed("and followed", lambda: _settle(running))
    before = events_in(store)
    words = ("generate", "--households", str(households), "--areas", str(areas))
    took = _timed(f"{households} households generated", lambda: running.yihu(*words))
    made = events_in(store) - before
    print(f"{made} events, {made / took:.0f} a second", flush=True)
    waited = _timed("and followed", lambda: _settle(running))
    print(f"{made / (took + waited):.0f} a second generated and followed", flush=True)
    if events:
        _timed("further households recorded", lambda: record_alike(store, events))
        _timed("and followed", lambda: _settle(running))
    database.close()


def _tell_what_it_takes(running: Composed, kafka: private_kafka.Cluster, households: int) -> None:
    for service in SERVICES:
        size = int(_sql(running, f"SELECT pg_database_size('{service.replace('-', '_')}')"))
        print(f"{f'stored, {service}':40} {size / households / 1024:8.1f} kB a registered household")
    kept = sum(file.stat().st_size for broker in kafka.brokers for file in broker.folder.glob("log/*/*.log"))
    print(f"{'stored, both topics':40} {kept / households / 1024:8.1f} kB a registered household")
    for name, process in running.processes.items():
        if process.running and process.runs:
            print(f"{f'memory, {name}':40} {memory_of(process.running.pid):8.0f} MB at most")


def _ask(running: Composed) -> None:
    database = _identification(running)
    asked = Asked(database, running.url, lambda area: running.token("county_officer", area))
    print(f"\n{'answered within, ms':40} {'half':>8} {'95 of 100':>10}   reach {REACH:.0f}")
    for what, (half, most) in latencies(asked).items():
        print(f"{what:40} {half:8.1f} {most:10.1f}   {'yes' if most <= REACH else f'{most / REACH:.1f} times'}")
    database.close()


def _lose_and_restore(running: Composed, kafka: private_kafka.Cluster, place: Path) -> None:
    [backup], [_, whole_machine] = blocks_under("Back up"), blocks_under("Restore")
    print()
    _timed(f"backed up ({date.today()})", lambda: running.follow(backup, place))  # noqa: DTZ011
    for name in running.processes:
        running.kill(name)
    lose_the_topics(running, kafka)
    lose_the_databases(running)
    kept, whole = "", 0.0
    for line in whole_machine.splitlines(keepends=True):
        if not line.startswith("docker compose"):
            kept += line
        elif "postgres kafka" not in line:
            whole += _typed(running, kept, line, place)
    whole += _timed("nothing left to hear", lambda: _settle(running))
    print(f"{'back and serving':40} {whole:8.1f} s")
    _ask(running)


def _typed(running: Composed, before: str, line: str, place: Path) -> float:
    """Seconds that one command of a block takes, in a shell that did the lines before it."""
    what = line.partition(" yihu ")[2].partition(' "')[0].strip() or "started, all processes ready"
    return _timed(what, lambda: print(running.follow(before + line if " yihu " in line else line, place), end=""))


def _settle(running: Composed) -> None:
    until = monotonic() + PATIENCE
    while late := within(running.processes["migrate"].environment, drained):
        if monotonic() > until:
            raise CannotRun("\n".join(late))


def _identification(running: Composed) -> Database:
    return Database(running.processes["migrate"].environment["IDENTIFICATION_DATABASE_URL"])


def _sql(running: Composed, statement: str) -> str:
    return running.postgres.run("psql", "--tuples-only", f"--command={statement}")


def _timed(what: str, work: Callable[[], object]) -> float:
    began = perf_counter()
    work()
    took = perf_counter() - began
    print(f"{what:40} {took:8.1f} s", flush=True)
    return took


if __name__ == "__main__":
    main()
