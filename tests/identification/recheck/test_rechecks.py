"""回头看: opened by a complaint or a data match that came late, concluded one level above by people without a part."""

from datetime import date, timedelta
from json import dumps, loads
from typing import Any

import pytest
from applications import FINDINGS
from casework.dates import BeforePreviousAct, DateInFuture, LateEntryNeedsReason
from casework.reasons import ObjectionGround
from casework.roles import Role
from chronicle.messages import Actor
from chronicle.testing import Case, Outcome, by
from identification.cases.application.decisions.rows import ApplicationEnded, HasStake, OutcomeIncomplete
from identification.cases.application.decisions.state import Ending
from identification.cases.application.findings import (
    DataMatchKind,
    RecheckCause,
    RecheckDecision,
    RecheckOutcome,
    RecheckReason,
)
from identification.cases.objection.decider import GroundUnfit
from identification.cases.recheck.commands import ConcludeRecheck, OpenRecheck
from identification.cases.recheck.decider import (
    ComplaintRepeated,
    ComplaintUnfounded,
    DecisionMissing,
    KnownOfConclusion,
    KnownOfHousehold,
    NothingToDecide,
    NoticeStillHangs,
    ReasonUnfit,
    RecheckClosed,
    RecheckedOwnWork,
    RecheckUnknown,
    RejectionNotFinal,
)
from identification.cases.recheck.events import RecheckConcluded, RecheckOpened
from identification.cases.recheck.findings import RecheckState
from identification.cases.recheck.gather import recheck_decider

OPENED_ON, DUE_ON = date(2015, 8, 1), date(2015, 9, 30)
OFFICER = Actor("officer", "office", "village_officer")
COUNTY = Actor("county", "office", "county_officer")
MATTER, RECEIPT = "a" * 64, "b" * 64
recheck = Case(recheck_decider)


def complaint(**changed: Any) -> OpenRecheck:
    usual = {"recheck_id": "recheck", "application_id": "application", "cause": RecheckCause.COMPLAINT}
    said = {"ground": ObjectionGround.PROPERTY_UNDECLARED, "facts": FINDINGS, "matter": MATTER, "on": OPENED_ON}
    return OpenRecheck.model_validate({**usual, **said, **changed})


def late_match(**changed: Any) -> OpenRecheck:
    met = {
        "cause": RecheckCause.DATA_MATCH,
        "ground": None,
        "matter": None,
        "person_id": "zhou",
        "kind": DataMatchKind.VEHICLE,
    }
    return complaint(**{**met, **changed})


def conclusion(reason: RecheckReason = RecheckReason.UNFOUNDED, **changed: Any) -> ConcludeRecheck:
    of = {"recheck_id": "recheck", "application_id": "application", "decision": None, "return_to": None}
    usual = {"reason": reason, "findings": FINDINGS, "performed_by": ("checker",), "on": date(2015, 8, 10)}
    return ConcludeRecheck.model_validate({**of, **usual, **changed})


def opening(command: OpenRecheck, case: Case = recheck, **found: Any) -> Outcome:
    usual: dict[str, Any] = {
        "actor": OFFICER,
        "today": command.on,
        "late_entry_days": 10,
        "household_id": "household",
        "group_code": "36042410621601",
        "ending": Ending.REGISTERED,
        "is_posted": False,
        "filed_on": date(2015, 6, 1),
        "duty": Role.COUNTY_OFFICER,
        "recheck_days": 60,
        "repeats": None,
    }
    return case.when(command, KnownOfHousehold(**usual | found))


def opened(command: OpenRecheck | None = None) -> Case:
    outcome = opening(command or complaint())
    return outcome.then(*outcome.decided)


def concluding(command: ConcludeRecheck, case: Case | None = None, **found: Any) -> Outcome:
    usual: dict[str, Any] = {"actor": COUNTY, "today": command.on, "late_entry_days": 10}
    known = {**usual, "is_open": False, "may_reopen": False, "took_part": (), "have_stake": (), **found}
    return (case or opened()).when(command, KnownOfConclusion(**known))


