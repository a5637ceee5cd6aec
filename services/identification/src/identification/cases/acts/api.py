"""What the routes of organised acts share: whose duty one is, what people type, and how a list becomes one command."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Any, Self

from casework.areas import Level
from casework.reasons import LateEntryReason
from casework.roles import Role
from casework.steps import Chain, Step, StepKind
from chronicle.decider import Decider
from chronicle.handling import Handler
from chronicle.principal import PersonId, Principal
from chronicle.recording import Part
from chronicle.store import Database
from chronicle.store.values import EVENTS_PER_APPEND, Sealed
from chronicle.web import Body, Writing, acting, given
from fastapi import Path, Query
from pydantic import Field

from identification.cases.acts.commands import ActCommand
from identification.cases.application.commands import ApplicationCommand
from identification.cases.application.decisions.state import Application
from identification.cases.application.findings import SealedRef
from identification.cases.application.gather import application_decider
from identification.people.persons import Purpose
from identification.people.reading import VaultReader
from identification.people.vault import Vault

PATH = "/api/identification/v1"
ACTING = (Role.GROUP_CONVENER, Role.VILLAGE_OFFICER, Role.TOWNSHIP_REVIEWER, Role.COUNTY_OFFICER)
MOST_ROWS = EVENTS_PER_APPEND - 1
FINDINGS = "findings"

_UUID = "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"
_AREA = "^[0-9]{12}([0-9]{2})?$"

ApplicationId = Annotated[str, Field(pattern=_UUID)]
ApplicationIds = Annotated[tuple[ApplicationId, ...], Field(max_length=MOST_ROWS)]
AreaCode = Annotated[str, Field(pattern=_AREA)]
Performers = Annotated[tuple[PersonId, ...], Field(max_length=20)]
Text = Annotated[str, Field(min_length=1, max_length=2000, repr=False)]

ActId = Annotated[str, Path(pattern=_UUID)]
InArea = Annotated[str | None, Query(alias="area", pattern=_AREA, description="Only what lies in this area.")]
ActWriting = Annotated[Writing, acting(*ACTING)]
Reading = Annotated[Database, given(Database)]
Handling = Annotated[Handler, given(Handler)]
Sealing = Annotated[Vault, given(Vault)]
Opening = Annotated[VaultReader, given(VaultReader)]


class ActBody(Body):
    """What every act is sent with: why it is entered late, if it is."""

    late_reason: LateEntryReason | None = None


@dataclass(frozen=True, slots=True)
class Texts:
    """What people typed, sealed, and where each text is kept, by its owner and field."""

    sealed: Sealed
    kept: Mapping[tuple[str, str], SealedRef]

    @classmethod
    def seal(cls, vault: Vault, texts: Mapping[str, Mapping[str, str]]) -> Self:
        """Seal texts by owner and field."""
        sealed = vault.seal(texts)
        kept = {(t.owner, t.field): SealedRef(text_id=t.id, digest=t.digest.hex()) for t in sealed.texts}
        return cls(sealed, kept)


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found at the households of a list, sealed for each of them."""

    sealed: Sealed
    of: Mapping[str, SealedRef]

    @classmethod
    def seal(cls, vault: Vault, handler: Handler, typed: Mapping[str, str]) -> Self:
        """Seal what was typed for each application under its household."""
        known = applications(handler, typed)
        # What is typed for an application nobody knows is refused with its row, and kept nowhere.
        owners = {one: known[one].filed.household_id if one in known else one for one in typed}
        texts = Texts.seal(vault, {owner: {FINDINGS: typed[one]} for one, owner in owners.items()})
        return cls(texts.sealed, {one: texts.kept[owner, FINDINGS] for one, owner in owners.items()})


def procedure(handler: Handler, area: str, on: date) -> Chain:
    """The steps in force in an area on a day."""
    return Chain.model_validate(handler.policy.value("identification_chain", area, on).value)


def steps_of(chain: Chain, kind: StepKind, level: Level) -> list[Step]:
    """The steps of a kind at a level."""
    return [step for step in chain.steps if (step.kind, step.level) == (kind, level)]


def on_duty(writing: Writing, area: str, steps: Iterable[Step]) -> Writing:
    """The same, in a role whose duty one of the steps is in the area; refused as NotYourDuty or OutsideYourArea."""
    return replace(writing, roles=tuple(duty for step in steps for duty in step.duties)).at(area)


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
    return [act, *(Part(application_decider, one, row, row=True) for one, row in rows.items())]


def opened(reader: VaultReader, caller: Principal, purpose: Purpose, kept: SealedRef) -> str:
    """Open one text for a purpose; it is written down first."""
    return reader.texts(caller, purpose, [kept.text_id])[kept.text_id]
