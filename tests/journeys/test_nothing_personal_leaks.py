"""What was typed through every step stands in no event, no projection, no claim, no answer: it is sealed, all of it."""

from collections.abc import Iterator
from typing import Any

from dossiers import Countryside
from sqlalchemy import inspect, text


def stored(countryside: Countryside) -> Iterator[tuple[str, Any]]:
    for name, database in countryside.served.databases.items():
        with database.reading() as connection:
            for table in inspect(connection).get_table_names():
                for row in connection.execute(text(f'SELECT * FROM "{table}"')):  # noqa: S608 - the database's own names
                    yield from ((f"{name}.{table}", value) for value in row if value is not None)


def test_what_was_typed_is_in_no_table(countryside: Countryside) -> None:
    planted = countryside.canaries.found(countryside.canaries.name())
    leaks = {
        (table, what)
        for table, value in stored(countryside)
        for what in countryside.canaries.found(value if isinstance(value, bytes) else str(value))
    }

    assert planted
    assert leaks == set()


def test_what_was_typed_is_in_no_answer_to_a_command(countryside: Countryside) -> None:
    assert countryside.heard
    assert countryside.canaries.found_in(countryside.heard) == set()
