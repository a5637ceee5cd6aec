"""The register over HTTP: who is registered, how a household is found and stands, and that a registration ends."""

from functools import partial
from typing import Annotated

from casework.areas import prefix_of
from casework.dates import require_order
from casework.roles import Role, seen_in_groups_by
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

from identification.cases.application.api import BASE, ENTERING, PATH, DatedBody, Opening, application_for
from identification.cases.application.commands import EndRegistration
from identification.cases.application.findings import RegistrationEndReason
from identification.cases.application.gather import application_decider
from identification.cases.area.api import OnDay
from identification.cases.area.projections import villages_in
from identification.cases.household.api import household_for
from identification.cases.registration import queries
from identification.people.finding import FoundBy
from identification.people.persons import Purpose
from identification.people.reading import Sought

HouseholdNumber = Annotated[str | None, Query(pattern="^[0-9]{17}$", description="Only the one with this number.")]

router = resource(BASE, "registration")


class RegistrationEnding(DatedBody):
    """Why a household is no longer registered."""

    reason: RegistrationEndReason


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
