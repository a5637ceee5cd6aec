"""修改: before step 2 the household changes what it applies with, and is judged by what stands then."""

from datetime import date

import pytest
from amending import amendment
from applications import (
    FILED_ON,
    GRANDMOTHER,
    HEAD,
    MEMBERS,
    SON,
    SPOUSE,
    VILLAGE_OFFICER,
    deliberation,
    entered,
    filing,
    given,
    income,
    member,
    objection,
    passing,
    review,
    ruling,
    steps,
    withdrawal,
)
from casework.codes import PovertyCause, RelationToHead
from casework.dates import BeforePreviousAct, DateInFuture, LateEntryNeedsReason
from casework.reasons import LateEntryReason
from identification.cases.application.decisions.amending import NoLongerAmendable, NotWhatStands
from identification.cases.application.decisions.filing import (
    ApplicantNotAdult,
    ApplicantNotInHousehold,
    CauseMissing,
    RelativeIsMember,
)
from identification.cases.application.decisions.review import ReviewedOwnWork
from identification.cases.application.decisions.rows import ApplicationEnded, HasStake, NotInThisArea
from identification.cases.application.decisions.state import Ending
from identification.cases.application.events import HouseholdRegistered
from identification.cases.application.events.amending import ApplicationAmended
from identification.cases.application.findings import Applicant, ApplicantKind, FormField, ObjectionDecision
from identification.cases.household.decisions.composition import NoHead, TwoHeads

filed = filing()
WITHOUT_SON = tuple(one for one in MEMBERS if one.person_id != SON)
RELATIVE = Applicant(person_id="uncle", kind=ApplicantKind.AUTHORISED_RELATIVE)


def test_what_is_new_is_named_and_all_of_it_is_stated() -> None:
    given(filed).when(amendment(income=income("9000.00"), causes=(PovertyCause.DISABILITY,))).then(
        ApplicationAmended,
        changed=(FormField.INCOME, FormField.CAUSES),
        income=income("9000.00"),
        head_id=HEAD,
        member_ids=(HEAD, SPOUSE, SON, GRANDMOTHER),
        living=filed.living,
    ).step_is(2)


def test_members_are_added_and_taken_out_and_free_to_apply_elsewhere() -> None:
    daughter = member("daughter", RelationToHead.DAUGHTER, "2001-01-01")
    amended = given(filed, amendment(members=(*WITHOUT_SON, daughter)))

    assert amended.claims()["open-application", "daughter"]
    assert not amended.claims()["open-application", SON]
    given(filed).when(amendment(members=(*WITHOUT_SON, daughter))).then(
        ApplicationAmended, changed=(FormField.MEMBERS,), member_ids=(HEAD, SPOUSE, GRANDMOTHER, "daughter")
    )


def test_a_household_of_another_size_and_another_head_is_named_so() -> None:
    widow = (member(SPOUSE), member(SON, RelationToHead.SON, "1997-06-02"))
    applicant = Applicant(person_id=SPOUSE, kind=ApplicantKind.ADULT_MEMBER)
    given(filed).when(amendment(members=widow, applicant=applicant)).then(
        ApplicationAmended,
        head_id=SPOUSE,
        changed=(FormField.HEAD, FormField.HOUSEHOLD_SIZE, FormField.MEMBERS, FormField.APPLICANT),
    )


def test_what_was_typed_anew_about_people_is_named_by_kind() -> None:
    given(filed).when(amendment(retyped=(FormField.PEOPLE, FormField.HEAD_NAME))).then(
        ApplicationAmended, changed=(FormField.HEAD_NAME, FormField.PEOPLE)
    )


def test_what_stands_already_is_not_amended() -> None:
    given(filed).when(amendment()).then_nothing()
    again = amendment(income=income("9000.00"), amends="event-2")
    given(filed, amendment(income=income("9000.00"))).when(again).then_nothing()
    given(filed).when(amendment(members=tuple(reversed(MEMBERS)))).then_nothing()


def test_the_household_is_registered_as_it_was_amended() -> None:
    amended = given(filed, amendment(members=WITHOUT_SON, income=income("8000.00")), *steps(2, 6), *steps(7, 7)[:1])
    outcome = amended.when(steps(7, 7)[1]).then(HouseholdRegistered, member_ids=(HEAD, SPOUSE, GRANDMOTHER))
    assert str(outcome.outcome.decided[0].model_dump()["per_capita_income"]) == "2666.67"


def test_the_review_holds_what_was_amended_against_the_rule() -> None:
    rich = given(filed, amendment(income=income("14000.00")), *steps(2, 5), *steps(6, 6)[:1])
    assert rich.when(steps(6, 6)[1]).outcome.refusal


