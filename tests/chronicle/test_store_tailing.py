"""Reading on while others write: nothing is missed, nothing comes twice, and each partition proves it."""

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from threading import Event, Lock

import pytest
from chronicle.messages import EPOCH, PARTITIONS, StoredEvent, digest_of, hash_of, new_id
from chronicle.refusals import Unavailable
from chronicle.store import Database, EventStore, install, open_store
from chronicle.store.values import Answer, Append, VersionConflict
from drafts import NOW, draft, everything, key, unplaced

WRITERS, EVENTS, SEED = 8, 20_000, 20150601
SUBJECTS = [f"thing/{number}" for number in range(60)]

LINGER = (
    "CREATE FUNCTION linger() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.02); RETURN new; END $$",
    "CREATE TRIGGER linger BEFORE INSERT ON event FOR EACH ROW WHEN (random() < 0.005) EXECUTE FUNCTION linger()",
)
CUT = """
    SELECT pg_terminate_backend(pid) FROM (
        SELECT pid FROM pg_stat_activity
        WHERE datname = current_database() AND state = 'active' AND position('append_events($1' IN query) > 0
        AND pid <> pg_backend_pid() ORDER BY random() LIMIT 1
    ) AS one
"""


class Reader:
    """Reads every partition on from what it has, and checks that each event continues the last."""

    def __init__(self, store: EventStore) -> None:
        self.store = store
        self.read: dict[int, list[StoredEvent]] = {partition: [] for partition in range(PARTITIONS)}

    def tail(self, stopped: Event) -> int:
        """Read on until told to stop, and once more to the end; the number of events."""
        while not stopped.is_set():
            self._read_on()
        while self._read_on():
            pass
        return sum(map(len, self.read.values()))

    def _read_on(self) -> bool:
        found = False
        for partition, events in self.read.items():
            for event in self.store.read(partition, len(events), 200):
                previous = events[-1].hash if events else bytes(32)
                assert (event.sequence, event.previous_hash) == (len(events) + 1, previous)
                assert event.hash == hash_of(previous, event.digest, event.sequence, event.recorded_at)
                events.append(event)
                found = True
        return found


class Writers:
    """Eight who append small batches about the same subjects; some fail on purpose, some are cut off."""

    def __init__(self, store: EventStore) -> None:
        self.store = store
        self.acknowledged: list[StoredEvent] = []
        self.failed: list[StoredEvent] = []
        self._lock = Lock()

    def write(self, number: int) -> None:
        """Append until enough is acknowledged."""
        random_ = random.Random(SEED + number)  # noqa: S311 - a seeded run, no secret
        while len(self.acknowledged) < EVENTS:
            subjects = [random_.choice(SUBJECTS) for _ in range(random_.choice([1, 2, 5, 20, 30]))]
            events = [draft(new_id(), subject=subject) for subject in subjects]
            if random_.random() < 0.05:
                self._fail([*events, draft(events[0].stream, 3, events[0].subject)])
            else:
                self._append(events)

    def _append(self, events: list[StoredEvent]) -> None:
        append = Append(events, NOW, Answer(201, None, 1), key=key(events[0].event_id))
        while True:
            with suppress(Unavailable):  # then nobody knows whether it was recorded: ask again, under the same key
                answer = self.store.append(append)
                break
        assert len(answer.positions) == len({event.partition for event in events})
        with self._lock:
            self.acknowledged += events

    def _fail(self, events: list[StoredEvent]) -> None:
        with suppress(Unavailable), pytest.raises(VersionConflict):
            self.store.append(Append(events, NOW, Answer(201, None, 1)))
        with self._lock:
            self.failed += events


@contextmanager
def hardship(database: Database, stopped: Event) -> Iterator[None]:
    """On PostgreSQL some appends linger before they commit, and connections are cut all the time."""
    if database.is_sqlite:
        yield
        return
    with database.writing() as connection:
        for statement in LINGER:
            connection.exec_driver_sql(statement)

    def cut() -> int:
        number = 0
        while not stopped.wait(0.2):
            with database.reading() as connection:
                number += len(connection.exec_driver_sql(CUT).all())
        return number

    with ThreadPoolExecutor(1) as pool:
        cutting = pool.submit(cut)
        yield
        assert cutting.result() > 0


@pytest.mark.timeout(280)
@pytest.mark.parametrize("store_url", ["sqlite", "postgresql-16"], indirect=True)
def test_a_reader_misses_nothing_of_20_000_events_by_8_writers(store_url: str) -> None:
    with closing(Database(store_url)) as database:
        with database.writing() as connection:
            install(connection)
        store = open_store(database, "notes")
        writers, reader, stopped = Writers(store), Reader(store), Event()
        with ThreadPoolExecutor(WRITERS + 1) as pool, hardship(database, stopped):
            tailing = pool.submit(reader.tail, stopped)
            try:
                list(pool.map(writers.write, range(WRITERS)))
            finally:
                stopped.set()
            total = tailing.result()

        read = [event for events in reader.read.values() for event in events]
        acknowledged = {event.event_id: event for event in writers.acknowledged}
        assert total == len(acknowledged) >= EVENTS
        assert {event.event_id: event for event in unplaced(read)} == acknowledged
        assert writers.failed
        assert read == everything(store)
        assert {partition: head.sequence for partition, head in store.heads().items()} == {
            partition: len(events) for partition, events in reader.read.items()
        }
        assert all(event.digest == digest_of(event) and event.recorded_at > EPOCH for event in read)
