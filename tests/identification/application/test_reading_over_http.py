"""Reading over HTTP: what waits for whom, the course of an application, the register, each in one's own areas."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from chronicle.following import Projection, rebuild
from chronicle.store.tables import claim
from huangxi import (
    API,
    GROUP,
    NOTICES,
    REJECT,
    SECOND_GROUP,
    VERIFICATIONS,
    VILLAGE,
    Huangxi,
    accepted,
    closing,
    conclusion,
    objecting,
    posting,
    refused,
    refused_rows,
    resolving,
    verification,
)
from identification.cases.application.decider import HOUSEHOLD_NUMBER
from identification.cases.application.projections import applications, late_entries
from identification.cases.objection.projections import objections
from identification.cases.registration.projections import registered_households
from sqlalchemy import insert

APPLICATIONS, QUEUES, REGISTER = f"{API}/applications", f"{API}/work-queues", f"{API}/registered-households"
RETURN = {"verdict": "return", "return_to": 4, "return_reason": "income_unclear"}


def queues(village: Huangxi, who: str = "officer", **wanted: str) -> dict[str, int]:
    return {queue["queue"]: queue["count"] for queue in village.ask(who, QUEUES, **wanted).json()}


def object_to(village: Huangxi, notice: str, application_id: str) -> str:
    return accepted(village.send("officer", f"{notice}/objections", objecting(application_id, "2015-06-15")))


def course(village: Huangxi, application_id: str) -> Any:
    return village.ask("officer", f"{APPLICATIONS}/{application_id}").json()


def test_every_open_application_is_in_exactly_one_queue_and_counts_equal_lists(village: Huangxi) -> None:
    for step in range(2, 8):
        village.bring(village.file(), to=step)
    posted, drawn = village.bring(village.file(2), to=3), village.bring(village.file(3), to=6)
    village.hold(3, posted)
    village.hold(6, drawn)

    counted = queues(village)
    assert counted == {
        "group_review.to_do": 1,
        "group_notice.to_do": 1,
        "group_notice.posted": 2,
        "village_verification.to_do": 1,
        "village_notice.to_do": 1,
        "township_review.to_do": 1,
        "township_review.in_round": 3,
        "final_village_notice.to_do": 1,
    }
    listed = {queue: village.ask("officer", f"{QUEUES}/{queue}").json()["items"] for queue in counted}
    assert {queue: len(items) for queue, items in listed.items()} == counted
    ids = [item["application_id"] for items in listed.values() for item in items]
    assert len(ids) == len(set(ids))
    assert {item["application_id"] for item in village.ask("officer", APPLICATIONS).json()["items"]} == set(ids)


def test_every_queue_says_when_what_is_in_it_is_due(village: Huangxi) -> None:
    for step in range(2, 8):
        village.bring(village.file(), to=step)
    village.hold(3, village.bring(village.file(), to=3))
    village.hold(6, village.bring(village.file(), to=6))

    # So many days after the step before it; a notice from the day it may be closed.
    due = {
        "group_review.to_do": "2015-06-11",
        "group_notice.to_do": "2015-06-06",
        "group_notice.posted": "2015-06-11",
        "village_verification.to_do": "2015-06-21",
        "village_notice.to_do": "2015-06-15",
        "township_review.to_do": "2015-07-05",
        "township_review.in_round": "2015-07-05",
        "final_village_notice.to_do": "2015-06-27",
    }
    assert {queue["queue"]: queue["due_first"] for queue in village.ask("officer", QUEUES).json()} == due
    for queue, day in due.items():
        assert [item["due_on"] for item in village.ask("officer", f"{QUEUES}/{queue}").json()["items"]] == [day]


def test_what_is_due_first_comes_first_page_by_page_and_an_open_objection_before_it(everywhere: Huangxi) -> None:
    (late,), (soon,), (held,) = (everywhere.bring(everywhere.file(), to=5) for _ in range(3))
    notice = ""
    for ids, day in (([late, held], "06-13"), ([soon], "06-14")):
        everywhere.on(day)
        posted = accepted(everywhere.send("officer", NOTICES, posting(5, ids, on=f"2015-{day}")))
        notice = notice or posted
    everywhere.on("06-17")
    for one in (held, late):
        objection = object_to(everywhere, notice, one)
    accepted(everywhere.send("reviewer", f"{objection}/resolution", resolving("2015-06-17")))

    queue = f"{QUEUES}/village_notice.posted"
    pages = [everywhere.ask("officer", queue, limit="1").json()]
    while cursor := pages[-1]["next"]:
        pages.append(everywhere.ask("officer", queue, limit="1", cursor=cursor).json())
    items = [item for page in pages for item in page["items"]]
    assert [(item["application_id"], item["due_on"]) for item in items] == [
        (held, None),
        (soon, "2015-06-21"),
        (late, "2015-06-22"),
    ]


def test_what_was_returned_is_due_anew_and_what_has_ended_is_not_due(village: Huangxi) -> None:
    returned, rejected = village.bring(village.file(2), to=4)
    village.on("06-12")
    visits = verification([returned, rejected])
    outcomes = ({**RETURN, "return_to": 2}, REJECT)
    visits["visits"] = [visit | {"outcome": each} for visit, each in zip(visits["visits"], outcomes, strict=True)]
    accepted(village.send("officer", VERIFICATIONS, visits))

    due = {item["application_id"]: item["due_on"] for item in village.ask("officer", APPLICATIONS).json()["items"]}
    assert due == {returned: "2015-06-22", rejected: None}


def test_queues_are_asked_for_by_duty(village: Huangxi) -> None:
    village.file()
    village.bring(village.file(), to=6)
    assert queues(village, duty="township_reviewer") == {"township_review.to_do": 1}
    assert queues(village, duty="group_convener") == {"group_review.to_do": 1}


def test_queues_are_asked_for_by_area(village: Huangxi) -> None:
    village.file(2)
    village.file(1, SECOND_GROUP)
    assert queues(village, area=VILLAGE) == {"group_review.to_do": 3}
    assert queues(village, area=SECOND_GROUP) == {"group_review.to_do": 1}
    assert queues(village, "convener") == {"group_review.to_do": 2}
    refused(village.ask("officer", QUEUES, area="360424107"), 422, "malformed")


def test_nobody_counts_or_lists_what_lies_elsewhere(village: Huangxi) -> None:
    village.bring(village.file(), to=8)
    village.file()
    assert queues(village, "neighbour") == {}
    for path in (APPLICATIONS, REGISTER, f"{API}/late-entries", f"{QUEUES}/group_review.to_do"):
        assert village.ask("neighbour", path).json()["items"] == []
        assert village.ask("neighbour", path, area=GROUP).json()["items"] == []


def test_an_unknown_queue_is_refused(village: Huangxi) -> None:
    village.file()
    refused(village.ask("officer", f"{QUEUES}/tea_break.to_do"), 404, "queue-unknown")
    refused(village.ask("officer", f"{QUEUES}/group_review.later"), 422, "malformed")


def test_a_posted_household_shows_its_notice_and_the_day_it_may_be_closed(village: Huangxi) -> None:
    ids = village.bring(village.file(), to=5)
    notice = village.hold(5, ids)
    (item,) = village.ask("officer", f"{QUEUES}/village_notice.posted").json()["items"]
    assert (item["due_on"], item["group_name"], item["objections"]) == ("2015-06-20", "一组", 0)
    assert notice.endswith(item["notice_id"])


def test_an_open_objection_leaves_the_day_open_and_its_days_do_not_count(village: Huangxi) -> None:
    (one,) = ids = village.bring(village.file(), to=5)
    notice = village.hold(5, ids)
    village.on("06-17")
    objection = object_to(village, notice, one)
    (objected,) = village.ask("officer", f"{QUEUES}/village_notice.posted").json()["items"]
    assert (objected["due_on"], objected["objections"]) == (None, 1)

    accepted(village.send("reviewer", f"{objection}/resolution", resolving("2015-06-17")))
    (decided,) = village.ask("officer", f"{QUEUES}/village_notice.posted").json()["items"]
    assert (decided["due_on"], decided["objections"]) == ("2015-06-22", 0)


def test_the_course_shows_each_step_done_with_its_event(village: Huangxi) -> None:
    (one,) = village.bring(village.file(), to=8)
    shown = course(village, one)
    assert (shown["now"], shown["ending"], shown["version"]) == (None, "registered", 11)
    assert [step["done_on"] for step in shown["course"]] == [
        "2015-06-01",
        "2015-06-03",
        "2015-06-11",
        "2015-06-12",
        "2015-06-20",
        "2015-06-24",
        "2015-07-02",
    ]
    assert {step["done_by"] for step in shown["course"]} <= {fact["event_id"] for fact in shown["history"]}
    assert not any(fact["void"] for fact in shown["history"])


def test_a_return_leaves_what_it_undid_in_the_history_and_out_of_the_course(village: Huangxi) -> None:
    (one,) = ids = village.bring(village.file(), to=6)
    drawn = village.hold(6, ids)
    village.on("06-24")
    accepted(village.send("reviewer", f"{drawn}/conclusion", conclusion(ids, RETURN)))

    shown = course(village, one)
    assert (shown["now"], [step["done_on"] is not None for step in shown["course"]]) == (4, [True] * 3 + [False] * 4)
    assert [fact["facts"]["step"] for fact in shown["history"] if fact["void"]] == [4, 5, 5, 6]
    assert queues(village) == {"village_verification.to_do": 1}


def test_ended_applications_are_in_no_queue_and_still_listed(village: Huangxi) -> None:
    (one,) = village.file()
    accepted(village.send("officer", f"{APPLICATIONS}/{one}/withdrawal", {"on": "2015-06-01", "reason": "moved_away"}))
    assert queues(village) == {}
    (item,) = village.ask("officer", APPLICATIONS).json()["items"]
    assert (item["application_id"], item["ending"], item["waiting"]) == (one, "withdrawn", "to_do")


@pytest.mark.parametrize(("who", "status"), [("neighbour", 404), ("reviewer", 403), ("convener", 403)])
def test_only_the_village_enters_a_withdrawal(village: Huangxi, who: str, status: int) -> None:
    (one,) = village.file()
    withdrawal = {"on": "2015-06-01", "reason": "own_wish"}
    assert village.send(who, f"{APPLICATIONS}/{one}/withdrawal", withdrawal).status_code == status


def test_registered_households_are_listed_by_consecutive_numbers_with_standard_and_line(village: Huangxi) -> None:
    village.bring(village.file(3), to=8)
    village.bring(village.file(2), to=8)
    first = village.ask("officer", REGISTER, limit="4").json()
    second = village.ask("officer", REGISTER, limit="4", cursor=first["next"]).json()
    items = first["items"] + second["items"]
    assert [item["household_no"] for item in items] == [f"{VILLAGE}0000{number}" for number in range(1, 6)]
    assert {(item["standard"], item["poverty_line"], item["reference_year"]) for item in items} == {
        ("national", "2800.00", 2014)
    }


def test_the_numbers_of_a_village_never_run_into_those_of_the_next(village: Huangxi) -> None:
    ids = village.bring(village.file(2), to=7)
    notice = village.hold(7, ids)
    with village.service.database.writing() as connection:
        taken = {"kind": HOUSEHOLD_NUMBER, "key": f"{VILLAGE}99998", "stream": "application/of-another"}
        connection.execute(insert(claim).values(taken))
    village.on("07-02")
    answer = village.send("officer", f"{notice}/closing", closing(7))
    assert list(refused_rows(answer).values()) == ["no-number-left"]


def test_two_lists_closed_at_once_never_share_a_number(everywhere: Huangxi) -> None:
    notices = [everywhere.hold(7, everywhere.bring(everywhere.file(5), to=7)) for _ in range(2)]
    everywhere.on("07-02")
    together = Barrier(2)

    def close(notice: str) -> int:
        together.wait()
        return everywhere.send("officer", f"{notice}/closing", closing(7)).status_code

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(close, notices)) == [201, 201]
    items = everywhere.ask("officer", REGISTER).json()["items"]
    assert [item["household_no"] for item in items] == [f"{VILLAGE}{number:05}" for number in range(1, 11)]


def test_every_list_is_the_same_when_it_is_built_anew(everywhere: Huangxi) -> None:
    village = everywhere
    registered = village.bring(village.file(2), to=8)
    ending = {"on": "2015-07-02", "reason": "registered_in_error"}
    accepted(village.send("county", f"{APPLICATIONS}/{registered[0]}/registration-ending", ending))
    (one,) = ids = village.bring(village.file(), to=5)
    notice = village.hold(5, ids)
    village.on("06-17")
    object_to(village, notice, one)
    (withdrawn,) = village.file()
    village.on("07-10")
    late = {"on": "2015-06-02", "reason": "own_wish", "late_reason": "no_network"}
    accepted(village.send("officer", f"{APPLICATIONS}/{withdrawn}/withdrawal", late))
    village.catch_up()

    lists: tuple[Projection[Any], ...] = (applications, registered_households, late_entries, objections)
    for each in lists:
        rebuilt = rebuild(each, village.service.database, village.service.following.log(each))
        assert rebuilt.events > 0
        assert set(rebuilt.differing.values()) == {0}
