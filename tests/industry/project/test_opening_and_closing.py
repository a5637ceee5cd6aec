"""项目: one of the five patterns, so much of it, in a village or township, until it is closed."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from casework.areas import AreaCodeMalformed, AreaNotValid
from casework.dates import BeforePreviousAct, DateInFuture
from chronicle.refusals import NotFound, Refusal
from industry.cases.project.commands import CloseProject
from industry.cases.project.decider import (
    ProjectAlreadyOpened,
    ProjectAreaWrong,
    ProjectIsClosed,
    QuantityNotPositive,
    QuantityNotWhole,
    StillEnrolled,
)
from industry.cases.project.events import ProjectOpened
from industry.cases.project.findings import LeadEntity, Pattern, Unit
from industry.cases.project.gather import project_decider
from ponds import (
    KNOWN,
    OPENED_ON,
    PROJECT,
    TODAY,
    closed,
    ended,
    enrolled,
    enrolment,
    known,
    nothing,
    opened,
    opening,
    ponds,
    project_closed,
)
from running_track import GROUP, TOWNSHIP


@pytest.mark.parametrize(
    ("pattern", "unit"),
    [
        ("pattern_fish_pond", "pond"),
        ("pattern_fruit_mu", "mu"),
        ("pattern_poultry_shed", "shed"),
        ("pattern_scenic_spot", "site"),
        ("pattern_job", "job"),
    ],
)
def test_each_of_the_five_patterns_is_counted_in_its_unit(pattern: str, unit: str) -> None:
    nothing.when(opening(pattern=pattern), KNOWN).then(opened(pattern=Pattern(pattern), unit=Unit(unit)))


def test_a_project_names_the_kind_of_entity_that_leads_it() -> None:
    nothing.when(opening(led_by="cooperative"), KNOWN).then(opened(led_by=LeadEntity.COOPERATIVE))


def test_a_project_may_be_a_townships() -> None:
    nothing.when(opening(area_code=TOWNSHIP), KNOWN).then(opened())


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"area_code": "360424000000"}, ProjectAreaWrong),
        ({"area_code": GROUP}, ProjectAreaWrong),
        ({"area_code": "000000000000"}, AreaCodeMalformed),
        ({"on": date(2015, 6, 2)}, DateInFuture),
        ({"capacity": Decimal(0)}, QuantityNotPositive),
        ({"capacity": Decimal("2.5")}, QuantityNotWhole),
    ],
)
def test_a_project_is_not_opened(changed: dict[str, Any], refusal: type[Refusal]) -> None:
    nothing.when(opening(**changed), KNOWN).then_refused(refusal)


def test_a_project_is_not_opened_in_an_area_that_is_not_there() -> None:
    nothing.when(opening(), known(area_is_open=False)).then_refused(AreaNotValid, on=OPENED_ON)


def test_land_can_be_divided() -> None:
    orchard = {"pattern": Pattern.FRUIT_MU, "capacity": Decimal("2.5")}
    nothing.when(opening(**orchard), KNOWN).then(opened(**orchard, unit=Unit.MU))


def test_a_project_is_opened_once() -> None:
    ponds.when(opening(), KNOWN).then_refused(ProjectAlreadyOpened)


def test_a_project_nobody_takes_part_in_is_closed() -> None:
    ponds.when(CloseProject(on=TODAY), KNOWN).then(project_closed)


def test_a_project_everybody_left_is_closed() -> None:
    ponds.given(enrolled(), ended()).when(CloseProject(on=TODAY), KNOWN).then(project_closed)


def test_a_project_somebody_takes_part_in_is_not_closed() -> None:
    ponds.given(enrolled()).when(CloseProject(on=TODAY), KNOWN).then_refused(StillEnrolled, count=1)


def test_closing_again_changes_nothing() -> None:
    closed.when(CloseProject(on=TODAY), KNOWN).then_nothing()


@pytest.mark.parametrize(("on", "refusal"), [("2015-05-09", BeforePreviousAct), ("2015-06-02", DateInFuture)])
def test_a_project_is_not_closed_on_a_day_that_cannot_be(on: str, refusal: type[Refusal]) -> None:
    ponds.when(CloseProject(on=date.fromisoformat(on)), KNOWN).then_refused(refusal)


def test_a_project_is_not_closed_before_the_last_household_left() -> None:
    left = ponds.given(enrolled(), ended(on=TODAY))
    left.when(CloseProject(on=date(2015, 5, 31)), KNOWN).then_refused(BeforePreviousAct, previous=TODAY)


def test_a_closed_project_takes_no_household() -> None:
    closed.when(enrolment(), KNOWN).then_refused(ProjectIsClosed, on=TODAY)


@pytest.mark.parametrize("command", [enrolment(), CloseProject(on=TODAY)])
def test_nothing_is_asked_of_a_project_nobody_opened(command: Any) -> None:
    nothing.when(command, KNOWN).then_refused(NotFound)


def test_opening_and_closing_is_about_the_project_in_its_area() -> None:
    for command, state in ((opening(area_code=TOWNSHIP), None), (CloseProject(on=TODAY), ponds.state)):
        about = project_decider.about(command, state, KNOWN)
        assert about.subject == f"project/{PROJECT}"
        assert about.area in {TOWNSHIP, ponds.state.area}


def test_an_opened_project_reads_as_it_was_written() -> None:
    assert ProjectOpened.read(opened().text()) == opened()
