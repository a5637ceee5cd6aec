"""What is found before anything is decided on a relocation: the household as it was heard of last, and policy."""

from collections.abc import Sequence
from typing import Any

from casework.dates import age, require_order
from casework.registration import KnownOfHousehold, Row, heard_of, require_registered_by
from chronicle.decider import Decider, Reading
from chronicle.store.held import is_held, last_day

from relocation.cases.relocation.commands import Answering, ProposeRelocation, RelocationCommand, WithdrawRelocation
from relocation.cases.relocation.decider import (
    HOUSEHOLD_RELOCATION,
    RELOCATION_OVER,
    KnownOfAnswer,
    KnownOfProposal,
    Relocation,
    about,
    claims,
    decide,
    evolve,
)
from relocation.cases.relocation.events import TYPES
from relocation.cases.relocation.findings import Stage
from relocation.registered_households import birth_of, household_at

OFFERED = ("floor_area_per_person", "own_contribution_per_person", "own_contribution_maximum")


def gather(parts: Sequence[tuple[RelocationCommand, Relocation | None]], reading: Reading) -> list[KnownOfHousehold]:
    """Find what each decision needs."""
    return [_found(command, relocation, reading) for command, relocation in parts]


def _found(command: RelocationCommand, relocation: Relocation | None, reading: Reading) -> KnownOfHousehold:
    whose = command if isinstance(command, ProposeRelocation) else relocation
    household = household_at(reading.connection, whose.household_id) if whose else None
    area = household["area"] if household else ""
    days = reading.value("late_entry_days", area, reading.asked.today)
    found: dict[str, Any] = {**heard_of(household, reading.asked), "late_entry_days": days}
    match command:
        case ProposeRelocation():
            # Before policy: of a day that cannot be it may be missing, which says nothing to whoever mistyped the date.
            require_registered_by(KnownOfHousehold(**found), command.on)
            return KnownOfProposal(**found, **_found_of_proposal(command, household or {}, reading))
        case WithdrawRelocation():
            return KnownOfHousehold(**found)
        case _ if household and relocation and relocation.stage is Stage.PROPOSED:
            return KnownOfAnswer(**found, **_found_of_answer(command, household, relocation, reading))
        case _:
            return KnownOfHousehold(**found)


def _found_of_proposal(command: ProposeRelocation, household: Row, reading: Reading) -> dict[str, Any]:
    group, key = household["group_code"], command.household_id
    return {
        "group_code": group,
        "has_relocation": is_held(reading.connection, HOUSEHOLD_RELOCATION, key),
        "over_on": last_day(reading.connection, RELOCATION_OVER, key),
        **{name: reading.value(name, group, command.on) for name in OFFERED},
    }


def _found_of_answer(command: Answering, household: Row, relocation: Relocation, reading: Reading) -> dict[str, Any]:
    require_order(command.on, reading.asked.today, relocation.previous_on)
    born = birth_of(household, command.answered_by)
    return {
        "age": age(born, command.on) if born else None,
        "adult_age": reading.value("adult_age", relocation.group_code, command.on),
    }


relocation_decider: Decider[RelocationCommand, Relocation | None, KnownOfHousehold] = Decider(
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
