"""Projects over HTTP: opening and closing them, enrolling lists of households, and what is left.

Whoever is responsible for a project's whole area opens and closes it: a village officer a village's, not a township's.
What a township offers is there for its villages: they see it, and enrol their own households.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from operator import attrgetter
from typing import Annotated

from casework.areas import prefix_of
from casework.departments import Department
from casework.lists import require_rows
from casework.reasons import LateEntryReason
from casework.roles import Role, seen_by, with_areas_above
from chronicle.handling import Handler
from chronicle.messages import new_id
from chronicle.principal import AreaScope, Principal
from chronicle.recording import Part
from chronicle.store.values import EVENTS_PER_APPEND, Delivery
from chronicle.web import (
    AreaCode,
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
    require_covered,
    resource,
    state_for,
)
from pydantic import Field
from starlette.responses import Response

from industry.cases.project import queries
from industry.cases.project.commands import CloseProject, EndEnrolment, EnrolHousehold, OfHousehold, OpenProject
from industry.cases.project.decider import Project
from industry.cases.project.findings import EndingReason, LeadEntity, Pattern, Quantity
from industry.cases.project.gather import project_decider
from industry.registered_households import households_at

BASE = "/api/industry/v1"
PATH = f"{BASE}/projects"
OFFICERS = (Role.VILLAGE_OFFICER, Role.TOWNSHIP_REVIEWER, Role.COUNTY_OFFICER)

Entering = Annotated[Writing, acting(*OFFICERS)]

# Projects are the agriculture department's cases.
seen = partial(seen_by, department=Department.AGRICULTURE)

router = resource(PATH, "projects")
households = resource(f"{BASE}/households", "households")
routers = (router, households)


class DatedBody(Body):
    """The date of an act, and why when it is entered late."""

    on: date
    late_reason: LateEntryReason | None = None


class NewProject(DatedBody):
    """A project to open; its pattern says in which unit the capacity is."""

    area_code: AreaCode
    pattern: Pattern
    capacity: Quantity
    led_by: LeadEntity


class Share(Body):
    """How much of the project a household gets."""

    household_id: Id
    quantity: Quantity


class Enrolling(DatedBody):
    """The households that take part from a day on."""

    households: Annotated[tuple[Share, ...], Field(max_length=EVENTS_PER_APPEND)]


class Ending(DatedBody):
    """The households that take part no longer, and why."""

    reason: EndingReason
    household_ids: Annotated[tuple[Id, ...], Field(max_length=EVENTS_PER_APPEND)]


@router.post("", status_code=201)
def open_project(project: NewProject, writing: Entering) -> Response:
    """Open a project in one's own village or township."""
    command = OpenProject(project_id=new_id(), **dict(project))
    part = Part(project_decider, command.project_id, command)
    return writing.at(project.area_code).record([part], Delivery(location=f"{PATH}/{command.project_id}"))


@router.post("/{project_id}/enrolments", status_code=201)
def enrol_households(project_id: Id, enrolling: Enrolling, writing: Entering, handler: Handling) -> Response:
    """Enrol a list of households, all or, with each refused one named, none."""
    _, project = _project(handler, project_id, writing.scope)
    dated = enrolling.model_dump(include=set(DatedBody.model_fields))
    _require_rows([share.household_id for share in enrolling.households], handler, project, writing)
    rows = {
        share.household_id: EnrolHousehold(enrolment_id=new_id(), **dict(share), **dated)
        for share in enrolling.households
    }
    return _record(rows, _at_ones_part_of(project, writing), project_id)


@router.post("/{project_id}/enrolment-endings", status_code=201)
def end_enrolments(project_id: Id, ending: Ending, writing: Entering, handler: Handling) -> Response:
    """End the enrolments of a list of households, all or, with each refused one named, none."""
    _, project = _project(handler, project_id, writing.scope)
    _require_rows(ending.household_ids, handler, project, writing)
    ended = ending.model_dump(exclude={"household_ids"})
    rows = {one: EndEnrolment(household_id=one, **ended) for one in ending.household_ids}
    return _record(rows, _at_ones_part_of(project, writing), project_id)


@router.post("/{project_id}/closing", status_code=201)
def close_project(project_id: Id, closing: DatedBody, writing: Entering, handler: Handling) -> Response:
    """Close a project in which nobody takes part any more."""
    _, project = _project(handler, project_id, writing.scope)
    part = Part(project_decider, project_id, CloseProject(**dict(closing)))
    return writing.at(project.area).record([part], Delivery(location=f"{PATH}/{project_id}"))


@router.get("")
def list_projects(caller: Caller, paged: Paged, database: Reading, area: InArea = None) -> Page[queries.ProjectListed]:
    """The projects in one's areas and above, open or closed, with what is left of them, by their first day."""
    return queries.all_projects().page(database, paged, _projects_seen_by(caller, area))


@router.get("/{project_id}")
def show_project(
    project_id: Id, caller: Caller, handler: Handling, database: Reading, response: Response
) -> queries.ProjectShown:
    """One project as it stands."""
    version, project = _project(handler, project_id, seen(caller))
    response.headers["ETag"] = etag(version)
    return queries.ProjectShown.of(version, project, database)


@router.get("/{project_id}/enrolments")
def list_enrolments(
    project_id: Id, caller: Caller, paged: Paged, handler: Handling, database: Reading
) -> Page[queries.EnrolmentListed]:
    """Who of one's areas takes part, or took part, in a project, and how each household stands now."""
    _project(handler, project_id, seen(caller))
    return queries.enrolments_of(project_id=project_id).page(database, paged, seen(caller))


@households.get("/{household_id}/enrolments")
def list_enrolments_of_household(
    household_id: Id, caller: Caller, paged: Paged, database: Reading
) -> Page[queries.EnrolmentListed]:
    """In what a household takes part, or took part."""
    with database.reading() as connection:
        household = households_at(connection, [household_id]).get(household_id)
    require_covered(seen(caller), household["area"] if household else None)
    return queries.enrolments_of(household_id=household_id).page(database, paged, seen(caller))


def _project(handler: Handler, project_id: str, scope: AreaScope) -> tuple[int, Project]:
    return state_for(handler, project_decider, project_id, with_areas_above(scope), attrgetter("area"))


def _projects_seen_by(caller: Principal, area: str | None) -> AreaScope:
    scope = with_areas_above(seen(caller))
    return scope.within(prefix_of(area)) if area else scope


def _at_ones_part_of(project: Project, writing: Writing) -> Writing:
    """Act in the role that is held for the project's area, or for a part of it."""
    mine = writing.scope.within(prefix_of(writing.scope.codes.now(project.area))).prefixes
    return writing.at(mine[0].ljust(12, "0"))


def _require_rows(ids: Sequence[str], handler: Handler, project: Project, writing: Writing) -> None:
    # How much is entered at once depends on the day of entry, not on that of the act.
    area = writing.scope.codes.now(project.area)
    require_rows(ids, handler.value("list_rows_maximum", area, writing.asked.today))


def _record(rows: Mapping[str, OfHousehold], writing: Writing, project_id: str) -> Response:
    parts = [Part(project_decider, project_id, command, row=one) for one, command in rows.items()]
    return writing.record(parts, Delivery(location=f"{PATH}/{project_id}/enrolments"))
