"""What a county plans: another name for an area, a run for an area's old paper, a substitute."""

from datetime import timedelta
from typing import Any

from casework.roles import Role
from chronicle.clock import SystemClock
from person_ids import person_id


def renaming(name: str) -> dict[str, Any]:
    """Another name for an area, from a day that nobody here lives to see."""
    return {"name": name, "valid_from": "2099-01-01", "document": {"issuer": "county", "year": 2015, "number": 7}}


def backfilling(area: str) -> dict[str, Any]:
    """A run for an area's paper of 2015, open for a month from today."""
    days = {"first_day": "2015-01-01", "last_day": "2015-12-31"}
    open_until = (SystemClock().today() + timedelta(30)).isoformat()
    document = {"issuer": "county", "year": 2016, "number": 7}
    return {"area_code": area, **days, "open_until": open_until, "reason": "found_later", "document": document}


def substituting(group: str, absent: str, substitute: str = "a substitute") -> dict[str, str]:
    """Who is to act in place of a group's convener for a month from today."""
    today = SystemClock().today()
    who = {"substitute": person_id(substitute), "absent": absent}
    days = {"first_day": today.isoformat(), "last_day": (today + timedelta(30)).isoformat()}
    return {**who, "role": Role.GROUP_CONVENER, "area_code": group, "reason": "leave", **days}
