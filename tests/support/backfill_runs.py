"""Backfill runs for tests: one opened, and one that was signed."""

from typing import Any

from huangxi import API, VILLAGE, Huangxi, accepted

RUNS = f"{API}/backfill-runs"


def opening(**changed: Any) -> dict[str, Any]:
    """A run of the village for the paper of June to December 2015, open until March 2016."""
    days = {"first_day": "2015-06-01", "last_day": "2015-12-31", "open_until": "2016-03-31"}
    document = {"issuer": "county", "year": 2016, "number": 7}
    return {"area_code": VILLAGE, **days, "reason": "before_the_system", "document": document, **changed}


def opened(village: Huangxi, **changed: Any) -> str:
    """Open a run; where it is."""
    return accepted(village.send("county", RUNS, opening(**changed)))


def signed(village: Huangxi, **changed: Any) -> str:
    """Open a run and have another of the county sign it; where it is."""
    run = opened(village, **changed)
    accepted(village.send("verifier", f"{run}/signature", None))
    return run
