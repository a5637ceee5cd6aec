"""更正: what is wrong is corrected by somebody else, and goes back to step 4 if others were told it."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from amending import correction
from applications import (
    ARBITER,
    HEAD,
    MEMBERS,
    NINE_STEPS,
    SON,
    SPOUSE,
    VERIFIER,
    VILLAGE_OFFICER,
    Given,
    deliberation,
    draw,
    entered,
    filing,
    given,
    income,
    member,
    objection,
    passing,
    posting,
    review,
    ruling,
    steps,
    verification,
)
from casework.areas import Level
from casework.codes import PovertyCause, RelationToHead
from casework.dates import BeforePreviousAct, LateEntryNeedsReason
from casework.deliberation import Votes
from identification.cases.application.decisions.amending import CorrectedOwnEntry, NotWhatStands, StillAmendable
from identification.cases.application.decisions.eligibility import IncomeNotBelowLine
from identification.cases.application.decisions.filing import CauseMissing
from identification.cases.application.decisions.notices import NotPosted, ObjectionToAnnulled
from identification.cases.application.decisions.rows import ApplicationEnded, HasStake, NotInThisArea
from identification.cases.application.decisions.state import Ending
from identification.cases.application.events import (
    ApplicationPosted,
    HouseholdRegistered,
    ObjectionDecided,
)
from identification.cases.application.events.amending import ApplicationCorrected
from identification.cases.application.findings import CorrectionReason, FormField

# Whoever corrects is somebody else than who filed.
CLERK = "another-township_reviewer"
WITHOUT_SON = tuple(one for one in MEMBERS if one.person_id != SON)
OTHERS = (member(HEAD, RelationToHead.SPOUSE), *MEMBERS[2:])
POORER, RICHER = income("9000.00"), income("14000.00")
ON = {3: date(2015, 6, 5), 4: date(2015, 6, 11), 5: date(2015, 6, 14), 6: date(2015, 6, 22), 7: date(2015, 6, 26)}
posted_at_3 = (*steps(1, 2), posting(3))
posted_at_5 = (*steps(1, 4), posting(5))
posted_at_7 = (*steps(1, 6), posting(7))
PUBLISHED = [
    ({"members": WITHOUT_SON}, (FormField.HOUSEHOLD_SIZE, FormField.MEMBERS)),
    ({"members": (member(SPOUSE), *OTHERS)}, (FormField.HEAD,)),
    ({"retyped": (FormField.HEAD_NAME,)}, (FormField.HEAD_NAME,)),
]


def corrected(case: Given, on: date, **changed: Any) -> Given:
    return case.when(correction(on, **changed), CLERK).accepted()


@pytest.mark.parametrize(("changed", "named"), PUBLISHED)
def test_what_a_notice_shows_sends_the_household_back_to_step_4(
    changed: dict[str, Any], named: tuple[FormField, ...]
) -> None:
    given(*posted_at_5).when(correction(ON[5], **changed), CLERK).then(
        ApplicationCorrected, changed=named, return_to=4, notice_id="notice-5", alters_outcome=False
    ).step_is(4)


def test_what_stood_since_step_4_is_void() -> None:
    case = given(*posted_at_7)
    since = tuple(f"event-{n}" for n, told in enumerate(case.history, 1) if told.on >= date(2015, 6, 12))

    case.when(correction(ON[7], members=WITHOUT_SON), CLERK).then(ApplicationCorrected, voids=since)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"income": POORER}, FormField.INCOME),
        ({"causes": (PovertyCause.DISABILITY,)}, FormField.CAUSES),
        ({"kin_of_cadres": ("uncle",)}, FormField.KIN_OF_CADRES),
        ({"retyped": (FormField.MEMBER_FACTS,)}, FormField.MEMBER_FACTS),
        ({"retyped": (FormField.PEOPLE,)}, FormField.PEOPLE),
    ],
)
@pytest.mark.parametrize("acts", [posted_at_5, posted_at_7])
def test_what_no_notice_shows_leaves_it_where_it_is(acts: Any, changed: dict[str, Any], field: FormField) -> None:
    case = given(*acts)
    outcome = case.when(correction(acts[-1].on, **changed), CLERK)

    outcome.then(ApplicationCorrected, changed=(field,), return_to=None, notice_id=None, voids=())
    outcome.step_is(acts[-1].step)
    after = outcome.accepted()
    assert after.state
    assert after.state.posting == (case.state and case.state.posting)


def test_an_income_that_would_not_have_passed_sends_it_back_and_the_review_is_made_anew() -> None:
    case = given(*posted_at_7).when(correction(ON[7], income=RICHER), CLERK)
    case.then(ApplicationCorrected, changed=(FormField.INCOME,), alters_outcome=True, return_to=4).step_is(4)
    again = case.accepted().when(verification(on=date(2015, 6, 28), visited_on=date(2015, 6, 27))).accepted()
    again = again.when(posting(5, on=date(2015, 6, 29), notice_id="again")).accepted()
    again = again.when(passing(5, on=date(2015, 7, 6), notice_id="again")).accepted()
    drawn = again.when(draw(on=date(2015, 7, 7), round_id="again")).accepted()
    drawn.when(review(on=date(2015, 7, 8), round_id="again")).then_refused(
        IncomeNotBelowLine, per_capita=Decimal("3500.00"), line=Decimal("2800.00")
    )


def test_before_the_review_there_is_no_outcome_to_alter() -> None:
    given(*posted_at_5).when(correction(ON[5], income=RICHER), CLERK).then(
        ApplicationCorrected, alters_outcome=False, return_to=None
    ).step_is(5)


def test_before_step_4_a_wrong_notice_comes_down_and_it_is_posted_anew() -> None:
    case = given(*posted_at_3)
    outcome = case.when(correction(ON[3], members=WITHOUT_SON), CLERK)
    outcome.then(ApplicationCorrected, return_to=3, notice_id="notice-3", voids=(f"event-{len(case.history)}",))
    outcome.step_is(3)
    outcome.accepted().when(passing(3)).then_refused(NotPosted)
    outcome.accepted().when(posting(3, on=date(2015, 6, 6), notice_id="anew")).then(ApplicationPosted, days=7)


@pytest.mark.parametrize(("last", "step"), [(2, 3), (3, 4)])
def test_where_nothing_hangs_before_step_4_nothing_comes_down(last: int, step: int) -> None:
    given(*steps(1, last)).when(correction(ON[4], members=WITHOUT_SON), CLERK).then(
        ApplicationCorrected, return_to=None, voids=()
    ).step_is(step)


def test_a_household_in_a_review_round_leaves_it() -> None:
    drawn = given(*steps(1, 5), draw())
    outcome = drawn.when(correction(ON[6], members=WITHOUT_SON), CLERK)
    outcome.then(ApplicationCorrected, return_to=4).step_is(4)
    after = outcome.accepted().state
    assert after
    assert after.draw is None


def test_after_the_county_too_it_goes_back_to_the_village() -> None:
    case = given(*steps(1, 8), chain=NINE_STEPS)
    case.when(correction(date(2015, 7, 6), income=RICHER), CLERK).then(
        ApplicationCorrected, return_to=4, alters_outcome=True
    )
    drawn = given(*steps(1, 7), draw(Level.COUNTY), chain=NINE_STEPS)
    drawn.when(correction(date(2015, 7, 4), income=RICHER), CLERK).then(ApplicationCorrected, alters_outcome=True)


def test_the_household_is_registered_as_it_was_corrected() -> None:
    case = corrected(given(*posted_at_7), ON[7], income=POORER)
    outcome = case.when(passing(7)).then(HouseholdRegistered)
    assert str(outcome.outcome.decided[0].model_dump()["per_capita_income"]) == "2250.00"


def test_a_correction_names_the_record_that_states_what_is_wrong() -> None:
    case = corrected(given(*posted_at_5), ON[5], income=POORER)
    newest = f"event-{len(case.history)}"
    case.when(correction(ON[5], income=RICHER), "another-clerk").then_refused(NotWhatStands)
    case.when(correction(ON[5], income=RICHER, corrects=newest), "another-clerk").then(ApplicationCorrected)
    case.when(correction(ON[5], income=RICHER, corrects="event-2"), "another-clerk").then_refused(NotWhatStands)


def test_a_correction_stands_in_the_envelope_as_what_replaces_the_record() -> None:
    case = given(*posted_at_5).case
    command = correction(ON[5], income=POORER)
    assert case.decider.about(command, case.state, None).corrects == "event-1"
    assert case.decider.about(passing(5), case.state, None).corrects is None


def test_nobody_corrects_what_they_entered_themselves() -> None:
    case = given(entered(filing(), "clerk"), *steps(2, 2))
    case.when(correction(ON[3], income=POORER), "clerk").then_refused(CorrectedOwnEntry)
    first = case.when(correction(ON[3], income=POORER), VILLAGE_OFFICER).accepted()
    again = correction(ON[3], income=RICHER, corrects=f"event-{len(first.history)}")
    first.when(again, VILLAGE_OFFICER).then_refused(CorrectedOwnEntry)
    first.when(again, "clerk").then(ApplicationCorrected)


@pytest.mark.parametrize("who", [HEAD, "uncle"])
def test_nobody_corrects_for_their_own_household_or_kin(who: str) -> None:
    case = given(filing(kin_of_cadres=("uncle",)), *steps(2, 2))
    case.when(correction(ON[3], income=POORER), who).then_refused(HasStake, count=1)


def test_who_was_said_to_be_kin_has_a_stake_even_when_that_was_corrected() -> None:
    case = given(filing(kin_of_cadres=("uncle",)), *steps(2, 3))
    without = corrected(case, ON[4], kin_of_cadres=())
    without.when(verification(verifiers=(VERIFIER, "uncle"))).then_refused(HasStake, count=1)


def test_an_objection_outlives_a_correction_and_holds_the_next_notice() -> None:
    case = corrected(given(*posted_at_5, objection(ON[5])), ON[5], members=WITHOUT_SON)
    verified = case.when(verification(on=date(2015, 6, 16), visited_on=date(2015, 6, 15))).accepted()
    again = posting(5, on=date(2015, 6, 17), notice_id="again")
    verified.when(again).then_refused(ObjectionToAnnulled)
    decided = verified.when(ruling(date(2015, 6, 17)), ARBITER)
    decided.then(ObjectionDecided, notice_id="notice-5").step_is(5)
    decided.accepted().when(again).then(ApplicationPosted)


def test_what_is_so_already_is_not_corrected() -> None:
    given(*posted_at_5).when(correction(ON[5]), CLERK).then_nothing()
    case = corrected(given(*posted_at_5), ON[5], income=POORER)
    case.when(correction(ON[5], income=POORER), CLERK).then_nothing()


def test_before_it_was_judged_it_is_amended_instead() -> None:
    given(filing()).when(correction(date(2015, 6, 2), income=POORER), CLERK).then_refused(StillAmendable)


def test_a_form_that_could_not_be_filed_is_no_correction() -> None:
    given(*posted_at_5).when(correction(ON[5], causes=()), CLERK).then_refused(CauseMissing)


@pytest.mark.parametrize("reason", CorrectionReason)
def test_a_correction_has_its_reason_and_what_was_remarked_sealed(reason: CorrectionReason) -> None:
    out = {"members": WITHOUT_SON} if reason is CorrectionReason.SOMEBODY_DIED else {}
    command = correction(ON[5], income=POORER, reason=reason, **out)
    given(*posted_at_5).when(command, CLERK).then(ApplicationCorrected, reason=reason, remarks=command.remarks)


def test_what_has_ended_or_was_never_filed_is_not_corrected() -> None:
    late = date(2015, 7, 10)
    given(*steps(1, 7)).when(correction(late, income=POORER), CLERK).then_refused(
        ApplicationEnded, ending=Ending.REGISTERED
    )
    given().when(correction(late)).then_refused(NotInThisArea)


def test_not_before_the_act_before_it_and_late_only_for_a_reason() -> None:
    early = ON[5] - timedelta(days=2)
    given(*posted_at_5).when(correction(early, income=POORER), CLERK).then_refused(
        BeforePreviousAct, on=early, previous=date(2015, 6, 13)
    )
    given(*posted_at_5).when(correction(ON[5], income=POORER), CLERK, date(2015, 7, 1)).then_refused(
        LateEntryNeedsReason, days=10
    )


def test_a_deliberation_that_was_voted_down_is_not_corrected_away() -> None:
    down = deliberation(votes=Votes(in_favour=1, against=21, abstained=0))
    given(filing(), down).when(correction(ON[3], income=POORER), CLERK).then_refused(
        ApplicationEnded, ending=Ending.REJECTED
    )