def test_a_complaint_opens_a_recheck_for_those_one_level_above_the_review() -> None:
    (event,) = opening(complaint()).decided
    assert isinstance(event, RecheckOpened)
    assert (event.duty, event.due_on, event.ground) == (
        Role.COUNTY_OFFICER,
        DUE_ON,
        ObjectionGround.PROPERTY_UNDECLARED,
    )


def test_a_recheck_is_opened_once() -> None:
    opening(complaint(), opened()).then_nothing()


def test_while_the_notice_hangs_it_is_an_objection() -> None:
    opening(complaint(), ending=None, is_posted=True).then_refused(NoticeStillHangs)
    assert opening(complaint(), ending=None).decided


@pytest.mark.parametrize("ending", [Ending.REJECTED, Ending.WITHDRAWN, Ending.REGISTRATION_ENDED])
def test_nobody_complains_of_a_household_that_is_neither_applying_nor_registered(ending: Ending) -> None:
    opening(complaint(), ending=ending).then_refused(ApplicationEnded, ending=ending)


def test_a_complaint_is_of_a_household_and_not_of_an_act() -> None:
    opening(complaint(ground=ObjectionGround.LEFT_OUT)).then_refused(GroundUnfit)


@pytest.mark.parametrize("unfounded", [{"ground": ObjectionGround.OTHER}, {"matter": None}])
def test_an_anonymous_complaint_needs_a_definite_ground_and_facts(unfounded: dict[str, Any]) -> None:
    opening(complaint(**unfounded)).then_refused(ComplaintUnfounded)
    assert opening(complaint(**unfounded, objector=FINDINGS)).decided


def test_the_same_complaint_is_linked_to_the_earlier_one_and_is_for_nobody_to_conclude() -> None:
    outcome = opening(complaint(recheck_id="again"), repeats="recheck")
    (event,) = outcome.decided
    assert isinstance(event, RecheckOpened)
    assert event.repeats == "recheck"
    repeated = outcome.then(event)
    assert repeated.state.state(date(2016, 1, 1)) is RecheckState.REPEATED
    concluding(conclusion(), repeated).then_refused(ComplaintRepeated)


def claimed(outcome: Outcome) -> list[tuple[str, str, bool]]:
    (event,) = outcome.decided
    claims = recheck_decider.claims(event, outcome.case.state)
    return [(each.kind, each.key, each.held) for each in claims]


def test_a_complaint_is_the_same_again_while_it_is_open_or_was_cleared_and_not_once_it_was_upheld() -> None:
    kept = ("complaint", f"application/{MATTER}")
    assert claimed(opening(complaint())) == [(*kept, True)]
    assert claimed(opening(complaint(), repeats="earlier")) == []
    assert claimed(opening(complaint(matter=None, objector=FINDINGS))) == []
    cleared = ("complaint-cleared", f"application/{MATTER}", True)
    assert claimed(concluding(conclusion(RecheckReason.UNFOUNDED))) == [cleared]
    upheld = ("recheck-upheld", "application/recheck", True)
    assert claimed(concluding(conclusion(RecheckReason.UNDECLARED))) == [upheld, (*kept, False)]


def test_a_complaint_is_found_again_by_what_is_kept_of_its_receipt() -> None:
    assert ("complaint-receipt", RECEIPT, True) in claimed(opening(complaint(receipt_index=RECEIPT)))


def test_a_complaint_of_before_there_were_receipts_reads_as_one_without() -> None:
    (event,) = opening(complaint()).decided
    before = {
        name: told for name, told in loads(event.text()).items() if name not in {"matter", "repeats", "receipt_index"}
    }
    read = RecheckOpened.read(dumps(before))
    assert (read.matter, read.repeats, read.receipt_index) == (None, None, None)


def test_a_complaint_is_dated_from_the_filing_on_and_not_after_today() -> None:
    early = date(2015, 5, 31)
    opening(complaint(on=early), today=OPENED_ON).then_refused(BeforePreviousAct, on=early)
    opening(complaint(), today=OPENED_ON - timedelta(days=1)).then_refused(DateInFuture, on=OPENED_ON)
    opening(complaint(), today=date(2015, 9, 1)).then_refused(LateEntryNeedsReason, days=10)


