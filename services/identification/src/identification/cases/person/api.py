"""Erasure and legal holds over HTTP: done by the county, where the person lives or last lived."""

from dataclasses import dataclass
from typing import Annotated, Any, Self

from casework.areas import prefix_of, village_of
from casework.roles import Role
from chronicle.handling import Handler
from chronicle.messages import Command, Recorded, new_id
from chronicle.principal import AreaScope, PersonId
from chronicle.recording import Part
from chronicle.store.values import Delivery, Sealed
from chronicle.web import (
    Body,
    Caller,
    Handling,
    Id,
    InArea,
    Page,
    Paged,
    Reading,
    Writing,
    acting,
    require_covered,
    resource,
)
from fastapi import Depends
from pydantic import Field
from starlette.responses import PlainTextResponse, Response

from identification.cases.acts.api import opened
from identification.cases.application.api import BASE, Opening, Sealing
from identification.cases.application.findings import SealedRef
from identification.cases.household.gather import household_decider
from identification.cases.person.commands import (
    ErasePerson,
    PlaceLegalHold,
    ProposeErasure,
    ReleaseLegalHold,
    WithdrawErasureProposal,
)
from identification.cases.person.findings import (
    ErasureReason,
    ErasureWithdrawalReason,
    LegalHoldGround,
    LegalHoldReleaseReason,
)
from identification.cases.person.gather import households_left, person_decider
from identification.cases.person.queries import ErasureListed, PersonShown, listing, shown
from identification.people.persons import Purpose
from identification.people.vault import Vault

PATH = f"{BASE}/people"
SEEING = (Role.COUNTY_OFFICER, Role.AUDITOR)

router = resource(PATH, "people")
list_router = resource(f"{BASE}/erasures", "people")
routers = (router, list_router)

Reference = Annotated[str, Field(min_length=1, max_length=200)]


class ErasureProposal(Body):
    """Why what is kept of a person is to be erased; with an order, the reference of its document."""

    reason: ErasureReason
    reference: Annotated[Reference | None, Field(repr=False)] = None


class ErasureWithdrawal(Body):
    """Why what was proposed to be erased is kept after all."""

    reason: ErasureWithdrawalReason


class LegalHold(Body):
    """Who needs what is kept of a person, and the reference of the document that says so."""

    ground: LegalHoldGround
    reference: Annotated[Reference, Field(repr=False)]


class LegalHoldRelease(Body):
    """Why a legal hold ends."""

    reason: LegalHoldReleaseReason


@dataclass(frozen=True)
class Acting:
    """A county officer about to act on a person who lives, or last lived, in the county."""

    writing: Writing
    person_id: str
    area: str
    household_id: str | None
    vault: Vault
    handler: Handler

    @classmethod
    def on(
        cls,
        person_id: PersonId,
        writing: Annotated[Writing, acting(Role.COUNTY_OFFICER)],
        handler: Handling,
        vault: Sealing,
    ) -> Self:
        """Find where the person lives; refused as NotFound when that is nowhere or elsewhere."""
        area = _area_of(person_id, handler, vault, writing.scope)
        return cls(writing.at(area), person_id, area, vault.household_of(person_id), vault, handler)

    def homes(self) -> dict[str, list[str]]:
        """Who was last stated to live in the person's household, and in each they had lived in that was dissolved."""
        with self.handler.database.reading() as connection:
            lived_in = [self.household_id, *households_left(connection, self.person_id)]
        streams = {f"{household_decider.name}/{one}": one for one in lived_in if one}
        found = self.handler.states.of(dict.fromkeys(streams, household_decider))
        homes = {one: found[stream].state for stream, one in streams.items()}
        return {
            one: [member.person_id for member in home.members]
            for one, home in homes.items()
            if one == self.household_id or home.dissolved_on
        }

    def whose(self) -> dict[str, Any]:
        """What every command on the person holds."""
        where = {"area": self.area, "on": self.writing.asked.today}
        return {"person_id": self.person_id, "household_id": self.household_id, **where}

    def sealed(self, owner: str, reference: str) -> tuple[Sealed, SealedRef]:
        """Seal the reference of a document under a key of its own: it is the authority's, not the person's."""
        sealed = self.vault.seal({owner: {"reference": reference}})
        return sealed, SealedRef(text_id=sealed.texts[0].id, digest=sealed.texts[0].digest.hex())

    def record(self, command: Command, delivery: Delivery) -> Response:
        """Have it recorded."""
        return self.writing.record([Part(person_decider, self.person_id, command)], delivery)


On = Annotated[Acting, Depends(Acting.on)]
History = list[Recorded[Any]]


