"""Organised acts for tests: given / when / then over the history of one act."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from chronicle.decider import About
from chronicle.messages import Actor, Event, Recorded, StoredEvent
from chronicle.refusals import Refusal
from identification.cases.acts.commands import ActCommand
from identification.cases.acts.decider import KnownOfAct, about
from identification.cases.application.findings import SealedRef

GROUP, VILLAGE, TOWNSHIP, COUNTY = "36042410621601", "360424106216", "360424106000", "360424000000"
HUANG, ZHOU, RAO = "application-huang", "application-zhou", "application-rao"
SEALED = SealedRef(text_id="text", digest="d" * 64)
OFFICER = Actor("officer", "huangxi", "village_officer")


@dataclass(frozen=True, slots=True)
class Act:
    """The rules of one act, what is usually found before it, and how it stands after what was given."""

    decide: Callable[[Any, Any, Any], list[Event]]
    evolve: Callable[[Any, Recorded[Any]], Any]
    known: KnownOfAct
    state: Any

    def knowing(self, **found: Any) -> "Act":
        """The same, with something else found."""
        return replace(self, known=self.known.model_copy(update=found))

    def given(self, *commands: ActCommand) -> "Act":
        """The same after these commands, each entered on its day."""
        act = self
        for command in commands:
            then = act.when(command, today=command.on)
            act = replace(act, state=then.state)
            assert then.refusal is None
        return act

    def when(self, command: ActCommand, today: date | None = None) -> "Then":
        """Ask for something, on its day unless told otherwise."""
        known = self.known.model_copy(update={"today": today or command.on})
        try:
            events = self.decide(command, self.state, known)
        except Refusal as refusal:
            return Then((), self.state, refusal)
        state = self.state
        for event in events:
            state = self.evolve(state, Recorded(event, _stored(event, about(command, self.state, known))))
        return Then(tuple(events), state)


@dataclass(frozen=True, slots=True)
class Then:
    """What was recorded, or refused."""

    events: tuple[Event, ...]
    state: Any
    refusal: Refusal | None = None

    def then(self, kind: type[Event], **facts: Any) -> None:
        """Expect one event with these facts."""
        if self.refusal:
            raise self.refusal
        assert [type(event) for event in self.events] == [kind]
        assert {name: getattr(self.events[0], name) for name in facts} == facts

    def then_nothing(self) -> None:
        """Expect that it was already true."""
        assert (self.events, self.refusal) == ((), None)

    def then_refused(self, kind: type[Refusal], **facts: Any) -> None:
        """Expect a refusal with just these facts, and a sentence in both languages."""
        assert type(self.refusal) is kind
        assert self.refusal.facts == facts
        assert self.refusal.sentence("zh")
        assert self.refusal.sentence("en")


def found(**more: Any) -> dict[str, Any]:
    """What is found before any act on 30 June 2015."""
    usual = {"actor": OFFICER, "today": date(2015, 6, 30), "area_is_valid": True}
    return {**usual, "late_entry_days": 10, "rows_maximum": 300, **more}


def _stored(event: Event, of: About) -> StoredEvent:
    return StoredEvent(
        event_id="event",
        type=event.type,
        source="identification",
        subject=of.subject,
        area=of.area,
        stream="act/1",
        version=1,
        partition=0,
        valid_on=of.valid_on,
        actor=OFFICER,
        command_id="command",
        correlation_id="correlation",
        causation_id=None,
        traceparent=None,
        corrects=None,
        receipt=None,
        data=event.text(),
    )
