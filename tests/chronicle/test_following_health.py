"""What a worker tells of itself: alive, keeping up or not, and how far every loop has come."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

import pytest
from chronicle.feed.alarms import Alarm, sound
from chronicle.feed.leases import Leases
from chronicle.feed.places import Place
from chronicle.following import Follower, Loops
from chronicle.relay import Relay
from chronicle.store import Database, EventStore
from chronicle.store.tables import parked_event, refused_reaction
from chronicle.web import workers
from chronicle.web.workers import serve_health
from httpx2 import Client
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import insert
from tallies import counted, fill, opened, shared

Own = tuple[Database, EventStore]


class Asked:
    """A worker's pages."""

    def __init__(self, loops: Loops, database: Database, store: EventStore | None) -> None:
        self.server = serve_health(loops, database, 0, store)
        self.http = Client(base_url=f"http://127.0.0.1:{self.server.server_port}", trust_env=False)

    def ready(self) -> tuple[int, object]:
        answer = self.http.get("/health/ready")
        return answer.status_code, answer.json().get("behind")

    def measured(self, name: str) -> dict[tuple[str, ...], float]:
        families = text_string_to_metric_families(self.http.get("/metrics").text)
        samples = [sample for family in families for sample in family.samples if sample.name == name]
        return {tuple(sample.labels.values()): sample.value for sample in samples}


@pytest.fixture
def asking(loops: Loops) -> Iterator[Callable[..., Asked]]:
    with ExitStack() as ended:

        def asking(database: Database, store: EventStore | None = None) -> Asked:
            asked = Asked(loops, database, store)
            ended.callback(asked.server.server_close)
            ended.callback(asked.server.shutdown)
            ended.callback(asked.http.close)
            return asked

        yield asking


@pytest.fixture
def own(tmp_path: Path) -> Iterator[tuple[Database, EventStore]]:
    with opened(f"sqlite:///{tmp_path}/own.db") as own:
        yield own


@pytest.fixture
def loops() -> Iterator[Loops]:
    loops = Loops()
    yield loops
    assert loops.stop()


def test_a_worker_that_keeps_up_is_ready_and_says_how_far_it_is(
    loops: Loops, own: Own, asking: Callable[..., Asked], tmp_path: Path
) -> None:
    database, store = own
    with shared(f"sqlite:///{tmp_path}/history.db") as (_, feed):
        fill(store, 100, subjects=4)
        loops.follow("own", Follower(counted, database, store))
        loops.follow("relay", Relay(store, database, feed))
        asked = asking(database, store)
        assert asked.measured("relay_oldest_seconds")[()] > 10**6, "since 2015"

        loops.start()
        while sum(asked.measured("log_reached").values()) < 200:
            Event().wait(0.01)

        assert asked.http.get("/health/live").json() == {"status": "live"}
        assert asked.ready() == (200, None)
        assert asked.measured("log_head") == asked.measured("log_reached")
        assert asked.measured("log_head")["relay", "9"] == store.heads()[9].sequence
        assert asked.measured("relay_oldest_seconds") == {(): 0}
        assert asked.measured("loop_failing") == {("own",): 0, ("relay",): 0}
        assert asked.measured("loop_silent_seconds")["own",] < 5
        assert asked.http.get("/elsewhere").status_code == 404


def seen(true: Callable[[], object]) -> bool:
    return any(true() or Event().wait(0.01) for _ in range(1_000))


class Mover:
    """A loop that is where a test says."""

    def __init__(self, database: Database) -> None:
        self.places: dict[int, Place] = {}
        self.leases = Leases(database, "mover")

    def step(self) -> bool:
        return False


def test_a_loop_that_fails_stands_still_or_falls_behind_is_named(
    loops: Loops, own: Own, asking: Callable[..., Asked], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "PATIENCE", 3)
    growing, standing = Mover(own[0]), Mover(own[0])
    loops.add("failing", lambda: bool(1 / 0))
    loops.follow("growing", growing)
    loops.follow("standing", standing)
    loops.start()
    asked = asking(own[0])
    assert seen(lambda: loops.health()["failing"].failure)
    assert asked.ready() == (503, ["failing"])

    growing.places = {0: Place(0, 3_000)}
    assert seen(lambda: loops.health()["growing"].to_come == 3_000)
    assert asked.ready() == (503, ["failing", "growing"])
    growing.places = {0: Place(1_000, 3_500)}
    assert seen(lambda: loops.health()["growing"].to_come == 2_500)
    assert asked.ready() == (503, ["failing"])

    growing.places, standing.places = {}, {0: Place(1, 2), 1: Place(1, 2, stopped=True)}
    assert seen(lambda: loops.health()["standing"].standing > 3)
    assert asked.ready() == (503, ["failing", "standing"])
    assert asked.measured("loop_standing_seconds")["standing",] > 3


def test_what_waits_for_somebody_is_counted(own: Own, asking: Callable[..., Asked]) -> None:
    row = dict.fromkeys(("subject", "area", "event", "code", "facts", "zh", "en", "owner"), "x") | {"since": 1}
    with own[0].writing() as connection:
        sound(connection, Alarm("counted_v1", 3, "toy", 1, None, "it fails", datetime.now(UTC)))
        connection.execute(insert(refused_reaction).values(reaction="paying", event_id="1", **row))
        parked = {"follower": "counted_v1", "subject": "thing/1", "event": "{}"}
        for number, left_out in ((1, "entered twice"), (2, None), (3, None)):
            there = insert(parked_event).values(**parked, number=number, event_id=str(number), left_out=left_out)
            connection.execute(there)

    asked = asking(*own)

    assert asked.measured("reader_alarms") == {("counted_v1",): 1}
    assert asked.measured("refused_reactions") == {("paying",): 1}
    assert asked.measured("parked_events") == {("counted_v1",): 2}


def test_what_a_worker_appends_is_measured(own: Own, asking: Callable[..., Asked]) -> None:
    asked = asking(*own)

    fill(own[1], 3)  # in one append

    assert asked.measured("append_seconds_count") == {(): 1}


def test_a_database_without_events_of_its_own_is_measured_as_far_as_it_goes(
    asking: Callable[..., Asked], tmp_path: Path
) -> None:
    with shared(f"sqlite:///{tmp_path}/history.db") as (database, _):
        asked = asking(database)

        assert asked.http.get("/metrics").status_code == 200
        assert asked.measured("refused_reactions") == {}
