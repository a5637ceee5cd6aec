"""Public notices over HTTP: what is posted, what the sheet shows, and who closes it for whom."""

import json
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from casework.codes import Sex
from casework.id_number import invented
from chronicle.messages import new_id
from chronicle.store.tables import access_log, person_key
from huangxi import (
    FIRST,
    GROUP,
    NOTICES,
    PLACE,
    SECOND_GROUP,
    VERIFICATIONS,
    VILLAGE,
    Huangxi,
    accepted,
    closing,
    huangxi,
    objecting,
    posting,
    refused,
    refused_rows,
    resolving,
    verification,
)
from identification.people.persons import Person
from person_ids import person_id
from running_service import ROOT
from sqlalchemy import select, update

APPLICATIONS = "/api/identification/v1/applications"


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Huangxi]:
    folder = tmp_path_factory.mktemp("notices")
    with huangxi(f"sqlite:///{folder / 'village.db'}", folder) as village:
        yield village


def object_to(village: Huangxi, notice: str, application_id: str, on: str = "2015-06-06") -> str:
    village.on(on[5:])
    return accepted(village.send("officer", f"{notice}/objections", objecting(application_id, on)))


def dismiss(village: Huangxi, objection: str, on: str = "2015-06-09") -> None:
    village.on(on[5:])
    accepted(village.send("arbiter", f"{objection}/resolution", resolving(on)))


def close(village: Huangxi, notice: str, key: str | None = None, **changed: Any) -> Any:
    village.on(changed.get("on", "2015-06-11")[5:])
    return village.send("convener", f"{notice}/closing", closing(3, **changed), key)


def listed(village: Huangxi, notice: str) -> dict[str, Any]:
    items = village.ask("officer", NOTICES, limit="200").json()["items"]
    return next(item for item in items if notice.endswith(item["act_id"]))


def test_a_notice_is_posted_for_seven_days_the_first_included(village: Huangxi) -> None:
    ids = village.bring(village.file(2), to=3)
    [posted] = village.facts(village.hold(3, ids))

    assert (posted["first_day"], posted["last_day"], posted["days"]) == ("2015-06-04", "2015-06-10", 7)
    assert [row["application_id"] for row in posted["rows"]] == ids
    assert {(row["group_code"], row["household_size"]) for row in posted["rows"]} == {(GROUP, 1)}


def test_the_sheet_shows_the_group_the_head_and_the_size_of_each_household_and_nothing_else(village: Huangxi) -> None:
    act = village.hold(3, village.bring(village.file(2), to=3))
    sheet = village.ask("officer", f"{act}/sheet", purpose="public_notice").json()

    assert {name for row in sheet.pop("rows") for name in row} == {"group", "head", "household_size"}
    assert sheet == {
        "title": "建档立卡贫困户识别公示",
        "number": listed(village, act)["number"],
        "area": "江西省九江市修水县马坳镇黄溪村委会一组",
        "step": "组级公示",
        "first_day": "2015-06-04",
        "last_day": "2015-06-10",
        "how_to_object": village.facts(act)[0]["how_to_object"],
    }
    assert "如有异议" in sheet["how_to_object"]


def test_the_villages_first_list_and_its_final_one_are_told_apart(village: Huangxi) -> None:
    ids = village.bring(village.file(1), to=5)
    first = village.hold(5, ids)
    village.end(5, first, ids)
    village.end(6, village.hold(6, ids), ids)
    final = village.hold(7, ids)

    for act, title in ((first, "村级公示（第1次）"), (final, "村级公示（终榜）")):
        assert village.facts(act)[0]["title"] == title
        assert village.ask("officer", f"{act}/sheet", purpose="public_notice").json()["step"] == title


