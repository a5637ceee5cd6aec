"""The rules of a project: who may take part, with how much, and that never more is given than there is."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from itertools import chain

from casework.areas import AreaNotValid, Level, level_of, prefix_of
from casework.dates import require_date
from casework.four_eyes import require_outsider
from casework.registration import HouseholdNotKnown, KnownOfHousehold, require_registered_by
from chronicle.decider import About
from chronicle.messages import Event, Recorded
from chronicle.refusals import Invalid, NotFound, Refusal

from industry.cases.project.commands import CloseProject, EndEnrolment, EnrolHousehold, OpenProject, ProjectCommand
from industry.cases.project.events import (
    EnrolmentEnded,
    HouseholdEnrolled,
    ProjectClosed,
    ProjectEvent,
    ProjectOpened,
)
from industry.cases.project.findings import Unit, plain


class ProjectAlreadyOpened(Refusal, code="project-already-opened", zh="该项目已经登记。"):
    """This project was already opened."""


class ProjectIsClosed(Refusal, code="project-is-closed", zh="该项目已于{on}关闭。"):
    """The project was closed on {on}."""


class ProjectAreaWrong(Invalid, code="project-area-wrong", zh="项目应选到行政村或乡镇。"):
    """A project belongs to a village or a township."""


class QuantityNotPositive(Invalid, code="quantity-not-positive", zh="数量应大于零。"):
    """The quantity must be more than nothing."""


class QuantityNotWhole(Invalid, code="quantity-not-whole", zh="除亩数外，数量应为整数。"):
    """Only mu can be divided; of anything else the quantity is a whole number."""


class HouseholdElsewhere(Refusal, code="household-elsewhere", zh="该户不在项目所在区域内。"):
    """The household does not live in the project's area."""


class AlreadyEnrolled(Refusal, code="already-enrolled", zh="该户自{since}起已参加本项目，数量为{quantity}{unit.zh}。"):
    """The household has taken part in this project since {since}; its share is {quantity}, counted in {unit.en}."""


class NotEnrolled(Refusal, code="not-enrolled", zh="该户没有参加本项目。"):
    """The household does not take part in this project."""


class CapacityExceeded(
    Refusal,
    code="capacity-exceeded",
    zh="项目自{on}起有时只剩{left}{unit.zh}，不够{quantity}{unit.zh}。",
):
    """From {on} on the project has at times less left than was asked for: {left}, not {quantity}, in {unit.en}."""


class StillEnrolled(Refusal, code="still-enrolled", zh="还有{count}户参加本项目，应先办理退出。"):
    """Households still take part ({count}); their enrolments are ended first."""


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A household's share of the project, where it lived, and the day since which it has it, or had it until.

    On the day on which it ends the share is free again.
    """

    enrolled: HouseholdEnrolled
    area: str
    since: date
    ended_on: date | None = None

    def in_use(self, on: date) -> bool:
        """Tell whether the household has its share on a day."""
        return self.since <= on and (self.ended_on is None or on < self.ended_on)


@dataclass(frozen=True, slots=True)
class Project:
    """What was opened, where and when, and every share that households have or had, each household's last one last."""

    opened: ProjectOpened
    area: str
    opened_on: date
    previous_on: date
    closed_on: date | None = None
    enrolments: Mapping[str, tuple[Enrolment, ...]] = field(default_factory=dict)

    @property
    def given(self) -> Decimal:
        """How much of the capacity is given away now."""
        return sum((each.enrolled.quantity for each in self._all() if each.ended_on is None), Decimal())

    @property
    def left(self) -> Decimal:
        """How much of the capacity is free now."""
        return self.opened.capacity - self.given

    @property
    def households(self) -> int:
        """How many households take part."""
        return sum(each.ended_on is None for each in self._all())

    def left_from(self, day: date) -> Decimal:
        """How much is free on every day from this one on, whatever was entered in which order."""
        # The most is in use on the first day, or on one on which somebody begins.
        days = {day, *(each.since for each in self._all() if each.since > day)}
        most = max(sum((each.enrolled.quantity for each in self._all() if each.in_use(on)), Decimal()) for on in days)
        return self.opened.capacity - most

    def last_of(self, household_id: str) -> Enrolment | None:
        """The share a household has, or had last."""
        return next(reversed(self.enrolments.get(household_id, ())), None)

    def _all(self) -> Iterator[Enrolment]:
        return chain.from_iterable(self.enrolments.values())


class KnownOfProject(KnownOfHousehold):
    """What is found before anything on a project: of a new one, whether its area is open then.

    Of an enrolment to be ended, whether the household lives in the area of who asks. ``project_in`` is the code that
    the project's area has now, when that is no longer the one it was opened with.
    """

    area_is_open: bool = False
    enrolled_here: bool = False
    project_in: str | None = None


