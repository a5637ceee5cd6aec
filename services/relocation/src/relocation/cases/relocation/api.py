"""Relocations over HTTP: proposing, entering the answer, and the lists people work from."""

from datetime import date
from operator import attrgetter
from typing import Annotated, Any

from casework.registration import HouseholdNotKnown
from casework.roles import Role, seen_in_groups_by
from chronicle.handling import Handler
from chronicle.messages import Command, Recorded, new_id
from chronicle.principal import AreaScope, PersonId
from chronicle.recording import Part
from chronicle.store.values import Delivery
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
    etag,
    history_for,
    resource,
)
from starlette.responses import Response

from relocation.cases.relocation import queries
from relocation.cases.relocation.commands import AcceptRelocation, DeclineRelocation, ProposeRelocation
from relocation.cases.relocation.findings import DeclineReason, Mode, Place, Placement, Stage
from relocation.cases.relocation.gather import relocation_decider
from relocation.registered_households import household_at

BASE = "/api/relocation/v1"
PATH = f"{BASE}/relocations"

Entering = Annotated[Writing, acting(Role.VILLAGE_OFFICER)]

router = resource(PATH, "relocations")
lists = resource(BASE, "registers")
routers = (router, lists)


class Proposal(Body):
    """A household, and how and where to it would move."""

    household_id: Id
    mode: Mode
    placement: Placement
    place: Place
    on: date


class Acceptance(Body):
    """Which member accepted for the household, and when."""

    answered_by: PersonId
    on: date


class Decline(Acceptance):
    """Which member declined for the household, when, and why."""

    reason: DeclineReason


@router.post("", status_code=201)
def propose_relocation(proposal: Proposal, writing: Entering, database: Reading) -> Response:
    """Propose a registered household of one's village for relocation."""
    with database.reading() as connection:
        household = household_at(connection, proposal.household_id)
    # What lies elsewhere is as unknown here as what nobody ever heard of.
    if household is None or not writing.scope.covers(household["group_code"]):
        raise HouseholdNotKnown
    command = ProposeRelocation(relocation_id=new_id(), **dict(proposal))
    return _record(writing.at(household["group_code"]), command.relocation_id, command)


@router.post("/{relocation_id}/acceptance", status_code=201)
def accept_relocation(relocation_id: Id, acceptance: Acceptance, writing: Entering, handler: Handling) -> Response:
    """Enter that the household accepts."""
    return _answer(writing, handler, relocation_id, AcceptRelocation(**dict(acceptance)))


@router.post("/{relocation_id}/decline", status_code=201)
def decline_relocation(relocation_id: Id, decline: Decline, writing: Entering, handler: Handling) -> Response:
    """Enter that the household declines, and why."""
    return _answer(writing, handler, relocation_id, DeclineRelocation(**dict(decline)))


@router.get("")
def list_relocations(
    caller: Caller, paged: Paged, database: Reading, area: InArea = None, stage: Stage | None = None
) -> Page[queries.RelocationListed]:
    """The relocations in one's areas, by the day they were proposed; at one stage, if it is named."""
    return queries.all_relocations(stage).page(database, paged, seen_in_groups_by(caller, area))


@router.get("/{relocation_id}")
def show_relocation(
    relocation_id: Id, caller: Caller, handler: Handling, response: Response
) -> queries.RelocationShown:
    """One relocation with its course."""
    relocation = queries.shown(_history(handler, relocation_id, seen_in_groups_by(caller)))
    response.headers["ETag"] = etag(relocation.version)
    return relocation


@lists.get("/candidates")
def list_candidates(caller: Caller, paged: Paged, database: Reading, area: InArea = None) -> Page[queries.Candidate]:
    """The registered households in one's areas that may be proposed, by number."""
    return queries.candidates().page(database, paged, seen_in_groups_by(caller, area))


def _answer(writing: Writing, handler: Handler, relocation_id: str, command: Command) -> Response:
    proposed = _history(handler, relocation_id, writing.scope)[0].event
    return _record(writing.at(proposed.group_code), relocation_id, command)


def _history(handler: Handler, relocation_id: str, scope: AreaScope) -> list[Recorded[Any]]:
    return history_for(handler, relocation_decider, relocation_id, scope, attrgetter("event.group_code"))


def _record(writing: Writing, relocation_id: str, command: Command) -> Response:
    delivery = Delivery(location=f"{PATH}/{relocation_id}")
    return writing.record([Part(relocation_decider, relocation_id, command)], delivery)
