"""Reading allowances: one with its course and how it came about, the lists of them, and what waits for whom."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from casework.areas import Level
from casework.money import NonNegativeYuan, Yuan
from casework.roles import Role
from chronicle.messages import Recorded
from chronicle.principal import AreaScope
from chronicle.store import Database
from chronicle.web import Fact, Listing
from pydantic import BaseModel
from sqlalchemy import func, select

from safety_net.cases.allowance.decider import stage_after
from safety_net.cases.allowance.events import AllowanceEvent
from safety_net.cases.allowance.findings import Assessment, JudgingLevel, Stage
from safety_net.cases.allowance.projections import allowances

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


class AllowanceFact(Fact[AllowanceEvent]):
    """One thing that happened to an allowance."""


class AllowanceShown(BaseModel):
    """An allowance with its course; ``explained`` says in words how its amount comes about."""

    allowance_id: str
    household_id: str
    area: str
    version: int
    stage: Stage
    monthly_amount: NonNegativeYuan
    explained: Sentence
    history: list[AllowanceFact]


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
        history=[AllowanceFact.of(recorded) for recorded in history],
    )


def explained(assessment: Assessment) -> Sentence:
    """Say how an amount comes about."""
    told = assessment.model_dump()
    return Sentence(
        zh="年人均纯收入{per_capita_income}元，按12个月四舍五入为每月{monthly_income}元；低保标准每人每月{standard}元，"
        "每人补差{per_person}元，保障{protected_persons}人，每月{monthly_amount}元。".format(**told),
        en="{per_capita_income} yuan a person and year are {monthly_income} a month, rounded to the cent; the standard "
        "is {standard}: {per_person} lacking, times {protected_persons}, are {monthly_amount} a month.".format(**told),
    )


def all_allowances(stage: Stage | None) -> Listing[AllowanceListed]:
    """The allowances, at one stage or at all, by the day they were assessed."""
    table = allowances.tables
    query = select(table).where(table.c.stage == stage.value) if stage else select(table)
    return Listing(query, table.c.area, [table.c.assessed_on, table.c.allowance_id], AllowanceListed.model_validate)


def work_queue(level: JudgingLevel) -> Listing[AllowanceListed]:
    """The allowances that wait for a level, those waiting longest first."""
    table = allowances.tables
    return all_allowances(WAITING[level])._replace(order=[table.c.since, table.c.allowance_id])


def work_queues(database: Database, scope: AreaScope) -> list[WorkQueue]:
    """Count what waits for each level within a scope."""
    table = allowances.tables
    counted = select(table.c.stage, func.count(), func.min(table.c.since)).group_by(table.c.stage)
    with database.reading() as connection:
        found = connection.execute(counted.where(scope.where(table.c.area)))
        waiting = {stage: (count, first) for stage, count, first in found}
    return [_queue(level, *waiting.get(stage, (0, None))) for level, stage in WAITING.items()]


def _queue(level: JudgingLevel, count: int, first_since: date | None) -> WorkQueue:
    return WorkQueue(queue=level, duty=JUDGES[level], count=count, first_since=first_since)
