"""Data matches over HTTP: they hold up the review, are decided by whoever reviews next, and are read under log."""

from typing import Any

from chronicle.store.tables import access_log
from huangxi import API, Huangxi, accepted, conclusion, refused, refused_rows
from sqlalchemy import select

APPLICATIONS = f"{API}/applications"
FACTS, FOUND = "名下登记有一辆小型面包车", "车辆去年已卖给邻村，尚未过户"
ANSWER = {"on": "2015-06-23", "reason": "register_outdated", "findings": FOUND}


def in_round(village: Huangxi) -> tuple[str, str]:
    """A household in a review round, and where the round is."""
    ids = village.bring(village.file(), to=6)
    return ids[0], village.hold(6, ids)


def head(village: Huangxi, application_id: str) -> str:
    """The only member of a household."""
    return str(village.facts(f"{APPLICATIONS}/{application_id}")[0]["head_id"])


def match(village: Huangxi, one: str, **changed: Any) -> dict[str, Any]:
    """What a vehicle register says of a household."""
    return {"on": "2015-06-22", "person_id": head(village, one), "kind": "vehicle", "facts": FACTS, **changed}


def raised(village: Huangxi, one: str, who: str = "county") -> str:
    """Enter a data match; where it is decided."""
    accepted(village.send(who, f"{APPLICATIONS}/{one}/data-matches", match(village, one)))
    last = village.facts(f"{APPLICATIONS}/{one}")[-1]
    return f"{APPLICATIONS}/{one}/data-matches/{last['data_match_id']}/decision"


def open_matches(village: Huangxi) -> list[int]:
    """How many data matches are open against each household, as lists show it."""
    return [item["data_matches"] for item in village.ask("officer", APPLICATIONS).json()["items"]]


def test_the_review_passes_once_the_data_match_is_cleared(everywhere: Huangxi) -> None:
    one, held = in_round(everywhere)
    decision = raised(everywhere, one)
    everywhere.on("06-24")
    refusal = everywhere.send("reviewer", f"{held}/conclusion", conclusion([one]))
    assert refused_rows(refusal) == {one: "data-match-open"}
    assert open_matches(everywhere) == [1]

    accepted(everywhere.send("reviewer", decision, ANSWER))
    assert open_matches(everywhere) == [0]
    accepted(everywhere.send("reviewer", f"{held}/conclusion", conclusion([one])))


def test_an_upheld_data_match_keeps_the_household_from_passing(village: Huangxi) -> None:
    one, held = in_round(village)
    decision = raised(village, one)
    village.on("06-24")
    accepted(village.send("reviewer", decision, {**ANSWER, "reason": "undeclared"}))
    refusal = village.send("reviewer", f"{held}/conclusion", conclusion([one]))
    assert refused_rows(refusal) == {one: "data-match-upheld"}


def test_what_was_typed_is_sealed_and_opened_for_case_work_alone(village: Huangxi) -> None:
    one, _ = in_round(village)
    decision = raised(village, one)
    village.on("06-24")
    accepted(village.send("reviewer", decision, ANSWER))
    told, answered = village.facts(f"{APPLICATIONS}/{one}")[-2:]
    texts = {f"{APPLICATIONS}/{one}/texts/{each['text_id']}" for each in (told["facts"], answered["findings"])}

    assert not any(FACTS in str(event) or FOUND in str(event) for event in village.events())
    assert {village.ask("reviewer", text, purpose="case_work").text for text in texts} == {FACTS, FOUND}
    with village.service.database.reading() as connection:
        logged = connection.execute(select(access_log.c.text_id)).scalars().all()
    assert {text.rpartition("/")[2] for text in texts} <= set(logged)


def test_only_township_and_county_enter_a_data_match_and_only_the_reviewer_next_decides_it(village: Huangxi) -> None:
    one, _ = in_round(village)
    refused(village.send("officer", f"{APPLICATIONS}/{one}/data-matches", match(village, one)), 403, "not-your-duty")
    decision = raised(village, one, "reviewer")
    village.on("06-24")
    refused(village.send("county", decision, ANSWER), 403, "not-your-duty")
    refused(village.send("reviewer", decision, ANSWER), 409, "data-match-judged-by-performer")


def test_elsewhere_there_is_no_such_application(village: Huangxi) -> None:
    one, _ = in_round(village)
    decision = raised(village, one)
    for path, body in ((f"{APPLICATIONS}/{one}/data-matches", match(village, one)), (decision, ANSWER)):
        assert village.send("other_county", path, body).status_code == 404


def test_a_register_or_a_reason_that_is_not_known_is_refused(village: Huangxi) -> None:
    one, _ = in_round(village)
    decision = raised(village, one)
    body = match(village, one, kind="yacht")
    assert village.send("county", f"{APPLICATIONS}/{one}/data-matches", body).status_code == 422
    assert village.send("reviewer", decision, {**ANSWER, "reason": "because"}).status_code == 422


def test_a_repeated_request_enters_one_data_match(village: Huangxi) -> None:
    one, _ = in_round(village)
    for _ in range(2):
        accepted(village.send("county", f"{APPLICATIONS}/{one}/data-matches", match(village, one), key="the-list"))
    assert open_matches(village) == [1]
