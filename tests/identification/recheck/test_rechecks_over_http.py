"""Re-checks over HTTP: what a complaint opens, who sees what of it, and who says what was found."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from canaries import Canaries
from chronicle.principal import Duty, Principal
from departments import APPLICATIONS, RECHECKS, complaining
from erasing import couple
from httpx2 import Response
from huangxi import API, OBJECTED, OBJECTIONS, Huangxi, accepted, closing, huangxi, objecting, refused, resolving
from person_ids import person_id
from printed import text_of

WHO = {"name": "卢清明", "phone": "13900000001"}
FOUND = {"on": "2015-08-10", "reason": "undeclared", "findings": "房产属实，申请时未申报"}


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory, typeface_folder: Path) -> Iterator[Huangxi]:
    folder = tmp_path_factory.mktemp("rechecks")
    with huangxi(f"sqlite:///{folder / 'village.db'}", folder, typeface_folder=typeface_folder) as village:
        yield village


def registered(village: Huangxi) -> str:
    (one,) = village.bring(village.file(), to=7)
    village.end(7, village.hold(7, [one]), [one])
    village.on("08-01")
    return one


def complain(village: Huangxi, one: str, who: str = "officer", on: str = "2015-08-01", **changed: Any) -> str:
    body = complaining(on, **changed)
    return accepted(village.send(who, f"{APPLICATIONS}/{one}/complaints", body))


def status(village: Huangxi, code: str) -> Response:
    return village.send("villager", f"{RECHECKS}/search", {"receipt_code": code})


def test_a_complaint_opens_a_recheck_that_the_county_concludes(everywhere: Huangxi) -> None:
    one = registered(everywhere)
    opened = complain(everywhere, one)
    waiting = everywhere.ask("county", RECHECKS, duty="county_officer").json()["items"]
    assert [(each["application_id"], each["state"], each["due_on"]) for each in waiting] == [
        (one, "open", "2015-09-30")
    ]

    everywhere.on("08-10")
    refused(everywhere.send("reviewer", f"{opened}/conclusion", FOUND), 403, "not-your-duty")
    accepted(everywhere.send("county", f"{opened}/conclusion", FOUND))
    assert everywhere.ask("county", RECHECKS, duty="county_officer").json()["items"] == []
    (listed,) = everywhere.ask("county", RECHECKS).json()["items"]
    assert (listed["outcome"], listed["reason"], listed["concluded_on"]) == ("upheld", "undeclared", "2015-08-10")
    shown = everywhere.ask("officer", opened).json()
    assert (shown["state"], len(shown["history"])) == ("concluded", 2)
    assert everywhere.ask("county", f"{APPLICATIONS}/{one}").json()["ending"] == "registered"


def test_whoever_had_a_part_in_the_registration_does_not_conclude_it(village: Huangxi) -> None:
    opened = complain(village, registered(village))
    village.on("08-10")
    refused(village.send("verifier", f"{opened}/conclusion", FOUND), 409, "rechecked-own-work")


def test_while_the_notice_hangs_a_complaint_is_an_objection(village: Huangxi) -> None:
    ids = village.bring(village.file(), to=3)
    village.hold(3, ids)
    said = complaining("2015-06-04")
    refused(village.send("officer", f"{APPLICATIONS}/{ids[0]}/complaints", said), 409, "notice-still-hangs")


def test_who_complained_and_what_was_said_and_found_is_read_by_those_who_conclude_it_alone(village: Huangxi) -> None:
    opened = complain(village, registered(village), objector=WHO)
    village.on("08-10")
    accepted(village.send("county", f"{opened}/conclusion", FOUND))
    told, concluded = village.facts(opened)
    kept = {"facts": told["facts"], "objector": told["objector"], "findings": concluded["findings"]}
    facts, objector, findings = (f"{opened}/texts/{each['text_id']}" for each in kept.values())

    assert village.ask("county", facts, purpose="case_work").text == complaining("2015-08-01")["facts"]
    assert village.ask("county", findings, purpose="case_work").text == FOUND["findings"]
    assert WHO["name"] in village.ask("county", objector, purpose="objection").text
    refused(village.ask("county", objector, purpose="case_work"), 403, "not-for-this-purpose")
    # Of the county, but they verified this household.
    for text, purpose in ((objector, "objection"), (facts, "case_work"), (findings, "case_work")):
        refused(village.ask("verifier", text, purpose=purpose), 403, "too-close")
    for who in ("reviewer", "officer", "convener", "auditor"):
        refused(village.ask(who, objector, purpose="objection"), 403, "not-your-duty")
        for text in (facts, findings):
            refused(village.ask(who, text, purpose="case_work"), 403, "not-your-duty")
    refused(village.ask("other_county", objector, purpose="objection"), 404, "not-found")
    assert not any(WHO["name"] in str(event) or "县城" in str(event) for event in village.events())


def test_of_a_household_that_was_erased_meanwhile_it_is_still_concluded(village: Huangxi) -> None:
    two = couple(village, Canaries())
    village.bring([two.application_id], to=7)
    village.on("06-24")
    said = complaining("2015-06-24", objector=WHO)
    opened = accepted(village.send("officer", f"{APPLICATIONS}/{two.application_id}/complaints", said))
    withdrawal = {"on": "2015-06-24", "reason": "own_wish"}
    accepted(village.send("officer", f"{APPLICATIONS}/{two.application_id}/withdrawal", withdrawal))
    two.erase()
    two.erase(1)

    found = {"on": "2015-06-24", "reason": "unfounded", "findings": "无法核实"}
    accepted(village.send("county", f"{opened}/conclusion", found))
    findings = village.facts(opened)[1]["findings"]["text_id"]
    assert village.ask("county", f"{opened}/texts/{findings}", purpose="case_work").text == "无法核实"


def test_who_repeats_an_open_complaint_is_told_how_that_was_answered(village: Huangxi) -> None:
    one = registered(village)
    opened = complain(village, one)
    said = complaining("2015-08-01")
    code = village.send("officer", f"{APPLICATIONS}/{one}/complaints", said).json()["receipt_code"]
    assert village.send("villager", f"{RECHECKS}/search", {"receipt_code": code}).json()["state"] == "repeated"
    village.on("08-10")
    accepted(village.send("county", f"{opened}/conclusion", FOUND))

    told = village.send("villager", f"{RECHECKS}/search", {"receipt_code": code}).json()
    assert (told["state"], told["resolution"]) == ("concluded", "upheld")


def test_what_was_dismissed_as_an_objection_opens_no_recheck(village: Huangxi) -> None:
    (one,) = village.bring(village.file(), to=5)
    notice = village.hold(5, [one])
    village.on("06-15")
    same = {"ground": "not_poor", "facts": OBJECTED}
    objection = accepted(village.send("officer", f"{notice}/objections", objecting(one, "2015-06-15", **same)))
    village.on("06-16")
    accepted(village.send("reviewer", f"{objection}/resolution", resolving("2015-06-16")))
    village.on("06-23")
    accepted(village.send("officer", f"{notice}/closing", closing(5, on="2015-06-23")))

    said = complaining("2015-06-23", **same)
    received = village.send("officer", f"{APPLICATIONS}/{one}/complaints", said)
    repeated = accepted(received)
    told = status(village, received.json()["receipt_code"]).json()["said"]
    assert told == "The same as an objection that was answered on 2015-06-16: dismissed; there is no other answer."
    shown = village.ask("county", repeated).json()
    assert (shown["state"], shown["history"][0]["facts"]["repeats"]) == ("repeated", objection.rpartition("/")[2])


def test_what_was_cleared_as_a_complaint_holds_no_notice(village: Huangxi) -> None:
    one, other = ids = village.bring(village.file(2), to=4)
    village.on("06-11")
    same = {"ground": "procedure", "facts": OBJECTED}
    opened = accepted(village.send("officer", f"{APPLICATIONS}/{one}/complaints", complaining("2015-06-11", **same)))
    unfounded = {"on": "2015-06-11", "reason": "unfounded", "findings": "经查不属实"}
    accepted(village.send("county", f"{opened}/conclusion", unfounded))
    village.end(4, village.hold(4, ids), ids)
    notice = village.hold(5, ids)
    village.on("06-15")
    again = accepted(village.send("officer", f"{notice}/objections", objecting(one, "2015-06-15", **same)))
    of_act = objecting(None, "2015-06-15", against="act", **same)
    act = accepted(village.send("officer", f"{notice}/objections", of_act))

    received = village.facts(again)[0]
    assert (received["held"], received["repeats"]) == ([], opened.rpartition("/")[2])
    assert village.facts(act)[0]["held"] == [other]
    accepted(village.send("reviewer", f"{act}/resolution", resolving("2015-06-15")))
    village.catch_up()
    assert village.ask("reviewer", OBJECTIONS, duty="township_reviewer").json()["items"] == []
    village.on("06-20")
    accepted(village.send("officer", f"{notice}/closing", closing(5)))


def test_nothing_is_upheld_while_a_rejection_may_still_be_reopened(village: Huangxi) -> None:
    (one,) = village.bring(village.file(), to=7)
    opened = accepted(village.send("officer", f"{APPLICATIONS}/{one}/complaints", complaining("2015-06-24")))
    notice = village.hold(7, [one])
    village.on("06-26")
    other = objecting(one, "2015-06-26", ground="not_poor", facts="另一件事")
    objection = accepted(village.send("officer", f"{notice}/objections", other))
    accepted(village.send("county", f"{objection}/resolution", resolving("2015-06-26", "upheld_rejected")))

    # Who answered the objection had a part in it.
    another = Principal(person_id("another"), "office", "account", (Duty("county_officer", "360424"),))
    upheld = FOUND | {"on": "2015-06-26"}
    refused(village.send_as(another, f"{opened}/conclusion", upheld), 409, "rejection-not-final")
    village.on("07-07")
    accepted(village.send_as(another, f"{opened}/conclusion", FOUND | {"on": "2015-07-07"}))
    # Asked for in time, and entered since.
    asking = {"on": "2015-07-06", "statement": "请再核实一次。"}
    accepted(village.send("officer", f"{APPLICATIONS}/{one}/reconsideration-request", asking))
    third = Principal(person_id("third"), "office", "account", (Duty("county_officer", "360424"),))
    decision, path = {"on": "2015-07-07", "findings": "核实。"}, f"{APPLICATIONS}/{one}/reconsideration-decision"
    refused(village.send_as(third, path, decision | {"decision": "reopened"}), 409, "upheld-meanwhile")
    accepted(village.send_as(third, path, decision | {"decision": "confirmed"}))


def test_elsewhere_there_is_no_such_recheck(village: Huangxi) -> None:
    one = registered(village)
    opened = complain(village, one)
    assert village.ask("other_county", opened).status_code == 404
    assert village.send("other_county", f"{opened}/conclusion", FOUND).status_code == 404
    said = complaining("2015-08-01")
    assert village.send("other_county", f"{APPLICATIONS}/{one}/complaints", said).status_code == 404
    assert opened.rpartition("/")[2] not in village.ask("other_county", RECHECKS).text


def test_a_repeated_complaint_opens_one_recheck(village: Huangxi) -> None:
    one = registered(village)
    said = complaining("2015-08-01")
    first, again = (village.send("officer", f"{APPLICATIONS}/{one}/complaints", said, key="said") for _ in range(2))
    assert accepted(first) == accepted(again)
    mine = [each for each in village.ask("county", RECHECKS).json()["items"] if each["application_id"] == one]
    assert len(mine) == 1


def test_the_same_complaint_again_asks_nobody_for_work_until_it_was_upheld(everywhere: Huangxi) -> None:
    one = registered(everywhere)
    first, other = complain(everywhere, one), complain(everywhere, one, ground="income_understated")
    # Written with other commas, spaces and signs it is the same, whoever says so.
    again = complain(everywhere, one, objector=WHO, facts=" 去年，在县城买了房！")
    told, listed = everywhere.facts(again)[0], everywhere.ask("county", RECHECKS).json()["items"]
    assert told["repeats"] == first.rpartition("/")[2]
    assert {each["recheck_id"]: (each["state"], each["repeats"]) for each in listed}[told["recheck_id"]] == (
        "repeated",
        told["repeats"],
    )
    waiting = everywhere.ask("county", RECHECKS, duty="county_officer").json()["items"]
    assert {f"{RECHECKS}/{each['recheck_id']}" for each in waiting} == {first, other}

    everywhere.on("08-10")
    refused(everywhere.send("county", f"{again}/conclusion", FOUND), 409, "complaint-repeated")
    accepted(everywhere.send("county", f"{other}/conclusion", {**FOUND, "reason": "unfounded"}))
    accepted(everywhere.send("county", f"{first}/conclusion", FOUND))
    cleared, upheld = complain(everywhere, one, ground="income_understated"), complain(everywhere, one)
    assert everywhere.facts(cleared)[0]["repeats"] == other.rpartition("/")[2]
    assert everywhere.facts(upheld)[0]["repeats"] is None


def test_what_was_cleared_is_looked_into_anew_once_the_household_applied_again(village: Huangxi) -> None:
    (one,) = village.bring(village.file(), to=3)
    village.end(3, village.hold(3, [one]), [one])
    village.on("06-11")
    opened = complain(village, one, on="2015-06-11")
    accepted(village.send("county", f"{opened}/conclusion", FOUND | {"on": "2015-06-11", "reason": "unfounded"}))
    assert village.facts(complain(village, one, on="2015-06-11"))[0]["repeats"] == opened.rpartition("/")[2]

    withdrawing = {"on": "2015-06-11", "reason": "own_wish"}
    accepted(village.send("officer", f"{APPLICATIONS}/{one}/withdrawal", withdrawing))
    anew = village.file_again(one)
    assert village.facts(complain(village, anew, on="2015-06-01"))[0]["repeats"] is None


def test_a_slip_bears_the_code_of_a_complaint_and_nobodys_name(village: Huangxi) -> None:
    one = registered(village)
    received = village.send("officer", f"{APPLICATIONS}/{one}/complaints", complaining("2015-08-01", objector=WHO))
    path = f"{accepted(received)}/receipt-slip.pdf"
    told = text_of(village.ask("convener", path).content)
    assert f"回执编号：{received.json()['receipt_code']}" in told
    assert "受理日期2015年8月1日答复期限2015年9月30日前（当日也算）由谁答复县级经办人" in told
    assert not {"公示编号", "转上一级", "卢清明"} & {
        each for each in ("公示编号", "转上一级", "卢清明") if each in told
    }
    document, _, rest = told.partition("文书编号：")[2].partition("校验码：")
    shown = village.ask("villager", f"{API}/documents/{document}", digest=rest[:32]).json()
    assert (shown["called"], shown["standing"]) == ("投诉受理回执", "current")

    refused(village.ask("neighbour", path), 404, "not-found")
    refused(village.ask("auditor", path), 403, "not-your-duty")


def test_of_another_household_the_same_is_another_complaint(village: Huangxi) -> None:
    complain(village, registered(village))
    assert village.facts(complain(village, registered(village)))[0]["repeats"] is None


def test_of_two_that_complain_of_the_same_at_once_one_repeats_the_other(everywhere: Huangxi) -> None:
    one, together = registered(everywhere), Barrier(2)

    def at_once(who: str) -> str:
        together.wait()
        return complain(everywhere, one, who)

    with ThreadPoolExecutor() as pool:
        both = [*pool.map(at_once, ("officer", "arbiter"))]
    repeats = {each.rpartition("/")[2]: everywhere.facts(each)[0]["repeats"] for each in both}
    assert sorted(map(str, repeats.values())) == sorted(["None", *(one for one in repeats if repeats[one] is None)])


def test_facts_of_signs_alone_are_none_unless_somebody_answers_for_them(village: Huangxi) -> None:
    one = registered(village)
    said = complaining("2015-08-01", facts=" …… ")
    refused(village.send("officer", f"{APPLICATIONS}/{one}/complaints", said), 422, "complaint-unfounded")
    complain(village, one, objector=WHO, facts=" …… ")


def test_the_receipt_tells_how_the_complaint_stands_and_nothing_of_anybody(village: Huangxi) -> None:
    one, said = registered(village), complaining("2015-08-01", objector=WHO)
    first, again = (village.send("officer", f"{APPLICATIONS}/{one}/complaints", said, key="told") for _ in range(2))
    code = first.json()["receipt_code"]
    assert first.content == again.content

    told = status(village, code).json()
    assert told.pop("said") == "open; to be answered by 2015-09-30, by: county officer."
    waiting = {"state": "open", "received_on": "2015-08-01", "due_on": "2015-09-30", "duties": ["county_officer"]}
    assert told == {**waiting, "resolution": None, "resolved_on": None}
    repeated = village.send("officer", f"{APPLICATIONS}/{one}/complaints", said).json()["receipt_code"]
    assert status(village, repeated).json()["state"] == "repeated"
    village.on("10-01")
    assert status(village, code).json()["said"] == "overdue; still to be answered by: county officer."
    late = {**FOUND, "on": "2015-10-01"}
    accepted(village.send("county", f"{accepted(first)}/conclusion", late))
    assert status(village, code.lower()).json()["said"] == "Answered on 2015-10-01: upheld."
    refused(status(village, "ZZZZZ-ZZZZZ"), 404, "receipt-unknown")


def test_a_reason_that_is_not_known_is_refused(village: Huangxi) -> None:
    opened = complain(village, registered(village))
    assert village.send("county", f"{opened}/conclusion", {**FOUND, "reason": "because"}).status_code == 422
