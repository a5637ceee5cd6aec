"""死亡: another adult of the household continues, or the application ends; who is left is reviewed at step 6."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from amending import amendment, correction
from applications import (
    HEAD,
    MEMBERS,
    SON,
    SPOUSE,
    draw,
    filing,
    given,
    income,
    member,
    passing,
    posting,
    review,
    steps,
    verification,
    withdrawal,
)
from casework.codes import RelationToHead
from identification.cases.application.decisions.amending import NobodyTakenOut
from identification.cases.application.decisions.eligibility import IncomeNotBelowLine
from identification.cases.application.decisions.filing import ApplicantNotAdult, ApplicantNotInHousehold
from identification.cases.application.decisions.state import Ending
from identification.cases.application.events import ApplicationReviewed, ApplicationWithdrawn
from identification.cases.application.events.amending import ApplicationAmended, ApplicationCorrected
from identification.cases.application.findings import (
    Applicant,
    ApplicantKind,
    CorrectionReason,
    FormField,
    WithdrawalReason,
)
from identification.cases.household.decisions.composition import NoHead

CLERK = "another-township_reviewer"
DIED = CorrectionReason.SOMEBODY_DIED
ON = date(2015, 6, 14)
posted_at_5 = (*steps(1, 4), posting(5))
WIDOW = Applicant(person_id=SPOUSE, kind=ApplicantKind.ADULT_MEMBER)
LEFT = (member(SPOUSE, born="1970-09-02"), *MEMBERS[2:])
WITHOUT_GRANDMOTHER = MEMBERS[:3]
UNCLE = Applicant(person_id="uncle", kind=ApplicantKind.AUTHORISED_RELATIVE)


def death(**changed: Any) -> Any:
    return correction(ON, **{"reason": DIED, "members": LEFT, "applicant": WIDOW, **changed})


def test_another_adult_continues_and_the_household_is_verified_anew() -> None:
    given(*posted_at_5).when(death(), CLERK).then(
        ApplicationCorrected,
        reason=DIED,
        head_id=SPOUSE,
        applicant=WIDOW,
        changed=(FormField.HEAD, FormField.HOUSEHOLD_SIZE, FormField.MEMBERS, FormField.APPLICANT),
        return_to=4,
    ).step_is(4)


def test_the_dead_are_in_no_application_and_who_is_left_still_is() -> None:
    claims = given(*posted_at_5).when(death(), CLERK).accepted().claims()
    assert (claims["open-application", HEAD], claims["open-application", SPOUSE]) == (False, True)


@pytest.mark.parametrize("net", ["8000.00", "9000.00"])
def test_step_6_reviews_who_is_left_by_what_is_known_then(net: str) -> None:
    # 9,000 yuan are 2,250 for four, and 3,000 for the three who are left: no longer below 2,800.
    case = given(filing(income=income(net)), *posted_at_5[1:])
    case = case.when(death(income=income(net)), CLERK).accepted()
    for act in (
        verification(on=date(2015, 6, 16), visited_on=date(2015, 6, 15)),
        posting(5, notice_id="anew", on=date(2015, 6, 17)),
        passing(5, notice_id="anew", on=date(2015, 6, 24)),
        draw(on=date(2015, 6, 25)),
    ):
        case = case.when(act).accepted()
    reviewed = case.when(review(on=date(2015, 6, 26)))

    if net == "9000.00":
        reviewed.then_refused(IncomeNotBelowLine, per_capita=Decimal("3000.00"), line=Decimal("2800.00"))
    else:
        reviewed.then(ApplicationReviewed).step_is(7)


def test_a_member_who_did_not_apply_is_taken_out_alone() -> None:
    without = death(members=WITHOUT_GRANDMOTHER, applicant=filing().applicant)
    given(*posted_at_5).when(without, CLERK).then(
        ApplicationCorrected, changed=(FormField.HOUSEHOLD_SIZE, FormField.MEMBERS), return_to=4
    )


def test_a_relative_who_applied_and_died_is_on_no_notice() -> None:
    case = given(filing(applicant=UNCLE, relative_born=date(1960, 1, 1)), *posted_at_5[1:])
    case.when(death(members=MEMBERS), CLERK).then(
        ApplicationCorrected, changed=(FormField.APPLICANT,), return_to=None
    ).step_is(5)


def test_who_continues_is_an_adult_of_the_household() -> None:
    child = member(SON, RelationToHead.SON, "1999-06-02")
    minor = Applicant(person_id=SON, kind=ApplicantKind.ADULT_MEMBER)
    given(*posted_at_5).when(death(members=(LEFT[0], child), applicant=minor), CLERK).then_refused(
        ApplicantNotAdult, age=18
    )
    given(*posted_at_5).when(death(applicant=filing().applicant), CLERK).then_refused(ApplicantNotInHousehold)


def test_somebody_is_the_head_of_who_is_left() -> None:
    given(*posted_at_5).when(death(members=MEMBERS[1:]), CLERK).then_refused(NoHead)


def test_after_a_death_somebody_is_taken_out() -> None:
    still_there = death(members=MEMBERS, applicant=filing().applicant, income=income("9000.00"))
    given(*posted_at_5).when(still_there, CLERK).then_refused(NobodyTakenOut)


def test_before_step_2_the_application_is_amended() -> None:
    given(filing()).when(amendment(members=LEFT, applicant=WIDOW)).then(ApplicationAmended, applicant=WIDOW).step_is(2)


def test_where_nobody_continues_the_application_ends() -> None:
    reason = WithdrawalReason.APPLICANT_DIED
    given(*posted_at_5).when(withdrawal(on=ON, reason=reason)).then(ApplicationWithdrawn, reason=reason).ended(
        Ending.WITHDRAWN
    )
