"""答复异议: by the next higher body, never by who had a part; dismissed, returned, rejected, or an invitation."""

from datetime import date
from typing import Any

import pytest
from casework.dates import BeforePreviousAct, DateInFuture
from casework.roles import Role
from chronicle.messages import Actor
from chronicle.testing import Case
from identification.cases.application.commands import DecideObjection
from identification.cases.application.decisions.objections import ObjectionJudgedByPerformer
from identification.cases.application.decisions.rows import OutcomeIncomplete
from identification.cases.application.findings import ObjectionDecision
from identification.cases.objection.decider import (
    NotTheResolvingBody,
    Objection,
    ObjectionClosed,
    ObjectionJudgedByReceiver,
    ObjectionMoot,
    ObjectionNotReceived,
    ResolutionUnfit,
)
from identification.cases.objection.events import ObjectionResolved
from identification.cases.objection.findings import ObjectionState, Resolution
from identification.cases.objection.gather import objection_decider
from objections import (
    DUE_ON,
    FOUND,
    ROW,
    receive_of_act,
    receive_of_omission,
    received,
    resolve,
    when_resolved,
)

OVERDUE = date(2015, 6, 24)
RETURNED: dict[str, Any] = {"resolution": Resolution.UPHELD_RETURNED, "return_to": 4}
OF_ROW = {Resolution.DISMISSED, Resolution.UPHELD_RETURNED, Resolution.UPHELD_REJECTED}
OF_ACT = {Resolution.DISMISSED, Resolution.UPHELD_RETURNED}
OF_OMISSION = {Resolution.DISMISSED, Resolution.UPHELD_INVITED}


def then(case: Case, **changed: Any) -> ObjectionResolved:
    (event,) = when_resolved(case, resolve(**changed)).decided
    assert isinstance(event, ObjectionResolved)
    return event


def test_a_dismissed_objection_is_answered_with_what_was_found() -> None:
    event = then(received())
    assert (event.resolution, event.findings, event.rows) == (Resolution.DISMISSED, FOUND, (ROW,))


def test_what_is_resolved_is_decided_for_every_household_it_holds() -> None:
    command = resolve(rows=("huang", "rao"), **RETURNED)
    assert then(received(receive_of_act("huang", "rao")), rows=("huang", "rao"), **RETURNED).return_to == 4
    decided = DecideObjection(
        on=command.on,
        objection_id="objection",
        decision=ObjectionDecision.UPHELD_RETURNED,
        return_to=4,
        findings=FOUND,
        performed_by=("arbiter",),
    )
    assert command.row_commands() == dict.fromkeys(("huang", "rao"), decided)


def test_an_invitation_to_apply_touches_no_household() -> None:
    assert resolve(resolution=Resolution.UPHELD_INVITED).row_commands() == {}


@pytest.mark.parametrize("resolution", Resolution)
@pytest.mark.parametrize(
    ("case", "fitting"),
    [
        (received(), OF_ROW),
        (received(receive_of_act("huang")), OF_ACT),
        (received(receive_of_omission()), OF_OMISSION),
    ],
)
def test_an_act_is_never_rejected_and_only_an_omission_ends_in_an_invitation(
    case: Case, fitting: set[Resolution], resolution: Resolution
) -> None:
    command = resolve(resolution=resolution, return_to=4 if resolution is Resolution.UPHELD_RETURNED else None)
    if resolution in fitting:
        assert len(when_resolved(case, command).decided) == 1
    else:
        when_resolved(case, command).then_refused(ResolutionUnfit)


@pytest.mark.parametrize("changed", [{"return_to": 4}, {"resolution": Resolution.UPHELD_RETURNED}])
def test_a_return_and_nothing_else_says_where_to(changed: dict[str, Any]) -> None:
    when_resolved(received(), resolve(**changed)).then_refused(OutcomeIncomplete)


@pytest.mark.parametrize("duty", [Role.VILLAGE_OFFICER, Role.COUNTY_OFFICER, Role.GROUP_CONVENER])
def test_it_is_for_the_next_higher_body_alone_while_it_is_not_overdue(duty: Role) -> None:
    when_resolved(received(), resolve(DUE_ON), duty).then_refused(NotTheResolvingBody)


@pytest.mark.parametrize("duty", [Role.TOWNSHIP_REVIEWER, Role.COUNTY_OFFICER])
def test_overdue_it_is_resolved_by_the_body_above_as_well(duty: Role) -> None:
    assert len(when_resolved(received(), resolve(OVERDUE), duty).decided) == 1


def test_the_county_does_not_resolve_on_a_day_on_which_it_was_not_overdue_whenever_it_enters_that() -> None:
    late = when_resolved(received(), resolve(DUE_ON), Role.COUNTY_OFFICER, today=OVERDUE)
    late.then_refused(NotTheResolvingBody)


def test_whoever_received_it_does_not_resolve_it_nor_is_named_as_resolving_it() -> None:
    own = Actor("officer", "another-office", Role.TOWNSHIP_REVIEWER.value)
    when_resolved(received(), resolve(), actor=own).then_refused(ObjectionJudgedByReceiver)
    when_resolved(received(), resolve(performed_by=("officer",))).then_refused(ObjectionJudgedByReceiver)


def test_nobody_resolves_it_who_had_a_part_in_the_notice_or_before_even_where_it_holds_nobody() -> None:
    for case in (received(), received(receive_of_omission())):
        when_resolved(case, resolve(), took_part=("officer",)).then_refused(ObjectionJudgedByPerformer, count=1)


def test_it_is_not_resolved_before_it_was_received_or_tomorrow() -> None:
    early = date(2015, 6, 14)
    when_resolved(received(), resolve(early)).then_refused(BeforePreviousAct, on=early, previous=date(2015, 6, 15))
    when_resolved(received(), resolve(), today=date(2015, 6, 16)).then_refused(DateInFuture, on=date(2015, 6, 17))


def test_it_is_resolved_once() -> None:
    resolved = when_resolved(received(), resolve())
    after = resolved.then(*resolved.decided)
    when_resolved(after, resolve(resolution=Resolution.UPHELD_REJECTED, rows=())).then_refused(ObjectionClosed)

    objection = after.state
    assert isinstance(objection, Objection)
    assert objection.state(date(2016, 1, 1)) is ObjectionState.RESOLVED
    assert objection.duties(date(2016, 1, 1)) == (Role.TOWNSHIP_REVIEWER,)


def test_what_was_resolved_before_it_held_every_household_to_its_end_is_resolved_again_for_those() -> None:
    resolved = when_resolved(received(), resolve(rows=()))
    assert when_resolved(resolved.then(*resolved.decided), resolve()).decided


def test_of_applications_that_have_all_ended_nothing_is_resolved() -> None:
    when_resolved(received(), resolve(), is_moot=True).then_refused(ObjectionMoot)
    objection = received().state
    assert isinstance(objection, Objection)
    assert objection.state(OVERDUE, holds=False) is ObjectionState.MOOT


def test_what_repeats_a_dismissed_one_is_not_resolved_again() -> None:
    when_resolved(received(settled={ROW: "earlier"}), resolve()).then_refused(ObjectionClosed)


def test_what_nobody_received_is_not_resolved() -> None:
    when_resolved(Case(objection_decider), resolve()).then_refused(ObjectionNotReceived)
