"""Appending ten events a commit, beside the same rows inserted into the same table by hand-written SQL."""

from collections.abc import Sequence
from statistics import median
from time import perf_counter
from typing import Any

from chronicle.messages import new_id
from chronicle.store import Database, EventStore
from chronicle.store.rows import COLUMNS, row_of
from drafts import drafts, record
from tallies import opened

from bench.stores import empty_databases

ROUNDS, COMMITS, EVENTS = 5, 300, 10

Rows = list[tuple[Any, ...]]


def main() -> None:
    """Measure and print."""
    print(f"{COMMITS} commits of {EVENTS} events a round, one after another, median of {ROUNDS}\n")
    print("store           events/s  by hand/s          ratio")
    with empty_databases(2) as databases:
        for kind, (ours, theirs) in databases.items():
            with opened(ours, "notes") as (_, store), opened(theirs, "notes") as (by_hand, _):
                rounds = [_round(store, by_hand) for _ in range(ROUNDS)]
            appended, inserted = (median(EVENTS * COMMITS / each[n] for each in rounds) for n in (0, 1))
            ratio = median(inserted / appended for appended, inserted in rounds)
            print(f"{kind:14} {appended:9.0f} {inserted:10.0f} {ratio:14.2f}")


def _round(store: EventStore, by_hand: Database) -> tuple[float, float]:
    streams = [f"note/{new_id()}" for _ in range(COMMITS)]
    batches = [drafts(stream, EVENTS, subject=stream) for stream in streams]
    began = perf_counter()
    for batch in batches:
        record(store, *batch)
    appended = perf_counter() - began
    stored = [[row_of(event) for event in store.load({stream: 0})[stream]] for stream in streams]
    return appended, _insert(by_hand, stored)


def _insert(database: Database, batches: Sequence[Rows]) -> float:
    sign = "?" if database.is_sqlite else "%s"
    row = f"({', '.join([sign] * len(COLUMNS))})"
    insert = f"INSERT INTO event ({', '.join(COLUMNS)}) VALUES {', '.join([row] * EVENTS)}"  # noqa: S608 - constants
    # One statement that is a transaction of its own: the least that can be asked.
    with database.writers.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        driver: Any = connection.connection.driver_connection
        began = perf_counter()
        for batch in batches:
            driver.execute(insert, [value for row in batch for value in row])
        return perf_counter() - began


if __name__ == "__main__":
    main()
