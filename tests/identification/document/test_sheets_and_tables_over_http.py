"""The sheet of a group meeting and the table of a review round, printed filled, for those who work on them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from chronicle.messages import new_id
from chronicle.store.tables import access_log
from huangxi import (
    API,
    MEETINGS,
    MINUTES,
    REJECT,
    ROUNDS,
    Huangxi,
    accepted,
    conclusion,
    drawing,
    huangxi,
    meeting,
    refused,
)
from person_ids import person_id
from printed import text_of
from sqlalchemy import select

APPLICATIONS = f"{API}/applications"
AGAINST = {"in_favour": 3, "against": 17, "abstained": 1}
RETURN = {"verdict": "return", "return_to": 4, "return_reason": "evidence_missing"}


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory, typeface_folder: Path) -> Iterator[Huangxi]:
    folder = tmp_path_factory.mktemp("sheets")
    with huangxi(f"sqlite:///{folder / 'village.db'}", folder, typeface_folder=typeface_folder) as village:
        yield village


def printed(village: Huangxi, path: str, who: str) -> str:
    answer = village.ask(who, path, purpose="case_work")
    assert answer.status_code == 200, answer.text
    return text_of(answer.content)


def names(village: Huangxi, ids: list[str]) -> list[str]:
    """What the heads are called, in the order of a list."""
    shown = (village.ask("officer", f"{APPLICATIONS}/{one}").json() for one in ids)
    heads = [one["history"][0]["facts"]["head_id"] for one in shown]
    disclosed = (village.send("officer", f"{API}/people/{one}/disclosure", {"purpose": "case_work"}) for one in heads)
    return [one.json()["texts"]["name"] for one in disclosed]


def fields_logged(village: Huangxi) -> list[str]:
    with village.service.database.reading() as connection:
        return [*connection.execute(select(access_log.c.fields).order_by(access_log.c.id)).scalars()]


def test_the_meeting_sheet_shows_each_household_and_its_votes(village: Huangxi) -> None:
    ids = village.file(2)
    first, second = names(village, ids)
    village.on("06-03")
    held = meeting(ids)
    held["agenda"][1] |= {"votes": AGAINST, "recused": [{"person_id": person_id("kin"), "ground": "kin"}]}
    sheet = f"{accepted(village.send('convener', MEETINGS, held))}/sheet.pdf"
    told = printed(village, sheet, "convener")

    assert "江西省九江市修水县马坳镇黄溪村委会一组开会日期：2015年6月3日" in told
    assert "第1场2015年6月3日应到30人实到22人" in told
    assert f"1{first}1831通过" in told
    assert f"2{second}3171亲属1人未通过" in told
    assert f"会议纪要：{MINUTES}" in told


def test_the_meeting_sheet_stays_as_it_was_when_a_household_is_deliberated_on_again(village: Huangxi) -> None:
    ids = village.bring(village.file(1), to=6)
    history = village.ask("officer", f"{APPLICATIONS}/{ids[0]}").json()["history"]
    sheet = f"{MEETINGS}/{history[1]['facts']['meeting_id']}/sheet.pdf"
    before = printed(village, sheet, "convener")
    act = village.hold(6, ids)
    village.on("06-24")
    outcome = {**RETURN, "return_to": 2}
    accepted(village.send("reviewer", f"{act}/conclusion", conclusion(ids, outcome)))
    village.on("06-26")
    again = meeting(ids, "2015-06-26")
    again["agenda"][0]["votes"] = {"in_favour": 4, "against": 17, "abstained": 1}
    accepted(village.send("convener", MEETINGS, again))

    def votes(told: str) -> str:
        return told.partition("*表决")[2].partition("打印于")[0]

    assert votes(printed(village, sheet, "convener")) == votes(before)
    assert "1831通过" in before


def test_the_meeting_sheet_is_printed_for_those_who_enter_in_whose_area_and_for_case_work(village: Huangxi) -> None:
    sheet = f"{village.hold(2, village.file(1))}/sheet.pdf"
    before = fields_logged(village)
    for who in ("officer", "reviewer", "county"):
        printed(village, sheet, who)
    assert fields_logged(village)[len(before) :] == ["name", "minutes"] * 3

    refused(village.ask("neighbour", sheet, purpose="case_work"), 404, "not-found")
    refused(village.ask("officer", f"{MEETINGS}/{new_id()}/sheet.pdf", purpose="case_work"), 404, "not-found")
    refused(village.ask("auditor", sheet, purpose="case_work"), 403, "not-your-duty")
    refused(village.ask("convener", sheet, purpose="public_notice"), 403, "not-for-this-purpose")
    refused(village.ask("officer", sheet), 422, "malformed")
    assert len(fields_logged(village)) == len(before) + 6


def test_the_table_shows_each_household_of_the_round_and_its_verdict(village: Huangxi) -> None:
    ids = village.bring(village.file(3), to=6)
    called = names(village, ids)
    act = village.hold(6, ids)
    village.on("06-24")
    body = conclusion(ids[:2])
    body["reviews"][1]["outcome"] = RETURN
    accepted(village.send("reviewer", f"{act}/conclusion", body))
    told = printed(village, f"{act}/table.pdf", "reviewer")

    assert "乡镇复核情况表江西省九江市修水县马坳镇抽取日期：2015年6月22日复核日期：2015年6月24日应复核3户" in told
    assert f"1黄溪村委会一组{called[0]}12700.002015年6月23日无通过" in told
    assert f"2黄溪村委会一组{called[1]}12700.002015年6月23日无退回到第4步证明材料不全" in told
    assert f"3黄溪村委会一组{called[2]}12700.00" in told
    assert "待复核" in told


def test_the_table_shows_data_matches_and_why_a_household_was_rejected(village: Huangxi) -> None:
    (one,) = village.bring(village.file(1), to=6)
    head = village.ask("officer", f"{APPLICATIONS}/{one}").json()["history"][0]["facts"]["head_id"]
    village.on("06-21")
    match = {"on": "2015-06-21", "person_id": head, "kind": "vehicle", "facts": "名下有车。"}
    raised = village.send("county", f"{APPLICATIONS}/{one}/data-matches", match)
    accepted(raised)
    facts = village.ask("officer", f"{APPLICATIONS}/{one}").json()["history"][-1]["facts"]
    decision = {"on": "2015-06-21", "reason": "undeclared", "findings": "属实。"}
    path = f"{APPLICATIONS}/{one}/data-matches/{facts['data_match_id']}/decision"
    accepted(village.send("reviewer", path, decision))
    act = village.hold(6, [one])
    village.on("06-24")
    accepted(village.send("reviewer", f"{act}/conclusion", conclusion([one], REJECT)))

    assert "属实1条不予通过在城镇购建住房、商铺或土地" in printed(village, f"{act}/table.pdf", "county")


def test_the_table_of_a_round_that_goes_on_is_older_once_it_was_concluded(village: Huangxi) -> None:
    ids = village.bring(village.file(1), to=6)
    village.on("06-22")
    act = accepted(village.send("reviewer", ROUNDS, drawing(ids)))
    told = printed(village, f"{act}/table.pdf", "reviewer")
    document, _, rest = told.partition("文书编号：")[2].partition("校验码：")
    path = f"{API}/documents/{document}"
    assert "复核日期：尚未复核" in told
    assert village.ask("villager", path, digest=rest[:32]).json()["standing"] == "current"

    village.end(6, act, ids)
    told_of = village.ask("villager", path, digest=rest[:32]).json()
    assert (told_of["called"], told_of["standing"]) == ("乡镇复核情况表", "older")


def test_the_table_is_printed_for_those_who_review_where_they_do_and_for_case_work(village: Huangxi) -> None:
    table = f"{village.hold(6, village.bring(village.file(1), to=6))}/table.pdf"
    printed(village, table, "county")

    refused(village.ask("other_county", table, purpose="case_work"), 404, "not-found")
    refused(village.ask("officer", table, purpose="case_work"), 403, "not-your-duty")
    refused(village.ask("auditor", table, purpose="case_work"), 403, "not-your-duty")
    refused(village.ask("reviewer", table, purpose="identity_check"), 403, "not-for-this-purpose")
    refused(village.ask("reviewer", f"{ROUNDS}/{new_id()}/table.pdf", purpose="case_work"), 404, "not-found")
