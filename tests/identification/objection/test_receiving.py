"""受理异议: to a household on a notice, to the act, or because somebody was left out; who resolves it by when."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from casework.dates import BeforePreviousAct, DateInFuture, LateEntryNeedsReason
from casework.reasons import ObjectionGround
from casework.roles import Role
from chronicle.testing import Case, Outcome
from identification.cases.application.commands import RaiseObjection
from identification.cases.objection.decider import (
    ActAfterNotice,
    AnonymousUnfounded,
    GroundUnfit,
    HouseholdUnclear,
    NoticeNoLongerHangs,
    Objection,
    ObjectionAlreadyReceived,
    OmissionAfterNotice,
)
from identification.cases.objection.events import ObjectionReceived
from identification.cases.objection.findings import Against, ObjectionState
from identification.cases.objection.gather import objection_decider
from objections import (
    DUE_ON,
    FACTS,
    MATTER,
    OBJECTOR,
    RECEIPT,
    RECEIVED_ON,
    ROW,
    receive,
    receive_of_act,
    receive_of_omission,
    received,
    when_received,
)

THREE = ("huang", "zhou", "rao")
DUTIES = (Role.VILLAGE_OFFICER, Role.TOWNSHIP_REVIEWER, Role.COUNTY_OFFICER)


def told(outcome: Outcome) -> ObjectionReceived:
    (event,) = outcome.decided
    assert isinstance(event, ObjectionReceived), outcome
    return event


def state(case: Case) -> Objection:
    objection = case.state
    assert isinstance(objection, Objection)
    return objection


def test_an_objection_to_a_household_holds_it() -> None:
    event = told(when_received(receive()))
    assert (event.held, event.repeats, event.facts, event.objector) == ((ROW,), None, FACTS, None)
    assert receive().row_commands() == {
        ROW: RaiseObjection(on=RECEIVED_ON, objection_id="objection", ground=ObjectionGround.NOT_POOR, matter=MATTER)
    }


def test_an_objection_to_the_act_holds_all_households_on_the_notice() -> None:
    command = receive_of_act(*THREE)
    assert told(when_received(command)).held == THREE
    assert tuple(command.row_commands()) == THREE


def test_an_omission_holds_nobody() -> None:
    command = receive_of_omission()
    assert told(when_received(command)).held == ()
    assert command.row_commands() == {}


@pytest.mark.parametrize("ground", ObjectionGround)
@pytest.mark.parametrize("command", [receive(), receive_of_act(*THREE), receive_of_omission()])
def test_every_ground_fits_some_objections_and_no_others(command: Any, ground: ObjectionGround) -> None:
    fitting = {
        Against.ROW: {"not_poor", "household_composition", "income_understated", "property_undeclared", "procedure"},
        Against.ACT: {"quorum", "convener", "place", "procedure"},
        Against.OMISSION: {"left_out"},
    }
    named = command.model_copy(update={"ground": ground, "objector": OBJECTOR})
    if ground in fitting[command.against] | {"other"}:
        assert told(when_received(named)).ground is ground
    else:
        when_received(named).then_refused(GroundUnfit)


@pytest.mark.parametrize("command", [receive(application_id=None), receive_of_act(*THREE, application_id=ROW)])
def test_only_an_objection_to_a_household_names_one(command: Any) -> None:
    when_received(command).then_refused(HouseholdUnclear)


@pytest.mark.parametrize("changed", [{"facts": None, "matter": None}, {"ground": ObjectionGround.OTHER}])
def test_without_a_name_it_needs_a_definite_ground_and_facts(changed: dict[str, Any]) -> None:
    when_received(receive(**changed)).then_refused(AnonymousUnfounded)
    assert told(when_received(receive(**changed, objector=OBJECTOR))).objector == OBJECTOR


@pytest.mark.parametrize("found", [{"off_notice": 1}, {"still_on": 0}])
def test_after_the_notice_it_is_a_complaint(found: dict[str, Any]) -> None:
    when_received(receive(), **found).then_refused(NoticeNoLongerHangs)


def test_after_the_notice_who_was_left_out_just_applies() -> None:
    when_received(receive_of_omission(), still_on=0).then_refused(OmissionAfterNotice)
    assert told(when_received(receive_of_omission(), still_on=1)).held == ()


def test_to_the_act_nobody_objects_once_no_household_is_on_its_notice() -> None:
    when_received(receive_of_act(), still_on=0).then_refused(ActAfterNotice)
    assert told(when_received(receive_of_act(ROW), still_on=1)).held == (ROW,)


def test_nobody_objects_before_the_first_day_or_tomorrow() -> None:
    early = date(2015, 6, 12)
    when_received(receive(on=early)).then_refused(BeforePreviousAct, on=early, previous=date(2015, 6, 13))
    when_received(receive(), today=date(2015, 6, 14)).then_refused(DateInFuture, on=RECEIVED_ON)


def test_entered_late_it_gives_its_reason() -> None:
    when_received(receive(), today=date(2015, 6, 26)).then_refused(LateEntryNeedsReason, days=10)


def test_the_same_objection_is_received_once() -> None:
    when_received(receive(), received()).then_refused(ObjectionAlreadyReceived)


def test_it_is_due_in_five_working_days_of_which_the_dragon_boat_festival_is_none() -> None:
    assert told(when_received(receive())).due_on == DUE_ON


@pytest.mark.parametrize(("judge", "since"), [(0, (15, 24, 31)), (1, (15, 24)), (2, (15,))])
def test_overdue_it_is_for_the_next_higher_body_too_up_to_the_county(judge: int, since: tuple[int, ...]) -> None:
    bodies = told(when_received(receive(), judge=DUTIES[judge])).bodies
    days = [(body.since - date(2015, 6, 1)).days + 1 for body in bodies]

    assert tuple(body.duty for body in bodies) == DUTIES[judge:]
    assert tuple(days) == since


def test_it_never_lapses() -> None:
    waiting = state(received(judge=Role.VILLAGE_OFFICER))
    assert (waiting.state(DUE_ON), waiting.duties(DUE_ON)) == (ObjectionState.OPEN, DUTIES[:1])
    years_later = date(2020, 1, 1)
    assert (waiting.state(years_later), waiting.duties(years_later)) == (ObjectionState.ESCALATED, DUTIES)


def test_what_was_dismissed_for_the_household_before_is_linked_and_stops_nothing() -> None:
    event = told(when_received(receive(), settled={ROW: "earlier"}))
    assert (event.held, event.repeats) == ((), "earlier")
    assert state(received(settled={ROW: "earlier"})).state(date(2016, 1, 1)) is ObjectionState.REPEATED


def test_an_omission_that_was_dismissed_before_is_linked_to_that() -> None:
    assert told(when_received(receive_of_omission(), omission_dismissed="earlier")).repeats == "earlier"


def test_to_an_act_it_still_stops_the_households_for_which_nobody_dismissed_it() -> None:
    event = told(when_received(receive_of_act(*THREE), settled={"zhou": "earlier"}))
    assert (event.held, event.repeats) == (("huang", "rao"), None)


def test_it_is_found_again_by_what_is_kept_of_its_receipt() -> None:
    (claim,) = objection_decider.claims(told(when_received(receive())), None)
    assert (claim.kind, claim.key, claim.held) == ("objection-receipt", RECEIPT, True)


def test_it_replays_to_the_same_state() -> None:
    case = received(receive_of_act(*THREE, objector=OBJECTOR))
    again = [replace(each, event=type(each.event).read(each.event.text())) for each in case.history]
    assert replace(case, history=tuple(again)).state == case.state
