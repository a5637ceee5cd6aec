"""What is found before anything is decided on a project: each household as it was heard of last."""

from collections.abc import Sequence
from typing import Any

from chronicle.decider import Asked, Decider, Reading
from sqlalchemy import RowMapping

from industry.cases.project.commands import OfHousehold, ProjectCommand
from industry.cases.project.decider import KnownOfProject, Project, about, decide, evolve
from industry.cases.project.events import TYPES
from industry.registered_households import households_at


def gather(parts: Sequence[tuple[ProjectCommand, Project | None]], reading: Reading) -> list[KnownOfProject]:
    """Look all households of a list up at once."""
    ids = [command.household_id if isinstance(command, OfHousehold) else "" for command, _ in parts]
    households = households_at(reading.connection, ids)
    return [_found(households.get(household_id), reading.asked) for household_id in ids]


def _found(household: RowMapping | None, asked: Asked) -> KnownOfProject:
    who: dict[str, Any] = {"actor": asked.actor, "today": asked.today}
    if household is None:
        return KnownOfProject(**who)
    # A household elsewhere is refused in the words for one that is nowhere.
    theirs = asked.principal.scope(asked.actor.role).covers(household["area"])
    return KnownOfProject(
        **who,
        area=household["area"],
        standing=household["standing"] if theirs else None,
        registered_on=household["registered_on"],
        member_ids=household["member_ids"].split(),
    )


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
