"""Public notices: the first day counts, so 7 days from 1 July end on 7 July and closing is possible from 8 July."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count, islice

from chronicle.refusals import Refusal


class NoticeNotOver(Refusal, code="notice-not-over", zh="公示期未满，{closable_from}起方可结束。"):
    """The notice is not over; it may be closed from {closable_from}."""


class ObjectionOpen(Refusal, code="objection-open", zh="该户有异议尚未处理，处理完毕后方可结束公示。"):
    """An objection to this household is still open; it is handled first."""


@dataclass(frozen=True, slots=True)
class Objection:
    """An objection that holds a row back from the day it is raised until the day it is decided."""

    raised_on: date
    decided_on: date | None = None

    def open_at_end_of(self, day: date) -> bool:
        """Tell whether it is undecided when this day ends."""
        return self.raised_on <= day and (self.decided_on is None or day < self.decided_on)


def number(notice_id: str, first_day: date) -> str:
    """Give what people quote of a notice: its first day and the end of its id, as in 20150625-3F9A2B."""
    return f"{first_day:%Y%m%d}-{notice_id[-6:].upper()}"


def last_day(first_day: date, days: int) -> date:
    """Give the last of so many days, the first included."""
    return first_day + timedelta(days=days - 1)


def closable_from(first_day: date, days: int, objections: Collection[Objection] = ()) -> date | None:
    """Give the day from which a row may be closed; None while one of its objections is undecided.

    A day counts for the row when no objection to it is open at the day's end.
    """
    decided = [objection.decided_on for objection in objections if objection.decided_on]
    if len(decided) < len(objections):
        return None
    passing = (first_day + timedelta(days=passed) for passed in count())
    counted = (day for day in passing if not any(objection.open_at_end_of(day) for objection in objections))
    # An objection raised after the full time and before the closing holds the closing, not the count.
    return max([next(islice(counted, days - 1, None)) + timedelta(days=1), *decided])


def require_closable(on: date, first_day: date, days: int, objections: Collection[Objection] = ()) -> None:
    """Refuse to close a row before its days are over or while an objection to it is undecided."""
    closable = closable_from(first_day, days, objections)
    if closable is None:
        raise ObjectionOpen
    if on < closable:
        raise NoticeNotOver(closable_from=closable)