def test_the_sheet_the_notice_and_its_households_have_the_days_of_the_area_that_posts(tmp_path: Path) -> None:
    policy = tmp_path / "policy"
    shutil.copytree(ROOT / "policy" / "identification", policy)
    longer = {"name": "notice_days", "value": 10, "from": FIRST, "source": "the group", "needs_confirmation": False}
    (policy / f"{GROUP}.yaml").write_text(yaml.safe_dump([longer]))

    with huangxi(f"sqlite:///{tmp_path / 'village.db'}", tmp_path, policy_folder=policy) as village:
        ids = village.file(1)
        village.end(2, village.hold(2, ids), ids)
        group = village.hold(3, ids)
        village.on("06-14")
        accepted(village.send("convener", f"{group}/closing", closing(3, on="2015-06-14")))
        village.on("06-15")
        accepted(village.send("officer", VERIFICATIONS, verification(ids, on="2015-06-15")))
        village.on("06-16")
        act = accepted(village.send("officer", NOTICES, posting(5, ids, on="2015-06-16")))

        for posted, days, last in ((group, 10, "2015-06-13"), (act, 7, "2015-06-22")):
            sheet = village.ask("officer", f"{posted}/sheet", purpose="public_notice").json()
            notice = village.facts(posted)[0]
            assert (sheet["last_day"], notice["last_day"], notice["days"]) == (last, last, days)
        history = village.ask("officer", f"{APPLICATIONS}/{ids[0]}").json()["history"]
        assert [each["facts"]["days"] for each in history if "days" in each["facts"]] == [10, 7]


def test_no_digit_of_an_id_number_is_on_a_sheet(village: Huangxi) -> None:
    act = village.hold(3, village.bring(village.file(2), to=3))
    sheet = village.ask("officer", f"{act}/sheet", purpose="public_notice").json()
    shown = json.dumps([sheet["rows"], sheet["title"], sheet["area"], sheet["step"]], ensure_ascii=False)

    assert {character for character in shown if character.isdigit()} == {"1"}
    assert all(row["household_size"] == 1 for row in sheet["rows"])


def test_a_sheet_is_read_as_it_was_posted_whatever_changed_since(village: Huangxi) -> None:
    number = invented(4_000, date(1970, 1, 1), Sex.FEMALE)
    ids = village.bring(village.apply([Person(id_number=number, name="饶氏")]), to=3)
    act = village.hold(3, ids)
    village.on("06-08")
    accepted(village.send("officer", f"{APPLICATIONS}/{ids[0]}/withdrawal", {"on": "2015-06-08", "reason": "own_wish"}))
    village.apply([Person(id_number=number, name="饶桂英")], household_id=village.household_of(ids[0]))
    sheet = village.ask("officer", f"{act}/sheet", purpose="public_notice").json()

    assert [row["head"] for row in sheet["rows"]] == ["饶氏"]


def test_a_sheet_is_opened_for_a_purpose_that_is_written_down_first(village: Huangxi) -> None:
    act = village.hold(3, village.bring(village.file(1), to=3))
    village.ask("auditor", f"{act}/sheet", purpose="public_notice")
    village.ask("county", f"{act}/sheet", purpose="case_work")
    owner = f"public_notice/{act.rpartition('/')[2]}"
    with village.service.database.reading() as connection:
        logged = connection.execute(select(access_log).where(access_log.c.owner == owner)).mappings().all()

    (read,) = logged
    assert (read["person"], read["purpose"], read["fields"]) == (person_id("county"), "case_work", "sheet")
    refused(village.ask("officer", f"{act}/sheet"), 422, "malformed")
    refused(village.ask("auditor", f"{act}/sheet", purpose="public_notice"), 403, "not-your-duty")
    refused(village.ask("neighbour", f"{act}/sheet", purpose="public_notice"), 404, "not-found")


def test_where_it_was_posted_is_opened_for_a_purpose_too(village: Huangxi) -> None:
    act = village.hold(3, village.bring(village.file(1), to=3))
    place = f"{act}/texts/{village.facts(act)[0]['place']['text_id']}"

    assert village.ask("officer", place, purpose="case_work").text == PLACE
    refused(village.ask("neighbour", place, purpose="case_work"), 404, "not-found")


def test_without_a_log_there_is_no_sheet(village: Huangxi) -> None:
    act = village.hold(3, village.bring(village.file(1), to=3))
    with village.service.database.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE access_log RENAME TO lost_log")
    try:
        answer = village.ask("officer", f"{act}/sheet", purpose="public_notice")
    finally:
        with village.service.database.writing() as connection:
            connection.exec_driver_sql("ALTER TABLE lost_log RENAME TO access_log")

    refused(answer, 503, "unavailable")
    assert "甘" not in answer.text


