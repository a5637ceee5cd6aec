"""Given, when, then: the rules of a decider as sentences, without a store.

``Case(decider).given(opened, by(paid_in, teller)).when(PayOut(amount=5), known).then(PaidOut(amount=5))``
"""

from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

from chronicle.decider import Decider, Known
from chronicle.messages import Actor, Command, Event, Recorded, StoredEvent, partition_of
from chronicle.refusals import Refusal

SOMEBODY = Actor("somebody", "somewhere", "clerk")
SOME_DAY = date(2015, 6, 1)
SOMEWHERE = "360424106000"


@dataclass(frozen=True, slots=True)
class Told:
    """An event of a history, with who entered it, and when and where it was true."""

    event: Event
    actor: Actor = SOMEBODY
    on: date = SOME_DAY
    area: str = SOMEWHERE


def by(event: Event, actor: Actor = SOMEBODY, on: date = SOME_DAY, area: str = SOMEWHERE) -> Told:
    """Tell an event together with who entered it, and when and where it was true."""
    return Told(event, actor, on, area)


@dataclass(frozen=True)
class Case:
    """A case with the history it has so far."""

    decider: Decider[Any, Any, Any]
    history: tuple[Told, ...] = ()

    def given(self, *events: Event | Told) -> "Case":
        """The same case after these events."""
        told = (event if isinstance(event, Told) else Told(event) for event in events)
        return replace(self, history=(*self.history, *told))

    def when(self, command: Command, known: Known) -> "Outcome":
        """Ask for something, knowing this."""
        try:
            return Outcome(self, command, known, decided=tuple(self.decider.decide(command, self.state, known)))
        except Refusal as refusal:
            return Outcome(self, command, known, refusal=refusal)

    @cached_property
    def state(self) -> Any:
        """What the history folds to."""
        return self.decider.fold(self._recorded(number, told) for number, told in enumerate(self.history, 1))

    def _recorded(self, number: int, told: Told) -> Recorded[Event]:
        stream = f"{self.decider.name}/1"
        stored = StoredEvent(
            event_id=f"event-{number}",
            type=told.event.type,
            source="testing",
            subject=stream,
            area=told.area,
            stream=stream,
            version=number,
            partition=partition_of(stream),
            valid_on=told.on,
            actor=told.actor,
            command_id=f"command-{number}",
            correlation_id="conversation",
            causation_id=None,
            traceparent=None,
            corrects=None,
            receipt=None,
            data=told.event.text(),
        )
        return Recorded(told.event, stored)


@dataclass(frozen=True)
class Outcome:
    """What came of a command: events, nothing, or a refusal."""

    case: Case
    command: Command
    known: Known
    decided: tuple[Event, ...] = ()
    refusal: Refusal | None = None

    def then(self, *expected: Event) -> Case:
        """Exactly these events happened; gives the case as it is after them, to go on with."""
        if self.refusal is not None or self.decided != expected:
            raise AssertionError(f"expected {_named(expected)}\nbut {self}")
        if not expected:
            return self.case
        about = self.case.decider.about(self.command, self.case.state, self.known)
        return self.case.given(*(Told(event, self.known.actor, about.valid_on, about.area) for event in expected))

    def then_nothing(self) -> Case:
        """It was already so."""
        return self.then()

    def then_refused(self, refusal: type[Refusal], **facts: object) -> None:
        """It was refused for this reason, naming at least these facts."""
        if type(self.refusal) is not refusal or not facts.items() <= self.refusal.facts.items():
            raise AssertionError(f"expected {refusal.__name__} {facts or ''}\nbut {self}")

    def __str__(self) -> str:
        if self.refusal is not None:
            return f"it was refused: {type(self.refusal).__name__} {self.refusal.facts or ''}"
        return f"there came {_named(self.decided)}"


def _named(events: tuple[Event, ...]) -> str:
    return ", ".join(map(repr, events)) or "nothing"
