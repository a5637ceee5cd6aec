"""Reading applications: one with its course, what waits for whom, and what was entered late."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from casework.areas import Level
from casework.reasons import LateEntryReason
from casework.roles import Role
from casework.steps import Step, StepKind
from chronicle.messages import Recorded
from chronicle.principal import AreaScope
from chronicle.refusals import NotFound
from chronicle.store import Database
from chronicle.web import Fact, Listing
from pydantic import BaseModel
from sqlalchemy import ColumnElement, Select, Table, case, func, literal, select, union_all

from identification.cases.application.decisions.course import ending_of, step_after
from identification.cases.application.decisions.state import Ending
from identification.cases.application.events import ApplicationEvent, HouseholdRegistered
from identification.cases.application.projections import (
    Waiting,
    applications,
    late_entries,
)
from identification.cases.area.projections import name_on


class QueueUnknown(NotFound, code="queue-unknown", zh="没有这个待办列表。"):
    """There is no such work queue."""


class ApplicationFact(Fact[ApplicationEvent]):
    """One thing that happened to an application; ``void`` when a later return undid it."""

    void: bool


class StepShown(Step):
    """One step of the application's chain, and the event that did it, if it stands."""

    done_on: date | None = None
    done_by: str | None = None


class ApplicationShown(BaseModel):
    """An application with its course, from the filing to now."""

    application_id: str
    household_id: str
    group_code: str
    version: int
    now: int | None
    ending: Ending | None
    course: list[StepShown]
    history: list[ApplicationFact]


class ApplicationListed(BaseModel):
    """One application in a list: at which step, since when, and when that is due.

    What is posted is due to be closed, and on no day while an objection to it is undecided. Whose duty it is to
    reconsider one that was rejected is told while that waits.
    """

    application_id: str
    household_id: str
    head_id: str
    household_size: int
    group_code: str
    group_name: str | None
    filed_on: date
    ordinal: int
    waiting: Waiting
    since: date
    due_on: date | None
    notice_id: str | None
    objections: int
    data_matches: int
    round_id: str | None
    sampled: bool | None
    ending: Ending | None
    reconsidering: Role | None


class WorkQueue(BaseModel):
    """What waits to be done in one's areas: at which step, for whom, how much of it, and what is due first."""

    queue: str
    name: str
    ordinal: int
    kind: StepKind
    level: Level
    zh: str
    en: str
    waiting: Waiting
    duties: list[Role]
    count: int
    due_first: date | None


class LateEntry(BaseModel):
    """One thing entered late: when it took place, when it was entered, by whom, and why so late."""

    event_id: str
    application_id: str
    group_code: str
    type: str
    on: date
    entered_on: date
    days: int
    reason: LateEntryReason
    entered_by: str


def shown(history: Sequence[Recorded[Any]]) -> ApplicationShown:
    """Show an application from its events, the filing first."""
    filed, (now, ending) = history[0].event, _now(history)
    return ApplicationShown(
        application_id=filed.application_id,
        household_id=filed.household_id,
        group_code=filed.group_code,
        version=len(history),
        now=now,
        ending=ending,
        course=_course(history),
        history=_facts(history),
    )


def _now(history: Sequence[Recorded[Any]]) -> tuple[int | None, Ending | None]:
    now: tuple[int | None, Ending | None] = None, None
    for recorded in history:
        # What rejects at a step comes after nothing; what is asked or confirmed after an ending changes nothing.
        if ending := ending_of(recorded.event):
            now = None, ending
        elif step := step_after(recorded.event):
            now = step, None
    return now


def _course(history: Sequence[Recorded[Any]]) -> list[StepShown]:
    done: dict[int, Recorded[Any]] = {}
    for recorded in history:
        event = recorded.event
        if voids := getattr(event, "voids", ()):
            done = {step: earlier for step, earlier in done.items() if earlier.event_id not in voids}
        elif after := step_after(event):
            done[after - 1] = recorded
        elif isinstance(event, HouseholdRegistered):
            done[event.step] = recorded
    by: dict[int, Any] = {step: {"done_on": did.valid_on, "done_by": did.event_id} for step, did in done.items()}
    return [StepShown(**dict(step), **by.get(step.ordinal, {})) for step in history[0].event.chain.steps]


