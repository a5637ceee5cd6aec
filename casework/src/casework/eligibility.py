"""Whether a household is eligible: its income against the line, and what is stated clause by clause (七清四严)."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Annotated

from chronicle.refusals import Invalid
from chronicle.rules import Given, Rule, Word
from pydantic import BaseModel, ConfigDict, Field

from casework.income import Income, per_capita_net_income
from casework.labels import Labelled
from casework.money import NonNegativeYuan, Yuan
from casework.reasons import RejectionReason

Digest = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class ClauseKind(Labelled):
    """What follows where a clause of an eligibility rule holds."""

    LINE = "line", "识别标准", "the line: the household does not pass"
    EXCLUDE = "exclude", "七清", "strike off: the household is rejected"
    EXAMINE = "examine", "四严", "examine strictly: the household passes only on a finding in person"


class Stated(Labelled):
    """What reviewers state of a clause; answered is what seems to hold and has an explanation that is proven."""

    DOES_NOT_HOLD = "does_not_hold", "不存在", "does not hold"
    HOLDS = "holds", "存在", "holds"
    ANSWERED = "answered", "存在但已说明", "holds, and is answered"


class Measure(Labelled):
    """What a rule may look at besides what reviewers state."""

    PER_CAPITA = "per_capita", "人均纯收入", "per-capita net income"
    LINE = "line", "识别标准", "poverty line"
    PERSONS = "persons", "家庭人口", "persons"


_MEASURED: Mapping[str, str] = {Measure.PER_CAPITA: "amount", Measure.LINE: "amount", Measure.PERSONS: "count"}


class ClauseNotStated(Invalid, code="clause-not-stated", zh="还没有填写该户是否存在下列情形：{clause.zh}。"):
    """Say whether this holds for the household: {clause.en}."""


class ClauseNotInRule(Invalid, code="clause-not-in-rule", zh="当日适用的规定没有所填的{count}项条款，或者重复填写。"):
    """The rule in force that day does not have these clauses, or one is stated twice; such clauses: {count}."""


class ClauseHasNoAnswer(
    Invalid, code="clause-has-no-answer", zh="该条款不接受说明，只能填写存在或不存在：{clause.zh}。"
):
    """No answer is provided for this, it holds or it does not: {clause.en}."""


class ClauseStatement(BaseModel):
    """What reviewers state of one clause, by which evidence, and who of them confirms it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    clause: Word
    stated: Stated
    evidence: Annotated[tuple[Digest, ...], Field(max_length=20)] = ()
    confirmed_by: str | None = None


class ClauseResult(BaseModel):
    """Whether a clause holds for a household."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    clause: Word
    kind: ClauseKind
    holds: bool


class Eligibility(BaseModel):
    """What a household was held against a rule with, and whether each of its clauses holds.

    Per-capita net income (aac082) is annual income (aac081) less business expenditure (aac074), divided by the members
    (aac017), at two decimals half-up (the national registration form's income table, AC07); the line is the standard
    of the reference period in the 2014 registration plan.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    income: Income
    persons: int
    line: NonNegativeYuan
    stated: tuple[ClauseStatement, ...]
    per_capita: Yuan
    clauses: tuple[ClauseResult, ...]

    def holding(self, *kinds: ClauseKind) -> tuple[str, ...]:
        """The codes of the clauses of these kinds that hold."""
        return tuple(each.clause for each in self.clauses if each.holds and each.kind in kinds)

    def statement(self, code: str) -> ClauseStatement | None:
        """What was stated of a clause; None for one that nothing is stated of."""
        return next((each for each in self.stated if each.clause == code), None)


def judge(rule: Rule, income: Income, persons: int, line: Decimal, stated: Sequence[ClauseStatement]) -> Eligibility:
    """Hold a household against a rule; refused unless just what the rule asks is stated, and as NoMembers."""
    per_capita = per_capita_net_income(income, persons)
    measured: dict[str, Given] = {Measure.PER_CAPITA: per_capita, Measure.LINE: line, Measure.PERSONS: persons}
    inputs = {name: measured[name] for name in rule.inputs if name in measured}
    results = rule.execute(inputs | _words(rule, stated))
    order = [*rule.by_code]
    return Eligibility(
        income=income,
        persons=persons,
        line=line,
        # In the order of the rule: what is stated in another order is the same record.
        stated=tuple(sorted(stated, key=lambda each: order.index(each.clause))),
        per_capita=per_capita,
        clauses=tuple(
            ClauseResult(clause=clause.code, kind=ClauseKind(clause.kind), holds=results[clause.code])
            for clause in rule.clauses
        ),
    )


def require_fit(rule: Rule) -> None:
    """Raise ValueError for a rule that no household can be held against, or whose clause is no ground to reject."""
    for name, of in rule.inputs.items():
        if name not in _MEASURED and (name not in rule.by_code or of != (*Stated,)):
            raise ValueError(f"nobody states {name}: it is no clause, or its words are not {', '.join(Stated)}")
        if name in _MEASURED and of != _MEASURED[name]:
            raise ValueError(f"{name} is {_MEASURED[name]}")
    for clause in rule.clauses:
        if ClauseKind(clause.kind) is not ClauseKind.EXAMINE:
            RejectionReason(clause.code)


def _words(rule: Rule, stated: Sequence[ClauseStatement]) -> dict[str, Given]:
    asked = {name: rule.by_code[name] for name in rule.inputs if name not in _MEASURED}
    words: dict[str, Given] = {each.clause: each.stated.value for each in stated if each.clause in asked}
    if count := len(stated) - len(words):
        raise ClauseNotInRule(count=count)
    for code, clause in asked.items():
        if code not in words:
            raise ClauseNotStated(clause=clause)
        if words[code] == Stated.ANSWERED and clause.answer is None:
            raise ClauseHasNoAnswer(clause=clause)
    return words
