"""Backfill runs over HTTP: the county opens, signs and closes them; commands name one in ``Yihu-Backfill``."""

from datetime import date
from operator import attrgetter
from typing import Annotated

from casework.roles import Role, seen_in_groups_by
from chronicle.messages import new_id
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
    Writing,
    acting,
    history_for,
    resource,
    state_for,
)
from starlette.responses import Response

from identification.cases.area.api import BASE
from identification.cases.area.findings import ChangeDocument
from identification.cases.backfill_run.commands import (
    BackfillRunCommand,
    CloseBackfillRun,
    OpenBackfillRun,
    SignBackfillRun,
)
from identification.cases.backfill_run.findings import BackfillReason
from identification.cases.backfill_run.gather import backfill_run_decider
from identification.cases.backfill_run.queries import BackfillRunListed, BackfillRunShown, listing, shown

PATH = f"{BASE}/backfill-runs"

Opening = Annotated[Writing, acting(Role.COUNTY_OFFICER)]

router = resource(PATH, "backfill-runs")


class NewBackfillRun(Body):
    """Whose paper, from a first business date to a last, may be entered until a day, why, and by which document."""

    area_code: AreaCode
    first_day: date
    last_day: date
    open_until: date
    reason: BackfillReason
    document: ChangeDocument


@router.post("", status_code=201)
def open_backfill_run(opening: NewBackfillRun, writing: Opening) -> Response:
    """Open a run for paper from long ago; somebody else of the county has to sign it."""
    command = OpenBackfillRun(run_id=new_id(), **dict(opening))
    part = Part(backfill_run_decider, command.run_id, command)
    return writing.at(opening.area_code).record([part], Delivery(location=f"{PATH}/{command.run_id}"))


@router.post("/{run_id}/signature", status_code=201)
def sign_backfill_run(run_id: Id, writing: Opening, handler: Handling) -> Response:
    """Sign a run that somebody else opened; from now on paper may be entered in it."""
    return _go_on(run_id, SignBackfillRun(), writing, handler)


@router.post("/{run_id}/closing", status_code=201)
def close_backfill_run(run_id: Id, writing: Opening, handler: Handling) -> Response:
    """Close a run from now on, or take it back unsigned."""
    return _go_on(run_id, CloseBackfillRun(), writing, handler)


@router.get("")
def list_backfill_runs(caller: Caller, paged: Paged, database: Reading, area: InArea = None) -> Page[BackfillRunListed]:
    """The backfill runs in one's areas, by the day they were opened."""
    return listing().page(database, paged, seen_in_groups_by(caller, area))


@router.get("/{run_id}")
def show_backfill_run(
    run_id: Id, caller: Caller, handler: Handling, database: Reading, response: Response
) -> BackfillRunShown:
    """One backfill run with its course, and how many events of each type were recorded in it."""
    scope, place = seen_in_groups_by(caller), attrgetter("event.area_code")
    history = history_for(handler, backfill_run_decider, run_id, scope, place)
    return shown(run_id, history, database, response)


def _go_on(run_id: str, command: BackfillRunCommand, writing: Writing, handler: Handling) -> Response:
    place = attrgetter("opened.area_code")
    area = place(state_for(handler, backfill_run_decider, run_id, writing.scope, place).state)
    part = Part(backfill_run_decider, run_id, command)
    return writing.at(area).record([part], Delivery(location=f"{PATH}/{run_id}"))
