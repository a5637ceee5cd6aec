"""A decision executed again: the rule its receipt names, over the inputs recorded, has to come to what is recorded."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from casework.eligibility import Eligibility, judge
from casework.labels import Labelled
from chronicle.messages import StoredEvent, is_as_recorded
from chronicle.policy import Entry, Policy
from chronicle.refusals import NotFound, Refusal
from chronicle.rules import Rule
from pydantic import BaseModel, ConfigDict, Field

from identification.cases.application.decisions.eligibility import Judged, require_eligible
from identification.cases.application.events import ApplicationReviewed, ApplicationVerified

ELIGIBILITY_RULE = "eligibility_rule"

Decision = ApplicationVerified | ApplicationReviewed
# What may hold a household against the rule, by the type of its event.
DECISIONS: Mapping[str, type[ApplicationVerified] | type[ApplicationReviewed]] = {
    each.type: each for each in (ApplicationVerified, ApplicationReviewed)
}


class NoReceiptKept(
    NotFound, code="no-receipt-kept", zh="该次审核没有对照识别条件逐条记录，未留存依据，不能说明，也不能重新计算。"
):
    """The household was not held against the eligibility rule then: no receipt was kept to tell or to execute again."""


class Agreement(Labelled):
    """What executing a decision again comes to."""

    AGREES = "agrees", "按当时的规定重新计算，结果与记录一致。", "Executed again by the rule of its day, it agrees."
    DISAGREES = "disagrees", "重新计算的结果与记录不一致。", "Executed again, it disagrees."
    RULE_UNKNOWN = (
        "rule_unknown",
        "现有规定中已找不到作出该决定时所依据的规定，无法重新计算。",
        "The rule it was decided by is no longer among the policy here, so it cannot be executed again.",
    )


class Place(Labelled):
    """Where a decision differs from what it comes to when it is executed again."""

    RECORD = "record", "存储的记录在登记后被改动", "the stored record was changed after it was recorded"
    INPUTS = "inputs", "记录的内容不是该规定所要求的", "what is recorded is not what the rule asks for"
    PER_CAPITA = "per_capita", "人均纯收入", "per-capita net income"
    CLAUSE = "clause", "条款", "a clause"
    OUTCOME = "outcome", "结论不能由各条款得出", "the outcome does not follow from the clauses"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs: what is recorded, and what it comes to now; a clause by its code."""

    place: Place
    clause: str | None = None
    recorded: str | None = None
    again: str | None = None


@dataclass(frozen=True, slots=True)
class Execution:
    """A decision executed again."""

    agreement: Agreement
    differences: tuple[Difference, ...] = ()


class NamedRule(BaseModel):
    """What a receipt says of the rule it was decided by."""

    model_config = ConfigDict(frozen=True)

    name: Literal["eligibility_rule"]
    area: str
    valid_from: Annotated[date, Field(alias="from")]
    digest: str
    needs_confirmation: bool = False


def named_rule(receipt: str | None) -> NamedRule | None:
    """The eligibility rule that a receipt names; None where it names none, or is no receipt any more."""
    try:
        policy = json.loads(receipt or "{}").get("policy", ())
        return NamedRule.model_validate(next(entry for entry in policy if entry["name"] == ELIGIBILITY_RULE))
    except (AttributeError, KeyError, StopIteration, TypeError, ValueError):
        return None


def stated_in(receipt: str | None) -> str | None:
    """The event that a receipt names for what was stated when it was decided; None where it names none."""
    try:
        return str(json.loads(receipt or "{}")["known"]["stated_in"])
    except (KeyError, TypeError, ValueError):
        return None


def rule_of(stored: StoredEvent, policy: Policy) -> Entry | None:
    """The very rule a household was held against, whatever is in force now; None when the policy has it no more."""
    named = named_rule(stored.receipt)
    return policy.entry(named.name, named.digest) if named else None


def decision_in(stored: StoredEvent) -> tuple[Decision, Eligibility]:
    """A decision as it is stored, and how it held the household against the rule; refused as NoReceiptKept.

    Raises ValueError when what is stored is no decision any more.
    """
    decision = DECISIONS[stored.type].read(stored.data)
    if decision.eligibility is not None:
        return decision, decision.eligibility
    if is_as_recorded(stored):
        raise NoReceiptKept
    raise ValueError("what the household was held against the rule with was taken out")


def execute_again(stored: StoredEvent, policy: Policy) -> Execution:
    """Execute a decision again, as it is stored, and compare its digest and every result; refused as NoReceiptKept."""
    entry = rule_of(stored, policy)
    differences = [] if is_as_recorded(stored) else [Difference(Place.RECORD)]
    try:
        decision, kept = decision_in(stored)
    except ValueError:
        differences.append(Difference(Place.INPUTS))
    else:
        differences += _differences(decision, kept, entry.rule) if entry else ()
    if differences:
        return Execution(Agreement.DISAGREES, tuple(differences))
    return Execution(Agreement.AGREES if entry else Agreement.RULE_UNKNOWN)


def _differences(decision: Decision, kept: Eligibility, rule: Rule) -> Iterator[Difference]:
    try:
        again = judge(rule, kept.income, kept.persons, kept.line, kept.stated)
    except (Refusal, ValueError, ArithmeticError):
        yield Difference(Place.INPUTS)
        return
    yield from _compared(kept, again)
    try:
        require_eligible(Judged(again, decision.outcome, decision.performed_by, decision.visited_on), rule)
    except Refusal:
        yield Difference(Place.OUTCOME)


def _compared(kept: Eligibility, again: Eligibility) -> Iterator[Difference]:
    if kept.per_capita != again.per_capita:
        yield Difference(Place.PER_CAPITA, recorded=str(kept.per_capita), again=str(again.per_capita))
    before, now = ({each.clause: each for each in eligibility.clauses} for eligibility in (kept, again))
    for code in dict.fromkeys((*before, *now)):
        recorded, found = before.get(code), now.get(code)
        if recorded != found:
            told = (None if each is None else _word(each.holds) for each in (recorded, found))
            yield Difference(Place.CLAUSE, code, *told)


def _word(holds: bool) -> str:  # noqa: FBT001 - it is what the word says
    return "holds" if holds else "does_not_hold"
