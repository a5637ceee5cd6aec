"""The one clock: instants in UTC, business dates in Asia/Shanghai."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Protocol

# Asia/Shanghai has kept UTC+8 without summer time since 1991, so no time zone database has to be there.
SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")


class Clock(Protocol):
    """Tells the time; everything that needs it is given one."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""

    def today(self) -> date:
        """The business date of the present instant."""


class SystemClock:
    """The clock of the machine."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        return datetime.now(UTC)

    def today(self) -> date:
        """The business date of the present instant."""
        return business_date(self.now())


class FixedClock:
    """A clock that stands still until it is set or advanced."""

    def __init__(self, at: datetime) -> None:
        self.set(at)

    def now(self) -> datetime:
        """The instant it was set to, in UTC."""
        return self._at

    def today(self) -> date:
        """The business date of that instant."""
        return business_date(self._at)

    def set(self, at: datetime) -> None:
        """Put it to an aware instant; ValueError for a naive one."""
        self._at = _aware(at).astimezone(UTC)

    def advance(self, by: timedelta) -> None:
        """Move it on; ValueError for a step back."""
        if by < timedelta():
            raise ValueError("a clock is not moved back by advancing it")
        self._at += by


def business_date(moment: datetime) -> date:
    """Give the date in Asia/Shanghai at an aware instant; ValueError for a naive one."""
    return _aware(moment).astimezone(SHANGHAI).date()


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return moment
