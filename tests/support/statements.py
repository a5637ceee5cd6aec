"""What is read from a database: the statements sent meanwhile, and how it carries one out."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from chronicle.store import Database
from sqlalchemy import Connection, event


class Sent(NamedTuple):
    """One statement, as the driver gets it."""

    statement: str
    values: Any

    def plan(self, database: Database) -> str:
        """How the database carries it out, a line each step."""
        with database.reading() as connection:
            explain = "EXPLAIN QUERY PLAN" if connection.dialect.name == "sqlite" else "EXPLAIN"
            steps = connection.exec_driver_sql(f"{explain} {self.statement}", self.values).all()
        return "\n".join(str(step[-1]) for step in steps)


@contextmanager
def sent(database: Database) -> Iterator[list[Sent]]:
    """Note what readers send meanwhile."""
    noted: list[Sent] = []

    def heard(_connection: Connection, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        noted.append(Sent(statement, values))

    event.listen(database.readers, "before_cursor_execute", heard)
    try:
        yield noted
    finally:
        event.remove(database.readers, "before_cursor_execute", heard)
