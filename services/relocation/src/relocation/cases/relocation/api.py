"""Relocations over HTTP: proposing, entering the answer, and the lists people work from."""

from datetime import date
from typing import Annotated, Any

from casework.registration import HouseholdNotKnown
from casework.roles import Role
from chronicle.handling import Handler
from chronicle.messages import Command, Recorded, new_id
from chronicle.principal import PersonId
from chronicle.recording import Part
from chronicle.store import Database
from chronicle.store.values import Delivery
from chronicle.web import Body, Caller, Page, Paged, Writing, acting, etag, given, resource
from fastapi import Path, Query
from pydantic import Field
from starlette.responses import Response

from relocation.cases.relocation import queries
from relocation.cases.relocation.commands import AcceptRelocation, DeclineRelocation, ProposeRelocation
from relocation.cases.relocation.decider import RelocationUnknown
from relocation.cases.relocation.findings import DeclineReason, Mode, Place, Placement, State
from relocation.cases.relocation.gather import relocation_decider
from relocation.registered_households import household_at

BASE = "/api/relocation/v1"
PATH = f"{BASE}/relocations"
UUID = "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"

Id = Annotated[str, Path(pattern=UUID)]
InArea = Annotated[
    str | None, Query(alias="area", pattern="^[0-9]{12}([0-9]{2})?$", description="Only what lies in this area.")
]
Entering = Annotated[Writing, acting(Role.VILLAGE_OFFICER)]
Reading = Annotated[Database, given(Database)]
Handling = Annotated[Handler, given(Handler)]

router = resource(PATH, "relocations")
lists = resource(BASE, "registers")
routers = (router, lists)


class Proposal(Body):
    """A household, and how and where to it would move."""

    household_id: Annotated[str, Field(pattern=UUID)]
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
    if household is None or not _covers(writing, household["group_code"]):
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
    caller: Caller, paged: Paged, database: Reading, area: InArea = None, state: State | None = None
) -> Page[queries.RelocationListed]:
    """The relocations in one's areas, by the day they were proposed."""
    return queries.all_relocations(state).page(database, paged, caller, area)


@router.get("/{relocation_id}")
def show_relocation(
    relocation_id: Id, caller: Caller, handler: Handling, response: Response
) -> queries.RelocationShown:
    """One relocation with its course."""
    history = _history(handler, relocation_id)
    if not caller.scope(*queries.READERS).covers(history[0].event.group_code):
        raise RelocationUnknown
    relocation = queries.shown(history)
    response.headers["ETag"] = etag(relocation.version)
    return relocation


@lists.get("/candidates")
def list_candidates(caller: Caller, paged: Paged, database: Reading, area: InArea = None) -> Page[queries.Candidate]:
    """The registered households in one's areas that may be proposed, by number."""
    return queries.candidates().page(database, paged, caller, area)


def _answer(writing: Writing, handler: Handler, relocation_id: str, command: Command) -> Response:
    group_code = _history(handler, relocation_id)[0].event.group_code
    if not _covers(writing, group_code):
        raise RelocationUnknown
    return _record(writing.at(group_code), relocation_id, command)


def _covers(writing: Writing, group_code: str) -> bool:
    return writing.asked.principal.scope(*writing.roles).covers(group_code)


def _history(handler: Handler, relocation_id: str) -> list[Recorded[Any]]:
    stream = f"{relocation_decider.name}/{relocation_id}"
    read = map(relocation_decider.types.read, handler.store.load({stream: 0})[stream])
    history = [recorded for recorded in read if recorded]
    if not history:
        raise RelocationUnknown
    return history


def _record(writing: Writing, relocation_id: str, command: Command) -> Response:
    delivery = Delivery(location=f"{PATH}/{relocation_id}")
    return writing.record([Part(relocation_decider, relocation_id, command)], delivery)
