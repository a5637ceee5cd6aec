"""复查: a rejected household asks, once and within ten days, that other persons one level up look at it again."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from applications import (
    ARBITER,
    CHECKER,
    CONVENER,
    COUNTY_OFFICER,
    FINDINGS,
    NINE_STEPS,
    REJECTED,
    REVIEWER,
    TOWNSHIP_OFFICER,
    VERIFIER,
    VILLAGE_OFFICER,
    Act,
    Given,
    deliberation,
    draw,
    entered,
    filing,
    given,
    objection,
    passing,
    posting,
    review,
    ruling,
    steps,
    verification,
    withdrawal,
)
from casework.areas import Level
from casework.dates import BeforePreviousAct, DateInFuture
from casework.deliberation import Votes
from casework.roles import Role
from identification.cases.application.commands import DecideReconsideration, RequestReconsideration
from identification.cases.application.decisions.course import step_after
from identification.cases.application.decisions.reconsideration import (
    AlreadyReconsidered,
    FiledMembersLeft,
    NotRejected,
    NotTheReconsideringBody,
    ReconsiderationNotRequested,
    ReconsiderationTooLate,
    ReconsideredOwnWork,
)
from identification.cases.application.decisions.rows import ApplicationEnded, HasStake, NotInThisArea
from identification.cases.application.decisions.state import Ending
from identification.cases.application.events import (
    ApplicationPosted,
    ApplicationVerified,
    ReconsiderationDecided,
    ReconsiderationRequested,
)
from identification.cases.application.findings import ObjectionDecision, ReconsiderationDecision

VOTED_DOWN = deliberation(votes=Votes(in_favour=3, against=18, abstained=1))
REJECTIONS: dict[str, tuple[tuple[Act, ...], int, Role]] = {
    "by the group": ((*steps(1, 1), VOTED_DOWN), 2, Role.VILLAGE_OFFICER),
    "by the village": ((*steps(1, 3), verification(outcome=REJECTED)), 4, Role.TOWNSHIP_REVIEWER),
    "by the township": ((*steps(1, 5), draw(), review(outcome=REJECTED)), 6, Role.COUNTY_OFFICER),
    "by the county": (
        (*steps(1, 7), draw(Level.COUNTY), review(Level.COUNTY, outcome=REJECTED)),
        8,
        Role.COUNTY_OFFICER,
    ),
    "after an objection, by the village": (
        (
            *steps(1, 2),
            posting(3),
            objection(date(2015, 6, 5)),
            ruling(date(2015, 6, 8), ObjectionDecision.UPHELD_REJECTED),
        ),
        3,
        Role.TOWNSHIP_REVIEWER,
    ),
    "after an objection, by the township": (
        (
            *steps(1, 4),
            posting(5),
            objection(date(2015, 6, 15)),
            entered(ruling(date(2015, 6, 17), ObjectionDecision.UPHELD_REJECTED), TOWNSHIP_OFFICER),
        ),
        5,
        Role.COUNTY_OFFICER,
    ),
}
each_rejection = pytest.mark.parametrize(("history", "step", "duty"), REJECTIONS.values(), ids=REJECTIONS)
BY_VILLAGE = REJECTIONS["by the village"][0]
REJECTED_ON, LAST_DAY = date(2015, 6, 12), date(2015, 6, 22)


def asking(on: date = date(2015, 6, 16), **changed: Any) -> RequestReconsideration:
    return RequestReconsideration(**{"statement": FINDINGS, "on": on, **changed})


def deciding(
    on: date = date(2015, 6, 18), decision: ReconsiderationDecision = ReconsiderationDecision.REOPENED, **changed: Any
) -> DecideReconsideration:
    usual = {"decision": decision, "findings": FINDINGS, "performed_by": ("somebody-else",), "on": on}
    return DecideReconsideration(**{**usual, **changed})


def rejected(history: tuple[Act, ...] = BY_VILLAGE) -> Given:
    return given(*history, chain=NINE_STEPS)


def asked(history: tuple[Act, ...] = BY_VILLAGE) -> Given:
    case = rejected(history)
    assert case.state
    return case.when(asking(case.state.previous_on)).accepted()


@each_rejection
def test_whoever_rejected_it_the_body_above_looks_again(history: tuple[Act, ...], step: int, duty: Role) -> None:
    case = rejected(history)
    assert case.state
    case.when(asking(case.state.previous_on)).then(ReconsiderationRequested, step=step, duty=duty)


@each_rejection
def test_reopened_it_is_to_be_done_again_where_it_was_rejected_and_held_again(
    history: tuple[Act, ...], step: int, duty: Role
) -> None:
    case = asked(history)
    assert case.state
    reopened = case.when(deciding(case.state.previous_on), by=f"another-{duty}")
    reopened.then(ReconsiderationDecided, step=step).step_is(step)
    after = reopened.accepted()
    assert after.state
    assert after.state.posting is None
    claims = after.claims()
    assert claims["household-case", "household"]
    assert all(held for (kind, _), held in claims.items() if kind == "open-application")


@each_rejection
def test_confirmed_it_stays_rejected_and_nothing_is_held(history: tuple[Act, ...], step: int, duty: Role) -> None:
    case = asked(history)
    assert case.state
    confirming = deciding(case.state.previous_on, ReconsiderationDecision.CONFIRMED)
    confirmed = case.when(confirming, by=f"another-{duty}")
    confirmed.then(ReconsiderationDecided, step=step, voids=()).ended(Ending.REJECTED)


def test_reopened_the_rejection_is_void_and_the_step_is_done_again() -> None:
    reopened = asked().when(deciding(), by="another-township_reviewer")
    reopened.then(ReconsiderationDecided, voids=("event-5",))
    again = verification(on=date(2015, 6, 19), visited_on=date(2015, 6, 18))
    reopened.accepted().when(again).then(ApplicationVerified).step_is(5)


def test_reopened_after_an_objection_it_is_posted_anew_at_full_length() -> None:
    case = asked(REJECTIONS["after an objection, by the village"][0])
    reopened = case.when(deciding(date(2015, 6, 12)), by="another-township_reviewer").accepted()
    reopened.when(posting(3, on=date(2015, 6, 15), notice_id="anew")).then(
        ApplicationPosted, first_day=date(2015, 6, 15), days=7
    )


def test_sent_back_since_the_notice_that_was_objected_to_it_is_reopened_where_it_stood() -> None:
    raised, sent_back = date(2015, 6, 15), date(2015, 6, 17)
    returned = ruling(sent_back, ObjectionDecision.UPHELD_RETURNED, return_to=2)
    ended = ruling(date(2015, 6, 19), ObjectionDecision.UPHELD_REJECTED, objection_id="second")
    posted = (*steps(1, 4), posting(5), objection(raised), objection(raised, "second"))

    case = asked((*posted, returned, ended))
    case.when(deciding(date(2015, 6, 19)), by="another-township_reviewer").then(ReconsiderationDecided, step=2).step_is(
        2
    )


def test_it_is_asked_for_until_the_tenth_day_and_not_on_the_eleventh() -> None:
    rejected().when(asking(LAST_DAY)).then(ReconsiderationRequested)
    rejected().when(asking(date(2015, 6, 23))).then_refused(ReconsiderationTooLate, last_day=LAST_DAY)


def test_it_is_not_asked_for_before_the_rejection_or_tomorrow() -> None:
    early = date(2015, 6, 11)
    rejected().when(asking(early)).then_refused(BeforePreviousAct, on=early, previous=REJECTED_ON)
    rejected().when(asking(), today=REJECTED_ON).then_refused(DateInFuture, on=date(2015, 6, 16))


def test_it_is_asked_for_once_whatever_came_of_it() -> None:
    asked().when(asking()).then_refused(AlreadyReconsidered)
    confirmed = asked().when(deciding(decision=ReconsiderationDecision.CONFIRMED), by="another-township_reviewer")
    confirmed.accepted().when(asking(date(2015, 6, 18))).then_refused(AlreadyReconsidered)
    reopened = asked().when(deciding(), by="another-township_reviewer").accepted()
    again = reopened.when(verification(on=date(2015, 6, 19), outcome=REJECTED)).accepted()
    again.when(asking(date(2015, 6, 19))).then_refused(AlreadyReconsidered)


@pytest.mark.parametrize("history", [steps(1, 3), (filing(), withdrawal()), steps(1, 9)])
def test_only_what_was_rejected_is_looked_at_again(history: tuple[Act, ...]) -> None:
    case = rejected(history)
    assert case.state
    case.when(asking(case.state.previous_on)).then_refused(NotRejected)


def test_what_nobody_filed_is_not_looked_at_again() -> None:
    nothing = given()
    nothing.when(asking()).then_refused(NotInThisArea)
    nothing.when(deciding()).then_refused(NotInThisArea)


def test_nothing_is_decided_that_nobody_asked_for_or_twice() -> None:
    rejected().when(deciding(), by="another-township_reviewer").then_refused(ReconsiderationNotRequested)
    confirmed = asked().when(deciding(decision=ReconsiderationDecision.CONFIRMED), by="another-township_reviewer")
    twice = confirmed.accepted().when(deciding(), by="another-township_reviewer")
    twice.then_refused(ReconsiderationNotRequested)


@pytest.mark.parametrize("by", ["another-village_officer", "another-county_officer"])
def test_it_is_for_the_body_above_and_no_other(by: str) -> None:
    asked().when(deciding(), by=by).then_refused(NotTheReconsideringBody, duty=Role.TOWNSHIP_REVIEWER)


@pytest.mark.parametrize("person", [CONVENER, VERIFIER, VILLAGE_OFFICER])
def test_nobody_looks_again_at_what_they_had_a_part_in(person: str) -> None:
    own = deciding(performed_by=("somebody-else", person))
    asked().when(own, by="another-township_reviewer").then_refused(ReconsideredOwnWork, count=1)


def test_at_the_county_other_persons_of_the_county_look_again() -> None:
    history, _, _ = REJECTIONS["by the county"]
    case = asked(history)
    assert case.state
    own = deciding(case.state.previous_on, performed_by=(CHECKER,))
    case.when(own, by="another-county_officer").then_refused(ReconsideredOwnWork, count=1)
    case.when(deciding(case.state.previous_on), by=COUNTY_OFFICER).then_refused(ReconsideredOwnWork, count=1)
    case.when(deciding(case.state.previous_on), by="another-county_officer").then(ReconsiderationDecided)


def test_who_decided_the_objection_that_ended_it_does_not_look_again() -> None:
    case = asked(REJECTIONS["after an objection, by the village"][0])
    own = deciding(performed_by=(ARBITER,))
    case.when(own, by="another-township_reviewer").then_refused(ReconsideredOwnWork, count=1)


def test_nobody_looks_again_at_their_own_household() -> None:
    own = deciding(performed_by=("spouse",))
    asked().when(own, by="another-township_reviewer").then_refused(HasStake, count=1)


def test_who_looked_again_reviews_it_no_more() -> None:
    looked = deciding(date(2015, 6, 12), performed_by=(REVIEWER,))
    reopened = asked().when(looked, by="another-township_reviewer").accepted()
    on = [date(2015, 6, 15), date(2015, 6, 16), date(2015, 6, 23), date(2015, 6, 24), date(2015, 6, 25)]
    acts = (
        verification(on=on[0]),
        posting(5, on=on[1]),
        passing(5, on=on[2]),
        draw(on=on[3]),
    )
    for act in acts:
        reopened = reopened.when(act).accepted()
    refused = reopened.when(review(on=on[4])).outcome.refusal
    assert refused
    assert refused.code == "reviewed-own-work"


@each_rejection
def test_whatever_came_of_it_replays_to_the_same_state(history: tuple[Act, ...], step: int, duty: Role) -> None:
    case = asked(history)
    assert case.state
    decided = case.when(deciding(case.state.previous_on), by=f"another-{duty}").accepted().case
    read = [replace(told, event=type(told.event).read(told.event.text())) for told in decided.history]

    assert replace(decided, history=tuple(read)).state == decided.state
    assert decided.state.step.ordinal == step


def test_meanwhile_nothing_else_is_done_with_it() -> None:
    asked().when(verification(on=date(2015, 6, 18))).then_refused(ApplicationEnded, ending=Ending.REJECTED)


def test_a_confirmed_rejection_leaves_no_step_to_be_done() -> None:
    confirmed = asked().when(deciding(decision=ReconsiderationDecision.CONFIRMED), by="another-township_reviewer")
    (event,) = confirmed.outcome.decided
    assert isinstance(event, ReconsiderationDecided)
    assert step_after(event) is None


def test_it_is_not_reopened_once_members_it_was_filed_with_left_but_may_be_confirmed() -> None:
    case = given(*BY_VILLAGE, asking(), chain=NINE_STEPS, left=1)
    above = "another-township_reviewer"
    case.when(deciding(), by=above).then_refused(FiledMembersLeft, count=1)
    case.when(deciding(decision=ReconsiderationDecision.CONFIRMED), by=above).then(ReconsiderationDecided, voids=())
