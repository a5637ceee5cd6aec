"""Receipts: every decision executed again agrees, by the rule of its day; with one input changed it does not."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from random import Random
from typing import Any, cast

import pytest
from applications import PASSED, POLICY, REVIEWER, VILLAGE, draw, given, income, review, steps
from casework.eligibility import ClauseKind, ClauseStatement, Stated
from casework.income import per_capita_net_income
from casework.reasons import RejectionReason
from chronicle.decider import Asked, Reading
from chronicle.messages import Actor, StoredEvent, digest_of, hash_of
from chronicle.policy import Entry, Policy
from chronicle.principal import Duty, Principal
from chronicle.recording import Part, decide
from chronicle.rules import Rule
from identification.cases.application.commands import ReviewApplication
from identification.cases.application.decisions.execution import (
    ELIGIBILITY_RULE,
    Agreement,
    Difference,
    Place,
    execute_again,
    named_rule,
)
from identification.cases.application.decisions.review import KnownOfReviewing
from identification.cases.application.decisions.state import Application
from identification.cases.application.findings import Outcome, Verdict
from identification.cases.application.gather import application_decider

DECISIONS = 10_000
NOW = datetime(2020, 7, 1, 4, tzinfo=UTC)
ACTOR = Actor("township-officer", "office", "township_reviewer")
ASKED = Asked(Principal("p", "o", "a", (Duty("auditor", "36"),)), ACTOR, NOW, NOW.date(), "command", "conversation")
PROOF = ("e" * 64,)


def version(area: str, first_day: date, changed: Callable[[dict[str, Any]], Any]) -> Entry:
    value = POLICY.value(ELIGIBILITY_RULE, VILLAGE, date(2017, 6, 1)).rule.model_dump(mode="json")
    changed(value)
    said = {"source": "a rule of this test", "needs_confirmation": True, "value": value}
    return Entry.model_validate({"name": ELIGIBILITY_RULE, "area": area, "from": first_day, **said})


def without_the_pension(value: dict[str, Any]) -> None:
    value["inputs"].pop("commercial_pension")
    value["clauses"] = [clause for clause in value["clauses"] if clause["code"] != "commercial_pension"]


def easier_for_the_large(value: dict[str, Any]) -> None:
    value["inputs"]["persons"] = "count"
    value["clauses"][0]["holds"] = "per_capita >= (persons > 5 ? line + 50000 : line)"


def cars_of_the_rich_only(value: dict[str, Any]) -> None:
    value["clauses"][2]["holds"] = 'vehicle_or_machine == "holds" && per_capita * 2 >= line'


# With the country's and Jiangxi's five versions, each from its day.
RULES = Policy(
    [
        *POLICY,
        version("36", date(2018, 1, 1), without_the_pension),
        version("3604", date(2019, 1, 1), easier_for_the_large),
        version("360424", date(2020, 1, 1), cars_of_the_rich_only),
    ]
)
DAYS = (date(2016, 6, 1), date(2017, 6, 1), date(2018, 6, 1), date(2019, 6, 1), date(2020, 6, 1))
DRAWN = given(*steps(1, 5), draw()).state


def applied(chance: Random) -> Application:
    assert DRAWN
    net, persons = Decimal(chance.randrange(-50_000, 3_000_000)) / 100, chance.randrange(1, 9)
    members = tuple(f"member {number}" for number in range(persons))
    line = Decimal(chance.choice(["2800.00", "2855.00", "2952.00"]))
    earned = income("0.00").model_copy(update={"wage_income": max(net, Decimal(0)), "business_income": Decimal(0)})
    filed = DRAWN.filed.model_copy(update={"income": earned, "member_ids": members, "poverty_line": line})
    return replace(DRAWN, filed=filed)


def statements(rule: Rule, chance: Random) -> Iterator[ClauseStatement]:
    for clause in rule.clauses:
        if clause.kind != ClauseKind.LINE:
            words = [Stated.HOLDS, Stated.ANSWERED] if clause.answer else [Stated.HOLDS]
            yield said_of(clause.code, chance.choice(words) if chance.random() < 0.07 else Stated.DOES_NOT_HOLD)


@cache
def said_of(code: str, stated: Stated) -> ClauseStatement:
    proof: dict[str, Any] = {} if stated is Stated.DOES_NOT_HOLD else {"evidence": PROOF, "confirmed_by": REVIEWER}
    return ClauseStatement(clause=code, stated=stated, **proof)


def recorded(command: ReviewApplication, application: Application, policy: Policy = RULES) -> StoredEvent:
    """Decide, and write down what the store would."""
    reading = Reading(cast("Any", None), policy, ASKED)
    rule = reading.rule(ELIGIBILITY_RULE, VILLAGE, command.on)
    usual: dict[str, Any] = {"actor": ACTOR, "today": ASKED.today, "late_entry_days": 4_000, "stated_in": "filing"}
    known = KnownOfReviewing(**usual, rule=rule, attached=PROOF, concluded={})
    part = Part(application_decider, "application", command)
    [event] = decide("identification", part, 12, application, known, reading).events
    return placed(event)


def placed(event: StoredEvent) -> StoredEvent:
    chained = hash_of(bytes(32), event.digest, 7, NOW)
    return event._replace(sequence=7, recorded_at=NOW, previous_hash=bytes(32), hash=chained)


def mended(event: StoredEvent) -> StoredEvent:
    """The event with digests that fit what it says now."""
    return placed(event._replace(digest=digest_of(event)))


def decided(application: Application, chance: Random, on: date) -> StoredEvent:
    """Review a household by the rule of a day, and give the verdict that follows."""
    rule = RULES.value(ELIGIBILITY_RULE, VILLAGE, on).rule
    stated = tuple(statements(rule, chance))
    filed = application.filed
    measured = {"per_capita": income_of(application), "line": filed.poverty_line, "persons": len(filed.member_ids)}
    said: dict[str, Any] = {each.clause: each.stated.value for each in stated}
    answers = rule.execute({name: said.get(name, measured.get(name)) for name in rule.inputs})
    against = [code for code, holds in answers.items() if holds and rule.by_code[code].kind != ClauseKind.EXAMINE]
    reasons = sorted(against, key=lambda code: rule.by_code[code].kind)
    outcome = verdict_for(reasons[0] if reasons else None)
    return recorded(asked_on(on).model_copy(update={"stated": stated, "outcome": outcome}), application)


@cache
def asked_on(day: date) -> ReviewApplication:
    return review(on=day, visited_on=day)


@cache
def verdict_for(reason: str | None) -> Outcome:
    return Outcome(verdict=Verdict.REJECT, rejection_reason=RejectionReason(reason)) if reason else PASSED


def income_of(application: Application) -> Decimal:
    return per_capita_net_income(application.filed.income, len(application.filed.member_ids))


def test_ten_thousand_decisions_by_five_versions_of_the_rule_agree() -> None:
    chance = Random(2017)  # noqa: S311 - not for secrets
    households = [applied(chance) for _ in range(500)]
    agreed, rules, verdicts = Counter[Agreement](), set(), Counter[bool]()
    for number in range(DECISIONS):
        event = decided(chance.choice(households), chance, DAYS[number % len(DAYS)])
        agreed[execute_again(event, RULES).agreement] += 1
        rules.add(named_rule(event.receipt))
        verdicts['"verdict":"pass"' in event.data] += 1

    assert agreed == {Agreement.AGREES: DECISIONS}
    assert len(rules) == len(DAYS)
    assert min(verdicts.values()) > DECISIONS / 5


Change = Callable[[dict[str, Any]], Any]


def proven(code: str, stated: str) -> dict[str, Any]:
    return {"clause": code, "stated": stated, "evidence": list(PROOF), "confirmed_by": REVIEWER}


# What was answered is nobody at home; what is examined is a seat on the village committee.
ANSWERED, EXAMINED = 3, 7
CHANGED: dict[str, tuple[Change, set[tuple[Place, str | None]]]] = {
    "income": (
        lambda data: data["eligibility"]["income"].update(wage_income="1.00"),
        {(Place.PER_CAPITA, None)},
    ),
    "income, above the line": (
        lambda data: data["eligibility"]["income"].update(wage_income="99999.00"),
        {(Place.PER_CAPITA, None), (Place.CLAUSE, "income_above_line"), (Place.OUTCOME, None)},
    ),
    "persons": (lambda data: data["eligibility"].update(persons=5), {(Place.PER_CAPITA, None)}),
    "line": (
        lambda data: data["eligibility"].update(line="100.00"),
        {(Place.CLAUSE, "income_above_line"), (Place.OUTCOME, None)},
    ),
    "per-capita income": (lambda data: data["eligibility"].update(per_capita="1.00"), {(Place.PER_CAPITA, None)}),
    "what is stated": (
        lambda data: data["eligibility"]["stated"].__setitem__(1, proven("vehicle_or_machine", "holds")),
        {(Place.CLAUSE, "vehicle_or_machine"), (Place.OUTCOME, None)},
    ),
    "an answer": (
        lambda data: data["eligibility"]["stated"][ANSWERED].update(stated="holds"),
        {(Place.CLAUSE, "empty_household"), (Place.OUTCOME, None)},
    ),
    "evidence": (
        lambda data: data["eligibility"]["stated"][ANSWERED].update(evidence=[]),
        {(Place.OUTCOME, None)},
    ),
    "who confirmed": (
        lambda data: data["eligibility"]["stated"][EXAMINED].update(confirmed_by="another"),
        {(Place.OUTCOME, None)},
    ),
    "a statement left out": (lambda data: data["eligibility"]["stated"].pop(), {(Place.INPUTS, None)}),
    "what a clause came to": (
        lambda data: data["eligibility"]["clauses"][2].update(holds=True),
        {(Place.CLAUSE, "vehicle_or_machine")},
    ),
    "a result left out": (
        lambda data: data["eligibility"]["clauses"].pop(),
        {(Place.CLAUSE, "report_unexplained")},
    ),
    "the visit": (lambda data: data.update(visited_on=None), {(Place.OUTCOME, None)}),
    "who reviewed": (lambda data: data.update(performed_by=["another"]), {(Place.OUTCOME, None)}),
    "the outcome": (
        lambda data: data.update(outcome={"verdict": "reject", "rejection_reason": "vehicle_or_machine"}),
        {(Place.OUTCOME, None)},
    ),
    "persons beyond number": (
        lambda data: data["eligibility"].update(persons=10**40),
        {(Place.PER_CAPITA, None)},
    ),
    "no decision any more": (lambda data: data.pop("eligibility"), {(Place.INPUTS, None)}),
}
# Nothing that a rule looks at follows from these: that they were changed shows in the record alone.
RECORD_ONLY: dict[str, Change] = {
    "other evidence": lambda data: data["eligibility"]["stated"][ANSWERED].update(evidence=["f" * 64]),
    "other findings": lambda data: data["findings"].update(digest="0" * 64),
}


@pytest.fixture(scope="module")
def passed() -> StoredEvent:
    assert DRAWN
    usual = {
        clause.code: "does_not_hold" for clause in RULES.value(ELIGIBILITY_RULE, VILLAGE, DAYS[1]).rule.clauses[1:]
    }
    told = usual | {"empty_household": "answered", "village_committee": "holds"}
    stated = [ClauseStatement.model_validate(proven(code, word)) for code, word in told.items()]
    event = recorded(review(on=DAYS[1], visited_on=DAYS[1], stated=tuple(stated)), DRAWN)
    assert execute_again(event, RULES).agreement is Agreement.AGREES
    return event


def changed(event: StoredEvent, change: Change) -> StoredEvent:
    data = json.loads(event.data)
    change(data)
    return event._replace(data=json.dumps(data, ensure_ascii=False, separators=(",", ":"), sort_keys=True))


def places(differences: tuple[Difference, ...]) -> set[tuple[Place, str | None]]:
    return {(each.place, each.clause) for each in differences}


@pytest.mark.parametrize("name", [*CHANGED, *RECORD_ONLY])
def test_with_anything_changed_behind_the_services_back_it_disagrees(passed: StoredEvent, name: str) -> None:
    change, found = CHANGED[name] if name in CHANGED else (RECORD_ONLY[name], set())
    execution = execute_again(changed(passed, change), RULES)

    assert execution.agreement is Agreement.DISAGREES
    assert places(execution.differences) == {(Place.RECORD, None), *found}


@pytest.mark.parametrize("name", CHANGED)
def test_with_one_input_changed_it_disagrees_even_when_the_digests_were_mended(passed: StoredEvent, name: str) -> None:
    change, found = CHANGED[name]
    execution = execute_again(mended(changed(passed, change)), RULES)

    assert execution.agreement is Agreement.DISAGREES
    assert places(execution.differences) == found


def test_a_clause_that_differs_is_told_with_both_results(passed: StoredEvent) -> None:
    change, _ = CHANGED["what a clause came to"]
    [difference] = execute_again(mended(changed(passed, change)), RULES).differences

    assert difference == Difference(Place.CLAUSE, "vehicle_or_machine", recorded="holds", again="does_not_hold")


def test_it_is_the_rule_of_the_receipt_and_not_the_one_in_force(passed: StoredEvent) -> None:
    stricter = version("360424106216", DAYS[1], without_the_pension)
    now = Policy([*RULES, stricter])

    assert now.value(ELIGIBILITY_RULE, VILLAGE, DAYS[1]) is stricter
    assert execute_again(passed, now).agreement is Agreement.AGREES


def test_a_receipt_made_to_name_another_version_disagrees(passed: StoredEvent) -> None:
    national, jiangxi = (RULES.value(ELIGIBILITY_RULE, VILLAGE, on).digest for on in DAYS[:2])
    other = passed._replace(receipt=(passed.receipt or "").replace(jiangxi, national))

    assert places(execute_again(other, RULES).differences) == {(Place.RECORD, None), (Place.INPUTS, None)}
    assert places(execute_again(mended(other), RULES).differences) == {(Place.INPUTS, None)}


@pytest.mark.parametrize(
    "receipt",
    [
        *(None, "{}", "[]", '{"policy":[1]}', "not JSON", '{"policy":[{"name":"another"}]}'),
        '{"policy":[{"name":"eligibility_rule","area":"36","from":"one day","digest":"0"}]}',
    ],
)
def test_a_receipt_that_names_no_rule_says_that_it_cannot_be_executed(passed: StoredEvent, receipt: str | None) -> None:
    unnamed = passed._replace(receipt=receipt)

    assert execute_again(mended(unnamed), RULES).agreement is Agreement.RULE_UNKNOWN
    assert execute_again(unnamed, RULES).agreement is Agreement.DISAGREES


def test_a_rule_that_is_no_longer_in_the_policy_cannot_be_executed(passed: StoredEvent) -> None:
    lost = Policy([entry for entry in RULES if entry.area != "36"])

    assert execute_again(passed, lost).agreement is Agreement.RULE_UNKNOWN
