"""Reading allowances: one with its course and how it came about, the lists of them, and what waits for whom."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from casework.areas import Level
from casework.heard_rows import name_on, whose
from casework.money import NonNegativeYuan, Yuan
from casework.registration import Standing
from casework.roles import Role
from chronicle.messages import Recorded
from chronicle.principal import AreaScope
from chronicle.store import Database
from chronicle.web import Fact, Listing
from pydantic import BaseModel
from sqlalchemy import func, select

from safety_net.areas import areas, replacements
from safety_net.cases.allowance.decider import stage_after
from safety_net.cases.allowance.events import AllowanceEvent
from safety_net.cases.allowance.findings import Assessment, JudgingLevel, Stage
from safety_net.cases.allowance.projections import allowances
from safety_net.registered_households import registered_households

JUDGES: dict[JudgingLevel, Role] = {Level.TOWNSHIP: Role.TOWNSHIP_REVIEWER, Level.COUNTY: Role.COUNTY_OFFICER}
WAITING: dict[JudgingLevel, Stage] = {Level.TOWNSHIP: Stage.FOR_TOWNSHIP, Level.COUNTY: Stage.FOR_COUNTY}


class AllowanceListed(BaseModel):
    """One allowance in a list: whose it is, how much it is a month, how far it has come and since when."""

    allowance_id: str
    household_id: str
    household_no: str | None
    standing: Standing | None
    area: str
    area_name: str | None
    stage: Stage
    since: date
    assessed_on: date
    protected_persons: int
    standard: NonNegativeYuan
    per_capita_income: Yuan
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


STANDARD = "allowance_standard"
_COMPUTED = Sentence(
    zh="{reference_year}年人均纯收入{per_capita_income}元；低保标准每人每月{standard}元，12个月为{annual_standard}元；"
    "每人每年差{lacking_per_person}元，保障{protected_persons}人，按12个月平均，每月{monthly_amount}元（四舍五入到分）。",
    en="Net income per person in {reference_year} was {per_capita_income} yuan; the standard is {standard} a month, "
    "{annual_standard} in twelve; each lacks {lacking_per_person} a year: times {protected_persons} persons, divided "
    "by 12 and rounded to the cent, this is {monthly_amount} a month.",
)
_LOSSES = Sentence(zh="亏损按没有收入计算。", en="A year of losses counts as a year without income.")
_UNCONFIRMED = Sentence(zh="低保标准尚待主管部门确认。", en="The standard still has to be confirmed by the authority.")


class AllowanceFact(Fact[AllowanceEvent]):
    """One thing that happened to an allowance."""


class AllowanceShown(BaseModel):
    """An allowance with its course; ``explained`` says in words how its amount comes about."""

    allowance_id: str
    household_id: str
    household_no: str | None
    standing: Standing | None
    area: str
    area_name: str | None
    version: int
    stage: Stage
    monthly_amount: NonNegativeYuan
    explained: Sentence
    history: list[AllowanceFact]


def shown(history: Sequence[Recorded[Any]], database: Database) -> AllowanceShown:
    """Show an allowance from its events, the assessment first."""
    first = history[0]
    named = name_on(areas.tables, replacements.tables, first.area, first.valid_on).label("area_name")
    with database.reading() as connection:
        found = connection.execute(select(named, *whose(registered_households.tables, first.event.household_id)))
        now = found.mappings().one()
    assessed = AllowanceFact.of(first)
    return AllowanceShown(
        **now,
        allowance_id=first.event.allowance_id,
        household_id=first.event.household_id,
        area=first.area,
        version=len(history),
        stage=stage_after(history[-1].event),
        monthly_amount=first.event.assessment.monthly_amount,
        explained=explained(first.event.assessment, assessed.receipt or {}),
        history=[assessed, *(AllowanceFact.of(recorded) for recorded in history[1:])],
    )


def explained(assessment: Assessment, receipt: Mapping[str, Any]) -> Sentence:
    """Say how an amount comes about, and whether the standard still has to be confirmed by an authority."""
    told, said = assessment.model_dump(), [_COMPUTED]
    if assessment.per_capita_income < 0:
        said.append(_LOSSES)
    if any(entry.get("needs_confirmation") for entry in receipt.get("policy", ()) if entry["name"] == STANDARD):
        said.append(_UNCONFIRMED)
    zh, en = ("".join(each.zh for each in said), " ".join(each.en for each in said))
    return Sentence(zh=zh.format(**told), en=en.format(**told))


def all_allowances(stage: Stage | None) -> Listing[AllowanceListed]:
    """The allowances, at one stage or at all, by the day they were assessed."""
    table = allowances.tables
    named = name_on(areas.tables, replacements.tables, table.c.area, table.c.assessed_on).label("area_name")
    whole = whose(registered_households.tables, table.c.household_id)
    query = select(table, table.c.id.label("allowance_id"), named, *whole)
    chosen = query.where(table.c.stage == stage.value) if stage else query
    return Listing(chosen, table.c.area, [table.c.assessed_on, table.c.id], AllowanceListed.model_validate)


def work_queue(level: JudgingLevel) -> Listing[AllowanceListed]:
    """The allowances that wait for a level, those waiting longest first."""
    table = allowances.tables
    return all_allowances(WAITING[level])._replace(order=[table.c.since, table.c.id])


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
