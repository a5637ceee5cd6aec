"""Following a store into a simple projection beside reading and writing by hand, and rebuilding it beside COPY."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from statistics import median
from time import perf_counter
from typing import Any

from chronicle.following import Follower, Projection, rebuild, upsert
from chronicle.messages import PARTITIONS, EventTypes, Recorded
from chronicle.store import Database, EventStore
from sqlalchemy import BigInteger, Column, Connection, MetaData, Table, Text, select
from tallies import Counted, fill, opened, run

from bench.stores import empty_databases

ROUNDS, EVENTS, BATCH = 3, 20_000, 500

Rows = Iterable[tuple[Any, ...]]


def main() -> None:
    """Measure and print."""
    print(f"{EVENTS} events, a row each, followed in batches of {BATCH}, median of {ROUNDS}\n")
    print("store           follow/s  by hand/s  ratio   rebuild/s   copy/s  ratio")
    with empty_databases(1) as databases:
        for kind, (url,) in databases.items():
            with opened(url) as (database, store):
                fill(store, EVENTS, subjects=EVENTS)
                rounds = [_round(number, database, store) for number in range(ROUNDS)]
            followed, by_hand, rebuilt, copied = (EVENTS / median(each[n] for each in rounds) for n in range(4))
            following, rebuilding = (median(each[n + 1] / each[n] for each in rounds) for n in (0, 2))
            print(f"{kind:14} {followed:9.0f} {by_hand:10.0f} {following:6.2f}", end="")
            print(f" {rebuilt:11.0f} {copied:8.0f} {rebuilding:6.2f}")


def _round(number: int, database: Database, store: EventStore) -> tuple[float, float, float, float]:
    here = latest(f"latest{number}")
    follower = Follower(here, database, store, batch=BATCH)
    follower.open()
    followed = seconds(lambda: run(follower))
    rebuilt = seconds(lambda: rebuild(here, database, store))
    with database.reading() as connection:
        rows = [tuple(row) for row in connection.execute(select(here.tables))]
    with table_by_hand(database, f"by_hand{number}") as (driver, insert):
        by_hand = seconds(lambda: _follow(driver, insert))
    with table_by_hand(database, f"copied{number}") as (driver, insert):
        return followed, by_hand, rebuilt, seconds(lambda: fastest(database)(driver, insert, rows))


def latest(name: str) -> Projection[Table]:
    """A projection of one row a subject: the amount it was told last."""
    return Projection(name, 1, EventTypes(Counted), _define, _apply)


def _define(metadata: MetaData, name: str) -> Table:
    return Table(name, metadata, Column("subject", Text, primary_key=True), Column("amount", BigInteger))


def _apply(batch: Sequence[Recorded[Counted]], table: Table, connection: Connection) -> None:
    upsert(connection, table, [{"subject": each.subject, "amount": each.event.amount} for each in batch])


@contextmanager
def table_by_hand(database: Database, name: str) -> Iterator[tuple[Any, str]]:
    """Make the table of such a projection; the driver's own connection, and what inserts a row."""
    with database.writers.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        _define(MetaData(), name).create(connection)
        connection.commit()
        values = "(?, ?)" if database.is_sqlite else "(%s, %s)"
        yield connection.connection.driver_connection, f"INSERT INTO {name} (subject, amount) VALUES {values}"  # noqa: S608


def _follow(driver: Any, insert: str) -> None:
    latest = f"{insert} ON CONFLICT (subject) DO UPDATE SET amount = excluded.amount"
    for partition in range(PARTITIONS):
        read = f"SELECT sequence, subject, data FROM event WHERE partition = {partition}"  # noqa: S608 - constants
        after = 0
        while events := driver.execute(f"{read} AND sequence > {after} ORDER BY sequence LIMIT {BATCH}").fetchall():
            insert_rows(driver, latest, [(subject, json.loads(data)["amount"]) for _, subject, data in events])
            after = events[-1][0]


def insert_rows(driver: Any, insert: str, rows: Rows) -> None:
    """Insert rows in one transaction."""
    driver.execute("BEGIN")
    driver.cursor().executemany(insert, rows)
    driver.execute("COMMIT")


def fastest(database: Database) -> Callable[[Any, str, Rows], None]:
    """How this kind of database takes many new rows."""
    return insert_rows if database.is_sqlite else _copy


def _copy(driver: Any, insert: str, rows: Rows) -> None:
    into = insert.removeprefix("INSERT INTO ").partition(" VALUES")[0]
    with driver.cursor() as cursor, cursor.copy(f"COPY {into} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def seconds(work: Callable[[], object]) -> float:
    """How long some work takes."""
    began = perf_counter()
    work()
    return perf_counter() - began


if __name__ == "__main__":
    main()
