"""Filing over HTTP: the form is checked, people are sealed, the household and its application are recorded."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from casework.codes import Sex
from casework.id_number import invented
from chronicle.messages import new_id
from chronicle.store.values import Position
from huangxi import API, GROUP, SECOND_GROUP, VILLAGE, Huangxi, accepted, huangxi, refused
from identification.cases.application.gather import application_decider

APPLICATIONS, HOUSEHOLDS = f"{API}/applications", f"{API}/households"
HEAD, SPOUSE, NIECE = (
    invented(9001, date(1968, 5, 21), Sex.MALE),
    invented(9002, date(1970, 9, 2), Sex.FEMALE),
    invented(9003, date(1985, 1, 1), Sex.FEMALE),
)
NAMES, PHONE = ("欧阳清和", "上官秋实", "司马念慈"), "13907920001"


@pytest.fixture
def village(tmp_path: Path) -> Iterator[Huangxi]:
    with huangxi(f"sqlite:///{tmp_path / 'identification.db'}", tmp_path) as village:
        village.on("06-01")
        yield village


@pytest.fixture(scope="module")
def quiet_village(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Huangxi]:
    """A village in which nothing is recorded."""
    folder = tmp_path_factory.mktemp("quiet")
    with huangxi(f"sqlite:///{folder / 'identification.db'}", folder) as village:
        village.on("06-01")
        yield village


def typed(name: str, id_number: str, relation: str, **changed: Any) -> dict[str, Any]:
    return {
        "name": name,
        "id_number": id_number,
        "relation_to_head": relation,
        "health_status": "healthy",
        "labour_skill": "ordinary",
        "school_status": "not_at_school",
        **changed,
    }


def form(**changed: Any) -> dict[str, Any]:
    return {
        "on": "2015-06-01",
        "group_code": GROUP,
        "members": [
            typed(NAMES[0], HEAD, "household_head", phone=PHONE),
            typed(NAMES[1], SPOUSE, "spouse", health_status="chronic_illness"),
        ],
        "applicant": {"kind": "adult_member", "member": 0},
        "income": {
            "wage_income": "3600.00",
            "business_income": "2000.00",
            "business_expenditure": "600.00",
            "property_income": "0.00",
            "transfer_income": "260.50",
        },
        "living": {
            "arable_land_mu": "2.40",
            "forest_land_mu": "0.00",
            "housing_area_m2": "68.00",
            "house_grade": "grade_c",
            "water_safe": True,
            "water_difficult": False,
        },
        "causes": ["cause_illness"],
        "consent_to_cross_checks": True,
        **changed,
    }


def with_head(**changed: Any) -> dict[str, Any]:
    head, spouse = form()["members"]
    return form(members=[head | changed, spouse])


def filed(village: Huangxi, **changed: Any) -> dict[str, Any]:
    shown: dict[str, Any] = village.ask(
        "officer", accepted(village.send("officer", APPLICATIONS, form(**changed)))
    ).json()
    return shown


def test_an_application_is_filed_and_shown_with_its_seven_steps(village: Huangxi) -> None:
    answer = village.send("officer", APPLICATIONS, form())
    assert (answer.status_code, answer.headers["ETag"]) == (201, '"1"')

    shown = village.ask("officer", accepted(answer))
    application = shown.json()
    assert (application["now"], application["ending"], shown.headers["ETag"]) == (2, None, '"1"')
    assert [step["zh"] for step in application["course"]] == [
        "农户申请",
        "组级评议",
        "组级公示",
        "村级审核",
        "村级公示",
        "乡级复核",
        "村级公示",
    ]
    assert [step["done_on"] for step in application["course"]] == ["2015-06-01", *[None] * 6]


def test_the_period_and_its_line_are_fixed_and_the_receipt_says_from_what(village: Huangxi) -> None:
    village.send("officer", APPLICATIONS, form())
    (recorded,) = [event for event in village.events() if event.type == "identification.application-filed.v1"]
    assert recorded.receipt
    assert '"poverty_line":"2800.00","reference_year":2014' in recorded.data
    assert '"name":"poverty_line"' in recorded.receipt
    assert '"name":"identification_chain"' in recorded.receipt


def test_the_receipt_says_up_to_which_event_areas_were_known(village: Huangxi) -> None:
    village.send("officer", APPLICATIONS, form())
    (opened,) = [event for event in village.events() if event.subject == f"area/{GROUP}"]
    (filed_,) = [event for event in village.events() if event.type == "identification.application-filed.v1"]
    (read_at,) = [Position.parse(each) for each in json.loads(filed_.receipt or "")["known"]["read_at"]]
    assert (read_at.source, read_at.partition) == ("identification", opened.partition)
    assert read_at.sequence >= opened.sequence


def test_birth_date_and_sex_are_read_from_the_id_number(village: Huangxi) -> None:
    household = village.ask("officer", f"{HOUSEHOLDS}/{filed(village)['household_id']}").json()
    assert [(member["birth_date"], member["sex"], member["health_status"]) for member in household["members"]] == [
        ("1968-05-21", "male", "healthy"),
        ("1970-09-02", "female", "chronic_illness"),
    ]


def test_nothing_typed_about_people_is_in_what_is_recorded_or_answered(village: Huangxi) -> None:
    answer = village.send("officer", APPLICATIONS, form())
    recorded = "".join(event.data + (event.receipt or "") for event in village.events())
    shown = village.ask("officer", accepted(answer)).text
    for text in (*NAMES, HEAD, SPOUSE, PHONE):
        assert text not in recorded + shown + answer.text


def test_the_same_request_again_gets_the_same_answer_and_files_once(village: Huangxi) -> None:
    key = new_id()
    first, again = (village.send("officer", APPLICATIONS, form(), key) for _ in range(2))
    assert (first.status_code, first.content) == (again.status_code, again.content)
    assert len([event for event in village.events() if event.stream.startswith("application/")]) == 1


def test_the_same_key_with_another_form_is_refused(village: Huangxi) -> None:
    key = new_id()
    village.send("officer", APPLICATIONS, form(), key)
    again = village.send("officer", APPLICATIONS, form(causes=["cause_disability"]), key)
    refused(again, 422, "idempotency-key-reused")


def test_a_second_application_while_the_first_is_open_is_refused(village: Huangxi) -> None:
    household_id = filed(village)["household_id"]
    again = village.send("officer", APPLICATIONS, form(household_id=household_id))
    refused(again, 409, "second-open-application")


def test_after_a_withdrawal_the_household_applies_anew_under_the_same_id(village: Huangxi) -> None:
    first = filed(village)
    withdrawal = {"on": "2015-06-01", "reason": "own_wish"}
    accepted(village.send("officer", f"{APPLICATIONS}/{first['application_id']}/withdrawal", withdrawal))
    second = filed(village, household_id=first["household_id"])
    assert second["household_id"] == first["household_id"]
    assert second["application_id"] != first["application_id"]


def test_a_person_in_another_household_is_refused_and_nothing_of_the_form_is_kept(village: Huangxi) -> None:
    filed(village)
    before = len(village.events())
    other_head = typed(NAMES[2], NIECE, "household_head")
    again = form(members=[other_head, typed(NAMES[1], SPOUSE, "other")], group_code=SECOND_GROUP)
    refused(village.send("officer", APPLICATIONS, again), 409, "person-in-two-households")
    assert len(village.events()) == before


def test_a_household_whose_papers_are_lost_is_found_by_an_id_number_and_applies_anew(village: Huangxi) -> None:
    first = filed(village)
    withdrawal = {"on": "2015-06-01", "reason": "own_wish"}
    accepted(village.send("officer", f"{APPLICATIONS}/{first['application_id']}/withdrawal", withdrawal))
    problem = refused(village.send("officer", APPLICATIONS, form()), 409, "person-in-two-households")
    assert "find it by ID number and apply from its record" in problem["detail"]

    village.catch_up()
    search = {"by": "id_number", "value": SPOUSE, "purpose": "identity_check"}
    (found,) = village.send("officer", f"{HOUSEHOLDS}/search", search).json()["items"]
    assert filed(village, household_id=found["household_id"])["household_id"] == first["household_id"]


def test_a_registered_household_does_not_apply_again(village: Huangxi) -> None:
    first = filed(village)
    village.bring([first["application_id"]], to=8)
    again = form(household_id=first["household_id"], on="2015-07-02")
    refused(village.send("officer", APPLICATIONS, again), 409, "already-registered")
    standing = village.ask("officer", f"{HOUSEHOLDS}/{first['household_id']}/standing").json()
    assert standing == {
        "standing": "registered",
        "household_no": f"{VILLAGE}00001",
        "applications": [first["application_id"]],
    }


@pytest.mark.parametrize(
    ("id_number", "code"),
    [
        (HEAD[:17] + ("0" if HEAD[17] != "0" else "1"), "id-number-checksum-wrong"),
        ("110105490101001", "id-number-needs-upgrade"),
        ("1101054901", "id-number-malformed"),
    ],
)
def test_an_id_number_that_cannot_be_right_is_refused_by_the_members_place(
    quiet_village: Huangxi, id_number: str, code: str
) -> None:
    answer = quiet_village.send("officer", APPLICATIONS, with_head(id_number=id_number))
    problem = refused(answer, 422, "people-refused")
    assert [(row["id"], row["code"]) for row in problem["rows"]] == [("1", code)]
    assert id_number not in answer.text


def test_the_same_person_is_not_entered_as_two_members(quiet_village: Huangxi) -> None:
    head, spouse = form()["members"]
    answer = quiet_village.send("officer", APPLICATIONS, form(members=[head, spouse | {"id_number": HEAD}]))
    assert [row["code"] for row in answer.json()["rows"]] == ["person-twice"]


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"on": "2015-06-02"}, 422, "date-in-future"),
        ({"on": "2015-05-01"}, 409, "late-entry-needs-reason"),
        ({"on": "20150601"}, 422, "malformed"),
        ({"causes": ["cause_unheard_of"]}, 422, "malformed"),
        ({"causes": []}, 422, "cause-missing"),
        ({"consent_to_cross_checks": False}, 422, "consent-missing"),
        ({"consent_to_cross_checks": "yes"}, 422, "malformed"),
        ({"group_code": VILLAGE}, 422, "villager-group-missing"),
        ({"group_code": f"{VILLAGE}77"}, 409, "area-not-valid"),
        ({"applicant": {"kind": "adult_member", "member": 9}}, 422, "applicant-not-in-household"),
        ({"applicant": {"kind": "neighbour", "member": 0}}, 422, "malformed"),
        ({"household_id": "018f0000-0000-7000-8000-000000000000"}, 404, "not-found"),
        ({"remarks": "上官秋实"}, 422, "malformed"),
    ],
)
def test_a_form_that_cannot_be_right_is_refused(
    quiet_village: Huangxi, changed: dict[str, Any], status: int, code: str
) -> None:
    answer = quiet_village.send("officer", APPLICATIONS, form(**changed))
    refused(answer, status, code)
    assert "上官秋实" not in answer.text


@pytest.mark.parametrize("field", ["health_status", "labour_skill", "school_status", "relation_to_head"])
def test_an_unknown_code_of_a_member_is_refused_with_the_ones_there_are(quiet_village: Huangxi, field: str) -> None:
    problem = refused(quiet_village.send("officer", APPLICATIONS, with_head(**{field: "unheard of"})), 422, "malformed")
    assert [error["code"] for error in problem["errors"]] == ["enum"]


@pytest.mark.parametrize("amount", [12, 12.5, 0, "a", "12.555", "1,000", True, None])
def test_an_amount_is_text_with_at_most_two_decimal_places_and_the_refusal_says_so(
    quiet_village: Huangxi, amount: object
) -> None:
    income, living = form()["income"] | {"transfer_income": amount}, form()["living"] | {"arable_land_mu": amount}
    problem = refused(quiet_village.send("officer", APPLICATIONS, form(income=income, living=living)), 422, "malformed")

    assert [error["field"] for error in problem["errors"]] == [
        "body.income.transfer_income",
        "body.living.arable_land_mu",
    ]
    for error in problem["errors"]:
        assert error["detail"] == (
            'This must be a number with at most two decimal places, written as text such as "1234.50".'
        )


def test_a_late_entry_gives_its_reason_and_is_listed(village: Huangxi) -> None:
    village.on("06-12")
    application = filed(village, on="2015-06-01", late_reason="paper_batch")
    (late,) = village.ask("officer", f"{API}/late-entries").json()["items"]
    assert late["application_id"] == application["application_id"]
    assert (late["days"], late["reason"], late["on"], late["entered_on"]) == (
        11,
        "paper_batch",
        "2015-06-01",
        "2015-06-12",
    )


def test_a_household_has_one_application_open_whoever_is_in_it(village: Huangxi) -> None:
    first = filed(village)
    others = [typed(NAMES[2], NIECE, "household_head")]
    again = village.send("officer", APPLICATIONS, form(household_id=first["household_id"], members=others))
    refused(again, 409, "second-open-application")


def test_a_late_entry_is_listed_to_the_convener_of_its_group_and_of_no_other(village: Huangxi) -> None:
    village.on("06-12")
    filed(village, on="2015-06-01", late_reason="paper_batch")
    (late,) = village.ask("convener", f"{API}/late-entries").json()["items"]
    assert late["group_code"] == GROUP
    assert village.ask("officer", f"{API}/late-entries", area=SECOND_GROUP).json()["items"] == []


@pytest.mark.parametrize("known", [True, False])
def test_a_member_does_not_apply_as_a_relative_known_or_not(village: Huangxi, known: bool) -> None:  # noqa: FBT001
    if known:
        withdrawn = {"on": "2015-06-01", "reason": "own_wish"}
        accepted(village.send("officer", f"{APPLICATIONS}/{filed(village)['application_id']}/withdrawal", withdrawn))
    relative = {"kind": "authorised_relative", "person": {"name": NAMES[1], "id_number": SPOUSE}}
    refused(village.send("officer", APPLICATIONS, form(applicant=relative)), 422, "relative-is-member")


def test_a_relative_who_is_not_of_age_does_not_apply(village: Huangxi) -> None:
    child = invented(9004, date(1999, 1, 1), Sex.FEMALE)
    relative = {"kind": "authorised_relative", "person": {"name": NAMES[2], "id_number": child}}
    refused(village.send("officer", APPLICATIONS, form(applicant=relative)), 422, "applicant-not-adult")


def test_the_receipt_names_a_rule_to_which_the_shared_rules_belong() -> None:
    without = replace(application_decider, rules=())
    assert application_decider.rules == ("casework",)
    assert without.digest != application_decider.digest


def test_an_authorised_relative_applies_without_joining_the_household(village: Huangxi) -> None:
    relative = {"kind": "authorised_relative", "person": {"name": NAMES[2], "id_number": NIECE}}
    application = filed(village, applicant=relative)
    filing = application["history"][0]["facts"]
    assert filing["applicant"]["person_id"] not in filing["member_ids"]
    assert len(filing["member_ids"]) == 2


@pytest.mark.parametrize(("who", "code"), [("neighbour", "outside-your-area"), ("reviewer", "not-your-duty")])
def test_only_an_officer_of_the_village_files(quiet_village: Huangxi, who: str, code: str) -> None:
    refused(quiet_village.send(who, APPLICATIONS, form()), 403, code)


def test_a_household_is_not_shown_elsewhere(village: Huangxi) -> None:
    application = filed(village)
    for path in (
        f"{APPLICATIONS}/{application['application_id']}",
        f"{HOUSEHOLDS}/{application['household_id']}",
        f"{HOUSEHOLDS}/{application['household_id']}/standing",
    ):
        assert village.ask("auditor", path).status_code == 200
        refused(village.ask("neighbour", path), 404, "not-found")