def test_a_household_whose_heads_name_cannot_be_read_is_not_posted(village: Huangxi) -> None:
    kept, erased = village.bring(village.file(2), to=3)
    shown = village.ask("officer", f"{APPLICATIONS}/{erased}").json()
    head = shown["history"][0]["facts"]["head_id"]
    with village.service.database.writing() as connection:
        gone = {"wrapped": None, "state": "erased"}
        connection.execute(update(person_key).where(person_key.c.owner == head).values(gone))
    village.on("06-04")

    answer = village.send("convener", NOTICES, posting(3, [kept, erased]))
    assert refused_rows(answer) == {erased: "head-unnamed"}


def test_a_notice_is_for_the_step_and_the_level_of_its_rows(village: Huangxi) -> None:
    ids = village.bring(village.file(1), to=3)
    village.on("06-04")

    for wrong in ({"step": 5}, {"area_code": VILLAGE}):
        answer = village.send("officer", NOTICES, posting(3, ids) | wrong)
        assert refused_rows(answer) == {ids[0]: "wrong-step"}
    refused(village.send("officer", NOTICES, posting(3, ids) | {"step": 8}), 422, "no-such-step")


def test_rows_of_another_group_are_refused_like_those_nobody_filed(village: Huangxi) -> None:
    elsewhere, nobody = *village.file(1, SECOND_GROUP), new_id()
    village.on("06-04")

    rows = refused_rows(village.send("convener", NOTICES, posting(3, [elsewhere, nobody])))
    assert rows == {elsewhere: "not-in-this-area", nobody: "not-in-this-area"}


def test_a_row_is_on_one_notice_at_a_time(village: Huangxi) -> None:
    ids = village.bring(village.file(1), to=3)
    village.hold(3, ids)

    assert refused_rows(village.send("convener", NOTICES, posting(3, ids))) == {ids[0]: "already-posted"}


@pytest.mark.parametrize(
    ("who", "step", "code"),
    [("neighbour", 3, "outside-your-area"), ("reviewer", 3, "not-your-duty"), ("convener", 5, "not-your-duty")],
)
def test_a_notice_is_posted_by_those_whose_duty_it_is(village: Huangxi, who: str, step: int, code: str) -> None:
    village.on("06-30")
    refused(village.send(who, NOTICES, posting(step, [])), 403, code)


def test_a_notice_is_not_closed_on_its_last_day(village: Huangxi) -> None:
    act = village.hold(3, village.bring(village.file(1), to=3))

    problem = refused(close(village, act, on="2015-06-10"), 409, "notice-not-over")
    assert problem["facts"] == {"closable_from": "2015-06-11"}


def test_a_row_with_an_open_objection_stays_and_the_others_go_on(village: Huangxi) -> None:
    ids = village.bring(village.file(3), to=3)
    act = village.hold(3, ids)
    object_to(village, act, ids[1])
    answer = close(village, act)

    assert (answer.status_code, answer.json()["remaining"]) == (201, [ids[1]])
    assert sorted(village.facts(act)[1]["closed"]) == sorted([ids[0], ids[2]])
    assert (listed(village, act)["rows"], listed(village, act)["open_rows"]) == (3, 1)


def test_the_row_that_stayed_is_closed_once_its_days_are_full(village: Huangxi) -> None:
    ids = village.bring(village.file(2), to=3)
    act = village.hold(3, ids)
    objection = object_to(village, act, ids[1], "2015-06-06")
    close(village, act)
    dismiss(village, objection, "2015-06-12")

    assert refused_rows(close(village, act, on="2015-06-14")) == {ids[1]: "notice-not-over"}
    assert close(village, act, on="2015-06-17").json()["remaining"] == []
    assert listed(village, act)["open_rows"] == 0


def test_a_repeated_closing_gets_the_first_answer_whoever_left_since(village: Huangxi) -> None:
    ids = village.bring(village.file(2), to=3)
    act, key = village.hold(3, ids), new_id()
    objection = object_to(village, act, ids[1], "2015-06-06")
    first = close(village, act, key)
    dismiss(village, objection, "2015-06-12")
    close(village, act, on="2015-06-17")
    again = close(village, act, key)

    assert (again.status_code, again.content) == (first.status_code, first.content)


