"""Areas over HTTP: which there were on a day, the villager groups that villages keep, and how areas change."""

from datetime import date
from typing import Annotated

from casework.areas import prefix_of
from casework.roles import READERS, Role
from chronicle.handling import Handler
from chronicle.messages import Command, new_id
from chronicle.recording import Part
from chronicle.refusals import NotFound
from chronicle.store.values import Delivery, HeldClaim
from chronicle.web import (
    AreaCode,
    Body,
    Caller,
    Day,
    Handling,
    Id,
    InArea,
    Page,
    Paged,
    Reading,
    Today,
    Writing,
    acting,
    require_covered,
    resource,
)
from fastapi import Query
from pydantic import Field
from starlette.responses import Response

from identification.cases.area.commands import (
    AreaName,
    ConfirmAreaChange,
    GroupName,
    OpenVillagerGroup,
    ProposeAreaChange,
    RejectAreaChange,
)
from identification.cases.area.findings import ChangeDocument, RejectionReason
from identification.cases.area.gather import area_decider
from identification.cases.area.projections import area_at, areas, children
from identification.cases.area.queries import Area, AreaChangeListed, ChangeStanding, changes, changes_of

BASE = "/api/identification/v1"
PATH, CHANGES = f"{BASE}/areas", f"{BASE}/area-changes"
LAST_REPLACED, EVERYWHERE = "last-replaced-area", "everywhere"

router = resource(PATH, "areas")
change_router = resource(CHANGES, "areas")
routers = (router, change_router)

OnDay = Annotated[Day | None, Query(description="As it was on this day; today without it.")]
County = Annotated[Writing, acting(Role.COUNTY_OFFICER)]


class NewVillagerGroup(Body):
    """A villager group to open: its two digits after the village's code, its name, its first day."""

    number: Annotated[str, Field(pattern="^[0-9]{2}$")]
    name: GroupName
    valid_from: date


class AreaChange(Body):
    """What an area is called from a day on: either another name, or the code by which it goes on; by which document."""

    name: AreaName | None = None
    successor_code: AreaCode | None = None
    valid_from: date
    document: ChangeDocument


class AreaChangeRejection(Body):
    """Why a change is not made."""

    reason: RejectionReason


@router.get("")
def list_areas(
    _: Caller,
    paged: Paged,
    handler: Handling,
    database: Reading,
    today: Today,
    *,
    parent: AreaCode | None = None,
    on: OnDay = None,
) -> Page[Area]:
    """The areas directly below one on a day; without ``parent``, those with nothing above them."""
    codes, day = handler.codes(), on or today
    with database.reading() as connection:
        wanted = children(parent, day, codes)
        known = codes.on(day)
        return paged.page(
            connection, wanted, [areas.tables.c.code], lambda row: Area.of(row, known.now(row["code"]), known)
        )


@router.get("/{code}")
def show_area(_: Caller, code: AreaCode, handler: Handling, database: Reading, today: Today, on: OnDay = None) -> Area:
    """One area as it was called on a day, and by which code it went then."""
    codes, day = handler.codes(), on or today
    with database.reading() as connection:
        found = area_at(connection, code, day, codes)
    if found is None:
        raise NotFound
    return Area.of(found, code, codes.on(day))


@router.post("/{village_code}/villager-groups", status_code=201)
def open_villager_group(
    village_code: str, group: NewVillagerGroup, writing: Annotated[Writing, acting(Role.VILLAGE_OFFICER)]
) -> Response:
    """Open a villager group of one's own village."""
    code = f"{village_code}{group.number}"
    command = OpenVillagerGroup(code=code, name=group.name, valid_from=group.valid_from)
    return writing.at(village_code).record([Part(area_decider, code, command)], Delivery(location=f"{PATH}/{code}"))


@router.post("/{code}/changes", status_code=201)
def propose_area_change(code: AreaCode, change: AreaChange, writing: County) -> Response:
    """Propose another name for an area of one's own county, or the code by which it goes on; somebody else confirms."""
    command = ProposeAreaChange(code=code, proposal_id=new_id(), **dict(change))
    return _record(writing.at(code), command, code)


@router.get("/{code}/changes")
def list_changes_of_area(code: AreaCode, caller: Caller, handler: Handling) -> list[AreaChangeListed]:
    """How one area of one's own changed or is to change, and what comes to one's own areas."""
    stream = f"{area_decider.name}/{code}"
    read = map(area_decider.types.read, handler.store.load({stream: 0})[stream])
    history = [recorded for recorded in read if recorded]
    scope, listed = caller.scope(*READERS), changes_of(history)
    mine = [each for each in listed if scope.covers(each.successor_code or code)]
    if not mine:
        require_covered(scope, code if history else None)
    return listed if scope.covers(code) else mine


@router.post("/{code}/changes/{proposal_id}/confirmation", status_code=201)
def confirm_area_change(code: AreaCode, proposal_id: Id, writing: County, handler: Handling) -> Response:
    """Confirm a change: for the county that the area comes to, and by another person than proposed it."""
    command = ConfirmAreaChange(code=code, proposal_id=proposal_id)
    # Before anything is looked at: of two confirmed at once, each would see the areas as they are without the other.
    turn = _turn_of(handler, code)
    place = _place(handler, code, proposal_id)
    return _record(writing.at(place), command, code, turn if place != code else ())


@router.post("/{code}/changes/{proposal_id}/rejection", status_code=201)
def reject_area_change(
    code: AreaCode, proposal_id: Id, rejection: AreaChangeRejection, writing: County, handler: Handling
) -> Response:
    """Reject a change: for the county that the area is in, or that it comes to; whoever proposed it may, too."""
    command = RejectAreaChange(code=code, proposal_id=proposal_id, reason=rejection.reason)
    place = code if writing.scope.covers(code) else _place(handler, code, proposal_id)
    return _record(writing.at(place), command, code)


@change_router.get("")
def list_area_changes(
    caller: Caller, paged: Paged, database: Reading, area: InArea = None, standing: ChangeStanding | None = None
) -> Page[AreaChangeListed]:
    """The changes of one's areas, and of those that come to them, by the day from which they hold."""
    scope = caller.scope(*READERS)
    return changes(database, paged, scope.within(prefix_of(area)) if area else scope, standing)


def _place(handler: Handler, code: str, proposal_id: str) -> str:
    """Where a change is confirmed: in the area it leads to; of one that nobody proposed, in the area itself."""
    stream = f"{area_decider.name}/{code}"
    area = handler.states.of({stream: area_decider})[stream].state
    known = [each for each in (area.proposed, *area.rejected, *area.made) if each] if area else []
    change = next((each for each in known if each.proposal_id == proposal_id), None)
    return getattr(change, "successor_code", None) or code


def _turn_of(handler: Handler, code: str) -> tuple[HeldClaim, ...]:
    before = handler.store.holder(LAST_REPLACED, [EVERYWHERE]).get(EVERYWHERE)
    given_back = [HeldClaim(LAST_REPLACED, EVERYWHERE, before, held=False)] if before else []
    return (*given_back, HeldClaim(LAST_REPLACED, EVERYWHERE, f"{area_decider.name}/{code}"))


def _record(writing: Writing, command: Command, code: str, claims: tuple[HeldClaim, ...] = ()) -> Response:
    return writing.record(
        [Part(area_decider, code, command)], Delivery(claims=claims, location=f"{PATH}/{code}/changes")
    )
