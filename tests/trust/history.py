"""What was sent and what was answered: every request of every client, written down as it happened."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import Enum
from threading import Lock
from time import monotonic
from typing import Any

from chronicle.messages import new_id
from chronicle.principal import Principal
from tests.trust.checker import Asked, Effect

_ID = re.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Known(Enum):
    """What a client knows of its command after one answer."""

    OK = "ok"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Answer:
    """One request: when it was sent and answered (monotonic seconds), and how; status 0 where nobody answered."""

    sent: float
    answered: float
    status: int
    location: str | None = None
    retry_after: str | None = None
    said: str = ""

    @property
    def known(self) -> Known:
        """A 5xx, too, leaves open what became of it."""
        if self.status in range(200, 300):
            return Known.OK
        return Known.REFUSED if self.status in range(400, 500) else Known.UNKNOWN


@dataclass(slots=True)
class Command:
    """One command under its key; ``made`` is the type of the event it makes and the kind of stream that is on."""

    who: Principal
    path: str
    body: Mapping[str, Any]
    made: tuple[str, str]
    key: str = field(default_factory=new_id)
    answers: list[Answer] = field(default_factory=list)

    @property
    def known(self) -> Known:
        """What is known of it by its last answer."""
        return self.answers[-1].known if self.answers else Known.UNKNOWN

    @property
    def location(self) -> str:
        """Where it is that it made."""
        return next(each.location or "" for each in self.answers if each.known is Known.OK)

    def asked(self) -> Asked:
        """The same for the checker."""
        kind, stream = self.made
        places = {each.location or "" for each in self.answers if each.known is Known.OK}
        effects = [Effect(kind, f"{stream}/{_ID.findall(place)[-1]}") for place in places]
        return Asked(self.key, kind, effects, self.known is Known.REFUSED)


class History:
    """Every command of an installation, whoever sent it."""

    def __init__(self) -> None:
        self.commands: list[Command] = []
        self._lock, self._forgotten = Lock(), 0

    def note(self, command: Command) -> None:
        """Write down a command before it is sent."""
        with self._lock:
            self.commands.append(command)

    def forget(self) -> None:
        """From now on first answers to earlier commands are no longer known: their store was restored."""
        self._forgotten = len(self.commands)

    @property
    def kept(self) -> list[Command]:
        """The commands whose first answer is to be given again."""
        return self.commands[self._forgotten :]

    def since(self, moment: float, until: float | None = None) -> list[Answer]:
        """The answers to what was sent from a moment on, and before another; in order."""
        end = monotonic() if until is None else until
        answers = [answer for command in list(self.commands) for answer in list(command.answers)]
        return sorted((each for each in answers if moment <= each.sent < end), key=lambda each: each.answered)

    def accepted(self, moment: float, until: float | None = None) -> int:
        """How many were accepted of what was sent in that time."""
        return sum(each.known is Known.OK for each in self.since(moment, until))

    def asked(self) -> Collection[Asked]:
        """All of it for the checker."""
        return [command.asked() for command in self.commands if command.answers]