def decide(command: ProjectCommand, project: Project | None, known: KnownOfProject) -> list[Event]:
    """Open or close a project, or change who takes part."""
    if isinstance(command, OpenProject):
        return _open(command, project, known)
    if project is None:
        raise NotFound
    match command:
        case EnrolHousehold():
            return _enrol(command, project, known)
        case EndEnrolment():
            return _end(command, project, known)
        case CloseProject():
            return _close(command, project, known)


def _open(command: OpenProject, project: Project | None, known: KnownOfProject) -> list[Event]:
    if project is not None:
        raise ProjectAlreadyOpened
    if level_of(command.area_code) not in {Level.VILLAGE, Level.TOWNSHIP}:
        raise ProjectAreaWrong
    late_reason = require_date(command, known)
    if not known.area_is_open:
        raise AreaNotValid(area=command.area_code, on=command.on)
    unit = command.pattern.unit
    _require_quantity(command.capacity, unit)
    facts = command.model_dump(include={"project_id", "pattern", "capacity", "led_by"})
    return [ProjectOpened(**facts, unit=unit, late_reason=late_reason)]


def _enrol(command: EnrolHousehold, project: Project, known: KnownOfProject) -> list[Event]:
    opened, last = project.opened, project.last_of(command.household_id)
    # Also of what it takes part in: a township's project is there for all its villages, their households are not.
    if known.standing is None:
        raise HouseholdNotKnown
    if last and last.ended_on is None:
        if (last.enrolled.quantity, last.since) == (command.quantity, command.on):
            return []
        raise AlreadyEnrolled(quantity=plain(last.enrolled.quantity), unit=opened.unit, since=last.since)
    if project.closed_on:
        raise ProjectIsClosed(on=project.closed_on)
    require_registered_by(known, command.on)
    if not known.area.startswith(prefix_of(known.project_in or project.area)):
        raise HouseholdElsewhere
    require_outsider(known.actor.person, known.member_ids)
    late_reason = require_date(command, known, max(project.opened_on, (last and last.ended_on) or date.min))
    _require_quantity(command.quantity, opened.unit)
    left = project.left_from(command.on)
    if command.quantity > left:
        asked = plain(command.quantity)
        raise CapacityExceeded(on=command.on, left=plain(left), quantity=asked, unit=opened.unit)
    facts = command.model_dump(include={"enrolment_id", "household_id", "quantity"})
    of_project = opened.model_dump(include={"project_id", "pattern", "unit"})
    return [HouseholdEnrolled(**facts, **of_project, late_reason=late_reason)]


def _end(command: EndEnrolment, project: Project, known: KnownOfProject) -> list[Event]:
    last = project.last_of(command.household_id)
    if last is None or not known.enrolled_here:
        raise NotEnrolled
    if last.ended_on:
        return []
    require_outsider(known.actor.person, known.member_ids)
    late_reason = require_date(command, known, last.since)
    return [EnrolmentEnded(**{**dict(last.enrolled), "late_reason": late_reason}, reason=command.reason)]


def _close(command: CloseProject, project: Project, known: KnownOfProject) -> list[Event]:
    if project.closed_on:
        return []
    if project.households:
        raise StillEnrolled(count=project.households)
    late_reason = require_date(command, known, project.previous_on)
    return [ProjectClosed(project_id=project.opened.project_id, late_reason=late_reason)]


def _require_quantity(quantity: Decimal, unit: Unit) -> None:
    if quantity <= 0:
        raise QuantityNotPositive
    if not unit.divisible and quantity % 1:
        raise QuantityNotWhole


def evolve(project: Project | None, recorded: Recorded[ProjectEvent]) -> Project | None:
    """Keep who takes part with how much."""
    event, on = recorded.event, recorded.valid_on
    if isinstance(event, ProjectOpened):
        return Project(event, recorded.area, on, previous_on=on)
    if project is None:
        return None
    noted = replace(project, previous_on=max(project.previous_on, on))
    match event:
        case HouseholdEnrolled(household_id=household):
            earlier = project.enrolments.get(household, ())
            return _with(noted, household, (*earlier, Enrolment(event, recorded.area, since=on)))
        case EnrolmentEnded(household_id=household):
            *before, last = project.enrolments[household]
            return _with(noted, household, (*before, replace(last, ended_on=on)))
        case ProjectClosed():
            return replace(noted, closed_on=on)


def _with(project: Project, household: str, enrolments: tuple[Enrolment, ...]) -> Project:
    return replace(project, enrolments={**project.enrolments, household: enrolments})


def about(command: ProjectCommand, project: Project | None, known: KnownOfProject) -> About:
    """Enrolling is about the household, in its village; opening and closing is about the project."""
    if isinstance(command, OpenProject):
        return About(f"project/{command.project_id}", command.area_code, command.on)
    if project is None:
        raise NotFound
    match command:
        case EnrolHousehold():
            return About(f"household/{command.household_id}", known.area, command.on)
        case EndEnrolment():
            return About(
                f"household/{command.household_id}", project.enrolments[command.household_id][-1].area, command.on
            )
        case CloseProject():
            return About(f"project/{project.opened.project_id}", project.area, command.on)
