"""Paper of 2015 that is typed in 2016: only in a run the county signed, and every event says in which."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from backfill_runs import RUNS, opened, opening, signed
from chronicle.messages import new_id
from httpx2 import Response
from huangxi import MEETINGS, Huangxi, accepted, huangxi, meeting, refused

LATE = {"late_reason": "paper_batch"}


@pytest.fixture
def village(store_url: str, tmp_path: Path) -> Iterator[Huangxi]:
    with huangxi(store_url, tmp_path) as village:
        village.on("06-01")
        yield village


def enter(village: Huangxi, run: str, body: dict[str, Any], key: str | None = None) -> Response:
    with village.entering(run):
        return village.send("convener", MEETINGS, body, key)


def test_what_is_older_than_late_entry_allows_is_entered_in_a_run_and_says_so(village: Huangxi) -> None:
    body = meeting(village.file(2), **LATE)
    village.on("2016-03-01")
    refused(village.send("convener", MEETINGS, body), 409, "too-late-without-run")

    run, key = signed(village), new_id()
    first = enter(village, run, body, key)
    held = accepted(first)
    run_id = run.rpartition("/")[2]
    in_it = [event for event in village.events() if event.actor.backfill]
    assert {event.actor.backfill for event in in_it} == {run_id}
    assert len(in_it) == 3
    village.catch_up()
    assert village.ask("auditor", run).json()["entered"] == {
        "identification.application-deliberated.v1": 2,
        "identification.group-meeting-held.v1": 1,
    }
    assert village.ask("officer", held).json()["history"][0]["backfill"] == run_id

    accepted(village.send("county", f"{run}/closing", None))
    # Who lost the answer and sends it again is answered; a new sheet is not taken any longer, from this moment on.
    assert enter(village, run, body, key).headers["Location"] == first.headers["Location"]
    refused(enter(village, run, body), 409, "backfill-run-closed")


def test_a_run_unknown_elsewhere_unsigned_or_of_another_period_is_refused(village: Huangxi) -> None:
    body = meeting(village.file(), **LATE)
    village.on("2016-03-01")

    refused(enter(village, new_id(), body), 409, "backfill-run-unknown")
    refused(enter(village, opened(village), body), 409, "backfill-run-not-signed")
    refused(enter(village, signed(village, first_day="2015-09-01"), body), 409, "outside-backfill-period")
    refused(enter(village, "all", body), 400, "header-malformed")


def test_only_the_county_of_the_area_opens_signs_and_closes(village: Huangxi) -> None:
    village.on("2016-03-01")
    refused(village.send("other_county", RUNS, opening()), 403, "outside-your-area")
    refused(village.send("officer", RUNS, opening()), 403, "not-your-duty")
    run = opened(village)
    refused(village.send("county", f"{run}/signature", None), 409, "signs-own-run")
    refused(village.send("other_county", f"{run}/signature", None), 404, "not-found")
    refused(village.send("other_county", f"{run}/closing", None), 404, "not-found")


def test_a_run_is_named_only_where_one_is_asked_for(village: Huangxi) -> None:
    village.on("2016-03-01")
    run = signed(village)

    with village.entering(run):
        refused(village.send("county", RUNS, opening()), 409, "no-backfill-here")


def test_the_list_shows_the_runs_of_ones_areas(village: Huangxi) -> None:
    village.on("2016-03-01")
    run = signed(village)
    (listed,) = village.ask("officer", RUNS).json()["items"]

    assert (listed["id"], listed["signed_on"], listed["closed_on"]) == (run.rpartition("/")[2], "2016-03-01", None)
    assert village.ask("other_county", RUNS).json()["items"] == []
    refused(village.ask("other_county", run), 404, "not-found")
