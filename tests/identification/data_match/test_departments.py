"""What departments send: received of anybody alike, waiting, attached when the person appears, given up in time."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from departments import APPLICATIONS, HAS_A_VAN, RECHECKS, SENDING, Departments, departments, number, record
from huangxi import accepted, conclusion, refused, refused_rows
from identification.expiry import Expiry
from identification.people.vault import Vault
from running_service import ROOT


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Departments]:
    with departments(f"sqlite:///{tmp_path / 'identification.db'}", tmp_path) as village:
        yield village


@pytest.fixture
def everywhere(store_url: str, tmp_path: Path) -> Iterator[Departments]:
    with departments(store_url, tmp_path) as village:
        yield village


def give_up(here: Departments, day: str) -> None:
    """Let it be a day, and what waited too long be given up."""
    here.village.on(day)
    here.village.catch_up()
    expiry = Expiry(here.hearing.service.handler, here.hearing.service.clock)
    while expiry.step():
        here.village.catch_up()


def test_a_data_match_meets_who_applied_and_holds_up_the_review(everywhere: Departments) -> None:
    one = everywhere.apply(number(1))
    assert everywhere.send(record(1)).status_code == 202
    everywhere.settle()

    village = everywhere.village
    held = village.hold(6, village.bring([one], to=6))
    village.on("06-24")
    assert refused_rows(village.send("reviewer", f"{held}/conclusion", conclusion([one]))) == {one: "data-match-open"}
    match_id = next(each["data_match_id"] for each in village.facts(f"{APPLICATIONS}/{one}") if "data_match_id" in each)
    answer = {"on": "2015-06-24", "reason": "register_outdated", "findings": "已过户"}
    accepted(village.send("reviewer", f"{APPLICATIONS}/{one}/data-matches/{match_id}/decision", answer))
    accepted(village.send("reviewer", f"{held}/conclusion", conclusion([one])))
    assert everywhere.types() == [f"data-match-{it}" for it in ("received", "attached", "raised", "decided")]
    assert everywhere.waiting() == 0


def test_it_waits_and_meets_the_person_who_applies_later(everywhere: Departments) -> None:
    everywhere.send(record(1), record(2))
    everywhere.settle()
    assert (everywhere.types(), everywhere.waiting()) == (["data-match-received"] * 2, 4)

    everywhere.apply(number(1))
    everywhere.settle()
    assert everywhere.types()[2:] == ["data-match-attached", "data-match-raised"]
    assert everywhere.waiting() == 2


def test_all_that_wait_for_one_person_meet_them(here: Departments, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("identification.matching.AT_ONCE", 2)
    here.send(*(record(1, f"plate-{n}") for n in range(7)))
    here.settle()
    here.apply(number(1))
    here.settle()
    assert here.types().count("data-match-attached") == 7
    assert here.waiting() == 0


def test_the_answer_is_the_same_for_somebody_known_and_somebody_unknown(here: Departments) -> None:
    here.apply(number(1))
    first = [here.send(record(1)), here.send(record(2))]
    here.settle()
    again = [here.send(record(1)), here.send(record(2))]
    told = {(each.status_code, each.text, each.headers["etag"]) for each in first + again}
    assert told == {(202, '{"location":null,"version":0,"positions":[]}', '"0"')}
    assert not any("yihu-position" in each.headers for each in first + again)


def test_nothing_in_an_event_tells_whom_a_department_meant(here: Departments) -> None:
    here.send(record(1))
    (received,) = (event for event in here.village.events() if "data-match" in event.type)
    index = here.hearing.service.vault.index_of_number(number(1), here.hearing.service.clock.today())
    written = f"{received}"
    assert all(telling not in written for telling in (number(1), index, HAS_A_VAN, "plate-1"))


def test_what_is_sent_twice_is_received_once(everywhere: Departments) -> None:
    first = everywhere.send(record(1), key="the-list")
    again = everywhere.send(record(1), key="the-list")
    other_key = everywhere.send(record(1), record(2))
    assert [each.status_code for each in (first, again, other_key)] == [202] * 3
    assert first.json() == again.json()
    assert everywhere.send(record(1), record(2)).status_code == 202
    assert everywhere.types() == ["data-match-received"] * 2
    assert everywhere.waiting() == 4


def test_of_one_record_sent_twice_at_once_both_are_received_and_it_is_there_once(everywhere: Departments) -> None:
    start, sealing = Barrier(2), Vault.seal

    def sealed(vault: Vault, texts: Any) -> Any:
        done = sealing(vault, texts)
        # Neither has recorded it, so each made a key for it.
        start.wait(60)
        return done

    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(2) as pool:
        patch.setattr(Vault, "seal", sealed)
        answers = list(pool.map(lambda _: everywhere.send(record(1)).status_code, range(2)))
    assert answers == [202, 202]
    assert everywhere.types() == ["data-match-received"]
    assert (everywhere.waiting(), len(everywhere.kept())) == (2, 1)


def test_what_met_somebody_and_is_sent_again_waits_for_nobody(here: Departments) -> None:
    here.apply(number(1))
    here.send(record(1))
    here.settle()
    here.send(record(1))
    here.settle()
    assert here.types() == ["data-match-received", "data-match-attached", "data-match-raised"]
    assert here.waiting() == 0


def test_records_that_cannot_be_right_are_named_by_their_place_and_nothing_is_received(here: Departments) -> None:
    bad = record(2, id_number="110101200001011234")
    problem = refused(here.send(record(1), bad, record(3), record(3)), 422, "records-refused")
    assert {row["id"]: row["code"] for row in problem["rows"]} == {"2": "id-number-checksum-wrong", "4": "record-twice"}
    assert number(1) not in str(problem)
    assert here.types() == []


def test_a_list_of_a_day_to_come_is_refused(here: Departments) -> None:
    refused(here.send(record(1), listed_on="2015-06-02"), 422, "list-in-future")


def test_at_most_two_hundred_at_once(here: Departments) -> None:
    assert here.send(*(record(n) for n in range(201))).status_code == 422
    assert here.send(*(record(n) for n in range(200))).status_code == 202


def test_only_a_departments_system_with_the_scope_of_the_register_sends(here: Departments) -> None:
    refused(here.send(record(1), scope="data-match:death"), 403, "register-not-granted")
    refused(here.send(record(1), role="county_officer"), 403, "not-your-duty")
    refused(here.send(record(1), department=None), 403, "department-not-named")
    assert here.village.ask("county", SENDING).status_code == 405


def test_a_department_is_not_heard_of_people_outside_its_area(here: Departments) -> None:
    here.apply(number(1))
    assert here.send(record(1), area="360425").status_code == 202
    here.settle()
    assert here.types() == ["data-match-received"]
    assert here.send(record(1, "other"), area="3604").status_code == 202
    here.settle()
    assert here.types()[2:] == ["data-match-attached", "data-match-raised"]


def test_after_its_days_it_is_given_up_and_what_was_sealed_goes(everywhere: Departments) -> None:
    everywhere.send(record(1))
    # Its days are over after 28 November; what happened until then may be heard of late.
    give_up(everywhere, "2015-12-01")
    assert everywhere.waiting() == 2
    assert len(everywhere.kept()) == 1

    give_up(everywhere, "2015-12-02")
    assert everywhere.types() == ["data-match-received", "data-match-expired"]
    assert everywhere.waiting() == 0
    assert everywhere.kept() == []
    everywhere.apply(number(1))
    everywhere.settle()
    assert everywhere.types() == ["data-match-received", "data-match-expired"]


def test_what_was_given_up_and_is_sent_again_waits_anew_each_time(here: Departments) -> None:
    for day in ("2015-12-02", "2016-06-10"):
        assert here.send(record(1)).status_code == here.send(record(1)).status_code == 202
        give_up(here, day)
    assert here.types() == ["data-match-received", "data-match-expired"] * 2
    here.send(record(1))
    here.apply(number(1))
    here.settle()
    # They apply on a day before, so that only how often is told.
    times = {"received": 3, "expired": 2, "attached": 1, "raised": 1}
    assert Counter(here.types()) == {f"data-match-{it}": count for it, count in times.items()}


def test_what_cannot_be_given_up_is_not_tried_again_at_once(here: Departments) -> None:
    here.send(record(1))
    here.village.on("2015-12-02")
    here.village.catch_up()
    expiry = Expiry(here.hearing.service.handler, here.hearing.service.clock)
    # The list of what waits never hears of it.
    assert [expiry.step() for _ in range(3)] == [True, False, False]


def test_what_was_attached_is_not_given_up(here: Departments) -> None:
    here.apply(number(1))
    here.send(record(1))
    here.settle()
    give_up(here, "2016-06-01")
    assert "data-match-expired" not in here.types()
    assert len(here.kept()) == 1


def test_who_applied_without_success_is_waited_for_and_met_when_they_apply_again(here: Departments) -> None:
    one = here.apply(number(1))
    withdrawal = {"on": "2015-06-01", "reason": "own_wish"}
    accepted(here.village.send("officer", f"{APPLICATIONS}/{one}/withdrawal", withdrawal))
    here.send(record(1))
    here.settle()
    assert here.types() == ["data-match-received"]
    here.village.file_again(one)
    here.settle()
    assert here.types()[1:] == ["data-match-attached", "data-match-raised"]


def test_after_the_review_it_opens_a_recheck_and_holds_up_nothing(everywhere: Departments) -> None:
    village, one = everywhere.village, everywhere.apply(number(1))
    notice = village.hold(7, village.bring([one], to=7))
    everywhere.send(record(1))
    everywhere.settle()
    village.end(7, notice, [one])
    village.household_of(one)
    everywhere.send(record(1, "second"))
    everywhere.settle()
    assert [item["data_matches"] for item in village.ask("officer", APPLICATIONS).json()["items"]] == [0]
    opened = village.ask("county", RECHECKS, duty="county_officer").json()["items"]
    assert [(item["cause"], item["kind"], item["due_on"]) for item in opened] == [
        ("data_match", "vehicle", "2015-08-24"),
        ("data_match", "vehicle", "2015-08-31"),
    ]


def test_whoever_entered_a_data_match_after_the_review_does_not_conclude_its_recheck(here: Departments) -> None:
    village, one = here.village, here.apply(number(1))
    village.bring([one], to=7)
    member_id = village.facts(f"{APPLICATIONS}/{one}")[0]["head_id"]
    match = {"on": "2015-06-24", "person_id": member_id, "kind": "vehicle", "facts": HAS_A_VAN}
    accepted(village.send("verifier", f"{APPLICATIONS}/{one}/data-matches", match))
    here.settle()

    (recheck,) = village.ask("county", RECHECKS).json()["items"]
    found = {"on": "2015-06-24", "reason": "register_outdated", "findings": "已过户"}
    concluding = f"{RECHECKS}/{recheck['recheck_id']}/conclusion"
    refused(village.send("verifier", concluding, found), 409, "rechecked-own-work")
    accepted(village.send("county", concluding, found))


def test_somebody_who_joins_a_registered_household_is_met_and_what_was_sent_opened_by_who_looks_into_it(
    here: Departments,
) -> None:
    village, one = here.village, here.apply(number(1))
    village.end(7, village.hold(7, village.bring([one], to=7)), [one])
    home = village.household_of(one)
    here.send(record(2))
    here.settle()
    assert here.types("recheck") == []
    here.join(one, home, number(2))
    here.settle()
    assert here.types("recheck") == ["recheck-opened"]
    (opened,) = here.village.ask("county", RECHECKS).json()["items"]
    (told,) = here.village.facts(f"{RECHECKS}/{opened['recheck_id']}")
    said = f"{RECHECKS}/{opened['recheck_id']}/texts/{told['facts']['text_id']}"
    assert here.village.ask("county", said, purpose="case_work").text == HAS_A_VAN
    refused(here.village.ask("reviewer", said, purpose="case_work"), 403, "not-your-duty")


def test_the_days_of_waiting_are_those_of_the_day_it_was_received(here: Departments) -> None:
    here.send(record(1))
    (received,) = (event for event in here.village.events() if "data-match" in event.type)
    until = here.hearing.service.clock.today() + timedelta(days=180)
    assert f'"waits_until":"{until}"' in received.data


def test_what_the_documentation_says_to_send_is_received(here: Departments) -> None:
    text = (ROOT / "docs" / "integrating.md").read_text("utf-8")
    (said,) = re.findall(r"--data '(.*?)'", text, re.DOTALL)
    body = json.loads(said)
    here.village.on(body["listed_on"])
    assert here.send(*body.pop("records"), **body).status_code == 202
    assert here.types() == ["data-match-received"]