def test_what_a_department_sent_opens_one_whatever_became_of_the_application() -> None:
    (event,) = opening(late_match(), ending=Ending.REGISTRATION_ENDED).decided
    assert isinstance(event, RecheckOpened)
    assert (event.cause, event.person_id, event.kind) == (RecheckCause.DATA_MATCH, "zhou", DataMatchKind.VEHICLE)


@pytest.mark.parametrize("reason", RecheckReason)
def test_each_reason_belongs_to_one_outcome_and_answers_what_opened_it(reason: RecheckReason) -> None:
    upheld = reason in {RecheckReason.UNDECLARED, RecheckReason.EXCLUDES}
    for case, cause in ((opened(), RecheckCause.COMPLAINT), (opened(late_match()), RecheckCause.DATA_MATCH)):
        outcome = concluding(conclusion(reason), case)
        if not reason.fits(cause):
            outcome.then_refused(ReasonUnfit)
            continue
        (event,) = outcome.decided
        assert isinstance(event, RecheckConcluded)
        assert event.outcome is (RecheckOutcome.UPHELD if upheld else RecheckOutcome.CLEARED)


def test_a_complaint_is_not_answered_by_a_register_nor_a_match_by_there_being_nothing() -> None:
    concluding(conclusion(RecheckReason.OTHER_PERSON)).then_refused(ReasonUnfit)
    concluding(conclusion(RecheckReason.UNFOUNDED), opened(late_match())).then_refused(ReasonUnfit)


def test_what_is_upheld_says_what_it_means_for_an_application_that_is_still_open() -> None:
    upheld = conclusion(RecheckReason.UNDECLARED)
    concluding(upheld, is_open=True).then_refused(DecisionMissing)
    for decision in RecheckDecision:
        (event,) = concluding(conclusion(RecheckReason.UNDECLARED, decision=decision), is_open=True).decided
        assert isinstance(event, RecheckConcluded)
        assert event.decision is decision
    assert concluding(conclusion(), is_open=True).decided


def test_nothing_goes_back_or_ends_that_was_cleared_or_is_closed() -> None:
    back: dict[str, Any] = {"decision": RecheckDecision.RETURNED, "return_to": 4}
    concluding(conclusion(**back), is_open=True).then_refused(NothingToDecide)
    concluding(conclusion(RecheckReason.UNDECLARED, **back)).then_refused(NothingToDecide)
    concluding(conclusion(return_to=4), is_open=True).then_refused(OutcomeIncomplete)


def test_nothing_is_upheld_while_a_rejection_may_still_be_reopened() -> None:
    concluding(conclusion(RecheckReason.UNDECLARED), may_reopen=True).then_refused(RejectionNotFinal)
    assert concluding(conclusion(), may_reopen=True).decided


def test_it_is_concluded_once() -> None:
    concluded = concluding(conclusion())
    concluding(conclusion(), concluded.then(*concluded.decided)).then_refused(RecheckClosed)


def test_what_was_not_opened_is_not_concluded() -> None:
    concluding(conclusion(), recheck).then_refused(RecheckUnknown)


def test_it_is_not_concluded_before_it_was_opened() -> None:
    early = date(2015, 7, 31)
    concluding(conclusion(on=early)).then_refused(BeforePreviousAct, on=early, previous=OPENED_ON)


def test_nobody_concludes_it_who_had_a_part_or_a_stake_before() -> None:
    concluding(conclusion(), took_part=("checker",)).then_refused(RecheckedOwnWork, count=1)
    concluding(conclusion(), have_stake=("zhou",)).then_refused(HasStake, count=1)


def test_whoever_opened_it_does_not_conclude_it() -> None:
    (event,) = opening(complaint()).decided
    case = recheck.given(by(event, COUNTY, OPENED_ON))
    concluding(conclusion(), case).then_refused(RecheckedOwnWork, count=1)


def test_it_is_overdue_after_its_last_day_until_it_is_concluded() -> None:
    case, concluded = opened(), concluding(conclusion())
    assert case.state.state(DUE_ON) is RecheckState.OPEN
    assert case.state.state(DUE_ON + timedelta(days=1)) is RecheckState.OVERDUE
    assert concluded.then(*concluded.decided).state.state(date(2016, 1, 1)) is RecheckState.CONCLUDED
