"""What a worker tells of itself over HTTP: whether it lives, whether it keeps up, and what is measured."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from signal import SIG_BLOCK, SIG_SETMASK, pthread_sigmask
from socketserver import ThreadingMixIn
from threading import Thread
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import Connection, and_, func, select

from chronicle.feed.alarms import alarms
from chronicle.feed.positions import FEED, RELAY
from chronicle.following import Loops
from chronicle.following.loops import STOPPING
from chronicle.messages import from_microseconds
from chronicle.refusals import Unavailable
from chronicle.store import Database, EventStore
from chronicle.store.tables import event, follower_position, parked_event, partition_head, refused_reaction

PATIENCE = 10.0  # seconds without moving where it should
MUCH = 2_000  # events, so many that they have to become fewer

_WAITS = parked_event.c.left_out.is_(None)
_PARKED = select(parked_event.c.follower, func.count()).where(_WAITS).group_by(parked_event.c.follower)
_REFUSED = select(refused_reaction.c.reaction, func.count()).group_by(refused_reaction.c.reaction)

Gauges = Iterator[GaugeMetricFamily]


def serve_health(loops: Loops, database: Database, port: int, store: EventStore | None = None) -> WSGIServer:
    """Answer on a port of every interface, in threads that take no signal: the loops wait for those."""
    server = make_server("", port, worker_app(loops, database, store), _Server, _Quietly)
    before = pthread_sigmask(SIG_BLOCK, STOPPING)
    Thread(target=server.serve_forever, name="health", daemon=True).start()
    pthread_sigmask(SIG_SETMASK, before)
    return server


def worker_app(loops: Loops, database: Database, store: EventStore | None = None) -> WSGIApplication:
    """The pages of a worker; one with a store records events of its own."""
    registry, readiness = CollectorRegistry(), Readiness(loops)
    registry.register(Measured(loops, database, records=store is not None))
    if store:
        registry.register(store.appending)
    pages: dict[str, Callable[[], tuple[int, str, bytes]]] = {
        "/health/live": lambda: (200, "application/json", b'{"status":"live"}'),
        "/health/ready": readiness.page,
        "/metrics": lambda: (200, CONTENT_TYPE_LATEST, generate_latest(registry)),
    }

    def app(request: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        page = pages.get(request["PATH_INFO"]) if request["REQUEST_METHOD"] in ("GET", "HEAD") else None
        status, kind, body = page() if page else (404, "application/json", b'{"status":"not found"}')
        headers = [("Content-Type", kind), ("Content-Length", str(len(body))), ("Cache-Control", "no-store")]
        start(f"{status} -", headers)
        return [] if request["REQUEST_METHOD"] == "HEAD" else [body]

    return app


class Readiness:
    """Whether every loop keeps up: it has nothing more to do, or that becomes less."""

    def __init__(self, loops: Loops) -> None:
        self._loops = loops
        self._before: dict[str, int] = {}

    def page(self) -> tuple[int, str, bytes]:
        """The answer, naming the loops that do not."""
        behind = self.behind()
        said = {"status": "not ready", "behind": behind} if behind else {"status": "ready"}
        return (503 if behind else 200), "application/json", json.dumps(said).encode()

    def behind(self) -> list[str]:
        """The loops that fail, stand still with something to do, or have much to do and more than the last time."""
        health = self._loops.health()
        before, self._before = self._before, {name: each.to_come for name, each in health.items()}
        return [
            name
            for name, each in health.items()
            if not each.alive
            or each.failure
            or max(each.standing, each.silent) > PATIENCE
            or MUCH < each.to_come > before.get(name, each.to_come)
        ]


class Measured(Collector):
    """Where every loop stands, and what waits in the database for somebody."""

    def __init__(self, loops: Loops, database: Database, *, records: bool) -> None:
        self._loops, self._database, self._records = loops, database, records

    def collect(self) -> Gauges:
        """Measure now; without the database only what the loops say."""
        yield from _of_loops(self._loops)
        try:
            with self._database.reading() as connection:
                stand = Counter(alarm.reader for alarm in alarms(connection, datetime.now(UTC))).items()
                yield _counted("reader_alarms", "Partitions a reader cannot go on in.", "reader", sorted(stand))
                parked = connection.execute(_PARKED)
                yield _counted("parked_events", "Events that wait for an operator.", "reader", parked)
                if self._records:
                    yield _oldest_unrelayed(connection)
                    refused = connection.execute(_REFUSED)
                    yield _counted("refused_reactions", "Events a service could not react to.", "reaction", refused)
        except Unavailable:
            return


def _of_loops(loops: Loops) -> Gauges:
    silent = GaugeMetricFamily("loop_silent_seconds", "Since a loop came round.", labels=["loop"])
    standing = GaugeMetricFamily("loop_standing_seconds", "For how long it stood still.", labels=["loop"])
    failing = GaugeMetricFamily("loop_failing", "Whether its last step failed.", labels=["loop"])
    head = GaugeMetricFamily("log_head", "The last event there is.", labels=["loop", "partition"])
    reached = GaugeMetricFamily("log_reached", "The last event relayed or followed.", labels=["loop", "partition"])
    for name, health in loops.health().items():
        silent.add_metric([name], health.silent)
        standing.add_metric([name], health.standing)
        failing.add_metric([name], bool(health.failure))
        for partition, place in health.places.items():
            head.add_metric([name, str(partition)], place.head)
            reached.add_metric([name, str(partition)], place.reached)
    yield from (silent, standing, failing, head, reached)


def _counted(name: str, said: str, label: str, counted: Iterable[Any]) -> GaugeMetricFamily:
    gauge = GaugeMetricFamily(name, said, labels=[label])
    for each, number in counted:
        gauge.add_metric([each], number)
    return gauge


def _oldest_unrelayed(connection: Connection) -> GaugeMetricFamily:
    sent = follower_position.c
    relayed = and_(sent.follower == RELAY, sent.source != FEED, sent.partition == partition_head.c.partition)
    head = partition_head.outerjoin(follower_position, relayed)
    first = func.coalesce(sent.sequence, 0) + 1
    following = and_(event.c.partition == partition_head.c.partition, event.c.sequence == first)
    oldest = connection.execute(select(func.min(event.c.recorded_at)).select_from(head.join(event, following))).scalar()
    age = (datetime.now(UTC) - from_microseconds(oldest)).total_seconds() if oldest else 0
    return GaugeMetricFamily("relay_oldest_seconds", "Age of the oldest event not relayed.", max(0, age))


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quietly(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        pass
