"""The register over HTTP: who is registered, how a household is found and stands, what becomes of it afterwards."""

from dataclasses import replace
from functools import partial
from typing import Annotated

from casework.areas import prefix_of
from casework.dates import require_order
from casework.roles import Role, seen_in_groups_by
from chronicle.handling import Handler
from chronicle.messages import Command
from chronicle.principal import NotYourDuty
from chronicle.recording import Part
from chronicle.store.values import Delivery
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
    Today,
    Writing,
    acting,
    require_covered,
    resource,
)
from fastapi import Query
from pydantic import Field
from starlette.responses import Response

from identification.cases.application.api import (
    BASE,
    ENTERING,
    PATH,
    DatedBody,
    Entering,
    Opening,
    Sealing,
    application_for,
)
from identification.cases.application.commands import EndRegistration
from identification.cases.application.findings import RegistrationEndReason
from identification.cases.application.gather import application_decider
from identification.cases.area.api import OnDay
from identification.cases.area.projections import villages_in
from identification.cases.household.api import NewMember, as_filing, enrol_members, household_for
from identification.cases.household.commands import ChangeMembers, DissolveHousehold
from identification.cases.household.events import Change
from identification.cases.household.findings import DissolutionReason, MemberChange
from identification.cases.household.gather import household_decider
from identification.cases.registration import queries
from identification.people.finding import FoundBy
from identification.people.persons import Purpose
from identification.people.reading import Sought

HouseholdNumber = Annotated[str | None, Query(pattern="^[0-9]{17}$", description="Only the one with this number.")]

router = resource(BASE, "registration")


class RegistrationEnding(DatedBody):
    """Why a household is no longer registered."""

    reason: RegistrationEndReason


class MemberNow(NewMember):
    """A member as typed on the form; of one who is new, why they came."""

    came: MemberChange | None = None


class MembersChange(DatedBody):
    """Everybody who lives in a registered household from a day on, and why each who lives there no more left."""

    members: Annotated[tuple[MemberNow, ...], Field(min_length=1, max_length=30)]
    left: Annotated[tuple[Change, ...], Field(max_length=30)] = ()


class Dissolution(DatedBody):
    """Why a household is no more where it was recorded."""

    reason: DissolutionReason


class HouseholdWanted(Body):
    """Whose household an officer looks for: what they know of a person, where, and why.

    It is sent in the body: nothing personal stands in an address.
    """

    purpose: Purpose
    by: FoundBy
    value: Annotated[str, Field(min_length=1, max_length=40, repr=False)]
    area: AreaCode | None = None


@router.post("/applications/{application_id}/registration-ending", status_code=201)
def end_registration(
    application_id: Id,
    ending: RegistrationEnding,
    writing: Annotated[Writing, acting(Role.COUNTY_OFFICER)],
    handler: Handling,
) -> Response:
    """End the registration that an application led to."""
    application = application_for(handler, application_id, writing)
    part = Part(application_decider, application_id, EndRegistration(**dict(ending)))
    delivery = Delivery(location=f"{PATH}/{application_id}")
    return writing.at(application.filed.group_code).record([part], delivery)


@router.post("/households/{household_id}/members-change", status_code=201)
def change_members(
    household_id: Id, change: MembersChange, writing: Entering, handler: Handling, vault: Sealing
) -> Response:
    """State anew who lives in a registered household, after a birth, a death, a marriage or another change."""
    place = _place(household_id, change, writing, handler)
    writing = as_filing(writing, handler, place, change.on)
    vault.require_kept(household_id)
    members, enrolment = enrol_members(change.members, place, writing.asked.today, vault)
    came = [(one.person_id, typed.came) for one, typed in zip(members, change.members, strict=True)]
    command = ChangeMembers(
        household_id=household_id,
        group_code=place,
        members=members,
        changes=(*(Change(person_id=one, kind=kind) for one, kind in came if kind), *change.left),
        retyped=bool(enrolment.sealed.texts),
        on=change.on,
        late_reason=change.late_reason,
    )
    return _record(writing, household_id, command, Delivery(sealed=enrolment.sealed, claims=enrolment.claims))


@router.post("/households/{household_id}/dissolution", status_code=201)
def dissolve_household(household_id: Id, dissolution: Dissolution, writing: Entering, handler: Handling) -> Response:
    """Let go of everybody in a household that moved away, or whose members died or joined others."""
    writing = as_filing(writing, handler, _place(household_id, dissolution, writing, handler), dissolution.on)
    command = DissolveHousehold(household_id=household_id, **dict(dissolution))
    return _record(writing, household_id, command, Delivery())


@router.get("/registered-households")
def list_registered_households(
    caller: Caller, paged: Paged, database: Reading, area: InArea = None
) -> Page[queries.RegisteredHousehold]:
    """The register of poor households in one's areas, by number."""
    return queries.register().page(database, paged, seen_in_groups_by(caller, area))


@router.get("/registered-households/totals")
def count_registered_households(
    caller: Caller, handler: Handling, database: Reading, today: Today, *, area: AreaCode, on: OnDay = None
) -> queries.RegisterTotals:
    """How many households were registered in an area of one's own on a day, by its parts as they were then.

    Refused as DateInFuture for a day that has not come.
    """
    require_covered(seen_in_groups_by(caller), area)
    require_order(on or today, today)
    return queries.totals(database, area, on or today, handler.codes())


@router.get("/households")
def list_households(
    caller: Caller, paged: Paged, database: Reading, area: InArea = None, household_no: HouseholdNumber = None
) -> Page[queries.HouseholdFound]:
    """The households in one's areas that ever applied: those of a villager group, or the one with a number."""
    return queries.households(number=household_no).page(database, paged, seen_in_groups_by(caller, area))


@router.post("/households/search")
def find_households(
    wanted: HouseholdWanted, caller: Caller, paged: Paged, database: Reading, reader: Opening
) -> Page[queries.HouseholdFound]:
    """Find households in one's areas by something known of a person; it is logged, found or not."""
    scope = caller.scope(*(role for role in ENTERING if role in wanted.purpose.roles))
    if not scope.prefixes:
        raise NotYourDuty
    scope = scope.within(prefix_of(wanted.area)) if wanted.area else scope
    sought = Sought(caller, wanted.purpose, wanted.by, wanted.value)
    ids = reader.households(sought, partial(villages_in, database, scope))
    return queries.households(ids=ids).page(database, paged, scope)


@router.get("/households/{household_id}/standing")
def show_standing(household_id: Id, caller: Caller, handler: Handling, database: Reading) -> queries.HouseholdStanding:
    """How one household stands with poverty registration."""
    household_for(handler, household_id, seen_in_groups_by(caller))
    return queries.standing_of(database, household_id)


def _place(household_id: str, act: DatedBody, writing: Writing, handler: Handler) -> str:
    _, household = household_for(handler, household_id, writing.scope)
    return handler.codes().on(act.on).now(household.group_code)


def _record(writing: Writing, household_id: str, command: Command, delivery: Delivery) -> Response:
    delivery = replace(delivery, location=f"{BASE}/households/{household_id}")
    return writing.record([Part(household_decider, household_id, command)], delivery)
