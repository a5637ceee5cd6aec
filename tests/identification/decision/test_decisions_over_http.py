"""Decisions over HTTP: one in an officer's words, in either language, and one executed again without recording it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from chronicle.messages import digest_of, hash_of, new_id
from chronicle.store.tables import event as table
from httpx2 import Response
from huangxi import (
    API,
    REJECT,
    ROUNDS,
    VERIFICATIONS,
    Huangxi,
    accepted,
    conclusion,
    huangxi,
    refused,
    refused_rows,
    reviewed_in_2017,
    stating,
    verification,
    verified_in_2017,
)
from papers import proof
from person_ids import person_id
from sqlalchemy import select, text, update

DECISIONS = f"{API}/decisions"
REVIEWED, VERIFIED = (f"identification.application-{done}.v1" for done in ("reviewed", "verified"))
ANOTHER = {"evidence": ["e" * 64], "confirmed_by": person_id("checker")}
UNFOUNDED: tuple[tuple[Any, str], ...] = (
    ([], "clause-not-stated"),
    (stating("holds", "vehicle_or_machine"), "clause-unproven"),
    (stating("holds", "vehicle_or_machine", **ANOTHER), "clause-unproven"),
    (stating(), "reason-does-not-hold"),
)


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Huangxi]:
    folder = tmp_path_factory.mktemp("decisions")
    with huangxi(f"sqlite:///{folder / 'village.db'}", folder) as village:
        yield village


def drawn(village: Huangxi, households: int = 1) -> tuple[str, list[str]]:
    ids = village.bring(village.file(households), to=6)
    act = village.hold(6, ids)
    village.on("2017-03-01")
    return act, ids


def proven(village: Huangxi, application_id: str, by: str = "checker") -> dict[str, Any]:
    """Attach what proves a clause; how it is named."""
    return {"evidence": [proof(village, application_id)], "confirmed_by": person_id(by)}


def concluded(village: Huangxi, *stated: str) -> str:
    """Let a household be reviewed in 2017 and pass; the decision's id."""
    act, ids = drawn(village)
    held = reviewed_in_2017(ids)
    if stated:
        held["reviews"][0]["stated"] = stating(*stated, **proven(village, ids[0]))
    accepted(village.send("reviewer", f"{act}/conclusion", held))
    return decision_of(village, ids[0])


def rejected_by_village(village: Huangxi, reason: str) -> str:
    """Let a household be rejected in 2017 for a clause that holds; the decision's id."""
    ids = village.bring(village.file(1), to=4)
    village.on("2017-03-01")
    stated = stating("holds", reason, **proven(village, ids[0], "verifier"))
    accepted(village.send("officer", VERIFICATIONS, verified_in_2017(ids, reason, stated)))
    return decision_of(village, ids[0], VERIFIED)


def without_eligibility(data: str) -> str:
    return json.dumps(json.loads(data) | {"eligibility": None}, ensure_ascii=False, separators=(",", ":"))


def decision_of(village: Huangxi, application_id: str, kind: str = REVIEWED) -> str:
    history = village.ask("county", f"{API}/applications/{application_id}").json()["history"]
    [decision] = [each["event_id"] for each in history if each["type"] == kind]
    return str(decision)


def read(village: Huangxi, decision: str, who: str = "county", language: str = "en") -> Any:
    answer = village.ask(who, f"{DECISIONS}/{decision}", language)
    assert answer.status_code == 200, answer.json()
    return answer.json()


def verify(village: Huangxi, decision: str, who: str = "county") -> Response:
    return village.send(who, f"{DECISIONS}/{decision}/verify", None)


def clause(shown: Any, code: str) -> Any:
    return next(each for each in shown["clauses"] if each["clause"] == code)


@contextmanager
def tampered(village: Huangxi, decision: str, **columns: Any) -> Iterator[None]:
    """The stored row changed by whoever gets at the database."""
    database, row = village.service.database, table.c.event_id == decision
    with database.writing() as connection:
        for name in connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars():
            connection.execute(text(f"DROP TRIGGER {name}"))
        kept = connection.execute(select(table).where(row)).one()._asdict()
        connection.execute(update(table).where(row).values(columns))
    try:
        yield
    finally:
        with database.writing() as connection:
            connection.execute(update(table).where(row).values(kept))


