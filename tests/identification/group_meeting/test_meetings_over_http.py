"""Group meetings over HTTP: who may record one, who may read it, and what may be typed."""

from collections.abc import Iterator
from typing import Any

import pytest
from chronicle.messages import new_id
from chronicle.store.tables import access_log
from huangxi import (
    GROUP,
    MEETINGS,
    MINUTES,
    SECOND_GROUP,
    VILLAGE,
    Huangxi,
    accepted,
    huangxi,
    meeting,
    refused,
    refused_rows,
)
from person_ids import person_id
from sqlalchemy import select


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Huangxi]:
    folder = tmp_path_factory.mktemp("meetings")
    with huangxi(f"sqlite:///{folder / 'village.db'}", folder) as village:
        yield village


def test_a_meeting_is_recorded_by_the_convener_or_the_village_officer(village: Huangxi) -> None:
    for who in ("convener", "officer"):
        ids = village.file(1)
        village.on("06-03")
        act = accepted(village.send(who, MEETINGS, meeting(ids)))

        assert village.ask(who, act).json()["history"][0]["entered_by"] == person_id(who)


def test_a_meeting_is_shown_with_its_sessions_and_agenda(village: Huangxi) -> None:
    ids = village.file(2)
    act = village.hold(2, ids)
    [held] = village.facts(act)

    assert village.ask("convener", act).headers["ETag"] == '"1"'
    assert (held["group_code"], held["convener"]) == (GROUP, person_id("convener"))
    assert held["recorder"] == person_id("recorder")
    assert held["sessions"] == [{"number": 1, "held_on": "2015-06-03", "entitled": 30, "present": 22}]
    assert held["agenda"] == ids


def test_a_meeting_lasts_until_its_last_session(village: Huangxi) -> None:
    ids = village.file(2)
    body = meeting(ids)
    body["sessions"].append({"number": 2, "held_on": "2015-06-05", "entitled": 30, "present": 20})
    body["agenda"][1] |= {"session": 2, "votes": {"in_favour": 20, "against": 0, "abstained": 0}}
    village.on("06-05")
    act = accepted(village.send("convener", MEETINGS, body))

    assert village.ask("convener", act).json()["history"][0]["on"] == "2015-06-05"


def test_kin_of_the_convener_need_a_substitute_in_the_chair(village: Huangxi) -> None:
    ids = village.file(1)
    body = meeting(ids)
    body["agenda"][0] |= {
        "recused": [{"person_id": person_id("convener"), "ground": "kin"}],
        "votes": {"in_favour": 18, "against": 3, "abstained": 0},
    }
    village.on("06-03")

    assert refused_rows(village.send("convener", MEETINGS, body)) == {ids[0]: "convener-has-stake"}
    body["agenda"][0] |= {"substitute": person_id("deputy")}
    accepted(village.send("convener", MEETINGS, body))


@pytest.mark.parametrize(
    ("who", "code"),
    [("neighbour", "outside-your-area"), ("reviewer", "not-your-duty"), ("auditor", "not-your-duty")],
)
def test_a_meeting_is_not_recorded_from_elsewhere_or_without_the_duty(village: Huangxi, who: str, code: str) -> None:
    ids = village.file(1)
    village.on("06-03")

    refused(village.send(who, MEETINGS, meeting(ids)), 403, code)


def test_a_convener_records_meetings_of_the_own_group_only(village: Huangxi) -> None:
    ids = village.file(1, SECOND_GROUP)
    village.on("06-03")

    refused(village.send("convener", MEETINGS, meeting(ids, group_code=SECOND_GROUP)), 403, "outside-your-area")
    accepted(village.send("officer", MEETINGS, meeting(ids, group_code=SECOND_GROUP)))


def test_a_village_holds_no_group_meeting(village: Huangxi) -> None:
    ids = village.file(1)
    village.on("06-03")

    refused(village.send("officer", MEETINGS, meeting(ids, group_code=VILLAGE)), 422, "not-a-group")


def test_a_meeting_is_read_in_its_area_and_is_nowhere_for_others(village: Huangxi) -> None:
    act = village.hold(2, village.file(1))
    nowhere = f"{MEETINGS}/01a20a19-526a-7bdf-a3f5-7f4e8455946b"

    assert [village.ask(who, act).status_code for who in ("convener", "officer", "county", "auditor")] == [200] * 4
    elsewhere = refused(village.ask("neighbour", act), 404, "not-found")
    unknown = refused(village.ask("neighbour", nowhere), 404, "not-found")
    assert elsewhere | {"instance": ""} == unknown | {"instance": ""}


