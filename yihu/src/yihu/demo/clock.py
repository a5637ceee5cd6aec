"""The demo's clock: it shows the days of the story, and afterwards the time of day like any other."""

from datetime import UTC, date, datetime, time

from chronicle.clock import SHANGHAI, SystemClock, business_date


class StoryClock:
    """A clock that stands at an instant of the story until it is released."""

    def __init__(self) -> None:
        self._at: datetime | None = None

    def set(self, day: date) -> None:
        """Stand at ten in the morning of a day."""
        self._at = datetime.combine(day, time(10), SHANGHAI)

    def release(self) -> None:
        """Go with the time from now on."""
        self._at = None

    def now(self) -> datetime:
        """The instant, in UTC."""
        return SystemClock().now() if self._at is None else self._at.astimezone(UTC)

    def today(self) -> date:
        """The business date of that instant."""
        return business_date(self.now())