def stored(village: Huangxi, decision: str) -> tuple[str, str]:
    event = village.service.store.find(decision)
    assert event
    return event.data, event.receipt or ""


def test_a_decision_is_told_in_an_officers_words(village: Huangxi) -> None:
    decision = concluded(village, "answered", "empty_household")
    shown = read(village, decision, "officer")

    assert shown["explained"] == (
        "Reviewed on 2017-03-01 (reviewers: 1) by the eligibility rule for 江西省 in force from 2017-01-01. "
        "The rule still has to be confirmed by the authority. "
        "Persons: 1; per-capita net income 2700.00 yuan; poverty line 2800.00 yuan. No clause holds. Outcome: pass."
    )
    assert (shown["on"], shown["visited_on"], shown["as_recorded"]) == ("2017-03-01", "2015-06-23", True)
    assert (shown["reviewers"], shown["entered_by"]) == ([person_id("checker")], person_id("reviewer"))
    assert shown["outcome"]["verdict"] == "pass"
    rule = shown["rule"]
    assert (rule["name"], rule["area"], rule["valid_from"]) == ("eligibility_rule", "36", "2017-01-01")
    assert rule["needs_confirmation"] is True
    assert rule["area_name"] == "江西省"
    assert rule["source"].startswith("Seven strike-offs and four strict examinations (七清四严) of Jiangxi")
    assert len(shown["clauses"]) == 12


def test_every_clause_has_its_sentence_its_inputs_and_its_result_in_the_language_asked(village: Huangxi) -> None:
    decision = concluded(village, "answered", "empty_household")
    shown, zh = (read(village, decision, language=language) for language in ("en", "zh"))

    line = clause(shown, "income_above_line")
    assert (line["sentence"], line["result"]) == ("per-capita net income reaches the line", "does not hold")
    assert [(each["called"], each["value"]) for each in line["inputs"]] == [
        ("poverty line", "2800.00"),
        ("per-capita net income", "2700.00"),
    ]
    home = clause(zh, "empty_household")
    assert home["sentence"] == "家中长期无人，又不能提供居住、务工证明"
    assert [each["value"] for each in home["inputs"]] == ["存在但已说明：在外务工证明"]
    assert (home["result"], len(home["evidence"]), home["confirmed_by"]) == ("不存在", 1, person_id("checker"))
    assert zh["explained"] == (
        "2017-03-01由1名复核人按“贫困户识别条件”（适用于江西省，自2017-01-01起）复核。该规定尚待主管部门确认。"
        "家庭人口1人，人均纯收入2700.00元，识别标准2800.00元。各项条款均不存在。结论：通过。"
    )
    assert zh["rule"]["source"].startswith("江西省贫困户识别“七清四严”规定")


def test_a_rejection_says_what_holds_and_why(village: Huangxi) -> None:
    act, ids = drawn(village)
    held = reviewed_in_2017(ids, {"verdict": "reject", "rejection_reason": "vehicle_or_machine"})
    held["reviews"][0]["stated"] = stating("holds", "vehicle_or_machine", **proven(village, ids[0]))
    accepted(village.send("reviewer", f"{act}/conclusion", held))
    decision = decision_of(village, ids[0])

    assert read(village, decision)["explained"].endswith(
        "What holds: it owns a car, a large farm vehicle, a large machine or a boat. "
        "Outcome: reject, because: owns a car, large machine or boat."
    )
    assert verify(village, decision).json()["agreement"] == "agrees"


