"""Reading relocations: the lists of them, who may still be proposed, and one from its beginning to now."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Generic, NamedTuple, TypeVar

from casework.areas import prefix_of
from casework.registration import Standing
from casework.roles import Role
from chronicle.messages import Recorded
from chronicle.principal import AreaScope, Principal
from chronicle.store import Database
from chronicle.web import Page, Paged
from pydantic import BaseModel
from sqlalchemy import ColumnElement, Select, select

from relocation.cases.relocation.decider import state_after
from relocation.cases.relocation.events import RelocationEvent
from relocation.cases.relocation.findings import DeclineReason, Mode, Place, Placement, State
from relocation.cases.relocation.projections import relocations
from relocation.registered_households import registered_households

READERS = (Role.GROUP_CONVENER, Role.VILLAGE_OFFICER, Role.TOWNSHIP_REVIEWER, Role.COUNTY_OFFICER, Role.AUDITOR)

T = TypeVar("T", bound=BaseModel)


class RelocationListed(BaseModel):
    """One relocation in a list: what was offered for how many persons, how many they are now, and the answer."""

    relocation_id: str
    household_id: str
    household_no: str | None
    group_code: str
    state: State
    proposed_on: date
    since: date
    mode: Mode
    placement: Placement
    place: Place
    persons: int
    persons_now: int | None
    floor_area_limit_m2: str
    own_contribution: str
    answered_by: str | None
    reason: DeclineReason | None


class Candidate(BaseModel):
    """A registered household without a relocation that waits for its answer or was accepted."""

    household_id: str
    household_no: str
    group_code: str
    registered_on: date
    persons: int


class Fact(BaseModel):
    """One thing that happened to a relocation, when, and who entered it."""

    event_id: str
    type: str
    on: date
    recorded_at: datetime
    entered_by: str
    role: str
    facts: RelocationEvent


class RelocationShown(BaseModel):
    """A relocation from its beginning to now."""

    relocation_id: str
    household_id: str
    version: int
    state: State
    history: list[Fact]


class Listing(NamedTuple, Generic[T]):
    """What a list shows: its rows, the column that says where they lie, their order, and how one is shown."""

    query: Select[Any]
    place: ColumnElement[str]
    order: Sequence[ColumnElement[Any]]
    item: type[T]

    def page(self, database: Database, paged: Paged, caller: Principal, area: str | None) -> Page[T]:
        """Read one page of what lies in the caller's areas and, if one is named, inside it."""
        query = self.query.where(caller.scope(*READERS).where(self.place))
        if area:
            query = query.where(AreaScope((prefix_of(area),)).where(self.place))
        with database.reading() as connection:
            return paged.page(connection, query, self.order, self.item.model_validate)


def all_relocations(state: State | None) -> Listing[RelocationListed]:
    """The relocations, of one state or of all, by the day they were proposed."""
    table, household = relocations.tables, registered_households.tables
    now = (household.c.household_no, household.c.size.label("persons_now"))
    query = select(table, *now).outerjoin(household, household.c.id == table.c.household_id)
    chosen = query.where(table.c.state == state.value) if state else query
    return Listing(chosen, table.c.group_code, [table.c.proposed_on, table.c.relocation_id], RelocationListed)


def candidates() -> Listing[Candidate]:
    """The registered households that may be proposed, by number."""
    table, household = relocations.tables, registered_households.tables
    moving = select(table.c.household_id).where(
        table.c.household_id == household.c.id, table.c.state != State.DECLINED.value
    )
    shown = (household.c.household_no, household.c.group_code, household.c.registered_on)
    query = (
        select(household.c.id.label("household_id"), *shown, household.c.size.label("persons"))
        .where(household.c.standing == Standing.REGISTERED.value)
        .where(~moving.exists())
    )
    return Listing(query, household.c.group_code, [household.c.household_no], Candidate)


def shown(history: Sequence[Recorded[RelocationEvent]]) -> RelocationShown:
    """Show a relocation from its events."""
    last = history[-1].event
    return RelocationShown(
        relocation_id=last.relocation_id,
        household_id=last.household_id,
        version=len(history),
        state=state_after(last),
        history=[
            Fact(
                event_id=recorded.event_id,
                type=recorded.stored.type,
                on=recorded.valid_on,
                recorded_at=recorded.recorded_at,
                entered_by=recorded.actor.person,
                role=recorded.actor.role,
                facts=recorded.event,
            )
            for recorded in history
        ],
    )
