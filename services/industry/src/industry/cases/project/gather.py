"""What is found before anything is decided on a project: each household as it was heard of last."""

from collections.abc import Mapping, Sequence
from typing import Any

from casework.heard_rows import is_open
from casework.registration import Row, heard_of
from chronicle.decider import Decider, Reading

from industry.areas import areas
from industry.cases.project.commands import EndEnrolment, OfHousehold, OpenProject, ProjectCommand
from industry.cases.project.decider import KnownOfProject, Project, about, decide, evolve
from industry.cases.project.events import TYPES
from industry.registered_households import households_at


def gather(parts: Sequence[tuple[ProjectCommand, Project | None]], reading: Reading) -> list[KnownOfProject]:
    """Look all households of a list up at once."""
    ids = [command.household_id for command, _ in parts if isinstance(command, OfHousehold)]
    households = households_at(reading.connection, ids)
    return [_found(command, project, households, reading) for command, project in parts]


def _found(
    command: ProjectCommand, project: Project | None, households: Mapping[str, Row], reading: Reading
) -> KnownOfProject:
    asked = reading.asked
    household = households.get(command.household_id) if isinstance(command, OfHousehold) else None
    # By what holds on the day of entry, which is never one that policy does not know.
    days = reading.value("late_entry_days", _area(command, project), asked.today)
    found: dict[str, Any] = {**heard_of(household, asked), "late_entry_days": days}
    codes = reading.codes.on(asked.today)
    if project and codes.replacements:
        # A household moves with its village: both are compared by the codes of today.
        found |= {"project_in": codes.now(project.area), "area": codes.now(found.get("area", ""))}
    match command:
        case OpenProject(area_code=code, on=on):
            is_there = is_open(reading.connection, areas.tables, code, on, reading.codes)
            return KnownOfProject(**found, area_is_open=is_there)
        case EndEnrolment(household_id=household_id):
            last, scope = project and project.last_of(household_id), asked.principal.scope(asked.actor.role)
            return KnownOfProject(**found, enrolled_here=bool(last and scope.covers(last.area)))
        case _:
            return KnownOfProject(**found)


def _area(command: ProjectCommand, project: Project | None) -> str:
    if isinstance(command, OpenProject):
        return command.area_code
    # A project nobody opened is refused whatever policy says.
    return project.area if project else ""


project_decider: Decider[ProjectCommand, Project | None, KnownOfProject] = Decider(
    name="project",
    types=TYPES,
    initial=None,
    decide=decide,
    evolve=evolve,
    about=about,
    gather=gather,
    rules=("casework",),
)
