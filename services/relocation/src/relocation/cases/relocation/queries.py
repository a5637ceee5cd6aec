"""Reading relocations: the lists of them, who may still be proposed, and one from its beginning to now."""

from collections.abc import Sequence
from datetime import date

from casework.heard_rows import name_on, whose
from casework.registration import Standing
from chronicle.messages import Recorded
from chronicle.store import Database
from chronicle.web import Fact, Listing
from pydantic import BaseModel
from sqlalchemy import select

from relocation.areas import areas, replacements
from relocation.cases.relocation.decider import stage_after
from relocation.cases.relocation.events import RelocationEvent
from relocation.cases.relocation.findings import OVER, DeclineReason, Mode, Place, Placement, Stage, WithdrawalReason
from relocation.cases.relocation.projections import relocations
from relocation.registered_households import registered_households


class RelocationListed(BaseModel):
    """One relocation in a list: what was offered for how many persons, how many they are now, and what came of it."""

    relocation_id: str
    household_id: str
    household_no: str | None
    standing: Standing | None
    group_code: str
    group_name: str | None
    stage: Stage
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
    reason: DeclineReason | WithdrawalReason | None


class Candidate(BaseModel):
    """A registered household without a relocation that waits for its answer or was accepted."""

    household_id: str
    household_no: str
    group_code: str
    group_name: str | None
    registered_on: date
    persons: int


class RelocationFact(Fact[RelocationEvent]):
    """One thing that happened to a relocation."""


class RelocationShown(BaseModel):
    """A relocation from its beginning to now."""

    relocation_id: str
    household_id: str
    household_no: str | None
    standing: Standing | None
    group_code: str
    group_name: str | None
    version: int
    stage: Stage
    history: list[RelocationFact]


def all_relocations(stage: Stage | None) -> Listing[RelocationListed]:
    """The relocations, at one stage or of all, by the day they were proposed."""
    table, household = relocations.tables, registered_households.tables
    persons_now = select(household.c.persons).where(household.c.id == table.c.household_id).scalar_subquery()
    query = select(
        table,
        table.c.id.label("relocation_id"),
        persons_now.label("persons_now"),
        name_on(areas.tables, replacements.tables, table.c.group_code, table.c.proposed_on).label("group_name"),
        *whose(household, table.c.household_id),
    )
    chosen = query.where(table.c.stage == stage.value) if stage else query
    return Listing(chosen, table.c.group_code, [table.c.proposed_on, table.c.id], RelocationListed.model_validate)


def candidates() -> Listing[Candidate]:
    """The registered households that may be proposed, by number."""
    table, household = relocations.tables, registered_households.tables
    moving = select(table.c.household_id).where(
        table.c.household_id == household.c.id, table.c.stage.not_in([stage.value for stage in OVER])
    )
    on = household.c.registered_on
    named = name_on(areas.tables, replacements.tables, household.c.group_code, on).label("group_name")
    query = (
        select(household, household.c.id.label("household_id"), named)
        .where(household.c.standing == Standing.REGISTERED.value)
        .where(~moving.exists())
    )
    return Listing(query, household.c.group_code, [household.c.household_no], Candidate.model_validate)


def shown(history: Sequence[Recorded[RelocationEvent]], group_code: str, database: Database) -> RelocationShown:
    """Show a relocation from its events."""
    last = history[-1].event
    named = name_on(areas.tables, replacements.tables, group_code, history[0].valid_on).label("group_name")
    with database.reading() as connection:
        found = connection.execute(select(named, *whose(registered_households.tables, last.household_id)))
        now = found.mappings().one()
    return RelocationShown(
        **now,
        relocation_id=last.relocation_id,
        household_id=last.household_id,
        group_code=group_code,
        version=len(history),
        stage=stage_after(last),
        history=[RelocationFact.of(recorded) for recorded in history],
    )
