"""Reading backfill runs: those of one's areas, and of one what happened to it and what was entered in it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from chronicle.messages import Recorded
from chronicle.store import Database
from chronicle.web import Fact, Listing, etag
from pydantic import BaseModel
from sqlalchemy import func, select
from starlette.responses import Response

from identification.cases.backfill_run.events import BackfillRunEvent
from identification.cases.backfill_run.findings import BackfillReason
from identification.cases.backfill_run.projections import backfill_entries, backfill_runs


class BackfillRunListed(BaseModel):
    """A run with its area, the period of its paper and until when it is open; unsigned while ``signed_on`` is null."""

    id: str
    area_code: str
    first_day: date
    last_day: date
    open_until: date
    reason: BackfillReason
    opened_on: date
    opened_by: str
    signed_on: date | None
    signed_by: str | None
    closed_on: date | None
    closed_by: str | None


class BackfillRunShown(BaseModel):
    """What happened to a run, and how many events of each type were recorded in it."""

    run_id: str
    version: int
    entered: dict[str, int]
    history: list[Fact[BackfillRunEvent]]


def listing() -> Listing[BackfillRunListed]:
    """The runs, by the day they were opened."""
    one = backfill_runs.tables
    return Listing(select(one), one.c.area_code, [one.c.opened_on, one.c.id], BackfillRunListed.model_validate)


def shown(run_id: str, history: Sequence[Recorded[Any]], database: Database, response: Response) -> BackfillRunShown:
    """Show what happened, at its version, and count what was entered."""
    response.headers["ETag"] = etag(len(history))
    one = backfill_entries.tables
    counted = select(one.c.type, func.count()).where(one.c.run_id == run_id).group_by(one.c.type).order_by(one.c.type)
    with database.reading() as connection:
        entered = {row[0]: row[1] for row in connection.execute(counted)}
    facts: list[Fact[BackfillRunEvent]] = [Fact.of(recorded) for recorded in history]
    return BackfillRunShown(run_id=run_id, version=len(history), entered=entered, history=facts)
