"""When paper from long ago may be entered: in a run one of the county opened and another signed, while it is open."""

from dataclasses import dataclass, replace
from datetime import date

from casework.areas import AreaNotValid
from casework.dates import BackfillRunClosedAlready, BackfillRunOver, DateInFuture
from chronicle.decider import About, Known
from chronicle.messages import Event, Recorded
from chronicle.refusals import Invalid, NotFound, Refusal

from identification.cases.backfill_run.commands import (
    BackfillRunCommand,
    CloseBackfillRun,
    OpenBackfillRun,
    SignBackfillRun,
)
from identification.cases.backfill_run.events import (
    BackfillRunClosed,
    BackfillRunEvent,
    BackfillRunOpened,
    BackfillRunSigned,
)


class BackfillPeriodReversed(Invalid, code="backfill-period-reversed", zh="补录材料的最后日期早于最早日期。"):
    """The last date of the paper is before its first."""


class BackfillRunTooLong(Refusal, code="backfill-run-too-long", zh="补录批次最多开放{most}天，现为{days}天。"):
    """A backfill run is open for {most} days at most; this is for {days}."""


class SignsOwnRun(Refusal, code="signs-own-run", zh="补录批次由您开立，须由另一人签批。"):
    """You opened this backfill run; somebody else has to sign it."""


class NoSuchBackfillRun(NotFound, code="no-such-backfill-run", zh="没有找到这个补录批次。"):
    """There is no such backfill run."""


@dataclass(frozen=True, slots=True)
class BackfillRun:
    """What was opened and by whom, whether it was signed, whether it was closed."""

    opened: BackfillRunOpened
    opened_by: str
    is_signed: bool = False
    is_closed: bool = False


class KnownOfBackfillRun(Known):
    """What is found: whether the area is there today, and for how many days a run may be open."""

    area_is_valid: bool
    most_days: int


def decide(command: BackfillRunCommand, run: BackfillRun | None, known: KnownOfBackfillRun) -> list[Event]:
    """Open, sign or close a run, or refuse it."""
    if isinstance(command, OpenBackfillRun):
        return _open(command, run, known)
    if run is None:
        raise NoSuchBackfillRun
    match command:
        case SignBackfillRun():
            return _sign(run, known)
        case CloseBackfillRun():
            return [] if run.is_closed else [BackfillRunClosed(run_id=run.opened.run_id)]


def _open(command: OpenBackfillRun, run: BackfillRun | None, known: KnownOfBackfillRun) -> list[Event]:
    opened = BackfillRunOpened(**dict(command))
    if run and run.opened == opened:
        return []
    if not known.area_is_valid:
        raise AreaNotValid(area=command.area_code, on=known.today)
    if command.last_day < command.first_day:
        raise BackfillPeriodReversed
    if command.last_day > known.today:
        raise DateInFuture(on=command.last_day)
    _require_open(command.open_until, known.today)
    days = (command.open_until - known.today).days + 1
    if days > known.most_days:
        raise BackfillRunTooLong(most=known.most_days, days=days)
    return [opened]


def _sign(run: BackfillRun, known: KnownOfBackfillRun) -> list[Event]:
    if run.is_closed:
        raise BackfillRunClosedAlready
    if run.is_signed:
        return []
    if known.actor.person == run.opened_by:
        raise SignsOwnRun
    _require_open(run.opened.open_until, known.today)
    return [BackfillRunSigned(**dict(run.opened), opened_by=run.opened_by)]


def _require_open(open_until: date, today: date) -> None:
    if open_until < today:
        raise BackfillRunOver(open_until=open_until)


def evolve(run: BackfillRun | None, recorded: Recorded[BackfillRunEvent]) -> BackfillRun:
    """Keep what was opened and by whom, and how far it went."""
    match recorded.event:
        case BackfillRunOpened():
            return BackfillRun(recorded.event, recorded.actor.person)
        case BackfillRunSigned():
            return replace(_there(run), is_signed=True)
        case BackfillRunClosed():
            return replace(_there(run), is_closed=True)


def about(command: BackfillRunCommand, run: BackfillRun | None, known: KnownOfBackfillRun) -> About:
    """It is about itself, in the area whose paper it is, today."""
    opened = command if isinstance(command, OpenBackfillRun) else _there(run).opened
    return About(f"backfill-run/{opened.run_id}", opened.area_code[:12], known.today)


def _there(run: BackfillRun | None) -> BackfillRun:
    if run is None:
        raise NoSuchBackfillRun
    return run
