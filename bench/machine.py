"""A whole machine: the processes of docker-compose.yml with invented households, asked, lost, and restored as told.

Its PostgreSQL and Kafka run on this machine, too. Nobody files anything meanwhile. What is lost is every database and
every topic; what an operator types then is taken from docs/operating.md.
"""

from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from random import Random
from time import monotonic, perf_counter

import private_kafka
from chronicle.store import Database, open_store
from compose_runner import Composed, composed
from disasters import SERVICES, blocks_under, lose_the_databases, lose_the_topics
from private_servers import CannotRun
from tests.trust.installation import Trusted
from yihu.demo.telling import OWN_AREAS

from bench.filled import PATIENCE, Asked, events_in, latencies, memory_of, tell
from bench.restore import record_alike


def main() -> None:
    """Measure and print."""
    asked = ArgumentParser(description=__doc__)
    asked.add_argument("--households", type=int, default=500)
    asked.add_argument("--events", type=int, default=0, help="record further households, one event each, up to so many")
    asked.add_argument("--areas", type=Path, default=OWN_AREAS)
    said = asked.parse_args()
    # The second as in the image.
    ours = {"IDENTIFICATION_INVENTED_PEOPLE": "true", "MALLOC_ARENA_MAX": "2"}
    with private_kafka.running() as kafka, composed(kafka, environment=ours) as running:
        trusted, begun = Trusted(running, kafka, Random(1)), _numbers(running)  # noqa: S311 - nothing is drawn
        _fill(trusted, said.households, said.areas, said.events)
        for name, number in _numbers(running).items():
            again = "" if number == begun[name] else ", started again meanwhile"
            print(f"{f'memory, {name}':40} {memory_of(number):8.0f} MB at most{again}")
        _ask(running)
        _lose_and_restore(trusted)


def _numbers(running: Composed) -> dict[str, int]:
    """The number of each process that runs."""
    return {name: each.running.pid for name, each in running.processes.items() if each.running and each.runs}


def _fill(trusted: Trusted, households: int, areas: Path, events: int) -> None:
    running = trusted.running
    database = _identification(running)
    store = open_store(database, "identification")
    _timed("areas imported", lambda: running.yihu("areas", "import", str(areas), "--valid-from", "2014-01-01"))
    _timed("and followed", lambda: _settle(trusted))
    before, sizes = events_in(store), _sizes(trusted)
    words = ("generate", "--households", str(households), "--areas", str(areas))
    api = running.processes["identification-api"].environment
    key = {"IDENTIFICATION_MASTER_KEY": api["IDENTIFICATION_MASTER_KEY"]}
    took = _timed(f"{households} households generated", lambda: running.yihu(*words, **key))
    made = events_in(store) - before
    print(f"{made} events, {made / took:.0f} a second", flush=True)
    waited = _timed("and followed", lambda: _settle(trusted))
    print(f"{made / (took + waited):.0f} a second generated and followed", flush=True)
    for what, size in _sizes(trusted).items():
        print(f"{f'stored, {what}':40} {(size - sizes[what]) / households / 1000:8.1f} kB a registered household")
    if events:
        _timed("further households recorded", lambda: record_alike(store, events))
        _timed("and followed", lambda: _settle(trusted))
    database.close()


def _sizes(trusted: Trusted) -> dict[str, int]:
    """Bytes of each database and of the topics, so far as they are on the disk."""
    asked, psql = "SELECT pg_database_size('{}')", ("psql", "--tuples-only")
    said = (f"--command={asked.format(each.replace('-', '_'))}" for each in SERVICES)
    sizes = {each: int(trusted.running.postgres.run(*psql, one)) for each, one in zip(SERVICES, said, strict=True)}
    files = (file for broker in trusted.kafka.brokers for file in broker.folder.glob("log/case-history*/*.log"))
    return sizes | {"both topics": sum(file.stat().st_size for file in files)}


def _ask(running: Composed) -> None:
    database = _identification(running)
    asked = Asked(database, running.url, lambda area: running.token("county_officer", area))
    tell(latencies(asked))
    database.close()


def _lose_and_restore(trusted: Trusted) -> None:
    running, place = trusted.running, trusted.running.keys.parent  # where .env is
    [backup], [_, whole_machine] = blocks_under("Back up"), blocks_under("Restore")
    print()
    _timed("backed up", lambda: running.follow(backup, place))
    for name in running.processes:
        running.kill(name)
    lose_the_topics(running, trusted.kafka)
    lose_the_databases(running)
    kept, whole = "", 0.0
    for line in whole_machine.splitlines(keepends=True):
        if not line.startswith("docker compose"):
            kept += line
        elif "postgres kafka" not in line:
            whole += _typed(running, kept, line, place)
    whole += _timed("nothing left to hear", lambda: _settle(trusted))
    print(f"{'back and serving':40} {whole:8.1f} s")
    _ask(running)


def _typed(running: Composed, before: str, line: str, place: Path) -> float:
    """Seconds that one command of a block takes, in a shell that did the lines before it."""
    what = line.partition(" yihu ")[2].partition(' "')[0].strip() or "started, all processes ready"
    return _timed(what, lambda: print(running.follow(before + line if " yihu " in line else line, place), end=""))


def _settle(trusted: Trusted) -> None:
    until = monotonic() + PATIENCE
    while late := trusted.drained():
        print(f"    still: {late[0]}", flush=True)
        if monotonic() > until:
            raise CannotRun("\n".join(late))


def _identification(running: Composed) -> Database:
    return Database(running.processes["migrate"].environment["IDENTIFICATION_DATABASE_URL"])


def _timed(what: str, work: Callable[[], object]) -> float:
    began = perf_counter()
    work()
    took = perf_counter() - began
    print(f"{what:40} {took:8.1f} s", flush=True)
    return took


if __name__ == "__main__":
    main()
