"""Village verification rounds over HTTP."""

from datetime import date
from typing import Annotated

from casework.areas import Level
from casework.steps import StepKind
from chronicle.messages import new_id
from chronicle.store.values import Delivery
from chronicle.web import Body, Caller, Page, Paged, resource
from pydantic import Field
from starlette.responses import Response

from identification.cases.acts import api as acts
from identification.cases.acts.queries import ActListed, ActShown, history_of, page_of
from identification.cases.application.findings import Digest, Outcome
from identification.cases.village_verification.commands import HoldVillageVerification, Visit
from identification.cases.village_verification.events import VillageVerificationHeld
from identification.cases.village_verification.gather import village_verification_decider
from identification.cases.village_verification.projections import village_verifications

PATH = f"{acts.PATH}/village-verifications"

router = resource(PATH, "village verifications")


class Visited(Body):
    """One household as visited: what was found, the verdict, the digests of the evidence."""

    application_id: acts.ApplicationId
    visited_on: date
    outcome: Outcome
    findings: acts.Text
    evidence: Annotated[tuple[Digest, ...], Field(max_length=50)] = ()


class Round(acts.ActBody):
    """A round as its record has it; ``on`` is the day it ended."""

    village_code: acts.AreaCode
    on: date
    verifiers: acts.Performers
    visits: Annotated[tuple[Visited, ...], Field(max_length=acts.MOST_ROWS)]


@router.post("", status_code=201)
def hold_village_verification(
    held: Round, writing: acts.ActWriting, handler: acts.Handling, vault: acts.Sealing
) -> Response:
    """Record that a village visited a list of households, and its verdict on each."""
    chain = acts.procedure(handler, held.village_code, held.on)
    writing = acts.on_duty(writing, held.village_code, acts.steps_of(chain, StepKind.VERIFICATION, Level.VILLAGE))
    findings = acts.Findings.seal(vault, handler, {visit.application_id: visit.findings for visit in held.visits})
    command = HoldVillageVerification(
        act_id=new_id(),
        area_code=held.village_code,
        on=held.on,
        late_reason=held.late_reason,
        verifiers=held.verifiers,
        visits=tuple(Visit(**{**dict(visit), "findings": findings.of[visit.application_id]}) for visit in held.visits),
    )
    parts = acts.parts_of(village_verification_decider, command, command.row_commands())
    return writing.record(parts, Delivery(sealed=findings.sealed, location=f"{PATH}/{command.act_id}"))


@router.get("")
def list_village_verifications(
    caller: Caller, paged: Paged, database: acts.Reading, area: acts.InArea = None
) -> Page[ActListed]:
    """The rounds in one's areas, by the day they ended."""
    return page_of(village_verifications, ActListed, database, caller, paged, area)


@router.get("/{act_id}")
def show_village_verification(
    act_id: acts.ActId, caller: Caller, handler: acts.Handling
) -> ActShown[VillageVerificationHeld]:
    """One round."""
    return ActShown.of(history_of(handler.store, village_verification_decider, act_id, caller))
