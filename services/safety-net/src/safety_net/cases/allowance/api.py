"""Allowances over HTTP: assessing, approving, rejecting, ending, and the lists that people work from."""

from dataclasses import replace
from datetime import date
from functools import partial
from operator import attrgetter
from typing import Annotated

from casework.departments import Department
from casework.reasons import LateEntryReason
from casework.roles import Role, seen_by
from chronicle.handling import Handler
from chronicle.messages import new_id
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
from pydantic import Field
from starlette.responses import Response

from safety_net.cases.allowance import queries
from safety_net.cases.allowance.commands import (
    AllowanceCommand,
    ApproveAllowance,
    AssessAllowance,
    EndAllowance,
    RejectAllowance,
)
from safety_net.cases.allowance.decider import Allowance
from safety_net.cases.allowance.findings import EndingReason, JudgingLevel, RejectionReason, Stage
from safety_net.cases.allowance.gather import allowance_decider

BASE = "/api/safety-net/v1"
PATH = f"{BASE}/allowances"

# Whoever holds both assesses in the wider one.
Assessing = Annotated[Writing, acting(Role.TOWNSHIP_REVIEWER, Role.VILLAGE_OFFICER)]
Deciding = Annotated[Writing, acting(*queries.JUDGES.values())]
Ending = Annotated[Writing, acting(Role.COUNTY_OFFICER)]

# Allowances are the civil affairs department's cases.
seen = partial(seen_by, department=Department.CIVIL_AFFAIRS)

router = resource(PATH, "allowances")
queues = resource(f"{BASE}/work-queues", "work queues")
routers = (router, queues)


class DatedBody(Body):
    """The date of an act, and why when it is entered late."""

    on: date
    late_reason: LateEntryReason | None = None


class NewAssessment(DatedBody):
    """Which household is assessed, and how many of its members the allowance would protect."""

    household_id: Id
    protected_persons: Annotated[int, Field(ge=1, le=99)]


class Rejection(DatedBody):
    """When and why an allowance was not approved."""

    reason: RejectionReason


class AllowanceEnding(DatedBody):
    """When and why an allowance ends."""

    reason: EndingReason


@router.post("", status_code=201)
def assess_allowance(assessment: NewAssessment, writing: Assessing) -> Response:
    """Assess what a registered household is due each month."""
    command = AssessAllowance(allowance_id=new_id(), **dict(assessment))
    return _record(writing, command.allowance_id, command)


@router.post("/{allowance_id}/{level}-approval", status_code=201)
def approve_allowance(
    allowance_id: Id, level: JudgingLevel, approval: DatedBody, writing: Deciding, handler: Handling
) -> Response:
    """Approve an allowance: the township first, then the county."""
    command = ApproveAllowance(level=level, **dict(approval))
    return _record(_judging(level, allowance_id, writing, handler), allowance_id, command)


@router.post("/{allowance_id}/{level}-rejection", status_code=201)
def reject_allowance(
    allowance_id: Id, level: JudgingLevel, rejection: Rejection, writing: Deciding, handler: Handling
) -> Response:
    """Do not approve an allowance, and say why."""
    command = RejectAllowance(level=level, **dict(rejection))
    return _record(_judging(level, allowance_id, writing, handler), allowance_id, command)


@router.post("/{allowance_id}/ending", status_code=201)
def end_allowance(allowance_id: Id, ending: AllowanceEnding, writing: Ending, handler: Handling) -> Response:
    """Let an allowance that the county granted end, and say why."""
    allowance = _allowance(handler, allowance_id, writing)
    return _record(writing.at(allowance.area), allowance_id, EndAllowance(**dict(ending)))


@router.get("")
def list_allowances(
    caller: Caller, paged: Paged, database: Reading, area: InArea = None, stage: Stage | None = None
) -> Page[queries.AllowanceListed]:
    """The allowances in one's areas, by the day they were assessed; at one stage, if it is named."""
    return queries.all_allowances(stage).page(database, paged, seen(caller, area))


@router.get("/{allowance_id}")
def show_allowance(
    allowance_id: Id, caller: Caller, handler: Handling, database: Reading, response: Response
) -> queries.AllowanceShown:
    """One allowance with its course, and how its amount comes about."""
    history = history_for(handler, allowance_decider, allowance_id, seen(caller), attrgetter("area"))
    allowance = queries.shown(history, database)
    response.headers["ETag"] = etag(allowance.version)
    return allowance


@queues.get("")
def list_work_queues(caller: Caller, database: Reading, area: InArea = None) -> list[queries.WorkQueue]:
    """How many allowances wait for the township and for the county in one's areas."""
    return queries.work_queues(database, seen(caller, area))


@queues.get("/{level}")
def list_work_queue(
    level: JudgingLevel, caller: Caller, paged: Paged, database: Reading, area: InArea = None
) -> Page[queries.AllowanceListed]:
    """The allowances that wait for a level, those waiting longest first."""
    return queries.work_queue(level).page(database, paged, seen(caller, area))


def _allowance(handler: Handler, allowance_id: str, writing: Writing) -> Allowance:
    scope = seen(writing.asked.principal)
    allowance: Allowance = state_for(handler, allowance_decider, allowance_id, scope, attrgetter("area")).state
    return allowance


def _judging(level: JudgingLevel, allowance_id: str, writing: Writing, handler: Handler) -> Writing:
    allowance = _allowance(handler, allowance_id, writing)
    return replace(writing, roles=(queries.JUDGES[level],)).at(allowance.area)


def _record(writing: Writing, allowance_id: str, command: AllowanceCommand) -> Response:
    return writing.record([Part(allowance_decider, allowance_id, command)], Delivery(location=f"{PATH}/{allowance_id}"))
