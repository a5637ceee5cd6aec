"""Erasing who objected or complained, over HTTP: who it was is gone, and how it was answered stays told."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from canaries import Canaries
from chronicle.clock import FixedClock
from chronicle.following import rebuild
from chronicle.messages import new_id
from chronicle.principal import Duty, Principal
from chronicle.store.tables import person_key
from chronicle.verification import verify
from departments import APPLICATIONS, RECHECKS, complaining
from erasing import ORDER, erase_objector, readable
from huangxi import API, OBJECTED, OBJECTIONS, Huangxi, accepted, huangxi, objecting, refused, resolving
from identification.cases.objection.projections import objections
from identification.cases.objector.projections import objector_erasures
from identification.cases.recheck.projections import rechecks
from person_ids import person_id
from running_service import ROOT
from sqlalchemy import select

ERASURES = f"{API}/objector-erasures"
REQUEST, ERROR = {"reason": "own_request"}, {"reason": "proposed_in_error"}
OMITTED = {"against": "omission", "ground": "left_out"}


@pytest.fixture
def village_on_each(store_url: str, tmp_path: Path) -> Iterator[Huangxi]:
    with huangxi(store_url, tmp_path) as village:
        yield village


def objected(village: Huangxi, **changed: Any) -> Any:
    """Somebody objects on 15 June to a household on the village's notice, or as told; the answer."""
    ids = village.bring(village.file(), to=5)
    notice = village.hold(5, ids)
    village.on("06-15")
    about = None if "against" in changed else ids[0]
    return village.send("officer", f"{notice}/objections", objecting(about, "2015-06-15", **changed))


def answer(village: Huangxi, objection: str) -> None:
    village.on("06-17")
    accepted(village.send("reviewer", f"{objection}/resolution", resolving("2015-06-17")))


def answered(village: Huangxi, **changed: Any) -> str:
    """The same, and the township dismisses it on the 17th; where it is."""
    objection = accepted(objected(village, **{"objector": Canaries().objector(), **changed}))
    answer(village, objection)
    return objection


def complained(village: Huangxi, objector: Any) -> str:
    (one,) = village.bring(village.file(), to=7)
    village.end(7, village.hold(7, [one]), [one])
    village.on("08-01")
    said = complaining("2015-08-01", objector=objector)
    return accepted(village.send("officer", f"{APPLICATIONS}/{one}/complaints", said))


def conclude(village: Huangxi, recheck: str) -> None:
    village.on("08-10")
    found = {"on": "2015-08-10", "reason": "unfounded", "findings": "经查不属实"}
    accepted(village.send("county", f"{recheck}/conclusion", found))


def states(village: Huangxi) -> dict[str, str]:
    with village.service.database.reading() as connection:
        return {row.owner: row.state for row in connection.execute(select(person_key))}


def test_who_objected_is_gone_and_the_objection_stays_as_it_was_answered(village_on_each: Huangxi) -> None:
    village, canaries = village_on_each, Canaries()
    received = objected(village, objector=canaries.objector())
    objection, code = accepted(received), {"receipt_code": received.json()["receipt_code"]}
    answer(village, objection)
    reading = f"{objection}/objector"
    assert canaries.found(village.ask("reviewer", reading, purpose="objection").text) == canaries.planted
    before = [village.ask("county", path).json() for path in (objection, OBJECTIONS)]
    told = village.send("villager", f"{OBJECTIONS}/search", code).json()

    erase_objector(village, objection)

    refused(village.ask("reviewer", reading, purpose="objection"), 404, "text-gone")
    assert states(village)[f"objection/{objection.rpartition('/')[2]}"] == "erased"
    assert [village.ask("county", path).json() for path in (objection, OBJECTIONS)] == before
    assert village.send("villager", f"{OBJECTIONS}/search", code).json() == told
    assert verify(village.service.database) == []
    assert canaries.found(readable(village.service.database)) == set()
    # What was said of a household is the household's.
    facts = f"{objection}/texts/{village.facts(objection)[0]['facts']['text_id']}"
    assert village.ask("reviewer", facts, purpose="case_work").text == OBJECTED


