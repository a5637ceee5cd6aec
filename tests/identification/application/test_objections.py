"""异议: anybody may object while a household is posted; somebody of the next level up decides."""

from datetime import date

import pytest
from applications import (
    ARBITER,
    CONVENER,
    NINE_STEPS,
    RECORDER,
    SEVEN_STEPS,
    TOWNSHIP_OFFICER,
    VERIFIER,
    VILLAGE_OFFICER,
    filing,
    given,
    objection,
    passing,
    posting,
    recusing,
    ruling,
    steps,
    withdrawal,
)
from casework.dates import BeforePreviousAct, DateInFuture
from casework.notices import NoticeNotOver, ObjectionOpen
from casework.reasons import ObjectionGround
from casework.roles import Role
from casework.steps import Chain
from identification.cases.application.decisions.notices import NotPosted
from identification.cases.application.decisions.objections import (
    ObjectionAlreadyDecided,
    ObjectionJudgedByPerformer,
    ObjectionUnknown,
    judge_of,
)
from identification.cases.application.decisions.rows import (
    HasStake,
    NotInThisArea,
    OutcomeIncomplete,
    ReturnNotPossible,
)
from identification.cases.application.decisions.state import Ending
from identification.cases.application.events import ApplicationNoticePassed, ObjectionDecided, ObjectionRaised
from identification.cases.application.findings import ObjectionDecision

MATTER = "a" * 64
UPHELD = ObjectionDecision.UPHELD_REJECTED
RAISED, DECIDED = date(2015, 6, 15), date(2015, 6, 17)
posted = (*steps(1, 4), posting(5))
objected = (*posted, objection(RAISED))


def test_an_objection_is_recorded_with_its_ground_and_what_tells_its_facts_from_others() -> None:
    given(*posted).when(objection(RAISED, matter=MATTER)).then(
        ObjectionRaised, notice_id="notice-5", ground=ObjectionGround.NOT_POOR, matter=MATTER
    ).step_is(5)


def test_what_was_dismissed_for_the_household_holds_it_no_more_on_whatever_notice() -> None:
    same, again = objection(RAISED, matter=MATTER), objection(date(2015, 6, 18), "again", matter=MATTER)
    dismissed = given(*posted, same, ruling(DECIDED))
    dismissed.when(again).then_nothing()
    final = given(*posted, same, ruling(DECIDED), passing(5, on=date(2015, 6, 22)), *steps(6, 6), posting(7))
    final.when(objection(date(2015, 6, 26), "again", matter=MATTER)).then_nothing()


def test_other_facts_and_facts_that_nobody_dismissed_hold_it() -> None:
    same = given(*posted, objection(RAISED, matter=MATTER))
    same.when(objection(RAISED, "second", matter=MATTER)).then(ObjectionRaised)
    same.when(ruling(DECIDED)).accepted().when(objection(DECIDED, "other")).then(ObjectionRaised)


def test_what_was_objected_without_facts_is_like_nothing_else() -> None:
    unsaid = given(*posted, objection(RAISED, matter=None), ruling(DECIDED))
    unsaid.when(objection(DECIDED, "again", matter=None)).then(ObjectionRaised, matter=None)


def test_the_same_objection_is_recorded_once() -> None:
    given(*objected).when(objection(RAISED)).then_nothing()


@pytest.mark.parametrize(
    ("chain", "notice", "judge"),
    [
        (SEVEN_STEPS, 3, Role.VILLAGE_OFFICER),
        (SEVEN_STEPS, 5, Role.TOWNSHIP_REVIEWER),
        (SEVEN_STEPS, 7, Role.COUNTY_OFFICER),
        (NINE_STEPS, 9, Role.COUNTY_OFFICER),
    ],
)
def test_it_is_for_the_body_above_those_who_judged_what_the_notice_shows(
    chain: Chain, notice: int, judge: Role
) -> None:
    assert judge_of(chain, notice) is judge


@pytest.mark.parametrize("step", [1, 2, 4, 5])
def test_nobody_objects_to_a_household_that_is_not_posted(step: int) -> None:
    given(*steps(1, step)).when(objection(date(2015, 7, 1))).then_refused(NotPosted)


def test_nobody_objects_before_the_first_day() -> None:
    given(*posted).when(objection(date(2015, 6, 12))).then_refused(
        BeforePreviousAct, on=date(2015, 6, 12), previous=date(2015, 6, 13)
    )


def test_nobody_objects_tomorrow() -> None:
    given(*posted).when(objection(RAISED), today=date(2015, 6, 14)).then_refused(DateInFuture, on=RAISED)


def test_nobody_objects_to_what_was_never_filed() -> None:
    given().when(objection(RAISED)).then_refused(NotInThisArea)


def test_a_dismissed_objection_leaves_the_household_on_its_notice() -> None:
    given(*objected).when(ruling(DECIDED)).then(
        ObjectionDecided, decision=ObjectionDecision.DISMISSED, performed_by=(ARBITER,)
    ).step_is(5)


def test_one_dismissed_objection_does_not_settle_another() -> None:
    two = given(*objected, objection(RAISED, "second"), ruling(DECIDED))
    two.when(passing(5, on=date(2015, 7, 1))).then_refused(ObjectionOpen)


@pytest.mark.parametrize("step", [2, 4])
def test_an_upheld_objection_sends_the_household_back_to_where_it_was_judged(step: int) -> None:
    back = ruling(DECIDED, ObjectionDecision.UPHELD_RETURNED, return_to=step)
    given(*objected).when(back).then(ObjectionDecided, return_to=step).step_is(step)