def seen_by(*roles: Role) -> Any:
    """A dependency on what happened to a person who lives, or last lived, where the caller has one of these roles."""

    def find(person_id: PersonId, caller: Caller, handler: Handling, vault: Sealing) -> History:
        _area_of(person_id, handler, vault, caller.scope(*roles))
        stream = f"{person_decider.name}/{person_id}"
        read = map(person_decider.types.read, handler.store.load({stream: 0})[stream])
        return [recorded for recorded in read if recorded]

    return Depends(find)


@router.post("/{person_id}/erasure-proposal", status_code=201)
def propose_erasure(proposal: ErasureProposal, acting_on: On) -> Response:
    """Propose to erase what is kept of a person; somebody else of the county has to do it."""
    typed = proposal.reference
    sealed, reference = acting_on.sealed(f"erasure/{new_id()}", typed) if typed else (Sealed(), None)
    command = ProposeErasure(**acting_on.whose(), reason=proposal.reason, reference=reference)
    return acting_on.record(command, Delivery(sealed=sealed, location=f"{PATH}/{acting_on.person_id}"))


@router.post("/{person_id}/erasure-proposal/withdrawal", status_code=201)
def withdraw_erasure_proposal(withdrawal: ErasureWithdrawal, acting_on: On) -> Response:
    """Withdraw the proposal to erase what is kept of a person, whoever of the county made it."""
    command = WithdrawErasureProposal(**acting_on.whose(), reason=withdrawal.reason)
    return acting_on.record(command, Delivery(location=f"{PATH}/{acting_on.person_id}"))


@router.post("/{person_id}/erasure", status_code=201)
def erase_person(acting_on: On) -> Response:
    """Erase what is kept of a person, as somebody else proposed: name, number, address, for ever and everywhere."""
    erased = acting_on.vault.erased(acting_on.person_id, acting_on.homes())
    command = ErasePerson(
        **acting_on.whose(),
        of_household=acting_on.household_id in erased.households,
        dissolved=tuple(one for one in erased.households if one != acting_on.household_id),
        data_matches=erased.data_matches,
    )
    where = f"{PATH}/{acting_on.person_id}"
    return acting_on.record(command, Delivery(sealed=erased.sealed, claims=erased.claims, location=where))


@router.post("/{person_id}/legal-holds", status_code=201)
def place_legal_hold(hold: LegalHold, acting_on: On) -> Response:
    """Forbid to erase what is kept of a person, because an authority needs it."""
    hold_id = new_id()
    sealed, reference = acting_on.sealed(f"legal_hold/{hold_id}", hold.reference)
    command = PlaceLegalHold(**acting_on.whose(), hold_id=hold_id, ground=hold.ground, reference=reference)
    return acting_on.record(command, Delivery(sealed=sealed, location=f"{PATH}/{acting_on.person_id}"))


@router.post("/{person_id}/legal-holds/{hold_id}/release", status_code=201)
def release_legal_hold(hold_id: Id, release: LegalHoldRelease, acting_on: On) -> Response:
    """Release a legal hold."""
    command = ReleaseLegalHold(**acting_on.whose(), hold_id=hold_id, reason=release.reason)
    return acting_on.record(command, Delivery(location=f"{PATH}/{acting_on.person_id}"))


@router.get("/{person_id}")
def show_person(person_id: PersonId, history: Annotated[History, seen_by(*SEEING)], response: Response) -> PersonShown:
    """What was proposed, held or erased of a person; nothing that is kept of them."""
    return shown(person_id, history, response)


@router.get("/{person_id}/texts/{text_id}", response_class=PlainTextResponse)
def read_text(
    history: Annotated[History, seen_by(Role.COUNTY_OFFICER)],
    text_id: Id,
    purpose: Purpose,
    caller: Caller,
    reader: Opening,
) -> str:
    """The reference of an order or a legal hold, opened for a purpose that is written down first."""
    return opened(reader, caller, purpose, (recorded.event for recorded in history), text_id)


@list_router.get("")
def list_erasures(caller: Caller, paged: Paged, database: Reading, area: InArea = None) -> Page[ErasureListed]:
    """Whose erasure is proposed or done, or forbidden by a legal hold, in one's areas."""
    scope = caller.scope(*SEEING)
    return listing().page(database, paged, scope.within(prefix_of(area)) if area else scope)


def _area_of(person_id: str, handler: Handler, vault: Vault, scope: AreaScope) -> str:
    lives_in = vault.area_of(person_id)
    stream = f"{person_decider.name}/{person_id}"
    known = None if lives_in else handler.states.of({stream: person_decider})[stream].state
    area = village_of(lives_in) if lives_in else known and known.area
    require_covered(scope, area)
    return str(area)
