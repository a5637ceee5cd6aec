"""Substitutions over HTTP: the county proposes, confirms and ends them; substitutes see under which they act."""

from datetime import date
from operator import attrgetter
from typing import Annotated

from casework.roles import Role, seen_in_groups_by
from chronicle.messages import new_id
from chronicle.principal import PersonId
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
    history_for,
    resource,
    state_for,
)
from starlette.responses import Response

from identification.cases.application.api import BASE
from identification.cases.substitution.commands import (
    ConfirmSubstitution,
    EndSubstitution,
    ProposeSubstitution,
    SubstitutionCommand,
)
from identification.cases.substitution.findings import AbsenceReason, SubstitutionEndReason
from identification.cases.substitution.gather import substitution_decider
from identification.cases.substitution.queries import (
    SubstitutionListed,
    SubstitutionShown,
    held_by,
    listing,
    shown,
)

PATH = f"{BASE}/substitutions"

Naming = Annotated[Writing, acting(Role.COUNTY_OFFICER)]

router = resource(PATH, "substitutions")
own = resource(f"{BASE}/my-substitutions", "substitutions")
routers = (router, own)


class NewSubstitution(Body):
    """Who is to act in whose place, in which role and area, from a first day to a last, both included, and why."""

    substitute: PersonId
    absent: PersonId
    role: Role
    area_code: AreaCode
    first_day: date
    last_day: date
    reason: AbsenceReason


class SubstitutionEnding(Body):
    """Why a substitution ends."""

    reason: SubstitutionEndReason


@router.post("", status_code=201)
def propose_substitution(proposal: NewSubstitution, writing: Naming) -> Response:
    """Propose who acts in an officer's place; somebody else of the county has to confirm it."""
    command = ProposeSubstitution(substitution_id=new_id(), **dict(proposal))
    part = Part(substitution_decider, command.substitution_id, command)
    return writing.at(proposal.area_code).record([part], Delivery(location=f"{PATH}/{command.substitution_id}"))


@router.post("/{substitution_id}/confirmation", status_code=201)
def confirm_substitution(substitution_id: Id, writing: Naming, handler: Handling) -> Response:
    """Confirm a substitution that somebody else proposed; from its first day the substitute acts under it."""
    return _go_on(substitution_id, ConfirmSubstitution(), writing, handler)


@router.post("/{substitution_id}/ending", status_code=201)
def end_substitution(substitution_id: Id, ending: SubstitutionEnding, writing: Naming, handler: Handling) -> Response:
    """End a substitution from now on, or take its proposal back."""
    return _go_on(substitution_id, EndSubstitution(reason=ending.reason), writing, handler)


@router.get("")
def list_substitutions(
    caller: Caller, paged: Paged, database: Reading, area: InArea = None
) -> Page[SubstitutionListed]:
    """The substitutions in one's areas, by their first day."""
    return listing().page(database, paged, seen_in_groups_by(caller, area))


@router.get("/{substitution_id}")
def show_substitution(substitution_id: Id, caller: Caller, handler: Handling, response: Response) -> SubstitutionShown:
    """One substitution with its course."""
    scope, place = seen_in_groups_by(caller), attrgetter("event.area_code")
    history = history_for(handler, substitution_decider, substitution_id, scope, place)
    return shown(substitution_id, history, response)


@own.get("")
def list_own_substitutions(caller: Caller, database: Reading, today: Today) -> list[SubstitutionListed]:
    """The substitutions under which one acts today: their ids go into the header ``Yihu-Substitution``."""
    return held_by(database, caller.person, today)


def _go_on(substitution_id: str, command: SubstitutionCommand, writing: Writing, handler: Handling) -> Response:
    place = attrgetter("proposed.area_code")
    area = place(state_for(handler, substitution_decider, substitution_id, writing.scope, place).state)
    part = Part(substitution_decider, substitution_id, command)
    return writing.at(area).record([part], Delivery(location=f"{PATH}/{substitution_id}"))
