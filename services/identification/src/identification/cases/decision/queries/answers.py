"""What is answered of a decision on eligibility: in words, clause by clause, and executed again."""

from datetime import date, datetime

from casework.eligibility import ClauseKind
from casework.money import NonNegativeYuan, Yuan
from pydantic import BaseModel

from identification.cases.application.decisions.execution import Agreement, Place
from identification.cases.application.findings import Outcome


class RuleShown(BaseModel):
    """The rule a decision was made by; without source and name in words where the policy has it no more.

    ``area_name`` is what its area was called on the day of the decision, or the code where no name is known; ``source``
    is in the language of the answer where the policy gives it in that one.
    """

    name: str
    called: str | None
    area: str
    area_name: str
    valid_from: date
    digest: str
    source: str | None
    needs_confirmation: bool


class InputShown(BaseModel):
    """One thing a clause looked at: its name, what it is called, and what it was, in words."""

    name: str
    called: str
    value: str


class ClauseShown(BaseModel):
    """One clause: its sentence, what it looked at, and what came of it; the evidence and who confirmed it, if any."""

    clause: str
    kind: ClauseKind
    sentence: str | None
    inputs: list[InputShown]
    holds: bool
    result: str
    evidence: list[str]
    confirmed_by: str | None


class DecisionShown(BaseModel):
    """A decision on a household's eligibility, of village or township; ``explained`` says it in a few sentences.

    ``reviewers`` are those who verified or reviewed, at ``step`` of the procedure.

    ``stated_in`` is the event that states what it was decided on: the filing, or what amended or corrected it since.

    ``as_recorded`` is false when the stored record was changed after it was recorded.
    """

    decision_id: str
    application_id: str
    household_id: str
    step: int
    on: date
    recorded_at: datetime
    entered_by: str
    role: str
    reviewers: list[str]
    visited_on: date | None
    rule: RuleShown
    per_capita: Yuan
    line: NonNegativeYuan
    persons: int
    clauses: list[ClauseShown]
    outcome: Outcome
    stated_in: str | None
    explained: str
    as_recorded: bool


class DifferenceShown(BaseModel):
    """One thing that differs when a decision is executed again; a clause by its code."""

    place: Place
    clause: str | None
    recorded: str | None
    again: str | None
    said: str


class DecisionVerified(BaseModel):
    """Whether a decision, executed again, agrees with what is recorded; what differs; the rule, if one is named."""

    decision_id: str
    agreement: Agreement
    said: str
    rule: RuleShown | None
    differences: list[DifferenceShown]