def test_the_village_tells_whom_it_rejects_by_which_clause_and_its_decision_is_executed_again(village: Huangxi) -> None:
    decision = rejected_by_village(village, "vehicle_or_machine")
    shown, zh = (read(village, decision, language=language) for language in ("en", "zh"))

    assert shown["explained"] == (
        "Verified on 2017-03-01 at home (verifiers: 1) by the eligibility rule for 江西省 in force from 2017-01-01. "
        "The rule still has to be confirmed by the authority. "
        "Persons: 1; per-capita net income 2700.00 yuan; poverty line 2800.00 yuan. "
        "What holds: it owns a car, a large farm vehicle, a large machine or a boat. "
        "Outcome: reject, because: owns a car, large machine or boat."
    )
    assert zh["explained"] == (
        "2017-03-01由1名审核人入户后按“贫困户识别条件”（适用于江西省，自2017-01-01起）审核。该规定尚待主管部门确认。"
        "家庭人口1人，人均纯收入2700.00元，识别标准2800.00元。存在：拥有小汽车、大型农用车、大型机械或船只。"
        "结论：不予通过，原因：拥有小汽车、大型农机或船只。"
    )
    assert (shown["step"], shown["reviewers"]) == (4, [person_id("verifier")])
    car = clause(zh, "vehicle_or_machine")
    assert (car["result"], len(car["evidence"]), car["confirmed_by"]) == ("存在", 1, person_id("verifier"))
    for who in ("officer", "county", "auditor"):
        assert verify(village, decision, who).json()["agreement"] == "agrees"


def test_a_rejection_of_2015_by_the_village_is_by_the_countrys_rule(village: Huangxi) -> None:
    ids = village.bring(village.file(1), to=4)
    village.on("06-12")
    accepted(village.send("officer", VERIFICATIONS, verification(ids, REJECT)))
    decision = decision_of(village, ids[0], VERIFIED)

    assert "by the eligibility rule for the country in force from 2014-01-01." in read(village, decision)["explained"]
    assert verify(village, decision).json()["agreement"] == "agrees"


def test_the_village_rejects_nobody_for_a_car_without_evidence_and_a_verifier_who_confirms_it(village: Huangxi) -> None:
    ids = village.bring(village.file(1), to=4)
    village.on("2017-03-01")
    for stated, code in UNFOUNDED:
        answer = village.send("officer", VERIFICATIONS, verified_in_2017(ids, "vehicle_or_machine", stated))
        assert refused_rows(answer) == {ids[0]: code}


def test_a_changed_rejection_by_the_village_disagrees(village: Huangxi) -> None:
    decision = rejected_by_village(village, "study_abroad")
    data, _ = stored(village, decision)
    for forged, places in (
        (data.replace('"holds":true', '"holds":false'), ["record", "clause"]),
        (
            data.replace('"rejection_reason":"study_abroad"', '"rejection_reason":"business_owner"'),
            ["record", "outcome"],
        ),
        (without_eligibility(data), ["record", "inputs"]),
    ):
        assert forged != data
        with tampered(village, decision, data=forged):
            answer = verify(village, decision).json()
        assert (answer["agreement"], [each["place"] for each in answer["differences"]]) == ("disagrees", places)
    with tampered(village, decision, data=without_eligibility(data)):
        refused(village.ask("county", f"{DECISIONS}/{decision}"), 409, "decision-unreadable")


def test_a_visit_that_states_nothing_of_the_clauses_says_that_no_receipt_was_kept(village: Huangxi) -> None:
    ids = village.bring(village.file(1), to=5)
    decision = decision_of(village, ids[0], VERIFIED)

    for answer in (village.ask("county", f"{DECISIONS}/{decision}"), verify(village, decision)):
        refused(answer, 404, "no-receipt-kept")
    told = village.ask("county", f"{DECISIONS}/{decision}", "zh").json()["detail"]
    assert told == "该次审核没有对照识别条件逐条记录，未留存依据，不能说明，也不能重新计算。"
    refused(village.ask("neighbour", f"{DECISIONS}/{decision}"), 404, "not-found")


