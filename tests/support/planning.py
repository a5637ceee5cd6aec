"""What a county plans: another name for an area, a run for an area's old paper."""

from datetime import timedelta
from typing import Any

from chronicle.clock import SystemClock


def renaming(name: str) -> dict[str, Any]:
    """Another name for an area, from a day that nobody here lives to see."""
    return {"name": name, "valid_from": "2099-01-01", "document": {"issuer": "county", "year": 2015, "number": 7}}


def backfilling(area: str) -> dict[str, Any]:
    """A run for an area's paper of 2015, open for a month from today."""
    days = {"first_day": "2015-01-01", "last_day": "2015-12-31"}
    open_until = (SystemClock().today() + timedelta(30)).isoformat()
    document = {"issuer": "county", "year": 2016, "number": 7}
    return {"area_code": area, **days, "open_until": open_until, "reason": "found_later", "document": document}
