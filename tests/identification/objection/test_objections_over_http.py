"""Objections over HTTP: what they stop and for how long, who sees what of them, and what the receipt tells."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from chronicle.messages import new_id
from chronicle.principal import Duty, Principal
from chronicle.store.tables import claim, handled_command, sealed_text
from httpx2 import Response
from huangxi import (
    ANSWERED,
    API,
    GROUP,
    OBJECTED,
    OBJECTIONS,
    SECOND_GROUP,
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
)
from person_ids import person_id
from sqlalchemy import select

APPLICATIONS, NOTICES = f"{API}/applications", f"{API}/public-notices"
WHO = {"name": "卢清明", "phone": "13900000001"}
OF_ACT = {"against": "act", "ground": "quorum"}
OF_OMISSION = {"against": "omission", "ground": "left_out"}


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Huangxi]:
    folder = tmp_path_factory.mktemp("objections")
    with huangxi(f"sqlite:///{folder / 'village.db'}", folder) as village:
        yield village


def posted(village: Huangxi, rows: int = 1, step: int = 3) -> tuple[str, list[str]]:
    ids = village.bring(village.file(rows), to=step)
    return village.hold(step, ids), ids


def receive(
    village: Huangxi, notice: str, body: dict[str, Any], who: str = "officer", key: str | None = None
) -> Response:
    village.on(body["on"][5:])
    return village.send(who, f"{notice}/objections", body, key)


def resolve(village: Huangxi, objection: str, body: dict[str, Any], who: str = "arbiter") -> Response:
    village.on(body["on"][5:])
    return village.send(who, f"{objection}/resolution", body)


def status(village: Huangxi, code: str, who: str = "villager") -> Response:
    village.catch_up()
    return village.send(who, f"{OBJECTIONS}/search", {"receipt_code": code})


def course(village: Huangxi, application_id: str) -> Any:
    return village.ask("county", f"{APPLICATIONS}/{application_id}").json()


def listed(village: Huangxi, who: str, **wanted: str) -> dict[str, Any]:
    items = village.ask(who, OBJECTIONS, limit="200", **wanted).json()["items"]
    return {f"{OBJECTIONS}/{item['objection_id']}": item for item in items}


def test_posted_on_1_july_for_7_days_objected_to_on_3_and_dismissed_on_6_it_is_closable_on_11(
    everywhere: Huangxi,
) -> None:
    ids = everywhere.bring(everywhere.file(), to=3)
    everywhere.on("07-01")
    notice = accepted(everywhere.send("convener", NOTICES, posting(3, ids, on="2015-07-01")))
    objection = accepted(receive(everywhere, notice, objecting(ids[0], "2015-07-03")))
    accepted(resolve(everywhere, objection, resolving("2015-07-06")))

    everywhere.on("07-11")
    early = everywhere.send("convener", f"{notice}/closing", closing(3, on="2015-07-10"))
    assert refused_rows(early) == {ids[0]: "notice-not-over"}
    accepted(everywhere.send("convener", f"{notice}/closing", closing(3, on="2015-07-11")))


def test_to_the_act_it_holds_every_row_in_one_append_and_upheld_returns_them_all(everywhere: Huangxi) -> None:
    notice, ids = posted(everywhere, 3, step=5)
    body = objecting(None, "2015-06-15", **OF_ACT)
    answer = receive(everywhere, notice, body)
    objection = accepted(answer)
    recorded = [event for event in everywhere.events() if event.type.startswith("identification.objection-")]
    assert len({event.command_id for event in recorded}) == 1
    assert len(recorded) == 1 + len(ids)
    assert {course(everywhere, one)["history"][-1]["type"] for one in ids} == {"identification.objection-raised.v1"}
    everywhere.on("06-20")
    assert refused_rows(everywhere.send("officer", f"{notice}/closing", closing(5))) == dict.fromkeys(
        ids, "objection-open"
    )

    upheld = resolving("2015-06-17", "upheld_returned", return_to=2)
    refused(resolve(everywhere, objection, upheld), 403, "not-your-duty")
    nowhere = resolve(everywhere, objection, {**upheld, "return_to": 5}, "reviewer")
    assert refused_rows(nowhere) == dict.fromkeys(ids, "return-not-possible")
    accepted(resolve(everywhere, objection, upheld, "reviewer"))
    assert [course(everywhere, one)["now"] for one in ids] == [2, 2, 2]
    (item,) = listed(everywhere, "officer").values()
    assert (item["state"], item["resolution"], item["held"]) == ("resolved", "upheld_returned", 0)


def test_raised_against_the_act_while_its_notice_is_closed_either_it_holds_every_row_or_none(
    everywhere: Huangxi,
) -> None:
    notice, ids = posted(everywhere, 3)
    everywhere.on("06-11")
    together = Barrier(2)

    def at_once(path: str, body: dict[str, Any]) -> Response:
        together.wait()
        return everywhere.send("convener" if path.endswith("closing") else "officer", path, body)

    with ThreadPoolExecutor() as pool:
        closed = pool.submit(at_once, f"{notice}/closing", closing(3))
        raised = pool.submit(at_once, f"{notice}/objections", objecting(None, "2015-06-11", **OF_ACT))
    outcome = (closed.result().status_code, raised.result().status_code)

    assert outcome in {(201, 409), (409, 201)}, (closed.result().text, raised.result().text)
    assert {course(everywhere, one)["now"] for one in ids} == ({4} if outcome[0] == 201 else {3})


def test_a_list_of_three_hundred_is_held_and_let_go_at_once(village: Huangxi) -> None:
    notice, _ = posted(village, 300)
    objection = accepted(receive(village, notice, objecting(None, "2015-06-05", **OF_ACT)))
    assert listed(village, "officer")[objection]["held"] == 300
    accepted(resolve(village, objection, resolving("2015-06-08")))

    village.on("06-14")
    accepted(village.send("convener", f"{notice}/closing", closing(3, on="2015-06-14")))
    assert len(village.facts(notice)[1]["closed"]) == 300


def test_who_left_the_notice_meanwhile_is_not_decided_about(village: Huangxi) -> None:
    notice, ids = posted(village, 2)
    objection = accepted(receive(village, notice, objecting(None, "2015-06-05", **OF_ACT)))
    village.on("06-06")
    withdrawal = {"on": "2015-06-06", "reason": "own_wish"}
    accepted(village.send("officer", f"{APPLICATIONS}/{ids[0]}/withdrawal", withdrawal))
    accepted(resolve(village, objection, resolving("2015-06-08")))

    assert village.facts(objection)[1]["rows"] == ids[1:]


def test_an_omission_stops_nothing_and_ends_in_an_invitation_to_apply(village: Huangxi) -> None:
    notice, ids = posted(village)
    objection = accepted(receive(village, notice, objecting(None, "2015-06-06", **OF_OMISSION)))
    village.on("06-11")
    accepted(village.send("convener", f"{notice}/closing", closing(3)))
    accepted(resolve(village, objection, resolving("2015-06-11", "upheld_invited")))

    shown = village.ask("officer", objection).json()
    assert (shown["state"], shown["history"][1]["facts"]["resolution"]) == ("resolved", "upheld_invited")
    assert course(village, ids[0])["now"] == 4


def test_who_posted_the_notice_answers_no_omission_from_it(village: Huangxi) -> None:
    notice, _ = posted(village, step=3)
    objection = accepted(receive(village, notice, objecting(None, "2015-06-06", **OF_OMISSION)))
    body = resolving("2015-06-08", performed_by=[person_id("convener")])
    refused(resolve(village, objection, body), 409, "objection-judged-by-performer")


def test_the_same_ground_and_facts_that_were_dismissed_are_linked_and_stop_nothing(village: Huangxi) -> None:
    notice, (one,) = posted(village)
    earlier = accepted(receive(village, notice, objecting(one, "2015-06-05")))
    accepted(resolve(village, earlier, resolving("2015-06-05")))
    # Written with other commas, spaces and signs it is the same.
    again = objecting(one, "2015-06-06", facts="  去年,在县城买了房！")
    repeated = receive(village, notice, again)
    item = listed(village, "officer")[accepted(repeated)]

    assert (item["state"], item["held"], item["repeats"]) == ("repeated", 0, earlier.rpartition("/")[2])
    assert status(village, repeated.json()["receipt_code"]).json()["state"] == "repeated"
    refused(resolve(village, accepted(repeated), resolving("2015-06-08")), 409, "objection-closed")
    assert accepted(receive(village, notice, objecting(one, "2015-06-06", ground="income_understated"))) in listed(
        village, "arbiter", duty="village_officer"
    )
    assert len([each for each in course(village, one)["history"] if "objection-raised" in each["type"]]) == 2


def test_the_same_omission_from_the_same_notice_is_answered_once(village: Huangxi) -> None:
    (notice, _), (other, _) = posted(village), posted(village)
    earlier = accepted(receive(village, notice, objecting(None, "2015-06-05", **OF_OMISSION)))
    accepted(resolve(village, earlier, resolving("2015-06-05")))
    village.catch_up()

    again = objecting(None, "2015-06-06", **OF_OMISSION, objector=WHO)
    repeated, elsewhere = (accepted(receive(village, each, again)) for each in (notice, other))
    assert village.facts(repeated)[0]["repeats"] == earlier.rpartition("/")[2]
    assert village.facts(elsewhere)[0]["repeats"] is None


def test_the_receipt_tells_how_it_stands_and_nothing_of_anybody(village: Huangxi) -> None:
    notice, (one,) = posted(village)
    answer = receive(village, notice, objecting(one, "2015-06-05", objector=WHO))
    code = answer.json()["receipt_code"]
    assert re.fullmatch("[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}", code)

    waiting = {"state": "open", "received_on": "2015-06-05", "due_on": "2015-06-12", "duties": ["village_officer"]}
    told = status(village, code).json()
    assert told.pop("said") == "open; to be answered by 2015-06-12, by: village officer."
    assert told == {**waiting, "resolution": None, "resolved_on": None}
    # As people write it down.
    assert status(village, f" {code.lower().replace('-', ' ').replace('0', 'o').replace('1', 'l')}").is_success
    accepted(resolve(village, accepted(answer), resolving("2015-06-08")))
    settled = status(village, code).json()
    assert (settled["state"], settled["resolution"], settled["resolved_on"]) == ("resolved", "dismissed", "2015-06-08")
    assert settled["said"] == "Answered on 2015-06-08: dismissed."
    refused(status(village, "ZZZZZ-ZZZZZ"), 404, "receipt-unknown")


def test_the_code_on_a_receipt_is_kept_nowhere_and_told_again_to_who_asks_twice(village: Huangxi) -> None:
    notice, (one,) = posted(village)
    key, body = new_id(), objecting(one, "2015-06-05", objector=WHO)
    first = receive(village, notice, body, key=key)
    again = receive(village, notice, body, key=key)
    assert (again.status_code, again.content) == (first.status_code, first.content)

    code = first.json()["receipt_code"]
    kept = (select(claim), select(handled_command), select(sealed_text))
    with village.service.database.reading() as connection:
        dumped = "".join(str(tuple(row)) for query in kept for row in connection.execute(query))
    dumped += "".join(event.data + (event.receipt or "") for event in village.events())
    assert not any(written in dumped for written in (code, code.replace("-", ""), OBJECTED, *WHO.values()))


def test_overdue_it_is_in_the_queue_of_the_next_higher_body_too_and_resolved_there(village: Huangxi) -> None:
    notice, (one,) = posted(village)
    objection = accepted(receive(village, notice, objecting(one, "2015-06-05")))
    reviewers = {"duty": "township_reviewer", "area": GROUP}
    assert objection in listed(village, "arbiter", duty="village_officer")
    assert objection not in listed(village, "reviewer", **reviewers)
    refused(resolve(village, objection, resolving("2015-06-12"), "reviewer"), 403, "not-your-duty")

    village.on("06-13")
    assert listed(village, "reviewer", **reviewers)[objection]["state"] == "escalated"
    assert objection in listed(village, "arbiter", duty="village_officer")
    accepted(resolve(village, objection, resolving("2015-06-13"), "reviewer"))
    assert objection not in listed(village, "reviewer", **reviewers)
    assert listed(village, "reviewer")[objection]["duties"] == ["village_officer", "township_reviewer"]


def test_who_objected_is_read_by_those_who_resolve_it_above_the_village_alone(village: Huangxi) -> None:
    notice, (one,) = posted(village, step=5)
    objection = accepted(receive(village, notice, objecting(one, "2015-06-15", objector=WHO)))
    objector = f"{objection}/objector"

    assert village.ask("reviewer", objector, purpose="objection").json() == WHO
    refused(village.ask("officer", objector, purpose="objection"), 403, "not-your-duty")
    refused(village.ask("convener", objector, purpose="objection"), 403, "not-your-duty")
    refused(village.ask("auditor", objector, purpose="objection"), 403, "not-your-duty")
    refused(village.ask("county", objector, purpose="objection"), 403, "not-your-duty")
    refused(village.ask("reviewer", objector, purpose="case_work"), 403, "not-for-this-purpose")
    refused(village.ask("other_county", objector, purpose="objection"), 404, "not-found")
    text = f"{objection}/texts/{village.facts(objection)[0]['objector']['text_id']}"
    refused(village.ask("officer", text, purpose="case_work"), 403, "not-your-duty")


def test_who_objected_to_a_groups_notice_is_read_by_nobody_until_it_is_for_the_township(village: Huangxi) -> None:
    notice, (one,) = posted(village)
    objector = f"{accepted(receive(village, notice, objecting(one, '2015-06-05', objector=WHO)))}/objector"
    for who in ("arbiter", "officer", "reviewer", "county"):
        refused(village.ask(who, objector, purpose="objection"), 403, "not-your-duty")

    village.on("06-13")
    assert village.ask("reviewer", objector, purpose="objection").json() == WHO
    refused(village.ask("arbiter", objector, purpose="objection"), 403, "not-your-duty")


def test_who_objected_is_read_by_nobody_with_a_part_a_stake_or_a_duty_of_the_village(village: Huangxi) -> None:
    notice, (one,) = posted(village, step=5)
    objection = accepted(receive(village, notice, objecting(one, "2015-06-15", objector=WHO)))
    head = course(village, one)["history"][0]["facts"]["head_id"]
    township, of_village = Duty("township_reviewer", "360424106"), Duty("village_officer", VILLAGE)
    facts = f"{objection}/texts/{village.facts(objection)[0]['facts']['text_id']}"
    for person, duties in (
        (person_id("verifier"), (township,)),
        (head, (township,)),
        (person_id("somebody"), (township, of_village)),
    ):
        who = Principal(person, "office", "account", duties)
        refused(village.ask_as(who, f"{objection}/objector", purpose="objection"), 403, "too-close")
        if of_village not in duties:
            refused(village.ask_as(who, facts, purpose="case_work"), 403, "too-close")
    act = objecting(None, "2015-06-15", **OF_ACT, objector=WHO)
    of_act = f"{accepted(receive(village, notice, act))}/objector"
    of_group = Principal(person_id("somebody"), "office", "account", (township, Duty("group_convener", f"{VILLAGE}02")))
    refused(village.ask_as(of_group, of_act, purpose="objection"), 403, "too-close")
    somebody = Principal(person_id("somebody"), "office", "account", (township,))
    assert village.ask_as(somebody, f"{objection}/objector", purpose="objection").json() == WHO


def test_whoever_enters_an_objection_leaves_it_to_others(village: Huangxi) -> None:
    notice, (one,) = posted(village, step=5)
    objection = accepted(receive(village, notice, objecting(one, "2015-06-15"), "reviewer"))
    village.on("06-16")
    rejecting = resolving("2015-06-16", "upheld_rejected")
    refused(village.send("reviewer", f"{objection}/resolution", rejecting), 409, "objection-judged-by-receiver")


def test_overdue_at_the_county_it_is_for_nobody_else(village: Huangxi) -> None:
    (one,) = village.bring(village.file(), to=7)
    notice = village.hold(7, [one])
    received = receive(village, notice, objecting(one, "2015-06-26"))
    code = received.json()["receipt_code"]
    village.on("07-20")
    told = status(village, code).json()
    assert (told["state"], told["said"]) == ("overdue", "overdue; still to be answered by: county officer.")
    assert listed(village, "county")[accepted(received)]["state"] == "overdue"


def test_of_an_anonymous_one_nobody_is_found(village: Huangxi) -> None:
    notice, (one,) = posted(village, step=5)
    objection = accepted(receive(village, notice, objecting(one, "2015-06-15")))
    refused(village.ask("reviewer", f"{objection}/objector", purpose="objection"), 404, "not-found")
    unfounded = objecting(one, "2015-06-15", facts=" …… ")
    refused(receive(village, notice, unfounded), 422, "anonymous-unfounded")


def test_what_was_objected_and_found_is_opened_by_those_who_resolve_it(village: Huangxi) -> None:
    notice, (one,) = posted(village)
    objection = accepted(receive(village, notice, objecting(one, "2015-06-05")))
    accepted(resolve(village, objection, resolving("2015-06-08")))
    received, resolved = village.facts(objection)
    facts, findings = (f"{objection}/texts/{each['text_id']}" for each in (received["facts"], resolved["findings"]))

    assert village.ask("arbiter", facts, purpose="case_work").text == OBJECTED
    assert village.ask("arbiter", findings, purpose="case_work").text == ANSWERED
    refused(village.ask("convener", facts, purpose="case_work"), 403, "not-your-duty")
    refused(village.ask("neighbour", facts, purpose="case_work"), 404, "not-found")
    # Those who do a step again read why it came back.
    ruled = course(village, one)["history"][-1]["facts"]["findings"]["text_id"]
    assert village.ask("officer", f"{APPLICATIONS}/{one}/texts/{ruled}", purpose="case_work").text == ANSWERED


def test_of_another_village_no_objection_is_seen_raised_or_resolved(village: Huangxi) -> None:
    notice, (one,) = posted(village)
    objection = accepted(receive(village, notice, objecting(one, "2015-06-05")))

    refused(receive(village, notice, objecting(one, "2015-06-05"), "neighbour"), 404, "not-found")
    refused(resolve(village, objection, resolving("2015-06-08"), "neighbour"), 404, "not-found")
    refused(village.ask("neighbour", objection), 404, "not-found")
    assert listed(village, "neighbour") == {}
    assert objection in listed(village, "convener")
    assert listed(village, "officer", area=SECOND_GROUP) == {}


def test_a_household_that_is_not_on_the_notice_is_not_held_by_it(village: Huangxi) -> None:
    notice, _ = posted(village)
    other, (elsewhere,) = posted(village)
    refused(receive(village, notice, objecting(elsewhere, "2015-06-05")), 409, "not-on-the-notice")
    refused(receive(village, notice, objecting(new_id(), "2015-06-05")), 409, "not-on-the-notice")
    village.on("06-11")
    accepted(village.send("convener", f"{other}/closing", closing(3)))
    late = objecting(elsewhere, "2015-06-11")
    refused(receive(village, other, late), 409, "notice-no-longer-hangs")
    refused(receive(village, other, objecting(None, "2015-06-11", **OF_ACT)), 409, "act-after-notice")
    refused(receive(village, other, objecting(None, "2015-06-11", **OF_OMISSION)), 409, "omission-after-notice")


def test_an_objection_lies_where_its_household_lives_and_to_the_act_where_that_was(village: Huangxi) -> None:
    notice, (one,) = posted(village, step=5)
    of_row = accepted(receive(village, notice, objecting(one, "2015-06-15")))
    of_act = accepted(receive(village, notice, objecting(None, "2015-06-15", **OF_ACT)))
    seen = listed(village, "officer")

    assert (seen[of_row]["area_code"], seen[of_act]["area_code"]) == (GROUP, VILLAGE)
    assert (seen[of_row]["area_name"], seen[of_act]["area_name"]) == ("一组", "黄溪村委会")
    mine = listed(village, "convener")
    assert of_row in mine
    assert of_act not in mine