def test_a_household_that_was_sent_back_is_on_no_notice() -> None:
    back = ruling(DECIDED, ObjectionDecision.UPHELD_RETURNED, return_to=4)
    given(*objected, back).when(objection(DECIDED, "second")).then_refused(NotPosted)


def test_an_upheld_objection_ends_the_application() -> None:
    given(*objected).when(ruling(DECIDED, ObjectionDecision.UPHELD_REJECTED)).then(ObjectionDecided).ended(
        Ending.REJECTED
    )


@pytest.mark.parametrize("step", [1, 3, 5, 6])
def test_nothing_is_sent_back_to_where_nobody_judges_or_that_is_still_to_come(step: int) -> None:
    back = ruling(DECIDED, ObjectionDecision.UPHELD_RETURNED, return_to=step)
    given(*objected).when(back).then_refused(ReturnNotPossible, step=step)


def test_a_return_says_where_to() -> None:
    given(*objected).when(ruling(DECIDED, ObjectionDecision.UPHELD_RETURNED)).then_refused(OutcomeIncomplete)


@pytest.mark.parametrize("decision", [ObjectionDecision.DISMISSED, ObjectionDecision.UPHELD_REJECTED])
def test_only_a_return_says_where_to(decision: ObjectionDecision) -> None:
    given(*objected).when(ruling(DECIDED, decision, return_to=4)).then_refused(OutcomeIncomplete)


@pytest.mark.parametrize("person", [CONVENER, RECORDER, VERIFIER, VILLAGE_OFFICER])
def test_nobody_decides_an_objection_to_what_they_judged_or_posted(person: str) -> None:
    own = ruling(DECIDED, performed_by=(TOWNSHIP_OFFICER, person))
    given(*objected).when(own).then_refused(ObjectionJudgedByPerformer, count=1)


def test_an_objection_is_decided_once() -> None:
    given(*objected, ruling(DECIDED)).when(ruling(DECIDED, ObjectionDecision.UPHELD_REJECTED)).then_refused(
        ObjectionAlreadyDecided
    )


def test_an_objection_nobody_raised_is_not_decided() -> None:
    given(*posted).when(ruling(DECIDED)).then_refused(ObjectionUnknown)
    given(filing()).when(ruling(DECIDED)).then_refused(ObjectionUnknown)


def test_objections_are_entered_in_any_order_and_each_day_counts() -> None:
    earlier, last = date(2015, 6, 14), date(2015, 6, 25)
    both = given(*objected, objection(earlier, "earlier"), ruling(date(2015, 6, 19)))
    settled = both.when(ruling(date(2015, 6, 16), objection_id="earlier")).accepted()
    # Open at the end of 14 to 18 June: five days more than the seven that would end on 19 June.
    settled.when(passing(5, on=date(2015, 6, 24))).then_refused(NoticeNotOver, closable_from=last)
    settled.when(passing(5, on=last)).then(ApplicationNoticePassed)


def test_nothing_else_is_dated_before_the_latest_of_the_objections() -> None:
    out_of_order = given(*objected, objection(date(2015, 6, 14), "earlier"))
    for act in (withdrawal(on=date(2015, 6, 14)), ruling(date(2015, 6, 14), UPHELD, objection_id="earlier")):
        out_of_order.when(act).then_refused(BeforePreviousAct, on=date(2015, 6, 14), previous=RAISED)


def test_an_objection_is_not_decided_before_it_was_raised() -> None:
    early = date(2015, 6, 14)
    given(*objected).when(ruling(early)).then_refused(BeforePreviousAct, on=early, previous=RAISED)


def test_nobody_enters_the_decision_who_entered_the_notice_or_a_step_before_it() -> None:
    given(*objected).when(ruling(DECIDED), by=VILLAGE_OFFICER).then_refused(ObjectionJudgedByPerformer, count=1)


@pytest.mark.parametrize("person", ["spouse", "secretary"])
def test_nobody_decides_an_objection_to_their_own_household_or_kin(person: str) -> None:
    kin = given(filing(kin_of_cadres=("secretary",)), *objected[1:])
    kin.when(ruling(DECIDED, performed_by=(person,))).then_refused(HasStake, count=1)
    kin.when(ruling(DECIDED), by=person).then_refused(HasStake, count=1)


def test_nobody_decides_an_objection_who_was_recused_when_the_group_deliberated() -> None:
    given(filing(), recusing(ARBITER), *steps(3, 4), *objected[-2:]).when(ruling(DECIDED)).then_refused(
        HasStake, count=1
    )


def test_who_decided_one_objection_decides_another_to_the_same_notice() -> None:
    two = given(*objected, objection(RAISED, "second"), ruling(DECIDED))
    two.when(ruling(DECIDED, objection_id="second")).then(ObjectionDecided, step=5, notice_id="notice-5")


def test_who_decided_an_objection_to_the_groups_notice_decides_none_to_the_villages() -> None:
    early = date(2015, 6, 5)
    decided = (*steps(1, 2), posting(3), objection(early, "early"), ruling(early, objection_id="early"), passing(3))
    later = given(*decided, *steps(4, 4), posting(5), objection(RAISED))
    later.when(ruling(DECIDED)).then_refused(ObjectionJudgedByPerformer, count=1)


def test_a_dismissed_objection_undoes_nothing_and_an_upheld_one_names_what_it_undoes() -> None:
    given(*objected).when(ruling(DECIDED)).then(ObjectionDecided, voids=())
    back = ruling(DECIDED, ObjectionDecision.UPHELD_RETURNED, return_to=4)
    # The filing, the deliberation and the group's notice came first: the verification and the notice are undone.
    given(*objected).when(back).then(ObjectionDecided, voids=("event-5", "event-6"))
