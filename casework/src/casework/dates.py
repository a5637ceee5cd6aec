"""Business dates: when an act took place, against today, the act before it and the day of entry."""

from datetime import date
from typing import Annotated

from chronicle.decider import Known
from chronicle.messages import INTERNAL, Command
from chronicle.refusals import Invalid, Refusal
from pydantic import BaseModel, ConfigDict

from casework.reasons import LateEntryReason

LateReason = Annotated[LateEntryReason | None, INTERNAL]


class DateInFuture(Invalid, code="date-in-future", zh="日期{on}还没有到。"):
    """The date {on} is still to come."""


class BeforePreviousAct(Refusal, code="before-previous-act", zh="日期{on}早于上一环节的{previous}。"):
    """The date {on} is before the previous act, which was on {previous}."""


class LateEntryNeedsReason(Refusal, code="late-entry-needs-reason", zh="办理已超过{days}天，补录须选择原因。"):
    """The act was more than {days} days ago; entering it now needs a reason."""


class TooLateWithoutRun(Refusal, code="too-late-without-run", zh="办理已超过{days}天，须按县里签批的补录批次录入。"):
    """The act was more than {days} days ago; it can only be entered in a backfill run that the county signed."""


class BackfillRunUnknown(Refusal, code="backfill-run-unknown", zh="没有找到适用于本区划的这个补录批次。"):
    """There is no such backfill run for this area."""


class BackfillRunNotSigned(Refusal, code="backfill-run-not-signed", zh="这个补录批次还没有签批。"):
    """Nobody has signed this backfill run yet."""


class BackfillRunClosedAlready(Refusal, code="backfill-run-closed", zh="这个补录批次已经关闭。"):
    """This backfill run is closed."""


class BackfillRunOver(Refusal, code="backfill-run-over", zh="这个补录批次的录入期限到{open_until}为止，已经过了。"):
    """This backfill run was open until {open_until}, which is over."""


class OutsideBackfillPeriod(Refusal, code="outside-backfill-period", zh="日期须在{first_day}至{last_day}之间。"):
    """The date is not from {first_day} to {last_day}, the period of this backfill run."""


class RunOfDate(BaseModel):
    """The backfill run that something is entered in, as it stands; days are business dates, both included."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    run_id: str
    first_day: date
    last_day: date
    open_until: date
    is_signed: bool
    is_closed: bool

    def require(self, on: date, today: date) -> None:
        """Refuse what cannot be entered in it: it was not signed, is closed or over, or has another period."""
        if self.is_closed:
            raise BackfillRunClosedAlready
        if not self.is_signed:
            raise BackfillRunNotSigned
        if today > self.open_until:
            raise BackfillRunOver(open_until=self.open_until)
        if not self.first_day <= on <= self.last_day:
            raise OutsideBackfillPeriod(first_day=self.first_day, last_day=self.last_day)


class Dated(Command):
    """A command with the business date of its act, and the reason when it is entered late."""

    on: date
    late_reason: LateEntryReason | None = None


class KnownOfDate(Known):
    """What is found before anything that has a business date.

    ``late_entry_days_maximum`` is after how many days only a backfill run takes it; ``run`` the one it is entered in.
    """

    late_entry_days: int
    late_entry_days_maximum: int | None = None
    run: RunOfDate | None = None

    @property
    def backfill(self) -> str | None:
        """The backfill run it is entered in."""
        return self.run.run_id if self.run else None


def require_order(on: date, today: date, previous: date | None = None) -> None:
    """Refuse an act dated in the future or before the act it follows."""
    if on > today:
        raise DateInFuture(on=on)
    if previous is not None and on < previous:
        raise BeforePreviousAct(on=on, previous=previous)


def is_late(on: date, today: date, days: int) -> bool:
    """Tell whether an act is entered more than so many days after it took place."""
    return (today - on).days > days


def require_late_reason(on: date, today: date, days: int, reason: LateEntryReason | None) -> None:
    """Refuse a late entry that gives no reason."""
    if reason is None and is_late(on, today, days):
        raise LateEntryNeedsReason(days=days)


def require_date(command: Dated, known: KnownOfDate, previous: date | None = None) -> LateEntryReason | None:
    """Refuse a date that cannot be; gives the reason to record, which only a late entry has."""
    require_order(command.on, known.today, previous)
    most = known.late_entry_days_maximum
    if known.run is not None:
        known.run.require(command.on, known.today)
    elif most is not None and is_late(command.on, known.today, most):
        raise TooLateWithoutRun(days=most)
    require_late_reason(command.on, known.today, known.late_entry_days, command.late_reason)
    return command.late_reason if is_late(command.on, known.today, known.late_entry_days) else None


def age(born: date, on: date) -> int:
    """Count the birthdays somebody had until a day, that day included."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def years_after(day: date, years: int) -> date:
    """The same day so many years later; of a leap day the first of March, where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)
