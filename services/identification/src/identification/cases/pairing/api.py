"""Pairing over HTTP: the township and the county say who helps whom; helpers see their own households, no others."""

from operator import attrgetter
from typing import Annotated

from casework.roles import Role, seen_in_groups_by
from chronicle.principal import PersonId
from chronicle.recording import Part
from chronicle.refusals import NotFound
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
    history_for,
    resource,
    state_for,
)
from starlette.responses import Response

from identification.cases.application.api import BASE, DatedBody
from identification.cases.household.api import PATH, HouseholdShown, household_for, show_household_in
from identification.cases.pairing.commands import EndPairing, HandOverPairing, PairHousehold
from identification.cases.pairing.findings import HandoverReason, PairingEndReason
from identification.cases.pairing.gather import pairing_decider
from identification.cases.pairing.queries import PairingListed, PairingShown, listing, shown

Pairing = Annotated[Writing, acting(Role.TOWNSHIP_REVIEWER, Role.COUNTY_OFFICER)]

router = resource(f"{PATH}/{{household_id}}/pairing", "pairings")
lists = resource(f"{BASE}/pairings", "pairings")
own = resource(f"{BASE}/my-households", "pairings")
routers = (router, lists, own)


class NewPairing(DatedBody):
    """Who becomes responsible for a household, and since when."""

    helper: PersonId


class PairingHandover(Body):
    """Who becomes responsible for a household in another's place, from today on, and why."""

    successor: PersonId
    reason: HandoverReason


class PairingEnding(DatedBody):
    """Why nobody is responsible for a household any longer, and since when."""

    reason: PairingEndReason


@router.post("", status_code=201)
def pair_household(household_id: Id, pairing: NewPairing, writing: Pairing, handler: Handling) -> Response:
    """Pair a registered household with a helper."""
    command = PairHousehold(household_id=household_id, **dict(pairing))
    return _record(household_id, command, writing, handler)


@router.post("/handover", status_code=201)
def hand_over_pairing(household_id: Id, handover: PairingHandover, writing: Pairing, handler: Handling) -> Response:
    """Hand one household over to another helper."""
    return _record(household_id, HandOverPairing(**dict(handover)), writing, handler)


@router.post("/ending", status_code=201)
def end_pairing(household_id: Id, ending: PairingEnding, writing: Pairing, handler: Handling) -> Response:
    """End the pairing of a household; it has no helper until it is paired anew."""
    return _record(household_id, EndPairing(**dict(ending)), writing, handler)


@router.get("")
def show_pairing(household_id: Id, caller: Caller, handler: Handling, response: Response) -> PairingShown:
    """Who is responsible for a household, and who was before."""
    scope, place = seen_in_groups_by(caller), attrgetter("group_code")
    pairing = state_for(handler, pairing_decider, household_id, scope, place).state
    history = history_for(handler, pairing_decider, household_id, scope, attrgetter("event.group_code"))
    return shown(pairing, history, response)


@lists.get("")
def list_pairings(caller: Caller, paged: Paged, database: Reading, area: InArea = None) -> Page[PairingListed]:
    """The households in one's areas that have a helper."""
    return listing().page(database, paged, seen_in_groups_by(caller, area))


@own.get("")
def list_own_households(caller: Caller, paged: Paged, database: Reading) -> Page[PairingListed]:
    """The households one is responsible for as a helper, in the areas where one is on duty."""
    return listing(caller.person).page(database, paged, caller.scope(Role.HOUSEHOLD_HELPER))


@own.get("/{household_id}")
def show_own_household(household_id: Id, caller: Caller, handler: Handling, response: Response) -> HouseholdShown:
    """One household that one is responsible for as a helper, without names."""
    scope = caller.scope(Role.HOUSEHOLD_HELPER)
    pairing = state_for(handler, pairing_decider, household_id, scope, attrgetter("group_code")).state
    if pairing.helper != caller.person:
        raise NotFound
    return show_household_in(scope, household_id, handler, response)


def _record(
    household_id: str, command: PairHousehold | HandOverPairing | EndPairing, writing: Writing, handler: Handling
) -> Response:
    _, household = household_for(handler, household_id, writing.scope)
    part = Part(pairing_decider, household_id, command)
    return writing.at(household.group_code).record([part], Delivery(location=f"{PATH}/{household_id}/pairing"))
