"""How long after a command its events can be read in another service's projection, at a low rate and at half the top.

Identification's API takes applications; relocation's worker keeps the households they name. All processes of
``docker-compose.yml`` run, on one Kafka and one PostgreSQL; they, the load and who looks share this machine.
"""

import json
import os
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from random import Random
from statistics import median, quantiles
from threading import Event, Thread
from time import perf_counter, sleep

import psycopg
from canaries import Canaries
from chronicle.store.values import Position
from httpx2 import URL
from relocation.registered_households import registered_households
from tests.trust.clients import application
from tests.trust.installation import Trusted, installed

from bench.load import Sent, load, paced, request

ROUNDS, COMMANDS, CONNECTIONS = 3, 600, 16
LOW, SECONDS = 10, 20
LOOK, PATIENCE = 0.004, 60.0
REACH = 250


class Watch(Thread):
    """Looks every few milliseconds how far relocation's households have come, which their rows do with that."""

    def __init__(self, connection: psycopg.Connection) -> None:
        super().__init__(daemon=True)
        self.ended = Event()
        self._connection = connection
        self._reached = defaultdict[int, list[tuple[int, float]]](list)

    def run(self) -> None:
        """Look until told to stop."""
        asked = "SELECT partition, sequence FROM follower_position WHERE follower = %s AND source = 'identification'"
        while not self.ended.wait(LOOK):
            found = self._connection.execute(asked, [registered_households.reader]).fetchall()
            now = perf_counter()
            for partition, sequence in found:
                known = self._reached[partition]
                if not known or known[-1][0] < sequence:
                    known.append((sequence, now))

    def seen(self, sent: Sent) -> float:
        """When all that a command recorded could be read; waits for it."""
        return max(self._seen(Position.parse(each)) for each in sent.headers[b"yihu-position"].decode().split(", "))

    def _seen(self, position: Position) -> float:
        until, known = perf_counter() + PATIENCE, self._reached[position.partition]
        while not known or known[-1][0] < position.sequence:
            if perf_counter() > until:
                raise SystemExit(f"{position} was not followed within {PATIENCE:.0f} s")
            sleep(LOOK)
        return known[bisect_left(known, (position.sequence, 0.0))][1]


def main() -> None:
    """Measure and print."""
    print(f"{os.cpu_count()} cores; applications filed, {SECONDS} s of each rate a round, all of {ROUNDS} rounds\n")
    tops, low, half = list[float](), list[tuple[float, float]](), list[tuple[float, float]]()
    with installed(Random(1), brokers=1) as trusted, watching(trusted) as watch:  # noqa: S311 - the same ones each time
        people = Canaries(first=400_000)
        for _ in range(ROUNDS):
            tops.append(_top(trusted, people))
            low += _paced(trusted, watch, people, LOW)
            half += _paced(trusted, watch, people, tops[-1] / 2)
    print(f"top rate, {CONNECTIONS} connections: {median(tops):.0f} a second")
    print("                  answered, ms      visible, ms")
    print("rate, per s        p50     p99      p50     p99   reach")
    for rate, times in ((LOW, low), (median(tops) / 2, half)):
        answered, visible = (quantiles(each, n=100) for each in zip(*times, strict=True))
        reached = "yes" if visible[98] <= REACH else f"{visible[98] / REACH:.1f} times"
        print(
            f"{rate:11.0f} {answered[49]:10.0f} {answered[98]:7.0f} {visible[49]:8.0f} {visible[98]:7.0f}   {reached}"
        )


@contextmanager
def watching(trusted: Trusted) -> Iterator[Watch]:
    """Look on for the length of the block."""
    postgres = trusted.running.postgres
    there = f"host={postgres.folder} port={postgres.port} user=postgres dbname=relocation"
    with psycopg.connect(there, autocommit=True) as connection:
        watch = Watch(connection)
        watch.start()
        try:
            yield watch
        finally:
            watch.ended.set()
            watch.join()


def _top(trusted: Trusted, people: Canaries) -> float:
    loaded = load(_port(trusted), _applications(trusted, people, COMMANDS), CONNECTIONS)
    if loaded.statuses != {201: COMMANDS}:
        raise SystemExit(f"not every application was accepted: {dict(loaded.statuses)}")
    _drain(trusted)
    return loaded.per_second


def _paced(trusted: Trusted, watch: Watch, people: Canaries, rate: float) -> list[tuple[float, float]]:
    sent = paced(_port(trusted), _applications(trusted, people, int(rate * SECONDS)), rate, CONNECTIONS)
    if any(each.status != 201 for each in sent):
        raise SystemExit(f"not every application was accepted: {sorted({each.status for each in sent})}")
    times = [((each.answered - each.due) * 1000, (watch.seen(each) - each.due) * 1000) for each in sent]
    _drain(trusted)
    return times


def _drain(trusted: Trusted) -> None:
    if late := trusted.drained():
        raise SystemExit("\n".join(late))


def _applications(trusted: Trusted, people: Canaries, number: int) -> Sequence[bytes]:
    commands = [application(people) for _ in range(number)]
    headers = trusted.counter.token(commands[0].who)
    return [
        request(each.path, json.dumps(each.body).encode(), **headers, Idempotency_Key=each.key) for each in commands
    ]


def _port(trusted: Trusted) -> int:
    return URL(trusted.running.url("identification")).port or 0


if __name__ == "__main__":
    main()