def test_who_objected_to_a_household_that_withdrew_need_not_wait_for_an_answer(village: Huangxi) -> None:
    objection = accepted(objected(village, objector=Canaries().objector()))
    refused(village.send("county", f"{objection}/erasure-proposal", ORDER), 409, "objection-not-answered")
    (one,) = village.facts(objection)[0]["held"]
    village.on("06-16")
    accepted(village.send("officer", f"{APPLICATIONS}/{one}/withdrawal", {"on": "2015-06-16", "reason": "own_wish"}))

    refused(village.send("county", f"{objection}/erasure-proposal", REQUEST), 409, "retention-not-over")
    erase_objector(village, objection)


def test_a_legal_hold_on_who_was_objected_to_holds_who_objected_too(village: Huangxi) -> None:
    objection = answered(village)
    (one,) = village.facts(objection)[0]["held"]
    head = village.ask("county", f"{APPLICATIONS}/{one}").json()["history"][0]["facts"]["head_id"]
    person = f"{API}/people/{head}"
    accepted(village.send("county", f"{person}/legal-holds", {"ground": "court", "reference": "7"}))
    hold = village.facts(person)[-1]["hold_id"]
    refused(village.send("county", f"{objection}/erasure-proposal", ORDER), 409, "under-legal-hold")

    accepted(village.send("county", f"{person}/legal-holds/{hold}/release", {"reason": "matter_closed"}))
    erase_objector(village, objection)


def test_who_was_said_to_be_left_out_goes_with_whoever_said_it(village: Huangxi) -> None:
    canaries = Canaries()
    objection = answered(village, **OMITTED, facts=canaries.text(), objector=canaries.objector())
    received, resolved = village.facts(objection)
    texts = [f"{objection}/texts/{each['text_id']}" for each in (received["facts"], resolved["findings"])]
    assert canaries.found(village.ask("reviewer", texts[0], purpose="case_work").text) != set()

    erase_objector(village, objection)

    for text in texts:
        refused(village.ask("reviewer", text, purpose="case_work"), 404, "text-gone")
    refused(village.ask("reviewer", f"{objection}/objector", purpose="objection"), 404, "text-gone")


def test_who_complained_is_gone_and_the_recheck_stays(village_on_each: Huangxi) -> None:
    village, canaries = village_on_each, Canaries()
    recheck = complained(village, canaries.objector())
    told = village.facts(recheck)[0]
    facts, objector = (f"{recheck}/texts/{told[each]['text_id']}" for each in ("facts", "objector"))
    refused(village.send("county", f"{recheck}/erasure-proposal", ORDER), 409, "objection-not-answered")
    conclude(village, recheck)
    assert canaries.found(village.ask("county", objector, purpose="objection").text) == canaries.planted
    before = [village.ask("county", path).json() for path in (recheck, RECHECKS)]

    erase_objector(village, recheck)

    refused(village.ask("county", objector, purpose="objection"), 404, "text-gone")
    assert village.ask("county", facts, purpose="case_work").text == complaining("2015-08-01")["facts"]
    assert [village.ask("county", path).json() for path in (recheck, RECHECKS)] == before
    assert verify(village.service.database) == []
    assert canaries.found(readable(village.service.database)) == set()


def test_nothing_is_erased_of_an_objection_before_it_is_answered(village: Huangxi) -> None:
    objection = accepted(objected(village, objector=Canaries().objector()))

    refused(village.send("county", f"{objection}/erasure-proposal", ORDER), 409, "objection-not-answered")
    answer(village, objection)
    accepted(village.send("county", f"{objection}/erasure-proposal", ORDER))


def test_who_objected_is_kept_ten_years_after_the_answer(village: Huangxi) -> None:
    objection = answered(village)
    problem = refused(village.send("county", f"{objection}/erasure-proposal", REQUEST), 409, "retention-not-over")
    assert "2025-06-17" in problem["detail"]

    clock = village.service.clock
    assert isinstance(clock, FixedClock)
    clock.set(datetime(2025, 6, 18, 4, tzinfo=UTC))
    accepted(village.send("county", f"{objection}/erasure-proposal", REQUEST))
    accepted(village.send("verifier", f"{objection}/erasure", None))


