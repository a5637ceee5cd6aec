"""What follows from an eligibility rule for a household: whether it may pass, be rejected, and on what proof."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from casework.eligibility import ClauseKind, ClauseStatement, Eligibility, Stated, judge
from chronicle.refusals import Invalid, Refusal
from chronicle.rules import Clause, Rule
from pydantic import Field, InstanceOf

from identification.cases.application.commands import ReviewApplication, VerifyApplication
from identification.cases.application.decisions.rows import KnownOfApplication
from identification.cases.application.decisions.state import Application
from identification.cases.application.findings import Outcome, Verdict

# The kind of claim that a file attached to an application holds.
ATTACHED_FILE = "evidence"


class IncomeNotBelowLine(
    Refusal, code="income-not-below-line", zh="人均纯收入{per_capita}元，不低于识别标准{line}元，不能通过。"
):
    """The per-capita net income of {per_capita} yuan is not below the line of {line} yuan."""


class ExcludedByClause(Refusal, code="excluded-by-clause", zh="该户存在下列情形，只能以此为由不予通过：{clause.zh}。"):
    """This holds for the household, so it can only be rejected, and for this reason: {clause.en}."""


class ReasonDoesNotHold(Refusal, code="reason-does-not-hold", zh="该户不存在作为不予通过原因的情形：{clause.zh}。"):
    """The reason for the rejection does not hold for the household: {clause.en}."""


class ClauseUnproven(
    Invalid,
    code="clause-unproven",
    zh="填写为存在或已说明的情形须有证明材料，并由一名办理人确认：{clause.zh}。",
):
    """What holds or is answered takes evidence and the verifier or reviewer who confirms it: {clause.en}."""


class FindingInPersonMissing(
    Refusal,
    code="finding-in-person-missing",
    zh="该户存在须从严核实的情形，入户核实并由一名办理人署名后才能通过：{clause.zh}。",
):
    """This is to be examined strictly: to pass, it takes a visit and the name of whose finding it is: {clause.en}."""


class ConfirmedByNoReviewer(Invalid, code="confirmed-by-no-reviewer", zh="确认人须是本次审核或复核的人：{clause.zh}。"):
    """Whoever is named as confirming this has to be a verifier or reviewer of the household: {clause.en}."""


class EvidenceNotAttached(
    Invalid,
    code="evidence-not-attached",
    zh="填写的证明材料须是本申请已上传、没有作废的佐证材料：{clause.zh}。",
):
    """What is named as evidence of this has to be attached to this application and still count: {clause.en}."""


class KnownOfJudging(KnownOfApplication):
    """What is found before a household is judged: the eligibility rule of the day, which the receipt names by digest.

    ``attached`` are those digests named in its clauses that are of evidence attached to the application that counts.
    ``stated_in`` is the event that states what the household is held against it with: its filing, or what set it right.
    """

    # Tried when the policy was loaded, and not once more for every row.
    rule: Annotated[InstanceOf[Rule], Field(exclude=True)]
    stated_in: str
    attached: tuple[str, ...]


def file_of(application_id: str, digest: str) -> str:
    """Name a file that is attached to an application, as a claim of that while it counts."""
    return f"{application_id}/{digest}"


@dataclass(frozen=True, slots=True)
class Judged:
    """A household held against a rule, and what those who judge it made of it."""

    eligibility: Eligibility
    outcome: Outcome
    judges: tuple[str, ...]
    visited_on: date | None

    def is_confirmed(self, statement: ClauseStatement | None) -> bool:
        """Tell whether somebody who answers for the verdict stands for a statement by name."""
        return statement is not None and statement.confirmed_by in self.judges


def held_against_rule(
    command: VerifyApplication | ReviewApplication,
    judges: tuple[str, ...],
    application: Application,
    known: KnownOfJudging,
) -> Eligibility:
    """Hold a household against the rule of the day, with what is stated of it, and let the verdict follow from that.

    Refused as by ``judge`` and ``require_eligible``, and as EvidenceNotAttached: what is attached is asked on the day
    alone, so a decision stands when its evidence is superseded later.
    """
    filed = application.filed
    eligibility = judge(known.rule, filed.income, len(filed.member_ids), filed.poverty_line, command.stated)
    require_eligible(Judged(eligibility, command.outcome, judges, command.visited_on), known.rule)
    for statement in eligibility.stated:
        if not {*known.attached}.issuperset(statement.evidence):
            raise EvidenceNotAttached(clause=known.rule.by_code[statement.clause])
    return eligibility


def require_eligible(judged: Judged, rule: Rule) -> None:
    """Refuse a verdict that does not follow from the rule, or rests on what nobody proved."""
    for statement in judged.eligibility.stated:
        clause = rule.by_code[statement.clause]
        if clause.kind == ClauseKind.EXCLUDE and statement.stated is not Stated.DOES_NOT_HOLD:
            _require_proof(judged, statement, clause)
    if judged.outcome.verdict is Verdict.PASS:
        _require_nothing_against(judged, rule)
    else:
        _require_founded(judged, rule)
    for statement in judged.eligibility.stated:
        if statement.confirmed_by is not None and not judged.is_confirmed(statement):
            raise ConfirmedByNoReviewer(clause=rule.by_code[statement.clause])


def _require_proof(judged: Judged, statement: ClauseStatement, clause: Clause) -> None:
    if not statement.evidence or not judged.is_confirmed(statement):
        raise ClauseUnproven(clause=clause)


def _require_nothing_against(judged: Judged, rule: Rule) -> None:
    eligibility = judged.eligibility
    for code in eligibility.holding(ClauseKind.EXCLUDE):
        raise ExcludedByClause(clause=rule.by_code[code])
    if eligibility.holding(ClauseKind.LINE):
        raise IncomeNotBelowLine(per_capita=eligibility.per_capita, line=eligibility.line)
    for code in eligibility.holding(ClauseKind.EXAMINE):
        if judged.visited_on is None or not judged.is_confirmed(eligibility.statement(code)):
            raise FindingInPersonMissing(clause=rule.by_code[code])


def _require_founded(judged: Judged, rule: Rule) -> None:
    reason, grounds = judged.outcome.rejection_reason, judged.eligibility.holding(ClauseKind.LINE, ClauseKind.EXCLUDE)
    if reason in grounds:
        return
    for code in judged.eligibility.holding(ClauseKind.EXCLUDE):
        raise ExcludedByClause(clause=rule.by_code[code])
    if reason is not None and reason in rule.by_code:
        raise ReasonDoesNotHold(clause=rule.by_code[reason])
