"""Households are enrolled in lists: whole or not at all, every refused row named, and quickly, on every store."""

from collections import Counter
from time import process_time

import pytest
from casework.areas import prefix_of
from chronicle.messages import new_id
from huangxi import accepted, refused, refused_rows
from ponds import Ponds, enrolling
from running_track import NEXT_TOWNSHIP, NEXT_VILLAGE, TOWNSHIP, VILLAGE

ROWS = 300
SECONDS = 2.0


def stream_of(project: str) -> str:
    return f"project/{project.rpartition('/')[2]}"


def test_three_hundred_households_are_enrolled_in_two_seconds_of_work_at_most(on_every_store: Ponds) -> None:
    track = on_every_store
    households = track.registered(*(f"household {number}" for number in range(ROWS)))
    project, took = track.opened(capacity=f"{ROWS}"), []
    for act in (track.enrol, track.end):
        begun = process_time()
        accepted(act(project, *households))
        took.append(process_time() - begun)

    assert max(took) <= SECONDS, took
    assert Counter(event.type for event in track.events(stream_of(project))) == {
        "industry.project-opened.v1": 1,
        "industry.household-enrolled.v1": ROWS,
        "industry.enrolment-ended.v1": ROWS,
    }


def test_the_events_of_a_list_are_the_projects_and_about_the_households(track: Ponds) -> None:
    here, there = *track.registered("ann"), *track.registered("bob", area=NEXT_VILLAGE)
    project = track.opened(who="reviewer", area_code=TOWNSHIP)
    answer = track.enrol(project, here, there, who="reviewer")
    opened, *enrolled = track.events(stream_of(project))

    assert (opened.subject, opened.area, opened.version) == (stream_of(project), TOWNSHIP, 1)
    assert [(event.subject, event.area, event.version) for event in enrolled] == [
        (f"household/{here}", VILLAGE, 2),
        (f"household/{there}", NEXT_VILLAGE, 3),
    ]
    assert len({event.command_id for event in enrolled}) == 1
    assert answer.headers["ETag"] == '"3"'
    assert answer.headers["Location"] == f"{project}/enrolments"


def test_a_refusal_names_every_refused_row_and_records_nothing(track: Ponds) -> None:
    ann, bob, officer, ended = track.registered("ann", "bob", "officer", "ended")
    [elsewhere] = track.registered("cy", area=NEXT_VILLAGE)
    track.registration_ended("ended")
    project, nobody = track.opened(), new_id()
    accepted(track.enrol(project, ann, quantity="2"))
    before = track.events(stream_of(project))

    rows = refused_rows(track.enrol(project, ann, bob, officer, ended, elsewhere, nobody))

    assert rows == {
        ann: "already-enrolled",
        officer: "own-household",
        ended: "household-registration-ended",
        elsewhere: "household-not-known",
        nobody: "household-not-known",
    }
    assert track.events(stream_of(project)) == before


def test_rows_are_given_what_those_before_them_leave(track: Ponds) -> None:
    ann, bob, cy = track.registered("ann", "bob", "cy")
    project = track.opened(capacity="3")
    rows = refused(track.enrol(project, ann, bob, cy, quantity="2"), 409, "rows-refused")["rows"]

    assert [(row["id"], row["code"]) for row in rows] == [(bob, "capacity-exceeded"), (cy, "capacity-exceeded")]
    assert (
        rows[0]["detail"]
        == "From 2015-06-01 on the project has at times less left than was asked for: 1, not 2, in ponds."
    )
    accepted(track.enrol(project, ann, bob, cy, quantity="1"))


def test_a_household_elsewhere_is_refused_in_the_words_for_one_that_is_nowhere(track: Ponds) -> None:
    [elsewhere] = track.registered("ann", area=NEXT_TOWNSHIP)
    problem = refused(track.enrol(track.opened(), elsewhere, new_id()), 409, "rows-refused")
    assert len({(row["code"], row["detail"]) for row in problem["rows"]}) == 1


def test_a_household_of_the_officers_area_and_not_the_projects_is_refused_as_such(track: Ponds) -> None:
    [neighbour] = track.registered("ann", area=NEXT_VILLAGE)
    assert NEXT_VILLAGE.startswith(prefix_of(TOWNSHIP))
    rows = refused_rows(track.enrol(track.opened(), neighbour, who="reviewer"))
    assert rows == {neighbour: "household-elsewhere"}


def test_a_repeated_request_gets_the_first_answer_and_enrols_once(track: Ponds) -> None:
    project, body, key = track.opened(), enrolling(track.registered("ann", "bob")), new_id()
    first = track.send("officer", f"{project}/enrolments", body, key)
    recorded = track.events(stream_of(project))
    again = track.send("officer", f"{project}/enrolments", body, key)

    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert track.events(stream_of(project)) == recorded
    other = track.send("officer", f"{project}/enrolments", body | {"on": "2015-05-31"}, key)
    refused(other, 422, "idempotency-key-reused")


def test_who_saw_an_older_project_looks_again(track: Ponds) -> None:
    ann, bob = track.registered("ann", "bob")
    project = track.opened()
    accepted(track.enrol(project, ann))
    path, body = f"{project}/enrolments", enrolling([bob])

    refused(track.send("officer", path, body, **{"If-Match": '"1"'}), 412, "stale")
    accepted(track.send("officer", path, body, **{"If-Match": '"2"'}))


@pytest.mark.parametrize(
    ("households", "status", "code"),
    [
        ([], 422, "list-empty"),
        ([new_id()] * 2, 422, "row-twice"),
        ([new_id() for _ in range(301)], 422, "list-too-long"),
    ],
)
def test_a_list_that_cannot_be_is_refused_whole(track: Ponds, households: list[str], status: int, code: str) -> None:
    project = track.opened()
    refused(track.enrol(project, *households), status, code)
    refused(track.end(project, *households), status, code)


def test_what_is_no_quantity_is_not_read(track: Ponds) -> None:
    [ann] = track.registered("ann")
    project = track.opened()
    for quantity in ("-1", "1.005", "1000000", "many", None):
        refused(track.enrol(project, ann, quantity=quantity), 422, "malformed")


def test_in_a_townships_project_a_village_is_told_nothing_of_the_households_of_another(track: Ponds) -> None:
    [elsewhere] = track.registered("ann", area=NEXT_VILLAGE)
    project = track.opened(who="reviewer", area_code=TOWNSHIP)
    accepted(track.enrol(project, elsewhere, who="neighbour"))

    for quantity in ("1", "2"):
        rows = refused_rows(track.enrol(project, elsewhere, new_id(), quantity=quantity))
        assert set(rows.values()) == {"household-not-known"}
    rows = refused_rows(track.enrol(project, elsewhere, quantity="2", who="neighbour"))
    assert rows == {elsewhere: "already-enrolled"}
