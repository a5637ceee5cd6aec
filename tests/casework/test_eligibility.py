"""Eligibility: the income against the line, and what is stated of every clause the rule asks about."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from casework.eligibility import (
    ClauseHasNoAnswer,
    ClauseKind,
    ClauseNotInRule,
    ClauseNotStated,
    ClauseStatement,
    Eligibility,
    Stated,
    judge,
    require_fit,
)
from casework.income import Income, NoMembers
from casework.reasons import RejectionReason
from chronicle.policy import Policy
from chronicle.rules import Rule

POLICY = Policy.load(Path(__file__).parents[2] / "policy" / "identification")
NATIONAL = POLICY.value("eligibility_rule", "330000000000", date(2017, 6, 1)).rule
JIANGXI = POLICY.value("eligibility_rule", "360424106216", date(2017, 6, 1)).rule
NOTHING = tuple(
    ClauseStatement(clause=clause.code, stated=Stated.DOES_NOT_HOLD)
    for clause in JIANGXI.clauses
    if clause.kind != "line"
)


def earning(wages: str) -> Income:
    parts = ("business_income", "business_expenditure", "property_income", "transfer_income")
    return Income(wage_income=Decimal(wages), **dict.fromkeys(parts, Decimal(0)))


def judged(rule: Rule, *stated: ClauseStatement, wages: str = "8000.00", persons: int = 3) -> Eligibility:
    return judge(rule, earning(wages), persons, Decimal(2736), stated)


def instead(code: str, stated: Stated) -> list[ClauseStatement]:
    return [each.model_copy(update={"stated": stated}) if each.clause == code else each for each in NOTHING]


@pytest.mark.parametrize(
    ("wages", "below"), [("8207.98", True), ("8207.99", False), ("8208.00", False), ("8208.03", False)]
)
def test_only_strictly_below_the_line_after_rounding_is_poor(wages: str, *, below: bool) -> None:
    # 8207.99 / 3 = 2735.9967, which is 2736.00 at two places and so not below.
    assert judged(NATIONAL, wages=wages).holding(ClauseKind.LINE) == (() if below else ("income_above_line",))


def test_what_is_kept_is_enough_to_judge_again() -> None:
    kept = judged(JIANGXI, *NOTHING).model_dump(mode="json")
    again = Eligibility.model_validate(kept)

    assert (kept["per_capita"], kept["line"]) == ("2666.67", "2736.00")
    assert judge(JIANGXI, again.income, again.persons, again.line, again.stated) == again


def test_a_household_without_members_is_not_judged() -> None:
    with pytest.raises(NoMembers):
        judged(NATIONAL, persons=0)


def test_jiangxi_has_seven_strike_offs_and_four_strict_examinations_from_2017() -> None:
    kinds = [ClauseKind(clause.kind) for clause in JIANGXI.clauses]

    assert kinds == [ClauseKind.LINE, *[ClauseKind.EXCLUDE] * 7, *[ClauseKind.EXAMINE] * 4]
    assert POLICY.value("eligibility_rule", "360424106216", date(2016, 12, 31)).rule == NATIONAL
    assert [clause.code for clause in JIANGXI.clauses if clause.answer] == ["town_property", "empty_household"]
    # Everything one may be rejected for has its clause.
    assert {clause.code for clause in JIANGXI.clauses[:8]} == {*RejectionReason}


@pytest.mark.parametrize("code", [each.clause for each in NOTHING])
def test_a_clause_holds_when_that_is_stated(code: str) -> None:
    assert judged(JIANGXI, *instead(code, Stated.HOLDS)).holding(*ClauseKind) == (code,)
    assert judged(JIANGXI, *NOTHING).holding(*ClauseKind) == ()


@pytest.mark.parametrize("code", ["town_property", "empty_household"])
def test_a_clause_that_is_answered_does_not_hold(code: str) -> None:
    assert judged(JIANGXI, *instead(code, Stated.ANSWERED)).holding(*ClauseKind) == ()


def test_a_clause_without_an_answer_is_not_answered() -> None:
    with pytest.raises(ClauseHasNoAnswer) as refused:
        judged(JIANGXI, *instead("vehicle_or_machine", Stated.ANSWERED))

    assert "小汽车" in refused.value.sentence()


@pytest.mark.parametrize("code", [each.clause for each in NOTHING])
def test_every_clause_of_the_rule_is_stated(code: str) -> None:
    with pytest.raises(ClauseNotStated) as refused:
        judged(JIANGXI, *(each for each in NOTHING if each.clause != code))

    assert JIANGXI.by_code[code].zh in refused.value.sentence()
    assert JIANGXI.by_code[code].en in refused.value.sentence("en")


@pytest.mark.parametrize(
    ("rule", "stated", "count"),
    [
        (NATIONAL, NOTHING, 11),
        (JIANGXI, (*NOTHING, NOTHING[0]), 1),
        (JIANGXI, (*NOTHING, ClauseStatement(clause="income_above_line", stated=Stated.HOLDS)), 1),
        (JIANGXI, (*NOTHING, ClauseStatement(clause="per_capita", stated=Stated.HOLDS)), 1),
    ],
    ids=["another rule's", "twice", "worked out, not stated", "no clause"],
)
def test_what_the_rule_does_not_ask_is_refused(rule: Rule, stated: tuple[ClauseStatement, ...], count: int) -> None:
    with pytest.raises(ClauseNotInRule) as refused:
        judged(rule, *stated)

    assert refused.value.facts == {"count": count}


def test_the_order_in_which_clauses_are_stated_makes_no_difference() -> None:
    assert judged(JIANGXI, *reversed(NOTHING)) == judged(JIANGXI, *NOTHING)


def said(change: Callable[[dict[str, Any]], Any]) -> Rule:
    value = JIANGXI.model_dump(mode="json")
    change(value)
    return Rule.model_validate(value)


@pytest.mark.parametrize(
    "change",
    [
        lambda value: value["inputs"].update(wage="amount"),
        lambda value: value["inputs"].update(line="count"),
        lambda value: value["inputs"].update(steady_pay=["holds", "does_not_hold"]),
        lambda value: value["clauses"][1].update(kind="forbid"),
        lambda value: value["clauses"][-1].update(kind="exclude"),
    ],
    ids=["an input nobody knows", "of another kind", "words nobody states", "no such kind", "no ground to reject"],
)
def test_a_rule_no_household_can_be_held_against_is_refused(change: Callable[[dict[str, Any]], Any]) -> None:
    for shipped in (NATIONAL, JIANGXI):
        require_fit(shipped)
    unfit = said(change)
    with pytest.raises(ValueError, match=r"nobody states|line is amount|is not a valid"):
        require_fit(unfit)
