"""Step 6 in Jiangxi from 2017, 七清四严: what is stated clause by clause decides who may pass, and on what proof."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from applications import (
    IN_2017,
    PASSED,
    POLICY,
    REVIEWER,
    VILLAGE,
    draw,
    filing,
    given,
    income,
    returned,
    review,
    stating,
    steps,
)
from casework.eligibility import ClauseHasNoAnswer, ClauseNotInRule, ClauseNotStated, Stated
from casework.reasons import RejectionReason
from chronicle.refusals import Refusal
from identification.cases.application.commands import ReviewApplication
from identification.cases.application.decisions.eligibility import (
    ClauseUnproven,
    ConfirmedByNoReviewer,
    EvidenceNotAttached,
    ExcludedByClause,
    FindingInPersonMissing,
    IncomeNotBelowLine,
    ReasonDoesNotHold,
)
from identification.cases.application.decisions.state import Ending
from identification.cases.application.events import ApplicationReviewed
from identification.cases.application.findings import Outcome, Verdict

STRIKE_OFFS = [reason for reason in RejectionReason if reason is not RejectionReason.INCOME_ABOVE_LINE]
EXAMINATIONS = ["village_committee", "steady_pay", "commercial_pension", "report_unexplained"]
PROVEN: dict[str, Any] = {"evidence": ("e" * 64,), "confirmed_by": REVIEWER}
NO, HOLDS, ANSWERED = Stated.DOES_NOT_HOLD, Stated.HOLDS, Stated.ANSWERED
in_a_round = given(*steps(1, 5), draw())
earning_more = given(filing(income=income("20600.00")), *steps(2, 5), draw())


def reviewed(**changed: Any) -> ReviewApplication:
    return review(**{"on": IN_2017, "stated": stating(), **changed})


def rejected(reason: RejectionReason) -> Outcome:
    return Outcome(verdict=Verdict.REJECT, rejection_reason=reason)


def refusal(command: ReviewApplication) -> Refusal:
    refused = in_a_round.when(command).outcome.refusal
    assert refused
    return refused


def test_a_household_none_of_it_holds_for_passes() -> None:
    in_a_round.when(reviewed()).then(ApplicationReviewed, outcome=PASSED).step_is(7)


def test_every_clause_is_recorded_with_what_was_stated_of_it() -> None:
    [event] = in_a_round.when(reviewed(stated=stating(ANSWERED, "empty_household", **PROVEN))).outcome.decided
    assert isinstance(event, ApplicationReviewed)
    assert [clause.holds for clause in event.eligibility.clauses] == [False] * 12
    assert event.eligibility.statement("empty_household") == stating(ANSWERED, "empty_household", **PROVEN)[3]


def test_the_rule_is_that_of_the_day_of_the_review_and_the_line_that_of_the_filing() -> None:
    the_last_day, the_first = date(2016, 12, 31), date(2017, 1, 1)
    in_a_round.when(review(on=the_last_day)).then(ApplicationReviewed)
    in_a_round.when(review(on=the_last_day, stated=stating())).then_refused(ClauseNotInRule, count=11)
    assert type(refusal(review(on=the_first))) is ClauseNotStated
    [event] = in_a_round.when(review(on=the_first, stated=stating())).outcome.decided
    assert isinstance(event, ApplicationReviewed)
    assert event.eligibility.line == Decimal("2800.00")


@pytest.mark.parametrize("code", STRIKE_OFFS)
@pytest.mark.parametrize("outcome", [PASSED, returned(4)], ids=["pass", "return"])
def test_what_is_struck_off_can_only_be_rejected(code: RejectionReason, outcome: Outcome) -> None:
    refused = refusal(reviewed(stated=stating(HOLDS, code, **PROVEN), outcome=outcome))

    assert type(refused) is ExcludedByClause
    assert str(refused.facts["clause"]) == code


@pytest.mark.parametrize("code", STRIKE_OFFS)
def test_it_is_rejected_for_that_very_reason(code: RejectionReason) -> None:
    stated = stating(HOLDS, code, **PROVEN)
    other = next(reason for reason in STRIKE_OFFS if reason is not code)

    in_a_round.when(reviewed(stated=stated, outcome=rejected(code))).ended(Ending.REJECTED)
    assert type(refusal(reviewed(stated=stated, outcome=rejected(other)))) is ExcludedByClause


def test_of_two_that_hold_either_is_a_reason() -> None:
    both = stating(HOLDS, "business_owner", "study_abroad", **PROVEN)
    for reason in (RejectionReason.BUSINESS_OWNER, RejectionReason.STUDY_ABROAD):
        in_a_round.when(reviewed(stated=both, outcome=rejected(reason))).then(ApplicationReviewed)


@pytest.mark.parametrize(
    "proof",
    [
        {},
        {"evidence": ("e" * 64,)},
        {"confirmed_by": REVIEWER},
        {"evidence": ("e" * 64,), "confirmed_by": "somebody who did not review"},
    ],
    ids=["nothing", "nobody's name", "no evidence", "another's name"],
)
@pytest.mark.parametrize("stated", [HOLDS, ANSWERED])
def test_what_holds_or_is_answered_is_proven_and_confirmed_by_a_reviewer(stated: Stated, proof: dict[str, Any]) -> None:
    claimed = stating(stated, "empty_household", **proof)
    for outcome in (PASSED, returned(4), rejected(RejectionReason.EMPTY_HOUSEHOLD)):
        assert type(refusal(reviewed(stated=claimed, outcome=outcome))) is ClauseUnproven


@pytest.mark.parametrize("code", ["empty_household", "town_property"])
def test_nobody_at_home_is_answered_by_proof_of_work_elsewhere_and_a_home_in_town_by_relocation(code: str) -> None:
    in_a_round.when(reviewed(stated=stating(ANSWERED, code, **PROVEN))).then(ApplicationReviewed, outcome=PASSED)


def test_a_car_has_no_answer() -> None:
    assert type(refusal(reviewed(stated=stating(ANSWERED, "vehicle_or_machine", **PROVEN)))) is ClauseHasNoAnswer


def test_nobody_is_rejected_for_what_does_not_hold() -> None:
    for reason in RejectionReason:
        assert type(refusal(reviewed(outcome=rejected(reason)))) is ReasonDoesNotHold
    refused = refusal(review(outcome=rejected(RejectionReason.INCOME_ABOVE_LINE)))
    assert type(refused) is ReasonDoesNotHold
    # What the rule of 2015 has no clause on is the reviewers' own finding.
    in_a_round.when(review(outcome=rejected(RejectionReason.VEHICLE_OR_MACHINE))).then(ApplicationReviewed)


def test_whoever_earns_more_is_rejected_for_that_or_for_what_else_holds() -> None:
    earning_more.when(reviewed()).then_refused(
        IncomeNotBelowLine, per_capita=Decimal("5150.00"), line=Decimal("2800.00")
    )
    earning_more.when(reviewed(outcome=rejected(RejectionReason.INCOME_ABOVE_LINE))).ended(Ending.REJECTED)
    a_car = stating(HOLDS, "vehicle_or_machine", **PROVEN)
    for reason in (RejectionReason.INCOME_ABOVE_LINE, RejectionReason.VEHICLE_OR_MACHINE):
        earning_more.when(reviewed(stated=a_car, outcome=rejected(reason))).ended(Ending.REJECTED)
    earning_more.when(reviewed(outcome=returned(4))).step_is(4)


@pytest.mark.parametrize("code", EXAMINATIONS)
def test_what_is_examined_strictly_passes_on_a_finding_in_person_by_a_reviewer_who_is_named(code: str) -> None:
    named, unnamed = stating(HOLDS, code, confirmed_by=REVIEWER), stating(HOLDS, code)
    another = stating(HOLDS, code, confirmed_by="somebody who did not review")
    visited = date(2017, 2, 20)

    in_a_round.when(reviewed(stated=named, visited_on=visited)).then(ApplicationReviewed, outcome=PASSED)
    for lacking in (reviewed(stated=named), *(reviewed(stated=one, visited_on=visited) for one in (unnamed, another))):
        refused = refusal(lacking)
        assert type(refused) is FindingInPersonMissing
        assert str(refused.facts["clause"]) == code


@pytest.mark.parametrize("code", EXAMINATIONS)
def test_what_is_examined_strictly_may_be_sent_back_without_and_is_no_reason_to_reject(code: str) -> None:
    in_a_round.when(reviewed(stated=stating(HOLDS, code), outcome=returned(4))).step_is(4)
    refused = refusal(reviewed(stated=stating(HOLDS, code), outcome=rejected(RejectionReason.HOUSEHOLD_SPLIT)))
    assert type(refused) is ReasonDoesNotHold


def test_a_refusal_names_the_clause_in_both_languages() -> None:
    refused = refusal(reviewed(stated=stating(HOLDS, "vehicle_or_machine", **PROVEN)))

    assert refused.sentence() == "该户存在下列情形，只能以此为由不予通过：拥有小汽车、大型农用车、大型机械或船只。"
    assert refused.sentence("en") == (
        "This holds for the household, so it can only be rejected, and for this reason: "
        "it owns a car, a large farm vehicle, a large machine or a boat."
    )
    assert refused.shown() == {"clause": "vehicle_or_machine"}


@pytest.mark.parametrize(
    ("stated", "code", "outcome"),
    [(NO, "town_property", PASSED), (NO, "steady_pay", PASSED), (HOLDS, "steady_pay", returned(4))],
)
def test_nobody_but_a_reviewer_is_recorded_as_confirming_anything(stated: Stated, code: str, outcome: Outcome) -> None:
    confirmed = {"outcome": outcome, "stated": stating(stated, code, confirmed_by=REVIEWER)}
    in_a_round.when(reviewed(**confirmed)).then(ApplicationReviewed)
    confirmed["stated"] = stating(stated, code, confirmed_by="somebody-else")
    assert type(refusal(reviewed(**confirmed))) is ConfirmedByNoReviewer


def test_what_is_named_as_evidence_of_a_clause_is_attached_to_the_application() -> None:
    one_is_attached = given(*steps(1, 5), draw(), attached=("f" * 64,))
    clause = POLICY.value("eligibility_rule", VILLAGE, IN_2017).rule.by_code["empty_household"]
    for stated, evidence in ((ANSWERED, ("e",)), (ANSWERED, ("f", "e")), (Stated.DOES_NOT_HOLD, ("e",))):
        named = stating(
            stated, "empty_household", evidence=tuple(each * 64 for each in evidence), confirmed_by=REVIEWER
        )
        one_is_attached.when(reviewed(stated=named)).then_refused(EvidenceNotAttached, clause=clause)
    named = stating(ANSWERED, "empty_household", evidence=("f" * 64,), confirmed_by=REVIEWER)
    one_is_attached.when(reviewed(stated=named)).then(ApplicationReviewed, outcome=PASSED)
