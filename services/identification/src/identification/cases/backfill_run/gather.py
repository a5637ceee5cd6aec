"""What is found before anything is decided on a backfill run, and of the run that something dated is entered in."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from casework.areas import prefix_of
from casework.dates import BackfillRunUnknown, RunOfDate
from chronicle.decider import Decider, Reading
from chronicle.principal import AreaScope

from identification.cases.area.projections import found_of_area
from identification.cases.backfill_run.commands import BackfillRunCommand, OpenBackfillRun
from identification.cases.backfill_run.decider import BackfillRun, KnownOfBackfillRun, about, decide, evolve
from identification.cases.backfill_run.events import TYPES
from identification.histories import folded


def gather(
    parts: Sequence[tuple[BackfillRunCommand, BackfillRun | None]], reading: Reading
) -> list[KnownOfBackfillRun]:
    """Look the areas up."""
    return [_found(command, run, reading) for command, run in parts]


def _found(command: BackfillRunCommand, run: BackfillRun | None, reading: Reading) -> KnownOfBackfillRun:
    opened = command if isinstance(command, OpenBackfillRun) else run and run.opened
    area, today = opened.area_code if opened else "", reading.asked.today
    # By the first day of the paper: where policy does not reach back so far, nothing could be entered in the run.
    on = min(opened.first_day, today) if opened else today
    return KnownOfBackfillRun(
        actor=reading.asked.actor,
        today=today,
        most_days=reading.value("backfill_run_days_maximum", area, on),
        **found_of_area(reading, area, today),
    )


backfill_run_decider: Decider[BackfillRunCommand, BackfillRun | None, KnownOfBackfillRun] = Decider(
    name="backfill-run",
    types=TYPES,
    initial=None,
    decide=decide,
    evolve=evolve,
    about=about,
    gather=gather,
    rules=("casework",),
)


def found_of_date(reading: Reading, area: str, on: date) -> dict[str, Any]:
    """Find what a ``KnownOfDate`` holds in an area on a day; refused as BackfillRunUnknown where the run named is not.

    The run is folded from its events, so that nothing is entered in one that was closed a moment ago.
    """
    return {
        "actor": reading.asked.actor,
        "today": reading.asked.today,
        "late_entry_days": reading.value("late_entry_days", area, on),
        "late_entry_days_maximum": reading.value("late_entry_days_maximum", area, on),
        "run": _run(reading, area),
    }


def _run(reading: Reading, area: str) -> RunOfDate | None:
    named = reading.asked.actor.backfill
    if named is None:
        return None
    run: BackfillRun | None = folded(backfill_run_decider, [named], reading).get(named)
    codes = reading.codes.on(reading.asked.today)
    if run is None or not AreaScope((prefix_of(codes.now(run.opened.area_code)),), codes).covers(area):
        raise BackfillRunUnknown
    days = run.opened.model_dump(include={"run_id", "first_day", "last_day", "open_until"})
    return RunOfDate(**days, is_signed=run.is_signed, is_closed=run.is_closed)