def test_who_said_again_what_was_answered_is_kept_from_that_day_on(village: Huangxi) -> None:
    ids = village.bring(village.file(), to=5)
    notice = village.hold(5, ids)
    village.on("06-15")
    first = accepted(village.send("officer", f"{notice}/objections", objecting(ids[0], "2015-06-15")))
    answer(village, first)
    again = objecting(ids[0], "2015-06-17", objector=Canaries().objector())
    repeated = accepted(village.send("officer", f"{notice}/objections", again))

    problem = refused(village.send("county", f"{repeated}/erasure-proposal", REQUEST), 409, "retention-not-over")
    assert "2025-06-17" in problem["detail"]
    erase_objector(village, repeated)


def test_of_whoever_gave_no_name_there_is_nothing_to_erase(village: Huangxi) -> None:
    objection = answered(village, objector=None)
    refused(village.send("county", f"{objection}/erasure-proposal", ORDER), 409, "objector-not-kept")
    recheck = complained(village, None)
    conclude(village, recheck)
    refused(village.send("county", f"{recheck}/erasure-proposal", ORDER), 409, "objector-not-kept")


def test_whoever_proposes_it_does_not_do_it_and_what_is_done_is_done_once(village: Huangxi) -> None:
    objection = answered(village)
    refused(village.send("verifier", f"{objection}/erasure", None), 409, "erasure-not-proposed")
    refused(
        village.send("county", f"{objection}/erasure-proposal", {"reason": "authority_order"}),
        422,
        "order-reference-missing",
    )
    accepted(village.send("county", f"{objection}/erasure-proposal", ORDER))
    refused(village.send("county", f"{objection}/erasure", None), 409, "erased-own-proposal")
    accepted(village.send("verifier", f"{objection}/erasure", None))
    recorded = len(village.events())

    assert village.send("county", f"{objection}/erasure", None).status_code == 200
    assert village.send("county", f"{objection}/erasure-proposal", ORDER).status_code == 200
    refused(village.send("county", f"{objection}/erasure-proposal/withdrawal", ERROR), 409, "erasure-done")
    assert len(village.events()) == recorded


def test_the_county_lists_what_is_proposed_and_done_and_reads_on_whose_order(village: Huangxi) -> None:
    objection = answered(village)
    erasure = accepted(village.send("county", f"{objection}/erasure-proposal", ORDER))
    (row,) = village.ask("auditor", ERASURES).json()["items"]
    one = objection.rpartition("/")[2]
    assert (row["owner"], row["area_name"], row["proposed_by"], row["erased_on"]) == (
        *(f"objection/{one}", "黄溪村委会", person_id("county")),
        None,
    )
    assert erasure == f"{ERASURES}/{one}"
    reference = village.ask("county", erasure).json()["history"][0]["facts"]["reference"]["text_id"]
    accepted(village.send("county", f"{objection}/erasure-proposal/withdrawal", ERROR))
    assert village.ask("county", ERASURES).json()["items"] == []
    refused(village.send("verifier", f"{objection}/erasure", None), 409, "erasure-not-proposed")

    erase_objector(village, objection)

    (row,) = village.ask("county", ERASURES).json()["items"]
    assert (row["reason"], row["erased_on"]) == ("authority_order", "2015-06-17")
    assert village.ask("auditor", erasure).json()["version"] == 4
    assert village.ask("county", f"{erasure}/texts/{reference}", purpose="case_work").text == ORDER["reference"]


