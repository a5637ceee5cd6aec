"""Organised acts for tests: given / when / then over the history of one act."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from chronicle.messages import Actor, Event
from chronicle.refusals import Refusal
from chronicle.testing import Case, Outcome
from identification.cases.acts.commands import ActCommand
from identification.cases.acts.decider import KnownOfAct
from identification.cases.application.findings import SealedRef

GROUP, VILLAGE, TOWNSHIP, COUNTY = "36042410621601", "360424106216", "360424106000", "360424000000"
HUANG, ZHOU, RAO = "application-huang", "application-zhou", "application-rao"
SEALED = SealedRef(text_id="text", digest="d" * 64)


@dataclass(frozen=True, slots=True)
class Act:
    """One act, and what is usually found before anything is decided on it."""

    case: Case
    known: KnownOfAct

    def knowing(self, **found: Any) -> "Act":
        """The same, with something else found."""
        return replace(self, known=self.known.model_copy(update=found))

    def given(self, *commands: ActCommand) -> "Act":
        """The same after these commands, each entered on its day."""
        case = self.case
        for command in commands:
            outcome = replace(self, case=case).when(command).outcome
            case = outcome.then(*outcome.decided)
        return replace(self, case=case)

    def when(self, command: ActCommand, today: date | None = None) -> "Then":
        """Ask for something, on its day unless told otherwise."""
        return Then(self.case.when(command, self.known.model_copy(update={"today": today or command.on})))


@dataclass(frozen=True, slots=True)
class Then:
    """What was recorded, or refused."""

    outcome: Outcome

    def then(self, kind: type[Event], **facts: Any) -> None:
        """Expect one event with these facts."""
        assert [type(event) for event in self.outcome.decided] == [kind], str(self.outcome)
        assert {name: getattr(self.outcome.decided[0], name) for name in facts} == facts

    def then_nothing(self) -> None:
        """Expect that it was already true."""
        self.outcome.then_nothing()

    def then_refused(self, kind: type[Refusal], **facts: Any) -> None:
        """Expect a refusal with just these facts."""
        self.outcome.then_refused(kind, **facts)
        assert self.outcome.refusal
        assert self.outcome.refusal.facts == facts


def found(**more: Any) -> dict[str, Any]:
    """What is found before any act on 30 June 2015."""
    officer = Actor("officer", "huangxi", "village_officer")
    usual = {"actor": officer, "today": date(2015, 6, 30), "area_is_valid": True}
    return {**usual, "late_entry_days": 10, "rows_maximum": 300, **more}
