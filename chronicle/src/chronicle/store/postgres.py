"""The events on PostgreSQL: one function call, one round trip, one transaction an append.

It speaks to libpq directly: for statements this small psycopg's cursors take four times the processor time.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from typing import Any

import psycopg
from psycopg import errors
from psycopg.pq import DiagnosticField, ExecStatus
from psycopg.pq.abc import PGresult

from chronicle.messages import StoredEvent, microseconds
from chronicle.refusals import Busy, Unavailable
from chronicle.store.database import Database, available
from chronicle.store.rows import COLUMNS, event_of, row_of
from chronicle.store.values import Append, ClaimTaken, HeldClaim, KeyUsed, VersionConflict, settled

_APPEND = "SELECT append_events($1, $2, $3, $4, $5, $6, $7)"
_EVENT = ", ".join(f"e.{name}::text" if name.endswith("_id") or name == "valid_on" else f"e.{name}" for name in COLUMNS)
_LOAD = (
    f"SELECT {_EVENT} FROM unnest($1::text[], $2::int4[]) AS wanted(stream, after)"
    " JOIN event e ON e.stream = wanted.stream AND e.version > wanted.after ORDER BY e.stream, e.version"
)
_READ = f"SELECT {_EVENT} FROM event e WHERE e.partition = $1 AND e.sequence > $2 ORDER BY e.sequence LIMIT $3"
_CONFLICTS = {"event_stream_version": VersionConflict, "handled_command_pkey": KeyUsed}

_ENCODER = json.JSONEncoder(default=lambda value: f"\\x{value.hex()}", ensure_ascii=False, separators=(",", ":"))


def _number(value: bytes) -> int:
    return int.from_bytes(value, signed=True)


_BYTEA, _INT8, _INT2, _INT4, _TEXT = 17, 20, 21, 23, 25
_READ_AS: dict[int, Callable[[bytes], Any]] = {
    _BYTEA: bytes,
    _INT8: _number,
    _INT2: _number,
    _INT4: _number,
    _TEXT: bytes.decode,
}


class PostgresEvents:
    """The events of one PostgreSQL database."""

    def __init__(self, database: Database) -> None:
        # The statements are few and known: planned once a connection, and by index however small the tables still are.
        self._engine = database.postgres(
            "AUTOCOMMIT", plan_cache_mode="force_generic_plan", enable_seqscan="off", lock_timeout="2s"
        )

    def append(self, append: Append) -> str:
        """Record all or nothing; gives the positions reached."""
        claims = settled(append.claims)
        try:
            with available():
                ((reached,),) = self._run(_APPEND, *_arguments(append, claims))
        except errors.UniqueViolation as error:
            conflict = _CONFLICTS.get(error.diag.constraint_name or "")
            if conflict is None:
                raise
            raise conflict from error
        except errors.RaiseException as error:
            places = (error.diag.message_detail or "").split()
            raise ClaimTaken([claims[int(place) - 1] for place in places]) from error
        except Unavailable as error:
            if append.key and isinstance(error.__cause__, errors.LockNotAvailable):
                raise Busy from error
            raise
        return str(reached)

    def load(self, after: Mapping[str, int]) -> dict[str, list[StoredEvent]]:
        """Read streams on from the versions given."""
        found: dict[str, list[StoredEvent]] = {stream: [] for stream in after}
        with available():
            for row in self._run(_LOAD, _array(after), _array(after.values())):
                event = event_of(row)
                found[event.stream].append(event)
        return found

    def read(self, partition: int, after: int, limit: int) -> list[StoredEvent]:
        """Read one partition on from a sequence."""
        with available():
            return [event_of(row) for row in self._run(_READ, partition, after, limit)]

    def _run(self, statement: str, *arguments: object) -> list[tuple[Any, ...]]:
        borrowed = self._engine.raw_connection()
        driver = borrowed.driver_connection
        assert isinstance(driver, psycopg.Connection)  # noqa: S101 - narrows the driver's type
        try:
            if statement not in borrowed.info:
                name = f"store_{len(borrowed.info)}".encode()
                _checked(driver.pgconn.prepare(name, statement.encode()))
                borrowed.info[statement] = name
            values = [str(argument).encode() for argument in arguments]
            return _rows(_checked(driver.pgconn.exec_prepared(borrowed.info[statement], values, result_format=1)))
        finally:
            if driver.closed:
                borrowed.invalidate()
            borrowed.close()


def _arguments(append: Append, claims: Iterable[HeldClaim]) -> tuple[object, ...]:
    key, answer, now = append.key, append.answer, microseconds(append.now)
    handled = key and {
        **asdict(key),
        "status": answer.status,
        "location": answer.location,
        "etag": answer.etag,
        "recorded_at": now,
    }
    return (
        now,
        _array(sorted({event.partition for event in append.events})),
        _ENCODER.encode([dict(zip(COLUMNS, row_of(event), strict=True)) for event in append.events]),
        _ENCODER.encode([(claim.kind, claim.key, claim.stream, claim.held) for claim in claims]),
        _ENCODER.encode([asdict(key) for key in append.sealed.keys]),
        _ENCODER.encode([asdict(text) for text in append.sealed.texts]),
        _ENCODER.encode(handled),
    )


def _array(values: Iterable[str | int]) -> str:
    # Written like a JSON list, but for the braces.
    return "{" + _ENCODER.encode(list(values))[1:-1] + "}"


def _checked(result: PGresult) -> PGresult:
    if result.status in {ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK}:
        return result
    if result.error_field(DiagnosticField.SQLSTATE) is None:
        raise psycopg.OperationalError("the server went away")
    raise errors.error_from_result(result)


def _rows(result: PGresult) -> list[tuple[Any, ...]]:
    reads = [_READ_AS[result.ftype(column)] for column in range(result.nfields)]
    return [
        tuple(
            [read(value) if (value := result.get_value(row, n)) is not None else None for n, read in enumerate(reads)]
        )
        for row in range(result.ntuples)
    ]
