"""What is found before anything is decided on a relocation: the household as it was heard of last, and policy."""

from collections.abc import Sequence
from typing import Any

from casework.dates import age, require_order
from chronicle.decider import Decider, Reading
from sqlalchemy import RowMapping

from relocation.cases.relocation.commands import Answering, ProposeRelocation, RelocationCommand
from relocation.cases.relocation.decider import (
    KnownOfAnswer,
    KnownOfProposal,
    KnownOfRelocation,
    Relocation,
    about,
    claims,
    decide,
    evolve,
)
from relocation.cases.relocation.events import TYPES
from relocation.registered_households import births_in, household_at

OFFERED = ("floor_area_per_person", "own_contribution_per_person", "own_contribution_maximum")


def gather(parts: Sequence[tuple[RelocationCommand, Relocation | None]], reading: Reading) -> list[KnownOfRelocation]:
    """Find what each decision needs."""
    return [_found(command, relocation, reading) for command, relocation in parts]


def _found(command: RelocationCommand, relocation: Relocation | None, reading: Reading) -> KnownOfRelocation:
    # Policy of a year to come would be missing, which says nothing to somebody who mistyped the date.
    require_order(command.on, reading.asked.today)
    if isinstance(command, ProposeRelocation):
        return _found_of_proposal(command, reading)
    return _found_of_answer(command, relocation.household_id if relocation else "", reading)


def _found_of_proposal(command: ProposeRelocation, reading: Reading) -> KnownOfProposal:
    household = household_at(reading.connection, command.household_id)
    known = _known(household, reading)
    offered = {name: reading.value(name, known["group_code"], command.on) for name in OFFERED}
    return KnownOfProposal(**known, **offered, registered_on=household["registered_on"] if household else None)


def _found_of_answer(command: Answering, household_id: str, reading: Reading) -> KnownOfAnswer:
    household = household_at(reading.connection, household_id)
    known = _known(household, reading)
    born = births_in(household).get(command.answered_by) if household else None
    return KnownOfAnswer(
        **known,
        age=age(born, command.on) if born else None,
        adult_age=reading.value("adult_age", known["group_code"], command.on),
    )


def _known(household: RowMapping | None, reading: Reading) -> dict[str, Any]:
    asked = {"actor": reading.asked.actor, "today": reading.asked.today}
    if household is None:
        # Refused whatever policy says; the country's is there for any area.
        return {**asked, "group_code": ""}
    names = ("area", "group_code", "standing")
    return {**asked, **{name: household[name] for name in names}, "member_ids": tuple(births_in(household))}


relocation_decider: Decider[RelocationCommand, Relocation | None, KnownOfRelocation] = Decider(
    name="relocation",
    types=TYPES,
    initial=None,
    decide=decide,
    evolve=evolve,
    about=about,
    gather=gather,
    claims=claims,
    rules=("casework",),
)
