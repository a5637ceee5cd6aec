"""The ``eventsourcing`` library doing load, decide, append directly: the yardstick beside our whole route."""

import os
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter
from typing import Any
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event


class Case(Aggregate):
    """A case that notes one thing after another."""

    def __init__(self, subject: str) -> None:
        self.subject = subject
        self.notes = 0

    @event("Noted")
    def note(self, text: str) -> None:
        """Note something."""
        self.notes += len(text) > 0


class Cases(Application[UUID]):
    """Load a case, note something, save it."""

    def open(self, subject: str) -> UUID:
        """Open a case."""
        case = Case(subject)
        self.save(case)
        return case.id

    def note(self, case_id: UUID, text: str) -> None:
        """Load, decide, append."""
        case: Case = self.repository.get(case_id)
        case.note(text)
        self.save(case)


def commands_per_second(environment: dict[str, str], count: int, threads: int) -> float:
    """Commands a second of load, decide, append on cases of their own."""
    os.environ.pop("PERSISTENCE_MODULE", None)
    cases: Any = Cases(env=environment)
    ids = [cases.open(f"case {number}") for number in range(count)]
    text = "x" * 400
    began = perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(lambda case_id: cases.note(case_id, text), ids))
    took = perf_counter() - began
    cases.close()
    return count / took
