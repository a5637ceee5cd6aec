"""Reading decisions on eligibility: found by the id of their event, said in words, and executed again."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from casework.eligibility import ClauseResult, Eligibility, Measure, Stated
from casework.labels import Labelled
from chronicle.handling import Handler
from chronicle.messages import StoredEvent, is_as_recorded
from chronicle.policy import NATIONAL, Entry
from chronicle.principal import AreaScope
from chronicle.refusals import Language, NotFound, Refusal
from chronicle.rules import Rule
from chronicle.web import require_covered
from sqlalchemy import select

from identification.cases.application.decisions.execution import (
    DECISIONS,
    Decision,
    Difference,
    decision_in,
    execute_again,
    named_rule,
    rule_of,
    stated_in,
)
from identification.cases.application.events import ApplicationFiled, ApplicationVerified
from identification.cases.application.gather import application_decider
from identification.cases.area.projections import name_on
from identification.cases.decision.queries.answers import (
    ClauseShown,
    DecisionShown,
    DecisionVerified,
    DifferenceShown,
    InputShown,
    RuleShown,
)


class DecisionUnreadable(Refusal, code="decision-unreadable", zh="存储的决定已被改动，无法读出；请联系管理员核查。"):
    """The stored decision was changed and cannot be read; an operator has to look into it."""


def decision_for(handler: Handler, decision_id: str, scope: AreaScope) -> StoredEvent:
    """A decision on eligibility within a scope, as it is stored; refused as NotYourDuty or NotFound."""
    found = handler.store.find(decision_id)
    if found is None or found.type not in DECISIONS:
        require_covered(scope, None)
        raise NotFound
    # Where the household lives, to the villager group, is in what it filed.
    first = application_decider.types.read(handler.store.load({found.stream: 0})[found.stream][0])
    require_covered(scope, first.event.group_code if first and isinstance(first.event, ApplicationFiled) else None)
    return found


def shown(handler: Handler, stored: StoredEvent, language: Language) -> DecisionShown:
    """Show a decision in words; refused as NoReceiptKept, and as DecisionUnreadable when it is none any more."""
    entry = rule_of(stored, handler.policy)
    rule = _rule(handler, stored, entry, language)
    try:
        decision, eligibility = decision_in(stored)
    except ValueError:
        raise DecisionUnreadable from None
    if rule is None:
        raise DecisionUnreadable
    clauses = [_clause(each, eligibility, entry, language) for each in eligibility.clauses]
    return DecisionShown(
        decision_id=stored.event_id,
        application_id=decision.application_id,
        household_id=decision.household_id,
        step=decision.step,
        on=stored.valid_on,
        recorded_at=stored.recorded_at,
        entered_by=stored.actor.person,
        role=stored.actor.role,
        reviewers=list(decision.performed_by),
        visited_on=decision.visited_on,
        rule=rule,
        per_capita=eligibility.per_capita,
        line=eligibility.line,
        persons=eligibility.persons,
        clauses=clauses,
        outcome=decision.outcome,
        stated_in=stated_in(stored.receipt),
        explained=_explained(stored, decision, eligibility, rule, clauses, language),
        as_recorded=is_as_recorded(stored),
    )


def verified(handler: Handler, stored: StoredEvent, language: Language) -> DecisionVerified:
    """Execute a decision again, and say in words what came of it; refused as NoReceiptKept."""
    execution, entry = execute_again(stored, handler.policy), rule_of(stored, handler.policy)
    return DecisionVerified(
        decision_id=stored.event_id,
        agreement=execution.agreement,
        said=_in(language, execution.agreement),
        rule=_rule(handler, stored, entry, language),
        differences=[_difference(each, entry, language) for each in execution.differences],
    )


def _rule(handler: Handler, stored: StoredEvent, entry: Entry | None, language: Language) -> RuleShown | None:
    if (named := named_rule(stored.receipt)) is None:
        return None
    label = handler.policy.labels.get(named.name) if entry else None
    return RuleShown(
        **dict(named),
        called=getattr(label, language) if label else None,
        area_name=_area_name(handler, named.area, stored.valid_on, language),
        source=_source(entry, language) if entry else None,
    )


def _area_name(handler: Handler, area: str, on: date, language: Language) -> str:
    if area == NATIONAL:
        return {"zh": "全国", "en": "the country"}[language]
    with handler.database.reading() as connection:
        return connection.scalar(select(name_on(area.ljust(12, "0"), on))) or area


def _source(entry: Entry, language: Language) -> str:
    return entry.source_zh or entry.source if language == "zh" else entry.source


def _clause(result: ClauseResult, eligibility: Eligibility, entry: Entry | None, language: Language) -> ClauseShown:
    clause = entry.rule.by_code.get(result.clause) if entry else None
    statement = eligibility.statement(result.clause)
    return ClauseShown(
        clause=result.clause,
        kind=result.kind,
        sentence=getattr(clause, language) if clause else None,
        inputs=list(_inputs(entry.rule, result.clause, eligibility, language)) if entry and clause else [],
        holds=result.holds,
        result=_in(language, Stated.HOLDS if result.holds else Stated.DOES_NOT_HOLD),
        evidence=list(statement.evidence) if statement else [],
        confirmed_by=statement.confirmed_by if statement else None,
    )


def _inputs(rule: Rule, code: str, eligibility: Eligibility, language: Language) -> Iterator[InputShown]:
    measured: dict[str, Any] = {each: getattr(eligibility, each) for each in Measure}
    for name in rule.by_code[code].program.variables():
        if name in measured:
            yield InputShown(name=name, called=_in(language, Measure(name)), value=str(measured[name]))
        elif statement := eligibility.statement(name):
            called, answer = rule.by_code[name], rule.by_code[name].answer
            said = [_in(language, statement.stated)]
            if statement.stated is Stated.ANSWERED and answer:
                said.append(getattr(answer, language))
            yield InputShown(name=name, called=getattr(called, language), value=_COLON[language].join(said))


def _difference(difference: Difference, entry: Entry | None, language: Language) -> DifferenceShown:
    clause = entry.rule.by_code.get(difference.clause or "") if entry else None
    what = _in(language, difference.place) if clause is None else getattr(clause, language)
    if difference.recorded is None and difference.again is None:
        said = what
    else:
        recorded, again = (_told(each, language) for each in (difference.recorded, difference.again))
        said = _DIFFERS[language].format(what=what, recorded=recorded, again=again)
    return DifferenceShown(
        place=difference.place,
        clause=difference.clause,
        recorded=difference.recorded,
        again=difference.again,
        said=said,
    )


def _told(value: str | None, language: Language) -> str:
    if value is None:
        return {"zh": "无", "en": "nothing"}[language]
    return _in(language, Stated(value)) if value in {*Stated} else value


def _explained(
    stored: StoredEvent,
    decision: Decision,
    eligibility: Eligibility,
    rule: RuleShown,
    clauses: list[ClauseShown],
    language: Language,
) -> str:
    holding = [clause.sentence or clause.clause for clause in clauses if clause.holds]
    facts = {
        "on": stored.valid_on,
        "reviewers": len(decision.performed_by),
        "rule": rule.called or rule.name,
        "area": rule.area_name,
        "valid_from": rule.valid_from,
        "per_capita": eligibility.per_capita,
        "line": eligibility.line,
        "persons": eligibility.persons,
        "holding": _LIST[language].join(holding),
        "verdict": _in(language, decision.outcome.verdict),
        "reason": _in(language, decision.outcome.rejection_reason or decision.outcome.return_reason),
    }
    said = [
        "verified" if isinstance(decision, ApplicationVerified) else "reviewed",
        "unconfirmed" if rule.needs_confirmation else "",
        "income",
        "holds" if holding else "clear",
    ]
    said.append("because" if facts["reason"] else "verdict")
    reason = decision.outcome.rejection_reason
    said.append("own" if reason and reason not in {clause.clause for clause in clauses} else "")
    sentences = [_SENTENCES[each][language] for each in said if each]
    return ({"zh": "", "en": " "}[language]).join(sentences).format(**facts)


def _in(language: Language, word: Labelled | None) -> str:
    return str(getattr(word, language)) if word else ""


_COLON = {"zh": "：", "en": ": "}
_LIST = {"zh": "；", "en": "; "}
_DIFFERS = {
    "zh": "{what}：记录为{recorded}，重新计算为{again}",
    "en": "{what}: recorded {recorded}, executed again {again}",
}
_SENTENCES = {
    "verified": {
        "zh": "{on}由{reviewers}名审核人入户后按“{rule}”（适用于{area}，自{valid_from}起）审核。",
        "en": "Verified on {on} at home (verifiers: {reviewers}) by the {rule} for {area} in force from {valid_from}.",
    },
    "reviewed": {
        "zh": "{on}由{reviewers}名复核人按“{rule}”（适用于{area}，自{valid_from}起）复核。",
        "en": "Reviewed on {on} (reviewers: {reviewers}) by the {rule} for {area} in force from {valid_from}.",
    },
    "unconfirmed": {
        "zh": "该规定尚待主管部门确认。",
        "en": "The rule still has to be confirmed by the authority.",
    },
    "income": {
        "zh": "家庭人口{persons}人，人均纯收入{per_capita}元，识别标准{line}元。",
        "en": "Persons: {persons}; per-capita net income {per_capita} yuan; poverty line {line} yuan.",
    },
    "holds": {"zh": "存在：{holding}。", "en": "What holds: {holding}."},
    "clear": {"zh": "各项条款均不存在。", "en": "No clause holds."},
    "verdict": {"zh": "结论：{verdict}。", "en": "Outcome: {verdict}."},
    "because": {"zh": "结论：{verdict}，原因：{reason}。", "en": "Outcome: {verdict}, because: {reason}."},
    "own": {
        "zh": "该规定没有这一条款，由办理人查明认定。",
        "en": "The rule has no clause on this; it is what those who decided found.",
    },
}
