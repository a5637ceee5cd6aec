"""Step 4 and the rule of who is eligible: the village rejects nobody but on the proof that the township needs, too."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from applications import (
    FINDINGS,
    IN_2017,
    PASSED,
    POLICY,
    REVIEWER,
    VERIFIER,
    VILLAGE,
    filing,
    given,
    income,
    returned,
    stating,
    steps,
    verification,
)
from casework.eligibility import ClauseHasNoAnswer, ClauseNotInRule, ClauseNotStated, Stated
from casework.reasons import RejectionReason
from chronicle.refusals import Refusal
from identification.cases.application.commands import VerifyApplication
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
from identification.cases.application.events import ApplicationVerified
from identification.cases.application.findings import Outcome, Verdict

STRIKE_OFFS = [reason for reason in RejectionReason if reason is not RejectionReason.INCOME_ABOVE_LINE]
PROVEN: dict[str, Any] = {"evidence": ("e" * 64,), "confirmed_by": VERIFIER}
HOLDS, ANSWERED = Stated.HOLDS, Stated.ANSWERED
to_be_visited = given(*steps(1, 3))
earning_more = given(filing(income=income("20600.00")), *steps(2, 3))


def verified(**changed: Any) -> VerifyApplication:
    return verification(**{"on": IN_2017, **changed})


def rejected(reason: RejectionReason) -> Outcome:
    return Outcome(verdict=Verdict.REJECT, rejection_reason=reason)


def refusal(command: VerifyApplication) -> Refusal:
    refused = to_be_visited.when(command).outcome.refusal
    assert refused
    return refused


@pytest.mark.parametrize("code", STRIKE_OFFS)
def test_the_village_rejects_for_what_holds_is_proven_and_confirmed_by_a_verifier(code: RejectionReason) -> None:
    proven = verified(stated=stating(HOLDS, code, **PROVEN), outcome=rejected(code))

    to_be_visited.when(proven).then(ApplicationVerified, outcome=rejected(code)).ended(Ending.REJECTED)


@pytest.mark.parametrize("reason", RejectionReason)
def test_the_village_rejects_nobody_from_2017_without_a_word_on_every_clause(reason: RejectionReason) -> None:
    assert type(refusal(verified(outcome=rejected(reason)))) is ClauseNotStated


@pytest.mark.parametrize(
    "proof",
    [
        {},
        {"evidence": ("e" * 64,)},
        {"confirmed_by": VERIFIER},
        {"evidence": ("e" * 64,), "confirmed_by": REVIEWER},
    ],
    ids=["nothing", "nobody's name", "no evidence", "the name of somebody who did not verify"],
)
@pytest.mark.parametrize("stated", [HOLDS, ANSWERED])
def test_what_the_village_found_or_was_told_is_proven_and_confirmed(stated: Stated, proof: dict[str, Any]) -> None:
    claimed = stating(stated, "empty_household", **proof)
    for outcome in (rejected(RejectionReason.EMPTY_HOUSEHOLD), PASSED, returned(2)):
        assert type(refusal(verified(stated=claimed, outcome=outcome))) is ClauseUnproven


def test_the_visits_own_evidence_proves_no_clause() -> None:
    unproven = verified(
        evidence=("e" * 64,),
        stated=stating(HOLDS, "study_abroad", confirmed_by=VERIFIER),
        outcome=rejected(RejectionReason.STUDY_ABROAD),
    )
    assert type(refusal(unproven)) is ClauseUnproven


def test_nobody_at_home_is_answered_by_proof_of_work_elsewhere_and_is_then_no_reason_to_reject() -> None:
    answered = stating(ANSWERED, "empty_household", **PROVEN)

    assert type(refusal(verified(stated=answered, outcome=rejected(RejectionReason.EMPTY_HOUSEHOLD)))) is (
        ReasonDoesNotHold
    )
    to_be_visited.when(verified(stated=answered)).then(ApplicationVerified, outcome=PASSED).step_is(5)


def test_a_car_has_no_answer_at_the_visit_either() -> None:
    answered = stating(ANSWERED, "vehicle_or_machine", **PROVEN)
    for outcome in (PASSED, rejected(RejectionReason.VEHICLE_OR_MACHINE)):
        assert type(refusal(verified(stated=answered, outcome=outcome))) is ClauseHasNoAnswer


def test_the_village_rejects_nobody_for_what_does_not_hold() -> None:
    for reason in RejectionReason:
        assert type(refusal(verified(stated=stating(), outcome=rejected(reason)))) is ReasonDoesNotHold
    a_car = stating(HOLDS, "vehicle_or_machine", **PROVEN)
    assert type(refusal(verified(stated=a_car, outcome=rejected(RejectionReason.STUDY_ABROAD)))) is ExcludedByClause


@pytest.mark.parametrize("outcome", [PASSED, returned(2)], ids=["pass", "return"])
def test_what_the_village_states_of_a_clause_binds_it_to_reject(outcome: Outcome) -> None:
    a_car = stating(HOLDS, "vehicle_or_machine", **PROVEN)

    assert type(refusal(verified(stated=a_car, outcome=outcome))) is ExcludedByClause


def test_what_is_to_be_examined_strictly_takes_the_name_of_a_verifier_to_pass_and_is_no_reason_to_reject() -> None:
    named, unnamed = (stating(HOLDS, "steady_pay", **proof) for proof in ({"confirmed_by": VERIFIER}, {}))
    another = stating(HOLDS, "steady_pay", confirmed_by=REVIEWER)

    to_be_visited.when(verified(stated=named)).then(ApplicationVerified, outcome=PASSED)
    for lacking in (unnamed, another):
        assert type(refusal(verified(stated=lacking))) is FindingInPersonMissing
    assert type(refusal(verified(stated=another, outcome=returned(2)))) is ConfirmedByNoReviewer
    assert type(refusal(verified(stated=named, outcome=rejected(RejectionReason.HOUSEHOLD_SPLIT)))) is ReasonDoesNotHold


def test_whoever_earns_more_is_rejected_for_that_with_the_figures_and_the_line_of_the_filing() -> None:
    above = rejected(RejectionReason.INCOME_ABOVE_LINE)
    for by_rule_of in (verification(outcome=above), verified(outcome=above, stated=stating())):
        [event] = earning_more.when(by_rule_of).outcome.decided
        assert isinstance(event, ApplicationVerified)
        assert event.eligibility
        assert (event.eligibility.per_capita, event.eligibility.line) == (Decimal("5150.00"), Decimal("2800.00"))
    assert type(refusal(verification(outcome=above))) is ReasonDoesNotHold
    earning_more.when(verified(stated=stating())).then_refused(
        IncomeNotBelowLine, per_capita=Decimal("5150.00"), line=Decimal("2800.00")
    )


def test_before_2017_only_income_is_held_against_the_rule_and_the_rest_is_the_villages_own_finding() -> None:
    the_last_day = date(2016, 12, 31)
    for reason in STRIKE_OFFS:
        [event] = to_be_visited.when(verification(on=the_last_day, outcome=rejected(reason))).outcome.decided
        assert isinstance(event, ApplicationVerified)
        assert event.eligibility
        assert [each.clause for each in event.eligibility.clauses] == ["income_above_line"]
    a_car = {"stated": stating(HOLDS, "vehicle_or_machine", **PROVEN)}
    early = verification(on=the_last_day, outcome=rejected(RejectionReason.VEHICLE_OR_MACHINE), **a_car)
    to_be_visited.when(early).then_refused(ClauseNotInRule, count=11)


def test_a_visit_that_states_nothing_of_the_clauses_leaves_them_to_the_township() -> None:
    for outcome in (PASSED, returned(2)):
        to_be_visited.when(verified(outcome=outcome)).then(ApplicationVerified, outcome=outcome, eligibility=None)
    earning_more.when(verified()).then(ApplicationVerified, eligibility=None).step_is(5)


def test_rejections_from_before_they_were_held_against_the_rule_are_read_as_they_were() -> None:
    was = {
        "application_id": "application",
        "household_id": "household",
        "round_id": "verification",
        "step": 4,
        "visited_on": "2015-06-11",
        "outcome": {"verdict": "reject", "rejection_reason": "vehicle_or_machine"},
        "voids": [],
        "findings": FINDINGS.model_dump(mode="json"),
        "evidence": [],
        "performed_by": [VERIFIER],
        "late_reason": None,
    }
    event = ApplicationVerified.read(json.dumps(was))

    assert (event.outcome, event.eligibility) == (rejected(RejectionReason.VEHICLE_OR_MACHINE), None)


def test_what_is_named_as_evidence_of_a_clause_is_attached_to_the_application() -> None:
    one_is_attached = given(*steps(1, 3), attached=("f" * 64,))
    clause = POLICY.value("eligibility_rule", VILLAGE, IN_2017).rule.by_code["empty_household"]
    for stated, evidence in ((ANSWERED, ("e",)), (ANSWERED, ("f", "e")), (Stated.DOES_NOT_HOLD, ("e",))):
        named = stating(
            stated, "empty_household", evidence=tuple(each * 64 for each in evidence), confirmed_by=VERIFIER
        )
        one_is_attached.when(verified(stated=named)).then_refused(EvidenceNotAttached, clause=clause)
    named = stating(ANSWERED, "empty_household", evidence=("f" * 64,), confirmed_by=VERIFIER)
    one_is_attached.when(verified(stated=named)).then(ApplicationVerified, outcome=PASSED)
