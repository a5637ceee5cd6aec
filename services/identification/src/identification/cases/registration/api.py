"""The register over HTTP: who is registered, how a household stands, and that a registration ends."""

from typing import Annotated

from casework.roles import Role, seen_in_groups_by
from chronicle.recording import Part
from chronicle.store.values import Delivery
from chronicle.web import (
    AreaCode,
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
from starlette.responses import Response

from identification.cases.application.api import BASE, PATH, DatedBody, application_for
from identification.cases.application.commands import EndRegistration
from identification.cases.application.findings import RegistrationEndReason
from identification.cases.application.gather import application_decider
from identification.cases.area.api import OnDay
from identification.cases.household.api import household_for
from identification.cases.registration import queries

router = resource(BASE, "registration")


class RegistrationEnding(DatedBody):
    """Why a household is no longer registered."""

    reason: RegistrationEndReason


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
    """How many households were registered in an area of one's own on a day, by its parts as they were then."""
    require_covered(seen_in_groups_by(caller), area)
    return queries.totals(database, area, on or today, handler.codes())


@router.get("/households/{household_id}/standing")
def show_standing(household_id: Id, caller: Caller, handler: Handling, database: Reading) -> queries.HouseholdStanding:
    """How one household stands with poverty registration."""
    household_for(handler, household_id, seen_in_groups_by(caller))
    return queries.standing_of(database, household_id)
