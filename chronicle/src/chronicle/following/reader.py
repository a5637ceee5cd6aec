"""Who reads what is followed."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from sqlalchemy import Connection

from chronicle.messages import EventTypes, Recorded

Write = Callable[[Connection], object]


class Reader(Protocol):
    """What becomes of the events that are followed: a projection's rows, or a reaction's commands."""

    @property
    def reader(self) -> str:
        """Under which name it keeps how far it got."""

    @property
    def types(self) -> EventTypes:
        """The events it reads."""

    def open(self, connection: Connection) -> None:
        """Make what it writes to, when that is not there."""

    def take(self, batch: Sequence[Recorded[Any]]) -> Write:
        """Do what can be done twice; gives what is done once, in the transaction that moves the position."""