def _facts(history: Sequence[Recorded[Any]]) -> list[ApplicationFact]:
    void = {event_id for recorded in history for event_id in getattr(recorded.event, "voids", ())}
    return [ApplicationFact.of(recorded, void=recorded.event_id in void) for recorded in history]


def named(table: Table, on: ColumnElement[Any]) -> Select[Any]:
    """Every row of a table, with what its villager group was called on a day."""
    return select(table, name_on(table.c.group_code, on).label("group_name"))


def all_applications() -> Listing[ApplicationListed]:
    """The applications, open or ended, by the day they were filed."""
    table = applications.tables.application
    return Listing(
        named(table, table.c.filed_on),
        table.c.group_code,
        [table.c.filed_on, table.c.application_id],
        ApplicationListed.model_validate,
    )


def work_queue(database: Database, queue: str) -> Listing[ApplicationListed]:
    """The open applications of one queue, what was due or waits longest first; refused as QueueUnknown."""
    name, _, waiting = queue.rpartition(".")
    table, step = applications.tables
    with database.reading() as connection:
        if connection.execute(select(step.c.name).where(step.c.name == name)).first() is None:
            raise QueueUnknown
    found = all_applications()
    query = found.query.where(table.c.step == name, table.c.waiting == waiting, table.c.ending.is_(None))
    return found._replace(query=query, order=[table.c.first, table.c.application_id])


def reconsiderations(duty: Role | None) -> Listing[ApplicationListed]:
    """The rejected ones that wait to be reconsidered, by the day that was asked for; for all duties or for one."""
    table, found = applications.tables.application, all_applications()
    waiting = table.c.reconsidering.is_not(None) if duty is None else table.c.reconsidering == duty
    return found._replace(query=found.query.where(waiting), order=[table.c.since, table.c.application_id])


def entered_late() -> Listing[LateEntry]:
    """What was entered late, by the day it was entered."""
    table, filed = late_entries.tables, applications.tables.application
    query = select(table, filed.c.group_code).join(filed, filed.c.application_id == table.c.application_id)
    return Listing(query, filed.c.group_code, [table.c.entered_on, table.c.event_id], LateEntry.model_validate)


def work_queues(database: Database, scope: AreaScope, duty: Role | None) -> list[WorkQueue]:
    """Count the open applications within a scope, each in exactly one queue; for all duties or for one."""
    every = union_all(*(_waiting(waiting, scope) for waiting in Waiting)).subquery()
    # A chain that nothing waits in any more does not say whose step it is.
    told = {
        name: case((every.c.number > 0, every.c[name])) for name in ("ordinal", "kind", "level", "duties", "zh", "en")
    }
    same = [func.min(each).label(name) for name, each in told.items()]
    totals = func.sum(every.c.number).label("count"), func.min(every.c.due_first).label("due_first")
    query = (
        select(every.c.name, every.c.waiting, *same, *totals)
        .group_by(every.c.name, every.c.waiting)
        .having(func.sum(every.c.number) > 0)
        .order_by("ordinal", every.c.waiting.desc())
    )
    with database.reading() as connection:
        rows = connection.execute(query).mappings().all()
    named = ({**row, "queue": f"{row['name']}.{row['waiting']}", "duties": row["duties"].split()} for row in rows)
    queues = [WorkQueue.model_validate(row) for row in named]
    return [queue for queue in queues if duty is None or duty in queue.duties]


def _waiting(waiting: Waiting, scope: AreaScope) -> Select[Any]:
    """Every step with what waits there. Step by step: all of it read at once would have to be sorted by steps."""
    table, step = applications.tables
    here = (table.c.chain == step.c.chain, table.c.ordinal == step.c.ordinal, table.c.waiting == waiting.value)
    there = (*here, table.c.ending.is_(None), scope.where(table.c.group_code))
    number, due_first = (
        select(each).where(*there).scalar_subquery() for each in (func.count(), func.min(table.c.due_on))
    )
    return select(step, literal(waiting.value).label("waiting"), number.label("number"), due_first.label("due_first"))
