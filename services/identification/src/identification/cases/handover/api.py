"""Handovers over HTTP: the county hands over what hangs on somebody who leaves, and sees how far that has come."""

from collections.abc import Iterator
from datetime import date
from operator import attrgetter
from typing import Annotated
from uuid import UUID, uuid5

from casework.areas import prefix_of
from casework.roles import Role, seen_by
from chronicle.handling import Handler
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
)
from starlette.responses import Response

from identification.cases.application.api import BASE
from identification.cases.handover.commands import HandOverWork
from identification.cases.handover.gather import handover_decider
from identification.cases.handover.queries import HandoverListed, HandoverShown, listing, shown, substituting_in
from identification.cases.pairing.commands import HandOverPairing
from identification.cases.pairing.findings import HandoverReason
from identification.cases.pairing.gather import helped_by, pairing_decider
from identification.cases.substitution.commands import EndSubstitution, ProposeSubstitution
from identification.cases.substitution.decider import Substitution
from identification.cases.substitution.findings import SubstitutionEndReason
from identification.cases.substitution.gather import substitution_decider

PATH = f"{BASE}/handovers"
# The pairings that go over at once; what there is more of follows by itself.
AT_ONCE = 100

staff = resource(f"{BASE}/staff/{{staff_id}}/handover", "handovers")
router = resource(PATH, "handovers")
routers = (staff, router)


class NewHandover(Body):
    """Who takes over somebody's open work in an area, from today on, and why."""

    successor: PersonId
    area_code: AreaCode
    reason: HandoverReason


@staff.post("", status_code=201)
def hand_over_work(
    staff_id: Id,
    handover: NewHandover,
    writing: Annotated[Writing, acting(Role.COUNTY_OFFICER)],
    handler: Handling,
    database: Reading,
) -> Response:
    """Hand over the households somebody helps in an area, and propose the successor for their substitutions there."""
    writing, today = writing.at(handover.area_code), writing.asked.today
    command_id, codes = new_id(), handler.codes().on(today)
    with database.reading() as connection:
        helped = helped_by(connection, staff_id, handover.area_code, codes)
    scope = writing.scope.within(prefix_of(handover.area_code))
    standing_in = _open(handler, substituting_in(database, staff_id, scope, today))
    command = HandOverWork(
        handover_id=command_id, leaver=staff_id, substitution_ids=tuple(standing_in), **dict(handover)
    )
    pairing = HandOverPairing(
        successor=handover.successor,
        reason=handover.reason,
        handover_id=command_id,
        leaver=staff_id,
    )
    parts = [
        Part(handover_decider, command_id, command),
        *(Part(pairing_decider, household, pairing, household) for household in helped[:AT_ONCE]),
        *(part for one in standing_in.values() for part in _pass_on(one, handover.successor, handler, today)),
    ]
    return writing.record(parts, Delivery(location=f"{PATH}/{command_id}" if len(parts) > 1 else None))


@router.get("")
def list_handovers(caller: Caller, paged: Paged, database: Reading, area: InArea = None) -> Page[HandoverListed]:
    """What was handed over in one's areas."""
    return listing().page(database, paged, seen_by(caller, area))


@router.get("/{handover_id}")
def show_handover(handover_id: Id, caller: Caller, handler: Handling, database: Reading, today: Today) -> HandoverShown:
    """One handover, and how far it has come."""
    history = history_for(handler, handover_decider, handover_id, seen_by(caller), attrgetter("event.area_code"))
    over = history[0].event
    with database.reading() as connection:
        left = helped_by(connection, over.leaver, over.area_code, handler.codes().on(today))
    return shown(history, len(left))


def _open(handler: Handler, ids: list[str]) -> dict[str, Substitution]:
    """Those that nobody ended meanwhile: the list of them may be behind."""
    states = handler.states.of({f"{substitution_decider.name}/{one}": substitution_decider for one in ids[:AT_ONCE]})
    folded = (state for _, state in states.values())
    return {each.proposed.substitution_id: each for each in folded if not each.is_ended}


def _pass_on(substitution: Substitution, successor: str, handler: Handler, today: date) -> Iterator[Part]:
    """End a substitution, and propose the successor for the days left; somebody else of the county confirms that."""
    proposed = substitution.proposed
    yield Part(substitution_decider, proposed.substitution_id, EndSubstitution(reason=SubstitutionEndReason.LEFT))
    if proposed.absent == successor:
        return
    # The same of the same, so that nobody is proposed twice.
    again = str(uuid5(UUID(proposed.substitution_id), successor))
    changed = {
        "substitution_id": again,
        "substitute": successor,
        "first_day": max(today, proposed.first_day),
        "area_code": handler.codes().on(today).now(proposed.area_code),
    }
    yield Part(substitution_decider, again, ProposeSubstitution(**{**dict(proposed), **changed}))
