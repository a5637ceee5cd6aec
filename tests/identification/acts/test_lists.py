"""Work is done in lists: whole or not at all, every refused row named, and quickly, on every store."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from time import process_time
from typing import Any

import pytest
from chronicle.messages import new_id
from huangxi import (
    GROUP,
    MEETINGS,
    NOTICES,
    SECOND_GROUP,
    VERIFICATIONS,
    Huangxi,
    accepted,
    huangxi,
    meeting,
    posting,
    refused,
    refused_rows,
    verification,
)

ROWS = 300
SECONDS = 2.0
DELIBERATED = "identification.application-deliberated.v1"


@pytest.fixture
def on_every_store(store_url: str, tmp_path: Path) -> Iterator[Huangxi]:
    with huangxi(store_url, tmp_path) as village:
        yield village


def counted(village: Huangxi) -> Counter[str]:
    return Counter(event.type for event in village.events())


def test_an_act_over_three_hundred_households_takes_two_seconds_at_most(on_every_store: Huangxi) -> None:
    village, took = on_every_store, dict[str, float]()
    ids = village.file(ROWS)
    for step in range(2, 8):
        # Of this process alone: what else the machine does meanwhile counts for nothing.
        begun = process_time()
        act = village.hold(step, ids)
        held = process_time()
        village.end(step, act, ids)
        took |= {f"{step} held": held - begun, f"{step} ended": process_time() - held}

    assert {act: seconds for act, seconds in took.items() if seconds > SECONDS} == {}
    assert counted(village)["identification.household-registered.v1"] == ROWS


@pytest.mark.parametrize(
    ("to", "day", "path", "body"), [(2, "06-03", MEETINGS, meeting), (4, "06-12", VERIFICATIONS, verification)]
)
def test_of_two_lists_sharing_a_row_one_is_recorded_and_the_other_names_the_row(
    on_every_store: Huangxi, to: int, day: str, path: str, body: Callable[[list[str]], Any]
) -> None:
    village, together = on_every_store, Barrier(2)
    first, shared, last = village.bring(village.file(3), to)
    village.on(day)

    def hold(ids: list[str]) -> tuple[int, dict[str, str]]:
        together.wait()
        answer = village.send("officer", path, body(ids))
        return answer.status_code, {} if answer.status_code == 201 else refused_rows(answer)

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(hold, ([first, shared], [shared, last])), key=lambda answer: answer[0])

    assert answers == [(201, {}), (409, {shared: "wrong-step"})]


def test_a_refusal_names_every_refused_row_and_records_nothing(village: Huangxi) -> None:
    ready, elsewhere, nobody = village.file(1), village.file(1, SECOND_GROUP), new_id()
    later = village.bring(village.file(1), to=3)
    before = counted(village)
    village.on("06-03")

    rows = refused_rows(village.send("convener", MEETINGS, meeting([*later, *ready, *elsewhere, nobody])))

    assert rows == {later[0]: "wrong-step", elsewhere[0]: "not-in-this-area", nobody: "not-in-this-area"}
    assert counted(village) == before


def test_a_row_elsewhere_is_refused_in_the_words_for_one_that_is_nowhere(village: Huangxi) -> None:
    village.file(1)
    elsewhere, nowhere = *village.file(1, SECOND_GROUP), new_id()
    village.on("06-03")

    problem = village.send("convener", MEETINGS, meeting([elsewhere, nowhere])).json()
    assert len({(row["code"], row["detail"]) for row in problem["rows"]}) == 1


def test_a_repeated_request_gets_the_first_answer_and_acts_once(village: Huangxi) -> None:
    ids, key = village.file(2), new_id()
    village.on("06-03")
    first = village.send("convener", MEETINGS, meeting(ids), key)
    recorded = counted(village)
    again = village.send("convener", MEETINGS, meeting(ids), key)

    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert all(again.headers[name] == first.headers[name] for name in ("ETag", "Location", "Yihu-Position"))
    assert counted(village) == recorded


def test_one_household_is_a_list_of_one(village: Huangxi) -> None:
    ids, before = village.file(1), counted(village)
    village.hold(2, ids)

    assert counted(village) - before == {DELIBERATED: 1, "identification.group-meeting-held.v1": 1}


def test_the_events_of_a_list_carry_their_act(village: Huangxi) -> None:
    ids = village.file(2)
    act_id = village.hold(2, ids).rpartition("/")[2]
    rows = [event for event in village.events() if event.type == DELIBERATED]
    [held] = [event for event in village.events() if event.type == "identification.group-meeting-held.v1"]

    assert {event.stream for event in rows} == {f"application/{one}" for one in ids}
    assert (held.stream, held.subject, held.area) == (f"group_meeting/{act_id}", f"area/{GROUP}", GROUP[:12])
    assert all(act_id in event.data for event in (*rows, held))
    assert {event.command_id for event in (*rows, held)} == {held.command_id}


def test_a_list_has_at_most_as_many_rows_as_the_policy_says(village: Huangxi) -> None:
    village.on("06-04")
    too_many = village.send("convener", NOTICES, posting(3, [new_id() for _ in range(ROWS + 1)]))

    assert refused(too_many, 422, "list-too-long")["facts"] == {"count": 301, "maximum": 300}


def test_a_list_that_no_append_could_hold_is_not_looked_up(village: Huangxi) -> None:
    village.on("06-04")
    refused(village.send("convener", NOTICES, posting(3, [new_id() for _ in range(500)])), 422, "malformed")


def test_a_list_is_not_empty(village: Huangxi) -> None:
    village.on("06-03")
    refused(village.send("convener", MEETINGS, meeting([])), 422, "list-empty")


def test_a_list_has_no_household_twice(village: Huangxi) -> None:
    ids = village.file(1)
    village.on("06-03")
    refused(village.send("convener", MEETINGS, meeting([*ids, *ids])), 422, "row-twice")


def test_a_late_entry_needs_a_reason_and_says_it(village: Huangxi) -> None:
    ids = village.file(1)
    village.on("06-14")
    refused(village.send("convener", MEETINGS, meeting(ids)), 409, "late-entry-needs-reason")

    act = accepted(village.send("convener", MEETINGS, meeting(ids, late_reason="no_network")))
    assert village.facts(act)[0]["late_reason"] == "no_network"


def test_an_act_is_not_in_the_future(village: Huangxi) -> None:
    ids = village.file(1)
    village.on("06-02")
    refused(village.send("convener", MEETINGS, meeting(ids)), 422, "date-in-future")
