"""Allowances over HTTP: assessing, judging and ending, each in one's own area and duty."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from assisted import ALLOWANCES, NEIGHBOURING, WHO, Village, assessment
from chronicle.messages import new_id
from huangxi import accepted, refused
from person_ids import person_id
from running_track import LATE, VILLAGE

UNEXPLAINED = "late-entry-needs-reason"
NOWHERE = f"{ALLOWANCES}/01a20a19-526a-7bdf-a3f5-7f4e8455946b"
ON = {"on": "2015-06-10", **LATE}
PROPERTY = {**ON, "reason": "property_undeclared"}
MOVED = {**ON, "on": "2015-06-20", "reason": "moved_away"}
ACTS = {
    "township-approval": ("reviewer", ON),
    "township-rejection": ("reviewer", PROPERTY),
    "county-approval": ("county", ON),
    "county-rejection": ("county", PROPERTY),
    "ending": ("county", MOVED),
}


def test_an_allowance_goes_from_the_village_to_the_county(everywhere: Village) -> None:
    where = everywhere.granted()
    answered = everywhere.ask("county", where)
    shown = answered.json()

    assert (answered.headers["ETag"], shown["stage"], shown["monthly_amount"]) == ('"3"', "granted", "360.00")
    assert [fact["entered_by"] for fact in shown["history"]] == [
        person_id(who) for who in ("officer", "reviewer", "county")
    ]
    assert [fact["on"] for fact in shown["history"]] == ["2015-06-08", "2015-06-10", "2015-06-12"]
    assert shown["history"][2]["facts"]["monthly_amount"] == "360.00"


def test_an_allowance_says_how_its_amount_comes_about(village: Village) -> None:
    shown = village.ask("auditor", village.assessed()).json()
    receipt = shown["history"][0]["receipt"]

    assert shown["explained"] == {
        "zh": "2014年人均纯收入1800.00元；低保标准每人每月240.00元，12个月为2880.00元；每人每年差1080.00元，保障4人，"
        "按12个月平均，每月360.00元（四舍五入到分）。低保标准尚待主管部门确认。",
        "en": "Net income per person in 2014 was 1800.00 yuan; the standard is 240.00 a month, 2880.00 in twelve; "
        "each lacks 1080.00 a year: times 4 persons, divided by 12 and rounded to the cent, this is 360.00 a month. "
        "The standard still has to be confirmed by the authority.",
    }
    assert (receipt["rule"], receipt["known"]["per_capita_income"]) == ("safety-net.allowance", "1800.00")
    assert (receipt["known"]["reference_year"], shown["history"][0]["facts"]["assessment"]["reference_year"]) == (
        2014,
        2014,
    )
    assert [(entry["name"], entry["area"], entry["value"]) for entry in receipt["policy"]] == [
        ("allowance_standard", "36", "240.00"),
        ("late_entry_days", "national", 10),
    ]
    assert receipt["known"]["read_at"]


def test_everything_is_about_the_household_in_its_village(village: Village) -> None:
    household_id = village.registered()
    where = village.granted(household_id)
    accepted(village.send("county", f"{where}/ending", MOVED))
    store = village.track.service.store
    events = [event for partition in range(16) for event in store.read(partition, 0, 100)]

    assert {(event.subject, event.area) for event in events} == {(f"household/{household_id}", VILLAGE)}
    assert [event.type.split(".")[1] for event in events] == [
        "allowance-assessed",
        "allowance-approved-by-township",
        "allowance-approved-by-county",
        "allowance-ended",
    ]


def test_the_standard_changes_with_the_year(village: Village) -> None:
    village.today_is(date(2016, 1, 4))
    amounts = []
    for on in ("2015-12-31", "2016-01-01"):
        where = accepted(village.send("officer", ALLOWANCES, assessment(village.registered(), on=on)))
        amounts.append(village.ask("officer", where).json()["monthly_amount"])

    assert amounts == ["360.00", "480.00"]


def test_an_income_at_the_standard_leaves_nothing_to_approve(village: Village) -> None:
    where = village.assessed(village.registered("2880.00"))
    shown = village.ask("officer", where).json()

    assert (shown["stage"], shown["monthly_amount"]) == ("not_eligible", "0.00")
    assert shown["history"][0]["facts"]["outcome"] == "not_eligible"
    refused(village.send("reviewer", f"{where}/township-approval", ON), 409, "nothing-to-approve")


def test_who_is_not_eligible_may_be_assessed_again(village: Village) -> None:
    household_id = village.registered("2880.00")

    assert village.assessed(household_id) != village.assessed(household_id)


def test_a_household_without_income_or_with_losses_gets_the_standard(village: Village) -> None:
    places = [village.assessed(village.registered(income)) for income in ("0.00", "-1200.00")]

    assert [village.ask("officer", where).json()["monthly_amount"] for where in places] == ["960.00", "960.00"]


def test_a_household_has_one_allowance_until_it_is_rejected_or_ends(everywhere: Village) -> None:
    household_id = everywhere.registered()
    first = everywhere.assessed(household_id)

    refused(everywhere.send("officer", ALLOWANCES, assessment(household_id)), 409, "second-allowance")
    accepted(everywhere.send("reviewer", f"{first}/township-rejection", PROPERTY))
    refused(everywhere.send("officer", ALLOWANCES, assessment(household_id)), 409, "before-previous-act")
    second = everywhere.granted(household_id, on="2015-06-10")
    refused(everywhere.send("officer", ALLOWANCES, assessment(household_id)), 409, "second-allowance")
    accepted(everywhere.send("county", f"{second}/ending", MOVED))
    too_early = assessment(household_id, on="2015-06-19")
    refused(everywhere.send("officer", ALLOWANCES, too_early), 409, "before-previous-act")
    everywhere.assessed(household_id, on="2015-06-20")


def test_of_several_assessments_at_once_one_is_recorded(everywhere: Village) -> None:
    body = assessment(everywhere.registered())
    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(everywhere.send, "officer", ALLOWANCES, body) for _ in range(8)]
    answers = [each.result() for each in asked]

    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 7
    assert {answer.json().get("code") for answer in answers} == {None, "second-allowance"}


def test_a_refusal_says_what_is_wrong_with_the_household(village: Village) -> None:
    left = village.registered()
    village.end_registration(left)
    for household_id, code in (
        (new_id(), "household-not-known"),
        (village.recorded(), "household-not-registered"),
        (left, "household-registration-ended"),
    ):
        refused(village.send("officer", ALLOWANCES, assessment(household_id)), 409, code)


@pytest.mark.parametrize(("before", "act"), [((), "township-approval"), (("township-approval",), "county-approval")])
def test_a_registration_that_ended_meanwhile_stops_the_approval(
    village: Village, before: tuple[str, ...], act: str
) -> None:
    household_id = village.registered()
    where = village.assessed(household_id)
    for earlier in before:
        accepted(village.send(ACTS[earlier][0], f"{where}/{earlier}", ON))
    village.end_registration(household_id)

    refused(village.send(ACTS[act][0], f"{where}/{act}", ON), 409, "household-registration-ended")


def test_who_left_the_household_is_not_protected(village: Village) -> None:
    household_id = village.registered()
    village.remain(household_id, 3)

    problem = refused(village.send("officer", ALLOWANCES, assessment(household_id)), 422, "protected-persons-unfit")
    assert "3" in problem["detail"]


@pytest.mark.parametrize("act", ["township-approval", "county-approval"])
def test_who_left_since_the_assessment_stops_the_approval(village: Village, act: str) -> None:
    household_id = village.registered()
    where = village.assessed(household_id)
    if act == "county-approval":
        accepted(village.send("reviewer", f"{where}/township-approval", ON))
    village.remain(household_id, 3)

    refused(village.send(ACTS[act][0], f"{where}/{act}", ON), 422, "protected-persons-unfit")


def test_a_day_that_cannot_be_is_refused_before_a_standard_is_missing(village: Village) -> None:
    for one, on, status, code in (
        (new_id(), "2013-06-08", 409, "household-not-known"),
        (village.recorded(), "2013-06-08", 409, "household-not-registered"),
        (village.registered(), "2013-06-08", 409, "before-registration"),
        (new_id(), "2035-06-08", 422, "date-in-future"),
    ):
        refused(village.send("officer", ALLOWANCES, assessment(one, on=on)), status, code)


def test_what_is_entered_late_says_why(village: Village) -> None:
    unexplained, household_id = {"late_reason": None}, village.registered()
    refused(village.send("officer", ALLOWANCES, assessment(household_id) | unexplained), 409, UNEXPLAINED)
    for act, before in (("township-approval", 0), ("township-rejection", 0), ("county-approval", 1), ("ending", 2)):
        where = village.assessed()
        for earlier in ("township-approval", "county-approval")[:before]:
            accepted(village.send(ACTS[earlier][0], f"{where}/{earlier}", ON))
        who, body = ACTS[act]
        on = {"on": "2015-06-12"}
        refused(village.send(who, f"{where}/{act}", body | on | unexplained), 409, UNEXPLAINED)
        accepted(village.send(who, f"{where}/{act}", body | on))
        assert village.ask(who, where).json()["history"][-1]["facts"]["late_reason"] == "paper_batch"


def test_who_holds_both_duties_assesses_in_the_whole_township(village: Village) -> None:
    both = village.track.client(WHO["officer"], WHO["reviewer"])
    for area in (VILLAGE, NEIGHBOURING):
        body = assessment(village.registered(area=area))
        accepted(both.post(ALLOWANCES, json=body, headers={"Idempotency-Key": new_id()}))


def test_a_standard_nobody_gave_is_missing(village: Village) -> None:
    village.today_is(date(2021, 1, 4))
    body = assessment(village.registered(), on="2021-01-01")

    refused(village.send("officer", ALLOWANCES, body), 409, "policy-missing")


def test_a_date_that_cannot_be_is_refused(village: Village) -> None:
    household_id = village.registered()

    refused(village.send("officer", ALLOWANCES, assessment(household_id, on="2025-06-08")), 422, "date-in-future")
    refused(village.send("officer", ALLOWANCES, assessment(household_id, on="2015-05-03")), 409, "before-registration")
    where = village.assessed(household_id)
    too_early = {**ON, "on": "2015-06-07"}
    refused(village.send("reviewer", f"{where}/township-approval", too_early), 409, "before-previous-act")


def test_three_different_persons_decide(village: Village) -> None:
    where = village.assessed(who="reviewer")

    refused(village.send("reviewer", f"{where}/township-approval", ON), 409, "own-allowance-work")
    accepted(village.send("deputy", f"{where}/township-approval", ON))


def test_a_person_is_the_same_with_another_account(village: Village) -> None:
    where = village.assessed()
    same = village.track.client(WHO["reviewer"], person="officer")
    answer = same.post(f"{where}/township-approval", json=ON, headers={"Idempotency-Key": new_id()})

    refused(answer, 409, "own-allowance-work")


def test_nobody_acts_for_the_own_household(village: Village) -> None:
    household_id = village.registered()

    refused(village.send("head", ALLOWANCES, assessment(household_id)), 409, "own-household")
    where = village.assessed(household_id)
    refused(village.send("wife", f"{where}/township-approval", ON), 409, "own-household")


def test_a_household_elsewhere_is_as_unknown_as_one_nobody_heard_of(village: Village) -> None:
    household_id = village.registered(area=NEIGHBOURING)
    elsewhere = refused(village.send("officer", ALLOWANCES, assessment(household_id)), 409, "household-not-known")
    nowhere = refused(village.send("officer", ALLOWANCES, assessment(new_id())), 409, "household-not-known")

    assert elsewhere | {"instance": ""} == nowhere | {"instance": ""}
    village.assessed(household_id, who="reviewer")


@pytest.mark.parametrize("act", ACTS)
def test_an_allowance_elsewhere_is_as_unknown_as_none(village: Village, act: str) -> None:
    where = village.assessed()
    for place, who in ((where, "elsewhere"), (NOWHERE, "county")):
        refused(village.send(who, f"{place}/{act}", ACTS[act][1]), 404, "not-found")
        refused(village.ask(who, place), 404, "not-found")


@pytest.mark.parametrize(
    ("act", "who"), [("township-approval", "county"), ("county-rejection", "reviewer"), ("ending", "reviewer")]
)
def test_each_level_judges_for_itself(village: Village, act: str, who: str) -> None:
    refused(village.send(who, f"{village.assessed()}/{act}", ACTS[act][1]), 403, "not-your-duty")


@pytest.mark.parametrize("who", ["convener", "officer", "auditor"])
def test_who_reads_does_not_judge(village: Village, who: str) -> None:
    where = village.assessed()
    for act, (_, body) in ACTS.items():
        refused(village.send(who, f"{where}/{act}", body), 403, "not-your-duty")


@pytest.mark.parametrize("who", ["convener", "county", "auditor"])
def test_the_village_or_the_township_assesses(village: Village, who: str) -> None:
    refused(village.send(who, ALLOWANCES, assessment(village.registered())), 403, "not-your-duty")


def test_approving_again_is_answered_and_changes_nothing(village: Village) -> None:
    where = village.granted()
    again = village.send("county", f"{where}/county-approval", ON)

    assert (again.status_code, again.headers["ETag"], again.json()["positions"]) == (200, '"3"', [])


def test_the_same_key_gets_the_same_answer(village: Village) -> None:
    body, key = assessment(village.registered()), {"Idempotency-Key": new_id()}
    first, again = (village.send("officer", ALLOWANCES, body, **key) for _ in range(2))

    assert (first.status_code, again.headers["Location"]) == (201, first.headers["Location"])
    assert again.headers["Yihu-Position"] == first.headers["Yihu-Position"]
    refused(village.send("officer", ALLOWANCES, body | {"protected_persons": 3}, **key), 422, "idempotency-key-reused")


def test_who_saw_an_earlier_version_looks_again(village: Village) -> None:
    where = village.assessed()
    accepted(village.send("reviewer", f"{where}/township-approval", ON))

    refused(village.send("county", f"{where}/county-approval", ON, **{"If-Match": '"1"'}), 412, "stale")
    accepted(village.send("county", f"{where}/county-approval", ON, **{"If-Match": '"2"'}))


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("", {"household_id": "甘露生", "protected_persons": 4, "on": "2015-06-08"}),
        ("", {"household_id": new_id(), "protected_persons": 0, "on": "2015-06-08"}),
        ("", {"household_id": new_id(), "protected_persons": 4, "on": "20150608"}),
        ("", {"household_id": new_id(), "protected_persons": 4, "on": "2015-06-08", "amount": "900.00"}),
        ("/township-rejection", {"on": "2015-06-10", "reason": "甘露生"}),
        ("/village-approval", {"on": "2015-06-10"}),
    ],
)
def test_what_cannot_be_right_is_refused_and_not_repeated(village: Village, path: str, body: dict[str, Any]) -> None:
    where = village.assessed() + path if path else ALLOWANCES
    answer = village.send("reviewer", where, body)

    refused(answer, 422, "malformed")
    assert "甘露生" not in answer.text
