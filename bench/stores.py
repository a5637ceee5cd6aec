"""Empty databases of every kind to measure on."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from tempfile import TemporaryDirectory

from private_postgres import USUAL, running


@contextmanager
def empty_databases(number: int) -> Iterator[dict[str, list[str]]]:
    """So many URLs by the kind of the database; the server runs on its defaults, so a commit is a commit."""
    with TemporaryDirectory() as folder, running(USUAL) as cluster, ExitStack() as stack:
        yield {
            "SQLite": [f"sqlite:///{folder}/{each}.db" for each in range(number)],
            f"PostgreSQL {USUAL}": [stack.enter_context(cluster.database()) for _ in range(number)],
        }
