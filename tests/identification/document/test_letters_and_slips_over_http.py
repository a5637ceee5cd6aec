"""What a household and whoever objected take home: the result with its reasons and how to ask for review; a receipt."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from chronicle.messages import new_id
from chronicle.store.tables import access_log
from departments import complaining
from huangxi import (
    API,
    FOUND,
    MEETINGS,
    NOTICES,
    REJECT,
    VERIFICATIONS,
    Huangxi,
    accepted,
    conclusion,
    huangxi,
    meeting,
    objecting,
    refused,
    resolving,
    verification,
)
from identification.cases.application.gather import application_decider
from identification.cases.document.queries import letters
from printed import text_of
from sqlalchemy import select

APPLICATIONS, OBJECTIONS = f"{API}/applications", f"{API}/objections"
AGAINST = {"in_favour": 3, "against": 18, "abstained": 1}
OWNER = "甘"


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory, typeface_folder: Path) -> Iterator[Huangxi]:
    folder = tmp_path_factory.mktemp("letters")
    settings: dict[str, Any] = {"typeface_folder": typeface_folder, "site": "https://yihu.example"}
    with huangxi(f"sqlite:///{folder / 'village.db'}", folder, **settings) as village:
        yield village


def letter(village: Huangxi, application_id: str, who: str = "officer", purpose: str = "case_work") -> Any:
    return village.ask(who, f"{APPLICATIONS}/{application_id}/result-letter.pdf", purpose=purpose)


def printed(village: Huangxi, application_id: str) -> str:
    answer = letter(village, application_id)
    assert answer.status_code == 200, answer.text
    return text_of(answer.content)


def rejected_by_group(village: Huangxi) -> str:
    (one,) = village.file(1)
    village.on("06-03")
    held = meeting([one])
    accepted(village.send("convener", MEETINGS, {**held, "agenda": [{**held["agenda"][0], "votes": AGAINST}]}))
    return one


def test_a_registered_household_is_told_its_number(village: Huangxi) -> None:
    (one,) = village.bring(village.file(1), to=8)
    told, shown = printed(village, one), village.ask("officer", f"{APPLICATIONS}/{one}").json()

    assert f"户编号：{shown['history'][-1]['facts']['household_no']}" in told
    assert "江西省九江市修水县马坳镇黄溪村委会一组你户于2015年6月1日提出的" in told
    assert "办理结果如下（2015年7月2日）" in told
    assert "经评议、审核、复核和公示，终榜公示期满，没有未处理的异议，你户已纳入建档立卡贫困户。" in told
    assert "本结果不需要申请复查。" in told
    assert "申请结果告知书甘" in told


def test_whoever_the_group_rejected_reads_the_votes_and_until_when_to_ask_of_whom(village: Huangxi) -> None:
    told = printed(village, rejected_by_group(village))

    assert "理由：村民小组评议未获通过：赞成3票，反对18票，弃权1票。" in told
    assert "可以在2015年6月13日前（当日也算）申请复查一次" in told
    assert "由村级经办人中没有参与过此事的人员办理。" in told


def rejected_by_village(village: Huangxi) -> str:
    (one,) = village.bring(village.file(1), to=4)
    village.on("06-12")
    accepted(village.send("officer", VERIFICATIONS, verification([one], REJECT)))
    return one


def test_whoever_the_village_rejected_reads_the_decision_and_nothing_that_was_typed(village: Huangxi) -> None:
    one = rejected_by_village(village)
    told, history = printed(village, one), village.ask("officer", f"{APPLICATIONS}/{one}").json()["history"]
    decision = village.ask("officer", f"{API}/decisions/{history[-1]['event_id']}", language="zh").json()

    assert "理由：2015-06-12由1名审核人入户后按“贫困户识别条件”（适用于全国，自2014-01-01起）审核。" in told
    assert "".join(decision["explained"].split()) in told
    assert "原因：在城镇购建住房、商铺或土地。该规定没有这一条款，由办理人查明认定。" in told
    assert f"规定来源：{decision['rule']['source']}" in told
    assert FOUND not in told


def test_whoever_the_village_rejected_before_receipts_were_kept_reads_the_reason(village: Huangxi) -> None:
    handler, stream = village.service.handler, f"application/{rejected_by_village(village)}"
    *before, rejected = filter(None, map(application_decider.types.read, handler.store.load({stream: 0})[stream]))
    old = replace(rejected, event=rejected.event.model_copy(update={"eligibility": None}))

    told = letters.letter(handler, [*before, old], None)
    assert told.reasons == ("村级审核不予通过：在城镇购建住房、商铺或土地。",)


def test_whoever_the_township_rejected_reads_the_decision_in_an_officers_words(village: Huangxi) -> None:
    (one,) = village.bring(village.file(1), to=6)
    held = village.hold(6, [one])
    village.on("06-24")
    accepted(village.send("reviewer", f"{held}/conclusion", conclusion([one], REJECT)))
    history = village.ask("officer", f"{APPLICATIONS}/{one}").json()["history"]
    decision = village.ask("officer", f"{API}/decisions/{history[-1]['event_id']}", language="zh").json()

    assert "".join(decision["explained"].split()) in printed(village, one)
    assert "结论：不予通过，原因：在城镇购建住房、商铺或土地。" in printed(village, one)
    assert f"规定来源：{decision['rule']['source']}" in printed(village, one)
    assert decision["rule"]["source"].startswith("2014年扶贫开发建档立卡工作方案：")


def test_whoever_an_objection_took_off_the_notice_reads_that(village: Huangxi) -> None:
    (one,) = village.bring(village.file(1), to=3)
    notice = village.hold(3, [one])
    village.on("06-05")
    objection = accepted(village.send("officer", f"{notice}/objections", objecting(one, "2015-06-05")))
    village.on("06-08")
    upheld = resolving("2015-06-08", "upheld_rejected")
    accepted(village.send("arbiter", f"{objection}/resolution", upheld))

    assert "理由：公示期间收到异议（家庭并不贫困），经查：异议成立，取消资格。" in printed(village, one)


def test_whoever_a_recheck_rejected_reads_what_was_found(village: Huangxi) -> None:
    (one,) = village.bring(village.file(1), to=7)
    opened = accepted(village.send("officer", f"{APPLICATIONS}/{one}/complaints", complaining("2015-06-24")))
    upheld = {"on": "2015-06-24", "reason": "undeclared", "decision": "rejected", "findings": "房产属实"}
    accepted(village.send("county", f"{opened}/conclusion", upheld))

    assert "理由：经回头看核查：属实，申请时未申报，取消资格。" in printed(village, one)


def test_whoever_asked_for_review_reads_that_it_waits_and_how_it_ended(village: Huangxi) -> None:
    one = rejected_by_group(village)
    village.on("06-05")
    asking = {"on": "2015-06-05", "statement": "请再核实一次。"}
    accepted(village.send("officer", f"{APPLICATIONS}/{one}/reconsideration-request", asking))
    assert "你户已于2015年6月5日申请复查，由村级经办人办理，正在等候决定。" in printed(village, one)

    village.on("06-08")
    decision = {"on": "2015-06-08", "decision": "confirmed", "findings": "维持。"}
    accepted(village.send("arbiter", f"{APPLICATIONS}/{one}/reconsideration-decision", decision))
    assert "复查决定维持原结论。" in printed(village, one)


def test_whoever_was_reopened_and_rejected_again_is_not_told_that_the_first_result_stands(village: Huangxi) -> None:
    one = rejected_by_group(village)
    village.on("06-05")
    asking = {"on": "2015-06-05", "statement": "请再核实一次。"}
    accepted(village.send("officer", f"{APPLICATIONS}/{one}/reconsideration-request", asking))
    village.on("06-08")
    decision = {"on": "2015-06-08", "decision": "reopened", "findings": "重新评议。"}
    accepted(village.send("arbiter", f"{APPLICATIONS}/{one}/reconsideration-decision", decision))
    again = meeting([one], on="2015-06-08")
    again["agenda"][0]["votes"] = AGAINST
    accepted(village.send("convener", MEETINGS, again))

    assert "你户曾申请复查，已按复查决定重新办理；复查只能申请一次。" in printed(village, one)


def test_before_there_is_a_result_there_is_no_letter_and_no_name_is_opened(village: Huangxi) -> None:
    (one,) = village.file(1)
    before = logged(village)
    refused(letter(village, one), 404, "no-result-yet")

    assert logged(village) == before


def test_a_letter_is_printed_for_those_in_whose_area_and_for_a_purpose_with_names(village: Huangxi) -> None:
    one = rejected_by_group(village)
    before = logged(village)
    assert letter(village, one, "county").status_code == 200
    assert len(logged(village)) == len(before) + 1

    refused(letter(village, one, "neighbour"), 404, "not-found")
    refused(letter(village, new_id()), 404, "not-found")
    refused(letter(village, one, "auditor"), 403, "not-your-duty")
    refused(letter(village, one, "villager", "public_notice"), 403, "not-your-duty")
    refused(letter(village, one, "county", "objection"), 403, "not-for-this-purpose")


def test_a_letter_printed_before_more_was_recorded_is_told_to_be_older(village: Huangxi) -> None:
    one = rejected_by_group(village)
    document, _, rest = printed(village, one).partition("文书编号：")[2].partition("校验码：")
    path = f"{API}/documents/{document}"
    assert village.ask("villager", path, digest=rest[:32]).json()["standing"] == "current"

    village.on("06-05")
    asking = {"on": "2015-06-05", "statement": "请再核实一次。"}
    accepted(village.send("officer", f"{APPLICATIONS}/{one}/reconsideration-request", asking))
    told = village.ask("villager", path, digest=rest[:32]).json()
    assert (told["called"], told["standing"]) == ("申请结果告知书", "older")


def test_a_slip_bears_the_code_and_when_who_answers_and_nobodys_name(village: Huangxi) -> None:
    (one,) = village.bring(village.file(1), to=3)
    notice = village.hold(3, [one])
    village.on("06-05")
    who = {"name": "饶桂英", "phone": "19100000000"}
    received = village.send("officer", f"{notice}/objections", objecting(one, "2015-06-05", objector=who))
    path = f"{accepted(received)}/receipt-slip.pdf"
    told = text_of(village.ask("convener", path).content)
    listed = next(
        each for each in village.ask("officer", NOTICES, limit="200").json()["items"] if each["act_id"] in notice
    )

    assert f"回执编号：{received.json()['receipt_code']}" in told
    assert f"公示编号{listed['number']}" in told
    assert "受理日期2015年6月5日答复期限2015年6月12日前（当日也算）由谁答复村级经办人" in told
    assert "https://yihu.example/objections" in told
    assert "饶" not in told
    assert OWNER not in told
    refused(village.ask("neighbour", path), 404, "not-found")
    refused(village.ask("auditor", path), 403, "not-your-duty")
    refused(village.ask("officer", f"{OBJECTIONS}/{new_id()}/receipt-slip.pdf"), 404, "not-found")


def test_a_slip_of_what_repeats_another_says_where_that_is_answered(village: Huangxi) -> None:
    (one,) = village.bring(village.file(1), to=5)
    notice = village.hold(5, [one])
    village.on("06-15")
    first = accepted(village.send("officer", f"{notice}/objections", objecting(one, "2015-06-15")))
    village.on("06-16")
    accepted(village.send("reviewer", f"{first}/resolution", resolving("2015-06-16")))
    again = accepted(village.send("officer", f"{notice}/objections", objecting(one, "2015-06-16")))
    told = text_of(village.ask("officer", f"{again}/receipt-slip.pdf").content)
    assert "与先前的异议或投诉相同，在先前那一件中答复。" in told
    assert "答复期限" not in told
    assert "转上一级" not in told


def test_a_slip_promises_no_body_above_the_county(village: Huangxi) -> None:
    for step, day, goes_up in ((5, "2015-06-15", True), (7, "2015-06-26", False)):
        (one,) = village.bring(village.file(1), to=step)
        notice = village.hold(step, [one])
        village.on(day)
        received = village.send("officer", f"{notice}/objections", objecting(one, day))
        told = text_of(village.ask("officer", f"{accepted(received)}/receipt-slip.pdf").content)
        assert ("自动转上一级处理" in told) is goes_up


def logged(village: Huangxi) -> list[Any]:
    with village.service.database.reading() as connection:
        return [*connection.execute(select(access_log.c.id).order_by(access_log.c.id)).scalars()]