def test_meetings_are_listed_in_ones_own_area_with_its_name(village: Huangxi) -> None:
    act = village.hold(2, village.file(3))
    items = village.ask("convener", MEETINGS, limit="200").json()["items"]
    [listed] = [item for item in items if act.endswith(item["act_id"])]

    assert listed | {"act_id": ""} == {
        "act_id": "",
        "area_code": GROUP,
        "area_name": "一组",
        "on": "2015-06-03",
        "rows": 3,
        "open_rows": 0,
        "entered_by": person_id("convener"),
    }
    assert village.ask("neighbour", MEETINGS).json() == {"items": [], "next": None}


def test_meetings_are_listed_for_one_area(village: Huangxi) -> None:
    village.hold(2, village.file(1))
    groups = {item["area_code"] for item in village.ask("county", MEETINGS, area=GROUP).json()["items"]}

    assert groups == {GROUP}
    assert village.ask("county", MEETINGS, area="360424106217").json()["items"] == []


def minutes_of(village: Huangxi) -> tuple[str, str]:
    act = village.hold(2, village.file(1))
    return act, f"{act}/texts/{village.facts(act)[0]['minutes']['text_id']}"


def test_minutes_are_opened_for_a_purpose_that_is_written_down(village: Huangxi) -> None:
    act, minutes = minutes_of(village)
    answer = village.ask("officer", minutes, purpose="case_work")
    with village.service.database.reading() as connection:
        owner = f"group_meeting/{act.rpartition('/')[2]}"
        logged = connection.execute(select(access_log).where(access_log.c.owner == owner)).mappings().one()

    assert answer.text == MINUTES
    assert (logged["person"], logged["purpose"], logged["fields"]) == (person_id("officer"), "case_work", "minutes")


def test_minutes_are_not_opened_without_a_purpose_or_from_elsewhere(village: Huangxi) -> None:
    _, minutes = minutes_of(village)

    refused(village.ask("officer", minutes), 422, "malformed")
    refused(village.ask("officer", minutes, purpose="curiosity"), 422, "malformed")
    refused(village.ask("officer", minutes, purpose="payment"), 403, "not-your-duty")
    refused(village.ask("officer", minutes, purpose="public_notice"), 403, "not-for-this-purpose")
    refused(village.ask("neighbour", minutes, purpose="case_work"), 404, "not-found")


def test_a_meeting_opens_no_texts_but_its_own(village: Huangxi) -> None:
    act, _ = minutes_of(village)
    _, other = minutes_of(village)

    refused(village.ask("officer", f"{act}/texts/{other.rpartition('/')[2]}", purpose="case_work"), 404, "not-found")


def test_a_name_in_latin_letters_is_nobodys_id(village: Huangxi) -> None:
    name = "gan.lu-sheng"
    body = meeting([new_id()], convener=name, recorder=name)
    body["agenda"][0] |= {"substitute": name, "recused": [{"person_id": name, "ground": "kin"}]}
    answer = village.send("convener", MEETINGS, body)

    fields = {error["field"].removeprefix("body.") for error in refused(answer, 422, "malformed")["errors"]}
    assert fields == {"convener", "recorder", "agenda[0].substitute", "agenda[0].recused[0].person_id"}
    assert name not in answer.text


@pytest.mark.parametrize(
    "typed",
    [
        {"convener": "990000196805210012"},
        {"recorder": "13912345678"},
        {"convener": "甘露生"},
        {"agenda": [{"application_id": "990000196805210012"}]},
        {"minutes": ""},
        {"sessions": []},
        {"chairman": "convener"},
        {"sessions": [{"number": 1, "held_on": "2015-06-03", "entitled": 0, "present": 0}]},
        {"sessions": [{"number": 1, "held_on": "20150603", "entitled": 30, "present": 22}]},
    ],
)
def test_what_cannot_be_right_is_refused_and_not_repeated(village: Huangxi, typed: dict[str, Any]) -> None:
    village.on("06-03")
    answer = village.send("convener", MEETINGS, meeting([]) | typed)

    refused(answer, 422, "malformed")
    assert not any(text in answer.text for text in ("990000196805210012", "13912345678", "甘露生", "chairman"))
