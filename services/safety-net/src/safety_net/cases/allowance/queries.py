"""Reading allowances: one with its course and how it came about, the lists of them, and what waits for whom."""

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from casework.areas import Level, prefix_of
from casework.money import NonNegativeYuan, Yuan
from casework.roles import Role
from chronicle.messages import Recorded
from chronicle.principal import AreaScope, Principal
from chronicle.store import Database
from chronicle.web import Page, Paged
from pydantic import BaseModel
from sqlalchemy import ColumnElement, Select, func, select

from safety_net.cases.allowance.decider import Stage, stage_after
from safety_net.cases.allowance.events import AllowanceEvent
from safety_net.cases.allowance.findings import Assessment, JudgingLevel
from safety_net.cases.allowance.projections import allowances

READERS = (Role.VILLAGE_OFFICER, Role.TOWNSHIP_REVIEWER, Role.COUNTY_OFFICER, Role.AUDITOR)
JUDGES: dict[JudgingLevel, Role] = {Level.TOWNSHIP: Role.TOWNSHIP_REVIEWER, Level.COUNTY: Role.COUNTY_OFFICER}
WAITING: dict[JudgingLevel, Stage] = {Level.TOWNSHIP: Stage.FOR_TOWNSHIP, Level.COUNTY: Stage.FOR_COUNTY}


class AllowanceListed(BaseModel):
    """One allowance in a list: whose it is, how much it is a month, how far it has come and since when."""

    allowance_id: str
    household_id: str
    area: str
    stage: Stage
    since: date
    assessed_on: date
    protected_persons: int
    standard: NonNegativeYuan
    monthly_income: Yuan
    monthly_amount: NonNegativeYuan


class WorkQueue(BaseModel):
    """What waits for a level in one's areas, whose duty it is, and since when the first waits."""

    queue: JudgingLevel
    duty: Role
    count: int
    first_since: date | None


class Sentence(BaseModel):
    """A sentence in Chinese and English."""

    zh: str
    en: str


class Fact(BaseModel):
    """One thing that happened to an allowance, who entered it, and the receipt that says how it was decided."""

    event_id: str
    type: str
    on: date
    recorded_at: datetime
    entered_by: str
    role: str
    facts: AllowanceEvent
    receipt: dict[str, Any]


class AllowanceShown(BaseModel):
    """An allowance with its course; ``explained`` says in words how its amount comes about."""

    allowance_id: str
    household_id: str
    area: str
    version: int
    stage: Stage
    monthly_amount: NonNegativeYuan
    explained: Sentence
    history: list[Fact]


def shown(history: Sequence[Recorded[Any]]) -> AllowanceShown:
    """Show an allowance from its events, the assessment first."""
    first = history[0]
    return AllowanceShown(
        allowance_id=first.event.allowance_id,
        household_id=first.event.household_id,
        area=first.area,
        version=len(history),
        stage=stage_after(history[-1].event),
        monthly_amount=first.event.assessment.monthly_amount,
        explained=explained(first.event.assessment),
        history=[_fact(recorded) for recorded in history],
    )


def explained(assessment: Assessment) -> Sentence:
    """Say how an amount comes about."""
    told = assessment.model_dump()
    return Sentence(
        zh="年人均纯收入{per_capita_income}元，按12个月四舍五入为每月{monthly_income}元；低保标准每人每月{standard}元，"
        "每人补差{per_person}元，保障{protected_persons}人，每月{monthly_amount}元。".format(**told),
        en="{per_capita_income} yuan a person and year are {monthly_income} a month, rounded to the cent; the standard "
        "is {standard}, so each lacks {per_person}: {monthly_amount} a month for {protected_persons}.".format(**told),
    )


def page(database: Database, paged: Paged, query: Select[Any], by: ColumnElement[date]) -> Page[AllowanceListed]:
    """Read one page of allowances by a date."""
    with database.reading() as connection:
        return paged.page(connection, query, [by, allowances.tables.c.allowance_id], AllowanceListed.model_validate)


def listed(caller: Principal, area: str | None, stage: Stage | None) -> Select[Any]:
    """The allowances in the caller's areas; inside one area and at one stage, if these are named."""
    table = allowances.tables
    query = select(table).where(caller.scope(*READERS).where(table.c.area))
    if area:
        query = query.where(AreaScope((prefix_of(area),)).where(table.c.area))
    return query.where(table.c.stage == stage.value) if stage else query


def work_queues(database: Database, caller: Principal, area: str | None) -> list[WorkQueue]:
    """Count what waits for each level in the caller's areas."""
    found = listed(caller, area, None).subquery()
    counted = select(found.c.stage, func.count(), func.min(found.c.since)).group_by(found.c.stage)
    with database.reading() as connection:
        waiting = {stage: (count, first) for stage, count, first in connection.execute(counted)}
    return [_queue(level, *waiting.get(stage, (0, None))) for level, stage in WAITING.items()]


def _queue(level: JudgingLevel, count: int, first_since: date | None) -> WorkQueue:
    return WorkQueue(queue=level, duty=JUDGES[level], count=count, first_since=first_since)


def _fact(recorded: Recorded[Any]) -> Fact:
    return Fact(
        event_id=recorded.event_id,
        type=recorded.stored.type,
        on=recorded.valid_on,
        recorded_at=recorded.recorded_at,
        entered_by=recorded.actor.person,
        role=recorded.actor.role,
        facts=recorded.event,
        receipt=json.loads(recorded.stored.receipt or "{}"),
    )
