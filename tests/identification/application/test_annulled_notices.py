"""公示作废: a household on an annulled notice is posted anew at the same step, and whoever objected is still heard."""

from datetime import date, timedelta

import pytest
from amending import annulling
from applications import VILLAGE_OFFICER, draw, given, objection, passing, posting, returned, review, ruling, steps
from casework.dates import BeforePreviousAct
from casework.notices import NoticeNotOver
from casework.reasons import AnnulmentReason
from identification.cases.application.decisions.notices import NotPosted, ObjectionToAnnulled
from identification.cases.application.decisions.objections import ObjectionUnknown
from identification.cases.application.decisions.rows import ApplicationEnded, NotInThisArea, WrongStep
from identification.cases.application.decisions.state import Ending
from identification.cases.application.events import (
    ApplicationNoticeAnnulled,
    ApplicationNoticePassed,
    ApplicationPosted,
    ApplicationReviewed,
    ObjectionDecided,
)
from identification.cases.application.findings import ObjectionDecision

RAISED, TORN, DECIDED, ANEW = (date(2015, 6, day) for day in (15, 16, 17, 18))
posted = (*steps(1, 4), posting(5))
torn = (*posted, annulling(5, TORN))
held = (*posted, objection(RAISED), annulling(5, TORN))
anew = posting(5, notice_id="anew", on=ANEW)


def test_the_household_stays_at_its_step_and_what_was_posted_is_void() -> None:
    before = given(*posted)
    before.when(annulling(5, TORN)).then(
        ApplicationNoticeAnnulled,
        notice_id="notice-5",
        step=5,
        reason=AnnulmentReason.TORN,
        voids=(f"event-{len(before.history)}",),
        performed_by=(VILLAGE_OFFICER,),
    ).step_is(5)


def test_it_is_posted_anew_at_full_length() -> None:
    again = given(*torn, anew)
    full = ANEW + timedelta(days=7)
    again.when(passing(5, notice_id="anew", on=full)).then(ApplicationNoticePassed, notice_id="anew").step_is(6)
    again.when(passing(5, notice_id="anew", on=full - timedelta(days=1))).then_refused(
        NoticeNotOver, closable_from=full
    )


def test_the_annulled_notice_passes_for_nobody() -> None:
    given(*torn).when(passing(5)).then_refused(NotPosted)
    given(*torn, anew).when(passing(5, on=date(2015, 6, 25))).then_refused(NotPosted)


def test_an_open_objection_holds_the_household_until_it_is_decided() -> None:
    given(*held).when(anew).then_refused(ObjectionToAnnulled)
    given(*held, ruling(DECIDED)).when(anew).then(ApplicationPosted, notice_id="anew", days=7)


def test_an_objection_to_the_annulled_notice_is_decided_as_any_other() -> None:
    given(*held).when(ruling(DECIDED)).then(ObjectionDecided, notice_id="notice-5").step_is(5)
    back = ruling(DECIDED, ObjectionDecision.UPHELD_RETURNED, return_to=4)
    given(*held).when(back).then(ObjectionDecided, return_to=4).step_is(4)
    given(*held).when(ruling(DECIDED, ObjectionDecision.UPHELD_REJECTED)).then(ObjectionDecided).ended(Ending.REJECTED)


def test_one_decided_objection_does_not_settle_another() -> None:
    two = (*posted, objection(RAISED), objection(RAISED, "second"), annulling(5, TORN), ruling(DECIDED))
    given(*two).when(anew).then_refused(ObjectionToAnnulled)


def test_nobody_objects_to_an_annulled_notice() -> None:
    given(*torn).when(objection(TORN)).then_refused(NotPosted)
    given(*torn).when(ruling(DECIDED)).then_refused(ObjectionUnknown)


def test_what_was_decided_on_the_annulled_notice_does_not_hold_the_new_one() -> None:
    again = given(*held, ruling(DECIDED), anew)
    again.when(passing(5, notice_id="anew", on=ANEW + timedelta(days=7))).then(ApplicationNoticePassed)


def test_a_later_return_voids_what_stands_and_not_the_annulment() -> None:
    passed = given(*torn, anew, passing(5, notice_id="anew", on=date(2015, 6, 25)), draw(on=date(2015, 6, 26)))
    since = [f"event-{n}" for n, told in enumerate(passed.history, 1) if told.on >= date(2015, 6, 12)]
    verified, _posted, _annulled, *stands = since

    passed.when(review(outcome=returned(4), on=date(2015, 7, 1))).then(ApplicationReviewed, voids=(verified, *stands))


@pytest.mark.parametrize("step", [2, 4, 6])
def test_nothing_is_annulled_where_nothing_hangs(step: int) -> None:
    given(*steps(1, step - 1)).when(annulling(5, date(2015, 7, 1))).then_refused(WrongStep, step=step)


def test_only_the_notice_it_is_on_is_annulled_for_it() -> None:
    given(*posted).when(annulling(5, TORN, notice_id="another")).then_refused(NotPosted)
    given(*torn).when(annulling(5, TORN)).then_refused(NotPosted)
    given().when(annulling(5, TORN)).then_refused(NotInThisArea)


def test_what_has_ended_is_on_no_notice() -> None:
    given(*steps(1, 7)).when(annulling(7, date(2015, 7, 10))).then_refused(ApplicationEnded, ending=Ending.REGISTERED)


def test_not_before_the_act_before_it() -> None:
    early = date(2015, 6, 12)
    given(*posted).when(annulling(5, early)).then_refused(BeforePreviousAct, on=early, previous=date(2015, 6, 13))
