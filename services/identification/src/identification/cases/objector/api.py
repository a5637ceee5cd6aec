"""Erasing who objected or complained, over HTTP: proposed by one of the county where that was, done by another."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from casework.areas import prefix_of
from casework.roles import Role
from chronicle.decider import Decider
from chronicle.handling import Handler
from chronicle.messages import Recorded, new_id
from chronicle.principal import AreaScope
from chronicle.recording import Part
from chronicle.sealing import PersonKey
from chronicle.store.values import Delivery, Sealed
from chronicle.web import (
    Caller,
    Handling,
    Id,
    InArea,
    Page,
    Paged,
    Reading,
    Writing,
    acting,
    history_for,
    require_covered,
    resource,
)
from fastapi import APIRouter, Depends
from starlette.responses import PlainTextResponse, Response

from identification.cases.acts.api import Texts, opened
from identification.cases.application.api import BASE, Opening, Sealing
from identification.cases.objection.api import PATH as OBJECTIONS
from identification.cases.objection.gather import objection_decider
from identification.cases.objector.commands import (
    EraseObjector,
    ObjectorCommand,
    ProposeObjectorErasure,
    WithdrawObjectorErasureProposal,
)
from identification.cases.objector.gather import objector_decider
from identification.cases.objector.queries import ObjectorErasureListed, ObjectorErasureShown, listing, shown
from identification.cases.person.api import SEEING, ErasureProposal, ErasureWithdrawal
from identification.cases.recheck.api import PATH as RECHECKS
from identification.cases.recheck.gather import recheck_decider
from identification.people.persons import Purpose
from identification.people.vault import Vault

PATH = f"{BASE}/objector-erasures"
NOTHING = Sealed()

router = resource(PATH, "objections")


@dataclass(frozen=True, slots=True)
class Owned:
    """Under which key is what is kept of whoever objected or complained, and where that was; None when nowhere."""

    owner: str
    area: str | None


@dataclass(frozen=True)
class Acting:
    """A county officer about to act on whoever objected or complained in the county."""

    writing: Writing
    owner: str
    area: str
    vault: Vault

    def whose(self) -> dict[str, Any]:
        """What every command holds."""
        return {"owner": self.owner, "area": self.area[:12], "on": self.writing.asked.today}

    def record(self, command: ObjectorCommand, sealed: Sealed = NOTHING) -> Response:
        """Have it recorded."""
        erasure_id = self.owner.partition("/")[2]
        delivery = Delivery(sealed=sealed, location=f"{PATH}/{erasure_id}")
        return self.writing.record([Part(objector_decider, erasure_id, command)], delivery)


History = list[Recorded[Any]]


def erasing(path: str, tag: str, find: Callable[..., Owned]) -> APIRouter:
    """The routes by which whoever objected or complained is erased, under the path of the objection or re-check."""
    routes = resource(path, tag)

    def find_acting(
        writing: Annotated[Writing, acting(Role.COUNTY_OFFICER)],
        owned: Annotated[Owned, Depends(find)],
        vault: Sealing,
    ) -> Acting:
        require_covered(writing.scope, owned.area)
        return Acting(writing.at(str(owned.area)), owned.owner, str(owned.area), vault)

    @routes.post("/erasure-proposal", status_code=201)
    def propose_objector_erasure(
        proposal: ErasureProposal, acting_on: Annotated[Acting, Depends(find_acting)]
    ) -> Response:
        """Propose to erase who objected or complained here; somebody else of the county has to do it."""
        typed = {f"erasure/{new_id()}": {"reference": proposal.reference}} if proposal.reference else {}
        texts = Texts.by_field(acting_on.vault, typed)
        reference = texts.kept.get("reference")
        command = ProposeObjectorErasure(**acting_on.whose(), reason=proposal.reason, reference=reference)
        return acting_on.record(command, texts.sealed)

    @routes.post("/erasure-proposal/withdrawal", status_code=201)
    def withdraw_objector_erasure_proposal(
        withdrawal: ErasureWithdrawal, acting_on: Annotated[Acting, Depends(find_acting)]
    ) -> Response:
        """Withdraw the proposal to erase who objected or complained here, whoever of the county made it."""
        return acting_on.record(WithdrawObjectorErasureProposal(**acting_on.whose(), reason=withdrawal.reason))

    @routes.post("/erasure", status_code=201)
    def erase_objector(acting_on: Annotated[Acting, Depends(find_acting)]) -> Response:
        """Erase who objected or complained here, and what was said of no household, for ever and everywhere."""
        tombstone = PersonKey(acting_on.owner, None).erased()
        return acting_on.record(EraseObjector(**acting_on.whose()), Sealed(keys=(tombstone,)))

    return routes


def _of_objection(objection_id: Id, handler: Handling) -> Owned:
    return _owned(handler, objection_decider, objection_id, lambda objection: objection.received.area_code)


def _of_recheck(recheck_id: Id, handler: Handling) -> Owned:
    return _owned(handler, recheck_decider, recheck_id, lambda recheck: recheck.opened.group_code)


def _owned(handler: Handler, decider: Decider[Any, Any, Any], case_id: str, place: Callable[[Any], str]) -> Owned:
    stream = f"{decider.name}/{case_id}"
    state = handler.states.of({stream: decider})[stream].state
    return Owned(stream, place(state) if state else None)


routers = (
    erasing(f"{OBJECTIONS}/{{objection_id}}", "objections", _of_objection),
    erasing(f"{RECHECKS}/{{recheck_id}}", "re-checks", _of_recheck),
    router,
)


@router.get("")
def list_objector_erasures(
    caller: Caller, paged: Paged, database: Reading, area: InArea = None
) -> Page[ObjectorErasureListed]:
    """Whose erasure is proposed or done of those who objected or complained, in one's areas."""
    scope = caller.scope(*SEEING)
    return listing().page(database, paged, scope.within(prefix_of(area)) if area else scope)


@router.get("/{erasure_id}")
def show_objector_erasure(
    erasure_id: Id, caller: Caller, handler: Handling, response: Response
) -> ObjectorErasureShown:
    """What was proposed or erased of whoever objected or complained, by the id of the objection or re-check."""
    return shown(_history(handler, erasure_id, caller.scope(*SEEING)), response)


@router.get("/{erasure_id}/texts/{text_id}", response_class=PlainTextResponse)
def read_text(erasure_id: Id, text_id: Id, purpose: Purpose, caller: Caller, handler: Handling, reader: Opening) -> str:
    """The reference of an order, opened for a purpose that is written down first."""
    history = _history(handler, erasure_id, caller.scope(Role.COUNTY_OFFICER))
    return opened(reader, caller, purpose, (recorded.event for recorded in history), text_id)


def _history(handler: Handler, erasure_id: str, scope: AreaScope) -> History:
    return history_for(handler, objector_decider, erasure_id, scope, lambda begun: begun.area)
