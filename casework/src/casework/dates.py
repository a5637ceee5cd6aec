"""Business dates: when an act took place, against today, the act before it and the day of entry."""

from datetime import date
from typing import Annotated

from chronicle.decider import Known
from chronicle.messages import INTERNAL, Command
from chronicle.refusals import Invalid, Refusal

from casework.reasons import LateEntryReason

LateReason = Annotated[LateEntryReason | None, INTERNAL]


class DateInFuture(Invalid, code="date-in-future", zh="日期{on}还没有到。"):
    """The date {on} is still to come."""


class BeforePreviousAct(Refusal, code="before-previous-act", zh="日期{on}早于上一环节的{previous}。"):
    """The date {on} is before the previous act, which was on {previous}."""


class LateEntryNeedsReason(Refusal, code="late-entry-needs-reason", zh="办理已超过{days}天，补录须选择原因。"):
    """The act was more than {days} days ago; entering it now needs a reason."""


class Dated(Command):
    """A command with the business date of its act, and the reason when it is entered late."""

    on: date
    late_reason: LateEntryReason | None = None


class KnownOfDate(Known):
    """What is found before anything that has a business date."""

    late_entry_days: int


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
