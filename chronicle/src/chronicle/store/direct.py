"""PostgreSQL through libpq directly, for the few statements behind every command.

For statements this small psycopg's cursors and a general pool took four times the processor time.
"""

import select
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import Any

import psycopg
from psycopg import errors
from psycopg.pq import ConnStatus, DiagnosticField, ExecStatus
from psycopg.pq.abc import PGresult
from sqlalchemy import URL

from chronicle.refusals import Unavailable


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


class Direct:
    """Statements that are each a transaction of their own. Connections are made when needed, and kept."""

    def __init__(self, url: URL, connections: int, patience: float) -> None:
        self._url = url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._turns, self._patience = BoundedSemaphore(connections), patience
        self._idle: list[_Connection] = []

    def run(self, statement: str, *arguments: object) -> list[tuple[Any, ...]]:
        """Run a statement with arguments written as text; columns are whole numbers, text or bytes."""
        with self._borrowed() as connection:
            return connection.run(statement, [str(argument).encode() for argument in arguments])

    def close(self) -> None:
        """Close what is idle."""
        while self._idle:
            self._idle.pop().close()

    @contextmanager
    def _borrowed(self) -> Iterator["_Connection"]:
        if not self._turns.acquire(timeout=self._patience):
            raise Unavailable
        try:
            connection = self._taken()
            try:
                yield connection
            finally:
                if connection.works():
                    self._idle.append(connection)
                else:
                    connection.close()
        finally:
            self._turns.release()

    def _taken(self) -> "_Connection":
        while True:
            try:
                connection = self._idle.pop()
            except IndexError:
                return _Connection(self._url)
            if connection.is_quiet():
                return connection
            connection.close()


class _Connection:
    # The statements are few and known: planned once, and by index however small the tables still are.
    _SETTINGS = "-c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c lock_timeout=2s"

    def __init__(self, url: str) -> None:
        self._driver = psycopg.connect(url, autocommit=True, options=self._SETTINGS)
        self._libpq = self._driver.pgconn
        self._prepared: dict[str, bytes] = {}
        self._waiting = select.poll()
        self._waiting.register(self._driver, select.POLLIN)

    def run(self, statement: str, values: list[bytes]) -> list[tuple[Any, ...]]:
        name = self._prepared.get(statement)
        if name is None:
            name = f"statement_{len(self._prepared)}".encode()
            _checked(self._libpq.prepare(name, statement.encode()))
            self._prepared[statement] = name
        return _rows(_checked(self._libpq.exec_prepared(name, values, result_format=1)))

    def works(self) -> bool:
        return self._libpq.status == ConnStatus.OK

    def is_quiet(self) -> bool:
        # On an idle connection nobody speaks but a server that closes it: no question has to be asked.
        return not self._waiting.poll(0)

    def close(self) -> None:
        self._driver.close()


def _checked(result: PGresult) -> PGresult:
    if result.status in (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK):
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