def test_who_was_in_the_household_judges_it_never() -> None:
    without = given(filed, amendment(members=WITHOUT_SON), *steps(2, 5), *steps(6, 6)[:1])
    without.when(review(reviewers=(SON,))).then_refused(HasStake, count=1)


def test_who_amended_entered_its_first_step() -> None:
    by_reviewer = given(filed, entered(amendment(income=income("9000.00")), "clerk"), *steps(2, 5), *steps(6, 6)[:1])
    by_reviewer.when(review(reviewers=("clerk",))).then_refused(ReviewedOwnWork, count=1)


def test_a_relative_applies_instead_and_one_who_did_is_not_asked_again_how_old_they_are() -> None:
    instead = amendment(applicant=RELATIVE, relative_born=date(1960, 1, 1))
    given(filed).when(instead).then(ApplicationAmended, changed=(FormField.APPLICANT,), applicant=RELATIVE)
    given(filed, instead).when(amendment(applicant=RELATIVE, income=income("9000.00"), amends="event-2")).then(
        ApplicationAmended, changed=(FormField.INCOME,), applicant=RELATIVE
    )


def test_a_form_that_could_not_be_filed_is_no_amendment() -> None:
    case = given(filed)
    case.when(amendment(members=WITHOUT_SON[1:])).then_refused(NoHead)
    case.when(amendment(members=(member(), member(SPOUSE)))).then_refused(TwoHeads, count=2)
    case.when(amendment(causes=())).then_refused(CauseMissing)
    case.when(amendment(members=(member(SPOUSE),))).then_refused(ApplicantNotInHousehold)
    minor = Applicant(person_id=SON, kind=ApplicantKind.ADULT_MEMBER)
    case.when(amendment(applicant=minor, on=FILED_ON)).then_refused(ApplicantNotAdult, age=18)
    case.when(amendment(applicant=RELATIVE, relative_born=date(2000, 1, 1))).then_refused(ApplicantNotAdult, age=18)
    member_as_relative = Applicant(person_id=SPOUSE, kind=ApplicantKind.AUTHORISED_RELATIVE)
    case.when(amendment(applicant=member_as_relative)).then_refused(RelativeIsMember)


@pytest.mark.parametrize("last", [2, 4, 6])
def test_once_it_was_judged_nothing_is_amended(last: int) -> None:
    later = amendment(income=income("9000.00"), on=date(2015, 7, 1))
    given(*steps(1, last)).when(later).then_refused(NoLongerAmendable)


def test_sent_back_to_step_2_it_was_judged_all_the_same() -> None:
    back = ruling(date(2015, 6, 6), ObjectionDecision.UPHELD_RETURNED, return_to=2)
    returned = given(filed, deliberation(), steps(3, 3)[0], objection(date(2015, 6, 5)), back)
    returned.when(amendment(income=income("9000.00"), on=date(2015, 6, 7))).then_refused(NoLongerAmendable)


def test_what_has_ended_or_was_never_filed_is_not_amended() -> None:
    given(filed, withdrawal()).when(amendment(causes=())).then_refused(ApplicationEnded, ending=Ending.WITHDRAWN)
    given().when(amendment()).then_refused(NotInThisArea)


def test_nobody_amends_their_own_application() -> None:
    given(filed).when(amendment(income=income("9000.00")), HEAD).then_refused(HasStake, count=1)


def test_it_is_amended_on_a_day_between_the_filing_and_today_and_late_for_a_reason() -> None:
    anew = amendment(income=income("9000.00"))
    before = date(2015, 5, 31)
    given(filed).when(anew.model_copy(update={"on": before})).then_refused(
        BeforePreviousAct, on=before, previous=FILED_ON
    )
    given(filed).when(anew, today=FILED_ON).then_refused(DateInFuture, on=date(2015, 6, 2))
    late = date(2015, 6, 20)
    given(filed).when(anew, today=late).then_refused(LateEntryNeedsReason, days=10)
    reasoned = anew.model_copy(update={"late_reason": LateEntryReason.NO_NETWORK})
    given(filed).when(reasoned, VILLAGE_OFFICER, late).then(ApplicationAmended, late_reason=LateEntryReason.NO_NETWORK)


def test_a_notice_passes_for_what_was_amended_as_for_anything_else() -> None:
    given(filed, amendment(members=WITHOUT_SON), *steps(2, 2), steps(3, 3)[0]).when(passing(3)).accepted()


def test_what_was_put_together_from_what_no_longer_stands_is_refused_even_if_nothing_would_change() -> None:
    richer = amendment(income=income("9000.00"))
    given(filed, richer).when(amendment(causes=(PovertyCause.DISABILITY,))).then_refused(NotWhatStands)
    given(filed, richer).when(richer).then_refused(NotWhatStands)
