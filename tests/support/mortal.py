"""Somebody who is killed at one point after another while writing to a database, to see what is left."""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from typing import Any

from chronicle.store import Database
from sqlalchemy import Connection, event


class Killed(BaseException):
    """The process is gone."""


class Mortal(Database):
    """A database whose user dies at one point: before a statement, before a commit or after it."""

    def __init__(self, url: str, points: Iterator[int]) -> None:
        super().__init__(url)
        self._points = points
        event.listen(self.writers, "before_cursor_execute", self._pass)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that may not live to its end."""
        with super().writing() as connection:
            yield connection
            self._pass()
        self._pass()

    def _pass(self, *_: Any) -> None:
        if next(self._points) == 0:
            raise Killed


def at_every_point(live: Callable[[int, Iterator[int]], object]) -> int:
    """Live once for each point at which one can be killed, and once to the end; how many lives that were."""
    for life in count():
        points = count(life, -1)
        with suppress(Killed):
            live(life, points)
        gc.collect(1)  # what the dead held is let go
        if next(points) >= 0:
            return life + 1
    raise AssertionError
