"""Relocations over HTTP: proposing, entering the answer, withdrawing, and the lists people work from."""

from datetime import date
from functools import partial
from operator import attrgetter
from typing import Annotated

from casework.departments import Department
from casework.reasons import LateEntryReason
from casework.roles import Role, seen_in_groups_by
from chronicle.handling import Handler
from chronicle.messages import new_id
from chronicle.principal import PersonId
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
    state_for,
)
from starlette.responses import Response

from relocation.cases.relocation import queries
from relocation.cases.relocation.commands import (
    AcceptRelocation,
    DeclineRelocation,
    ProposeRelocation,
    RelocationCommand,
    WithdrawRelocation,
)
from relocation.cases.relocation.findings import DeclineReason, Mode, Place, Placement, Stage, WithdrawalReason
from relocation.cases.relocation.gather import relocation_decider

BASE = "/api/relocation/v1"
PATH = f"{BASE}/relocations"

Entering = Annotated[Writing, acting(Role.VILLAGE_OFFICER)]

# Moves are the cases of the department for development and reform.
seen = partial(seen_in_groups_by, department=Department.DEVELOPMENT_REFORM)

router = resource(PATH, "relocations")
lists = resource(BASE, "registers")
routers = (router, lists)


class DatedBody(Body):
    """The date of an act, and why when it is entered late."""

    on: date
    late_reason: LateEntryReason | None = None


class Proposal(DatedBody):
    """A household, and how and where to it would move."""

    household_id: Id
    mode: Mode
    placement: Placement
    place: Place


class Acceptance(DatedBody):
    """Which member accepted for the household, and when."""

    answered_by: PersonId


class Decline(Acceptance):
    """Which member declined for the household, when, and why."""

    reason: DeclineReason


class Withdrawal(DatedBody):
    """When and why a relocation was withdrawn."""

    reason: WithdrawalReason


@router.post("", status_code=201)
def propose_relocation(proposal: Proposal, writing: Entering) -> Response:
    """Propose a registered household of one's village for relocation."""
    command = ProposeRelocation(relocation_id=new_id(), **dict(proposal))
    return _record(writing, command.relocation_id, command)


@router.post("/{relocation_id}/acceptance", status_code=201)
def accept_relocation(relocation_id: Id, acceptance: Acceptance, writing: Entering, handler: Handling) -> Response:
    """Enter that the household accepts."""
    return _go_on(writing, handler, relocation_id, AcceptRelocation(**dict(acceptance)))


@router.post("/{relocation_id}/decline", status_code=201)
def decline_relocation(relocation_id: Id, decline: Decline, writing: Entering, handler: Handling) -> Response:
    """Enter that the household declines, and why."""
    return _go_on(writing, handler, relocation_id, DeclineRelocation(**dict(decline)))


@router.post("/{relocation_id}/withdrawal", status_code=201)
def withdraw_relocation(relocation_id: Id, withdrawal: Withdrawal, writing: Entering, handler: Handling) -> Response:
    """Withdraw a relocation that was entered by mistake, or that comes to nothing without being declined."""
    return _go_on(writing, handler, relocation_id, WithdrawRelocation(**dict(withdrawal)))


@router.get("")
def list_relocations(
    caller: Caller, paged: Paged, database: Reading, area: InArea = None, stage: Stage | None = None
) -> Page[queries.RelocationListed]:
    """The relocations in one's areas, by the day they were proposed; at one stage, if it is named."""
    return queries.all_relocations(stage).page(database, paged, seen(caller, area))


@router.get("/{relocation_id}")
def show_relocation(
    relocation_id: Id, caller: Caller, handler: Handling, database: Reading, response: Response
) -> queries.RelocationShown:
    """One relocation with its course."""
    scope, place = seen(caller), attrgetter("event.group_code")
    history = history_for(handler, relocation_decider, relocation_id, scope, place)
    relocation = queries.shown(history, place(history[0]), database)
    response.headers["ETag"] = etag(relocation.version)
    return relocation


@lists.get("/candidates")
def list_candidates(caller: Caller, paged: Paged, database: Reading, area: InArea = None) -> Page[queries.Candidate]:
    """The registered households in one's areas that may be proposed, by number."""
    return queries.candidates().page(database, paged, seen(caller, area))


def _go_on(writing: Writing, handler: Handler, relocation_id: str, command: RelocationCommand) -> Response:
    state_for(handler, relocation_decider, relocation_id, writing.scope, attrgetter("group_code"))
    return _record(writing, relocation_id, command)


def _record(writing: Writing, relocation_id: str, command: RelocationCommand) -> Response:
    delivery = Delivery(location=f"{PATH}/{relocation_id}")
    return writing.record([Part(relocation_decider, relocation_id, command)], delivery)
