"""Village verification rounds over HTTP."""

from datetime import date
from typing import Annotated

from casework.areas import Level
from casework.eligibility import Digest
from casework.roles import seen_in_groups_by
from casework.steps import StepKind
from chronicle.messages import new_id
from chronicle.store.values import Delivery
from chronicle.web import AreaCode, Body, Caller, Handling, Id, InArea, Page, Paged, Reading, resource
from pydantic import Field
from starlette.responses import Response

from identification.cases.acts import api as acts
from identification.cases.acts.queries import ActListed, ActShown, history_of, listing, shown
from identification.cases.application.api import BASE, DatedBody, Entering, Sealing, Text
from identification.cases.application.findings import Outcome
from identification.cases.village_verification.commands import HoldVillageVerification, Visit
from identification.cases.village_verification.events import VillageVerificationHeld
from identification.cases.village_verification.gather import village_verification_decider
from identification.cases.village_verification.projections import village_verifications

PATH = f"{BASE}/village-verifications"

router = resource(PATH, "village verifications")


class Visited(Body):
    """One household as visited: what was found, the verdict, the digests of the evidence.

    Whoever is rejected is held against the eligibility rule of the day: what it asks is stated clause by clause.
    """

    application_id: Id
    visited_on: date
    stated: acts.StatedClauses = ()
    outcome: Outcome
    findings: Text
    evidence: Annotated[tuple[Digest, ...], Field(max_length=50)] = ()


class Round(DatedBody):
    """A round as its record has it; ``on`` is the day it ended."""

    village_code: AreaCode
    verifiers: acts.Performers
    visits: Annotated[tuple[Visited, ...], Field(max_length=acts.MOST_ROWS)]


@router.post("", status_code=201)
def hold_village_verification(held: Round, writing: Entering, handler: Handling, vault: Sealing) -> Response:
    """Record that a village visited a list of households, and its verdict on each."""
    rows = [visit.application_id for visit in held.visits]
    chains = acts.procedures(handler, rows, held.village_code, held.on)
    steps = [acts.steps_of(chain, StepKind.VERIFICATION, Level.VILLAGE) for chain in chains]
    writing = acts.on_duty(writing, held.village_code, steps)
    texts = acts.Texts.findings(vault, handler, {visit.application_id: visit.findings for visit in held.visits})
    command = HoldVillageVerification(
        act_id=new_id(),
        area_code=held.village_code,
        on=held.on,
        late_reason=held.late_reason,
        verifiers=held.verifiers,
        visits=tuple(Visit(**{**dict(visit), "findings": texts.kept[visit.application_id]}) for visit in held.visits),
    )
    parts = acts.parts_of(village_verification_decider, command, command.row_commands())
    return writing.record(parts, Delivery(sealed=texts.sealed, location=f"{PATH}/{command.act_id}"))


@router.get("")
def list_village_verifications(caller: Caller, paged: Paged, database: Reading, area: InArea = None) -> Page[ActListed]:
    """The rounds in one's areas, by the day they ended."""
    return listing(village_verifications, ActListed).page(database, paged, seen_in_groups_by(caller, area))


@router.get("/{act_id}")
def show_village_verification(
    act_id: Id, caller: Caller, handler: Handling, response: Response
) -> ActShown[VillageVerificationHeld]:
    """One round."""
    return shown(history_of(handler, village_verification_decider, act_id, seen_in_groups_by(caller)), response)
