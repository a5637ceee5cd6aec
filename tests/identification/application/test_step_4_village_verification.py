"""Step 4, 村级审核: the village visits the household, and not only by those who deliberated on it."""

from datetime import date

import pytest
from applications import (
    CONVENER,
    FINDINGS,
    GROUP,
    HEAD,
    PASSED,
    RECORDER,
    REJECTED,
    VERIFIER,
    filing,
    given,
    posting,
    recusing,
    returned,
    steps,
    verification,
)
from casework.reasons import RejectionReason, ReturnReason
from identification.cases.application.decisions.rows import (
    HasStake,
    OutcomeIncomplete,
    ReturnNotPossible,
    VisitAfterAct,
    VisitTooEarly,
    WrongStep,
)
from identification.cases.application.decisions.state import Ending
from identification.cases.application.decisions.verification import AllVerifiedByPerformers
from identification.cases.application.events import ApplicationVerified
from identification.cases.application.findings import Applicant, ApplicantKind, Outcome, Verdict

posted_in_its_group = steps(1, 3)
EVIDENCE = ("a" * 64, "b" * 64)


def test_a_household_that_passes_is_posted_in_the_village_next() -> None:
    given(*posted_in_its_group).when(verification()).then(ApplicationVerified, step=4, outcome=PASSED).step_is(5)


def test_the_visit_its_findings_and_its_evidence_are_recorded() -> None:
    given(*posted_in_its_group).when(verification(evidence=EVIDENCE)).then(
        ApplicationVerified,
        visited_on=date(2015, 6, 11),
        findings=FINDINGS,
        evidence=EVIDENCE,
        performed_by=(VERIFIER, CONVENER),
    )


@pytest.mark.parametrize("verifiers", [(CONVENER,), (RECORDER,), (CONVENER, RECORDER), ()])
def test_those_who_deliberated_do_not_verify_alone(verifiers: tuple[str, ...]) -> None:
    given(*posted_in_its_group).when(verification(verifiers=verifiers)).then_refused(AllVerifiedByPerformers)


def test_who_chaired_in_place_of_the_convener_does_not_verify_alone() -> None:
    chaired = (*steps(1, 1), recusing(HEAD, convener=HEAD, substitute="neighbour"), *steps(3, 3))
    given(*chaired).when(verification(verifiers=("neighbour",))).then_refused(AllVerifiedByPerformers)
    given(*chaired).when(verification(verifiers=("neighbour", VERIFIER))).then(ApplicationVerified)


def test_a_household_is_sent_back_to_its_group_with_a_reason() -> None:
    given(*posted_in_its_group).when(verification(outcome=returned(2))).then(
        ApplicationVerified, outcome=returned(2)
    ).step_is(2)


@pytest.mark.parametrize("step", [0, 1, 3, 4, 5, 6])
def test_a_household_is_sent_back_only_to_where_it_was_judged(step: int) -> None:
    back = verification(outcome=returned(step))
    given(*posted_in_its_group).when(back).then_refused(ReturnNotPossible, step=step)


def test_a_rejection_has_a_reason_and_ends_the_application() -> None:
    rejection = verification(outcome=REJECTED)
    given(*posted_in_its_group).when(rejection).then(ApplicationVerified, outcome=REJECTED).ended(Ending.REJECTED)


@pytest.mark.parametrize(
    "outcome",
    [
        Outcome(verdict=Verdict.RETURN, return_to=2),
        Outcome(verdict=Verdict.RETURN, return_reason=ReturnReason.INCOME_UNCLEAR),
        Outcome(verdict=Verdict.REJECT),
        Outcome(verdict=Verdict.PASS, rejection_reason=RejectionReason.TOWN_PROPERTY),
        Outcome(verdict=Verdict.PASS, return_to=2),
        Outcome(verdict=Verdict.REJECT, return_to=2, rejection_reason=RejectionReason.TOWN_PROPERTY),
    ],
)
def test_a_verdict_comes_with_just_what_it_needs(outcome: Outcome) -> None:
    given(*posted_in_its_group).when(verification(outcome=outcome)).then_refused(OutcomeIncomplete)


def test_the_visit_is_not_after_the_round() -> None:
    late = date(2015, 6, 13)
    given(*posted_in_its_group).when(verification(visited_on=late)).then_refused(VisitAfterAct, visited_on=late)


def test_a_villager_group_does_not_verify_in_place_of_the_village() -> None:
    given(*posted_in_its_group).when(verification(area=GROUP)).then_refused(WrongStep, step=4)


def test_a_household_is_not_verified_twice() -> None:
    given(*steps(1, 4)).when(verification()).then_refused(WrongStep, step=5)


def test_the_villages_notice_does_not_go_up_before_the_verification() -> None:
    given(*posted_in_its_group).when(posting(5)).then_refused(WrongStep, step=4)


@pytest.mark.parametrize("person", [HEAD, "secretary"])
def test_nobody_verifies_their_own_household_or_kin(person: str) -> None:
    kin = given(filing(kin_of_cadres=("secretary",)), *steps(2, 3))
    kin.when(verification(verifiers=(VERIFIER, person))).then_refused(HasStake, count=1)
    kin.when(verification(), by=person).then_refused(HasStake, count=1)


def test_nobody_verifies_who_was_recused_when_the_group_deliberated() -> None:
    recused = given(*steps(1, 1), recusing("uncle"), *steps(3, 3))
    recused.when(verification(verifiers=("uncle",))).then_refused(HasStake, count=1)
    recused.when(verification(verifiers=(VERIFIER, "uncle"))).then_refused(HasStake, count=1)


def test_the_relative_who_applied_for_a_household_does_not_verify_it() -> None:
    relative = Applicant(person_id="cousin", kind=ApplicantKind.AUTHORISED_RELATIVE)
    applied = given(filing(applicant=relative, relative_born=date(1970, 1, 1)), *steps(2, 3))
    applied.when(verification(verifiers=(VERIFIER, "cousin"))).then_refused(HasStake, count=1)


def test_the_visit_is_not_before_the_application() -> None:
    early, filed = date(2015, 5, 31), date(2015, 6, 1)
    given(*posted_in_its_group).when(verification(visited_on=early)).then_refused(
        VisitTooEarly, visited_on=early, earliest=filed
    )
    given(*posted_in_its_group).when(verification(visited_on=filed)).then(ApplicationVerified)