def test_nobody_erases_who_objected_to_their_own_household_or_complained_of_it(village: Huangxi) -> None:
    objection = answered(village)
    of_act = answered(village, against="act", ground="quorum")
    recheck = complained(village, Canaries().objector())
    conclude(village, recheck)
    objected_to, complained_of = (village.facts(case)[0]["application_id"] for case in (objection, recheck))
    (held,) = village.facts(of_act)[0]["held"]
    for case, application in ((objection, objected_to), (of_act, held), (recheck, complained_of)):
        head = village.ask("county", f"{APPLICATIONS}/{application}").json()["history"][0]["facts"]["head_id"]
        own = Principal(head, "the-county", "an-account", (Duty("county_officer", "360424"),))
        refused(village.send_as(own, f"{case}/erasure-proposal", ORDER), 409, "own-household")
        accepted(village.send("county", f"{case}/erasure-proposal", ORDER))
        refused(village.send_as(own, f"{case}/erasure", None), 409, "own-household")


ACTS = [("erasure-proposal", ORDER), ("erasure-proposal/withdrawal", ERROR), ("erasure", None)]


@pytest.mark.parametrize(("act", "body"), ACTS, ids=["proposal", "withdrawal", "erasure"])
@pytest.mark.parametrize("is_erased", [False, True])
def test_it_is_for_the_county_where_somebody_objected(
    village: Huangxi, act: str, body: Any, *, is_erased: bool
) -> None:
    objection = answered(village)
    if is_erased:
        erase_objector(village, objection)
    for who in ("officer", "reviewer", "auditor"):
        refused(village.send(who, f"{objection}/{act}", body), 403, "not-your-duty")
    elsewhere = village.send("other_county", f"{objection}/{act}", body)
    unknown = village.send("county", f"{OBJECTIONS}/{new_id()}/{act}", body)
    recheck = village.send("county", f"{RECHECKS}/{objection.rpartition('/')[2]}/{act}", body)
    for refusal in (elsewhere, unknown, recheck):
        refused(refusal, 404, "not-found")


def test_it_is_read_by_the_county_where_somebody_objected(village: Huangxi) -> None:
    erasure = erase_objector(village, answered(village))
    for where, more in (("", {}), (f"/texts/{person_id('text')}", {"purpose": "case_work"})):
        refused(village.ask("officer", f"{erasure}{where}", **more), 403, "not-your-duty")
        refused(village.ask("other_county", f"{erasure}{where}", **more), 404, "not-found")
    refused(village.ask("auditor", f"{erasure}/texts/{person_id('text')}", purpose="case_work"), 403, "not-your-duty")
    for who in ("officer", "other_county"):
        assert village.ask(who, ERASURES).json()["items"] == []


def test_the_lists_built_anew_are_the_same(village_on_each: Huangxi) -> None:
    village = village_on_each
    objection, recheck = answered(village), complained(village, Canaries().objector())
    conclude(village, recheck)
    erase_objector(village, objection)
    accepted(village.send("county", f"{recheck}/erasure-proposal", ORDER))
    served = {path: village.ask("county", path).json() for path in (ERASURES, OBJECTIONS, RECHECKS)}
    owners = [f"{kind}/{case.rpartition('/')[2]}" for kind, case in (("objection", objection), ("recheck", recheck))]
    assert [row["owner"] for row in served[ERASURES]["items"]] == owners

    lists = (objector_erasures, objections, rechecks)
    anew = [rebuild(each, village.service.database, village.service.store) for each in lists]

    assert {rows for each in anew for rows in each.differing.values()} == {0}
    assert {path: village.ask("county", path).json() for path in served} == served


def test_where_no_retention_period_is_said_nothing_is_erased(tmp_path: Path) -> None:
    policy = tmp_path / "policy"
    copytree(ROOT / "policy" / "identification", policy)
    entries = (policy / "national.yaml").read_text("utf-8").split("\n\n")
    kept = [entry for entry in entries if "- name: retention_years_after_objection_end" not in entry]
    assert len(kept) == len(entries) - 1
    (policy / "national.yaml").write_text("\n\n".join(kept), "utf-8")
    with huangxi(f"sqlite:///{tmp_path / 'identification.db'}", tmp_path, policy_folder=policy) as village:
        refused(village.send("county", f"{answered(village)}/erasure-proposal", ORDER), 409, "policy-missing")
