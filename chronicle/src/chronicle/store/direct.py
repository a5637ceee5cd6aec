"""PostgreSQL through libpq directly, for the few statements behind every command.

For statements this small psycopg's cursors and a general pool took four times the processor time.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import BoundedSemaphore
from typing import Any

import psycopg
from psycopg import errors
from psycopg.adapt import Transformer
from psycopg.pq import DiagnosticField, ExecStatus
from psycopg.pq.abc import PGresult
from sqlalchemy import URL

from chronicle.refusals import Unavailable


class Direct:
    """Statements that are each a transaction of their own. Connections are made when needed, and kept."""

    # They are few and known: planned once, and by index however small the tables still are.
    _SETTINGS = "-c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c lock_timeout=2s"

    def __init__(self, url: URL, connections: int, patience: float) -> None:
        self._url = url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._options = f"{url.query.get('options', '')} {self._SETTINGS}"
        self._turns, self._patience = BoundedSemaphore(connections), patience
        self._idle: list[_Connection] = []

    def run(self, statement: str, *arguments: object) -> list[tuple[Any, ...]]:
        """Run a statement with arguments written as text; columns are whole numbers, text or bytes."""
        with self._borrowed() as connection:
            return connection.run(statement, [str(argument).encode() for argument in arguments])

    def close(self) -> None:
        """Close what is idle."""
        while self._idle:
            self._idle.pop().driver.close()

    @contextmanager
    def _borrowed(self) -> Iterator["_Connection"]:
        if not self._turns.acquire(timeout=self._patience):
            raise Unavailable
        try:
            connection = self._taken()
            try:
                yield connection
            finally:
                if not connection.driver.closed:
                    self._idle.append(connection)
        finally:
            self._turns.release()

    def _taken(self) -> "_Connection":
        while True:
            try:
                connection = self._idle.pop()
            except IndexError:
                return _Connection(psycopg.connect(self._url, autocommit=True, options=self._options))
            if stands(connection.driver):
                return connection
            connection.driver.close()


class _Connection:
    def __init__(self, driver: psycopg.Connection[Any]) -> None:
        self.driver, self._libpq = driver, driver.pgconn
        self._prepared: dict[str, bytes] = {}
        self._reading = Transformer(driver)

    def run(self, statement: str, values: list[bytes]) -> list[tuple[Any, ...]]:
        name = self._prepared.get(statement)
        if name is None:
            name = f"statement_{len(self._prepared)}".encode()
            _checked(self._libpq.prepare(name, statement.encode()))
            self._prepared[statement] = name
        result = _checked(self._libpq.exec_prepared(name, values, result_format=1))
        self._reading.set_pgresult(result)
        return self._reading.load_rows(0, result.ntuples, tuple)


def stands(connection: psycopg.Connection[Any]) -> bool:
    """Tell whether an idle connection still stands: what its server said at the end is read first, then the end."""
    with suppress(psycopg.OperationalError):
        for _ in range(2):
            connection.pgconn.consume_input()
    return not connection.closed


def _checked(result: PGresult) -> PGresult:
    if result.status in (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK):
        return result
    if result.error_field(DiagnosticField.SQLSTATE) is None:
        raise psycopg.OperationalError("the server went away")
    raise errors.error_from_result(result)
