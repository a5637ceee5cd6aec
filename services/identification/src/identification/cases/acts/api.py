"""What the routes of organised acts share: whose duty one is, what people type, and how a list becomes one command."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Any, Self

from casework.areas import Level
from casework.eligibility import ClauseStatement
from casework.roles import Role
from casework.steps import Chain, Step, StepKind
from chronicle.decider import Decider
from chronicle.handling import Handler
from chronicle.messages import Recorded
from chronicle.principal import AreaScope, PersonId, Principal
from chronicle.recording import Part
from chronicle.refusals import Forbidden, NotFound
from chronicle.sealing import SealedText
from chronicle.store.values import EVENTS_PER_APPEND, Sealed
from chronicle.web import Caller, Id, Today, Writing, history_for, require_covered
from pydantic import BaseModel, Field

from identification.cases.acts.commands import ActCommand
from identification.cases.application.commands import ApplicationCommand
from identification.cases.application.decisions.state import Application
from identification.cases.application.findings import SealedRef
from identification.cases.application.gather import application_decider
from identification.people.persons import REVIEWING, Purpose
from identification.people.reading import VaultReader
from identification.people.vault import Vault

MOST_ROWS = EVENTS_PER_APPEND - 1
_OF_VILLAGE = [role for role in Role if role.level in {Level.GROUP, Level.VILLAGE}]

ApplicationIds = Annotated[tuple[Id, ...], Field(max_length=MOST_ROWS)]
Performers = Annotated[tuple[PersonId, ...], Field(max_length=20)]


class StatedClause(ClauseStatement):
    """What is stated of one clause of the eligibility rule in force on the day, its evidence, and who confirms it."""

    confirmed_by: PersonId | None = None


StatedClauses = Annotated[tuple[StatedClause, ...], Field(max_length=40)]


@dataclass(frozen=True, slots=True)
class Texts:
    """What people typed, sealed, and where each text is kept: by its field, or by the application it is about."""

    sealed: Sealed
    kept: Mapping[str, SealedRef]

    @classmethod
    def of_act(cls, vault: Vault, stream: str, typed: Mapping[str, str]) -> Self:
        """Seal the texts of an act by field, under its stream."""
        return cls.by_field(vault, {stream: typed})

    @classmethod
    def by_field(cls, vault: Vault, typed: Mapping[str, Mapping[str, str]]) -> Self:
        """Seal texts by owner and field; no two owners have the same field."""
        sealed = vault.seal(typed)
        return cls(sealed, {text.field: _kept(text) for text in sealed.texts})

    @classmethod
    def by_owner(cls, vault: Vault, typed: Mapping[str, Mapping[str, str]]) -> Self:
        """Seal one text of each owner."""
        sealed = vault.seal(typed)
        return cls(sealed, {text.owner: _kept(text) for text in sealed.texts})

    @classmethod
    def findings(cls, vault: Vault, handler: Handler, typed: Mapping[str, str]) -> Self:
        """Seal what was found for each application, under its household."""
        known = applications(handler, typed)
        # What is typed for an application nobody knows is refused with its row, and kept nowhere.
        owners = {one: known[one].filed.household_id if one in known else one for one in typed}
        sealed = vault.seal({owners[one]: {"findings": text} for one, text in typed.items()})
        kept = {text.owner: _kept(text) for text in sealed.texts}
        return cls(sealed, {one: kept[owner] for one, owner in owners.items()})


class TooClose(Forbidden, code="too-close", zh="您办理过该户的环节、与该户有关，或者在该村任职，不能查看。"):
    """Whoever had a part in this, or a stake in it, or has a duty in its village, does not read it."""


@dataclass(frozen=True, slots=True)
class Opener:
    """Who opens what is sealed in a case, and for which purpose: only those whose duty it is to decide that case.

    Of them nobody who had a part in what is decided on, or a stake in it; and who objected, nobody of the village,
    whatever other duty they have.
    """

    caller: Caller
    purpose: Purpose
    today: Today

    def history(
        self,
        handler: Handler,
        decider: Decider[Any, Any, Any],
        case_id: str,
        duties: Callable[[Any, date], Iterable[Role]],
        place: Callable[[Recorded[Any]], str],
        involved: Callable[[Handler, Any], Collection[str]],
    ) -> list[Recorded[Any]]:
        """What happened to a case, for the ``duties`` that decide it today.

        Refused as NotYourDuty, TooClose or NotFound.
        """
        history = history_for(handler, decider, case_id, self._scope(REVIEWING), place)
        case, area = decider.fold(history), place(history[0])
        require_covered(self._scope(duties(case, self.today)), area)
        of_village = self.purpose is Purpose.OBJECTION and self._is_of_village(area)
        if of_village or self.caller.person in involved(handler, case):
            raise TooClose
        return history

    def _is_of_village(self, area: str) -> bool:
        # Also as somebody's substitute, and with a duty in one group of the village.
        here, duties = self.caller.codes.now(area), (*self.caller.duties, *self.caller.own)
        held = (duty.area for duty in duties if duty.role in _OF_VILLAGE)
        return any(here.startswith(each) or each.startswith(here) for each in held)

    def _scope(self, duties: Iterable[Role]) -> AreaScope:
        return self.caller.scope(*set(duties).intersection(self.purpose.roles))


def procedures(handler: Handler, rows: Iterable[str], area: str, on: date) -> list[Chain]:
    """The steps these applications take since they were filed; with none known, those in force in the area."""
    pinned = [application.chain for application in applications(handler, rows).values()]
    return pinned or [Chain.model_validate(handler.value("identification_chain", area, on))]


def steps_of(chain: Chain, kind: StepKind, level: Level) -> list[Step]:
    """The steps of a kind at a level."""
    return [step for step in chain.steps if (step.kind, step.level) == (kind, level)]


def on_duty(writing: Writing, area: str, steps: Iterable[Sequence[Step]]) -> Writing:
    """The same, in a role with the duty in the area in every procedure, by one of its steps.

    Refused as NotYourDuty or OutsideYourArea.
    """
    first, *others = [[duty for step in those for duty in step.duties] for those in steps]
    roles = tuple(role for role in first if all(role in other for other in others))
    return replace(writing, roles=roles).at(area)


def applications(handler: Handler, ids: Iterable[str]) -> dict[str, Application]:
    """Those of the applications that are there, as they stand."""
    streams = {one: f"{application_decider.name}/{one}" for one in ids}
    folded = handler.states.of(dict.fromkeys(streams.values(), application_decider))
    return {one: folded[stream].state for one, stream in streams.items() if folded[stream].state}


def parts_of(
    decider: Decider[Any, Any, Any], command: ActCommand, rows: Mapping[str, ApplicationCommand]
) -> list[Part]:
    """An act and what it asks of each application, recorded together or not at all."""
    act = Part(decider, command.act_id, command)
    return [act, *(Part(application_decider, one, row, row=one) for one, row in rows.items())]


def opened(reader: VaultReader, caller: Principal, purpose: Purpose, facts: Iterable[BaseModel], text_id: str) -> str:
    """Open a text these facts name, for a purpose that is written down first; refused as NotFound when none does."""
    if all(getattr(value, "text_id", None) != text_id for fact in facts for _, value in fact):
        raise NotFound
    return reader.text(caller, purpose, text_id)


def _kept(text: SealedText) -> SealedRef:
    return SealedRef(text_id=text.id, digest=text.digest.hex())