def test_where_every_row_stays_each_says_why(village: Huangxi) -> None:
    ids = village.bring(village.file(2), to=3)
    act = village.hold(3, ids)
    for one in ids:
        object_to(village, act, one)

    assert refused_rows(close(village, act)) == dict.fromkeys(ids, "objection-open")


def test_a_row_named_is_closed_or_says_why_not(village: Huangxi) -> None:
    ids = village.bring(village.file(3), to=3)
    act = village.hold(3, ids)
    object_to(village, act, ids[1])

    assert refused_rows(close(village, act, application_ids=ids[:2])) == {ids[1]: "objection-open"}
    assert close(village, act, application_ids=ids[:1]).json()["remaining"] == sorted(ids[1:])


def test_a_household_that_withdrew_does_not_stay_on_the_notice(village: Huangxi) -> None:
    ids = village.bring(village.file(2), to=3)
    act = village.hold(3, ids)
    village.on("06-08")
    withdrawal = {"on": "2015-06-08", "reason": "own_wish"}
    accepted(village.send("officer", f"{APPLICATIONS}/{ids[0]}/withdrawal", withdrawal))

    assert close(village, act).json()["remaining"] == []
    assert village.facts(act)[1]["closed"] == [ids[1]]


def test_a_notice_whose_only_household_withdrew_is_closed_once(village: Huangxi) -> None:
    ids = village.bring(village.file(1), to=3)
    act = village.hold(3, ids)
    village.on("06-08")
    withdrawal = {"on": "2015-06-08", "reason": "own_wish"}
    accepted(village.send("officer", f"{APPLICATIONS}/{ids[0]}/withdrawal", withdrawal))

    assert (answer := close(village, act)).status_code == 201
    assert answer.json()["remaining"] == []
    told = village.facts(act)[1]
    assert (told["closed"], told["taken_off"], told["remaining"]) == ([], ids, [])
    assert listed(village, act)["open_rows"] == 0
    assert close(village, act).status_code == 200


def test_closing_what_is_closed_changes_nothing(village: Huangxi) -> None:
    act = village.hold(3, village.bring(village.file(1), to=3))
    close(village, act)
    before = len(village.events())
    again = close(village, act)

    assert (again.status_code, again.json()["remaining"]) == (200, [])
    assert len(village.events()) == before


def test_only_rows_of_the_notice_are_closed(village: Huangxi) -> None:
    ids = village.bring(village.file(2), to=3)
    act = village.hold(3, ids[:1])

    refused(close(village, act, application_ids=ids), 409, "not-on-the-notice")


def test_whoever_does_not_see_a_notice_cannot_close_it(village: Huangxi) -> None:
    act = village.hold(3, village.bring(village.file(1), to=3))
    village.on("06-11")

    refused(village.send("neighbour", f"{act}/closing", closing(3)), 404, "not-found")
    refused(village.send("reviewer", f"{act}/closing", closing(3)), 403, "not-your-duty")


def test_closing_the_last_notice_registers_every_household_under_a_number_of_its_own(village: Huangxi) -> None:
    ids = village.bring(village.file(3), to=8)
    numbers = [
        village.ask("officer", f"{APPLICATIONS}/{one}").json()["history"][-1]["facts"]["household_no"] for one in ids
    ]

    assert len(set(numbers)) == 3
    assert all(number.startswith(VILLAGE) and len(number) == len(VILLAGE) + 5 for number in numbers)


def test_notices_are_listed_with_their_days_and_what_is_still_open(village: Huangxi) -> None:
    act = village.hold(3, village.bring(village.file(2), to=3))

    act_id = act.rpartition("/")[2]
    assert listed(village, act) == {
        "act_id": act_id,
        "number": f"20150604-{act_id[-6:].upper()}",
        "area_code": GROUP,
        "area_name": "一组",
        "on": "2015-06-04",
        "last_day": "2015-06-10",
        "step": 3,
        "rows": 2,
        "open_rows": 2,
        "annulled": None,
        "entered_by": person_id("convener"),
    }
    assert village.ask("neighbour", NOTICES).json()["items"] == []
    assert village.ask("officer", NOTICES, area=SECOND_GROUP).json()["items"] == []
    refused(village.ask("officer", NOTICES, step="3"), 422, "unknown-parameter")