def test_a_rejection_from_before_receipts_were_kept_says_so(village: Huangxi) -> None:
    decision = rejected_by_village(village, "study_abroad")
    event = village.service.store.find(decision)
    assert event
    facts = json.loads(event.data)
    del facts["eligibility"]
    old = event._replace(
        receipt=None, data=json.dumps(facts, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    )
    digest = digest_of(old)
    chained = hash_of(old.previous_hash, digest, old.sequence, old.recorded_at)
    with tampered(village, decision, data=old.data, receipt=None, digest=digest, hash=chained):
        for answer in (village.ask("county", f"{DECISIONS}/{decision}"), verify(village, decision)):
            refused(answer, 404, "no-receipt-kept")


def test_a_decision_of_2015_is_by_the_countrys_rule(village: Huangxi) -> None:
    ids = village.bring(village.file(1), to=7)
    decision = decision_of(village, ids[0])
    shown = read(village, decision)

    assert "by the eligibility rule for the country in force from 2014-01-01." in shown["explained"]
    assert [each["clause"] for each in shown["clauses"]] == ["income_above_line"]
    assert verify(village, decision).json()["agreement"] == "agrees"


def test_a_rule_of_an_area_nobody_knows_the_name_of_is_told_by_its_code(village: Huangxi) -> None:
    decision = concluded(village)
    _, receipt = stored(village, decision)
    with tampered(village, decision, receipt=receipt.replace('"area":"36"', '"area":"35"')):
        assert "by the eligibility rule for 35 in force" in read(village, decision)["explained"]


def test_a_decision_executed_again_agrees_and_records_nothing(village: Huangxi) -> None:
    decision = concluded(village)
    before = len(village.events())
    for who in ("officer", "county", "auditor"):
        answer = verify(village, decision, who)
        assert (answer.status_code, answer.json()["agreement"], answer.json()["differences"]) == (200, "agrees", [])
    assert verify(village, decision).json()["said"] == "Executed again by the rule of its day, it agrees."
    assert len(village.events()) == before


def test_a_changed_row_disagrees_and_the_clause_is_named(village: Huangxi) -> None:
    decision = concluded(village)
    data, _ = stored(village, decision)
    forged = data.replace(
        '"stated":[{"clause":"town_property","confirmed_by":null,"evidence":[],"stated":"does_not_hold"}',
        '"stated":[{"clause":"town_property","confirmed_by":null,"evidence":[],"stated":"holds"}',
    )
    assert forged != data
    with tampered(village, decision, data=forged):
        answer = verify(village, decision).json()
        shown = read(village, decision)

    assert (answer["agreement"], answer["said"]) == ("disagrees", "Executed again, it disagrees.")
    assert [each["place"] for each in answer["differences"]] == ["record", "clause", "outcome"]
    told = answer["differences"][1]
    assert (told["clause"], told["recorded"], told["again"]) == ("town_property", "does_not_hold", "holds")
    assert told["said"].endswith(": recorded does not hold, executed again holds")
    assert shown["as_recorded"] is False
    assert verify(village, decision).json()["agreement"] == "agrees"


def test_a_row_that_says_nothing_any_more_disagrees_and_is_not_shown(village: Huangxi) -> None:
    decision = concluded(village)
    with tampered(village, decision, data='{"eligibility":null}'):
        answer = verify(village, decision).json()
        refused(village.ask("county", f"{DECISIONS}/{decision}"), 409, "decision-unreadable")

    assert [each["place"] for each in answer["differences"]] == ["record", "inputs"]


def test_a_rule_that_is_no_longer_there_is_said_in_words(village: Huangxi) -> None:
    decision = concluded(village)
    _, receipt = stored(village, decision)
    digest = read(village, decision)["rule"]["digest"]
    with tampered(village, decision, receipt=receipt.replace(digest, "0" * 16)):
        shown, answer = read(village, decision), verify(village, decision).json()

    assert (shown["rule"]["digest"], shown["rule"]["source"], shown["rule"]["called"]) == ("0" * 16, None, None)
    assert [each["sentence"] for each in shown["clauses"]] == [None] * 12
    assert answer["agreement"] == "disagrees"


def test_a_receipt_that_names_no_rule_any_more_disagrees_and_is_not_shown(village: Huangxi) -> None:
    decision = concluded(village)
    with tampered(village, decision, receipt="{}"):
        answer = verify(village, decision).json()
        refused(village.ask("county", f"{DECISIONS}/{decision}"), 409, "decision-unreadable")

    assert (answer["agreement"], answer["rule"]) == ("disagrees", None)


def test_without_the_policy_it_was_decided_by_it_cannot_be_executed(village: Huangxi) -> None:
    decision = concluded(village)
    policy = village.service.handler.policy
    village.service.handler.policy = type(policy)([entry for entry in policy if entry.area != "36"], policy.labels)
    try:
        answer = verify(village, decision).json()
    finally:
        village.service.handler.policy = policy

    assert answer["agreement"] == "rule_unknown"
    assert answer["said"].startswith("The rule it was decided by is no longer among the policy here")


@pytest.mark.parametrize(("who", "status"), [("neighbour", 404), ("other_county", 404)])
def test_a_decision_elsewhere_is_as_one_that_is_not_there(village: Huangxi, who: str, status: int) -> None:
    decision = concluded(village)
    for asked in (decision, new_id()):
        refused(village.ask(who, f"{DECISIONS}/{asked}"), status, "not-found")
        refused(verify(village, asked, who), status, "not-found")
    assert read(village, decision, "convener")["decision_id"] == decision


def test_what_is_no_decision_on_eligibility_is_not_found(village: Huangxi) -> None:
    [application] = village.file(1)
    [filed] = village.ask("county", f"{API}/applications/{application}").json()["history"]

    refused(village.ask("county", f"{DECISIONS}/{filed['event_id']}"), 404, "not-found")
    refused(village.ask("county", f"{DECISIONS}/none"), 422, "malformed")


def test_from_2017_a_round_states_every_clause_and_before_none(village: Huangxi) -> None:
    act, ids = drawn(village, 2)
    unstated = {**conclusion(ids), "on": "2017-03-01"}
    assert refused_rows(village.send("reviewer", f"{act}/conclusion", unstated)) == dict.fromkeys(
        ids, "clause-not-stated"
    )
    village.on("06-24")
    early = {**reviewed_in_2017(ids), "on": "2015-06-24"}
    assert refused_rows(village.send("reviewer", f"{act}/conclusion", early)) == dict.fromkeys(
        ids, "clause-not-in-rule"
    )


def test_a_row_that_may_not_pass_names_its_clause(village: Huangxi) -> None:
    act, ids = drawn(village, 2)
    held = reviewed_in_2017(ids)
    held["reviews"][1]["stated"] = stating("holds", "study_abroad", **proven(village, ids[1]))
    problem = refused(village.send("reviewer", f"{act}/conclusion", held), 409, "rows-refused")

    [row] = problem["rows"]
    assert (row["id"], row["code"]) == (ids[1], "excluded-by-clause")
    assert "a member studies abroad at own expense" in row["detail"]


@pytest.mark.parametrize(
    "stated",
    [
        [{"clause": "甘某", "stated": "holds"}],
        [{"clause": "town_property", "stated": "maybe"}],
        [{"clause": "town_property", "stated": "holds", "evidence": ["a photograph"]}],
        [{"clause": "town_property", "stated": "holds", "confirmed_by": "甘某"}],
        [{"clause": "town_property", "stated": "holds", "why": "看见的"}],
    ],
)
def test_nothing_typed_comes_with_a_clause(village: Huangxi, stated: list[dict[str, Any]]) -> None:
    body = reviewed_in_2017([new_id()])
    body["reviews"][0]["stated"] = stated
    problem = refused(village.send("reviewer", f"{ROUNDS}/{new_id()}/conclusion", body), 422, "malformed")

    assert "甘某" not in str(problem)
    assert "看见" not in str(problem)


def test_three_hundred_rows_are_concluded_at_once(village: Huangxi) -> None:
    act, ids = drawn(village, 300)
    accepted(village.send("reviewer", f"{act}/conclusion", reviewed_in_2017(ids)))

    assert verify(village, decision_of(village, ids[-1])).json()["agreement"] == "agrees"
