"""What is found before anything is decided on allowances: the household as it was heard of, and the standard."""

from collections.abc import Sequence
from typing import Any

from casework.registration import KnownOfHousehold, Row, heard_of, require_registered_by
from chronicle.decider import Decider, Reading
from chronicle.store.held import is_held, last_day

from safety_net.cases.allowance.commands import AllowanceCommand, AssessAllowance
from safety_net.cases.allowance.decider import (
    ALLOWANCE_OVER,
    HOUSEHOLD_ALLOWANCE,
    Allowance,
    KnownOfAssessment,
    about,
    claims,
    decide,
    evolve,
)
from safety_net.cases.allowance.events import TYPES
from safety_net.registered_households import household_at


def gather(parts: Sequence[tuple[AllowanceCommand, Allowance | None]], reading: Reading) -> list[KnownOfHousehold]:
    """Find what each decision needs."""
    return [_found(command, allowance, reading) for command, allowance in parts]


def _found(command: AllowanceCommand, allowance: Allowance | None, reading: Reading) -> KnownOfHousehold:
    whose = command if isinstance(command, AssessAllowance) else allowance and allowance.assessed
    household = household_at(reading.connection, whose.household_id) if whose else None
    area = household["area"] if household else ""
    days = reading.value("late_entry_days", area, reading.asked.today)
    found: dict[str, Any] = {**heard_of(household, reading.asked), "late_entry_days": days}
    if not isinstance(command, AssessAllowance):
        return KnownOfHousehold(**found)
    # Before policy: of a day that cannot be it may be missing, which says nothing to whoever mistyped the date.
    require_registered_by(KnownOfHousehold(**found), command.on)
    return KnownOfAssessment(**found, **_found_of_assessment(command, household or {}, reading))


def _found_of_assessment(command: AssessAllowance, household: Row, reading: Reading) -> dict[str, Any]:
    key = command.household_id
    return {
        "reference_year": household["reference_year"],
        "per_capita_income": household["per_capita_income"],
        "standard": reading.value("allowance_standard", household["area"], command.on),
        "has_allowance": is_held(reading.connection, HOUSEHOLD_ALLOWANCE, key),
        "over_on": last_day(reading.connection, ALLOWANCE_OVER, key),
    }


allowance_decider: Decider[AllowanceCommand, Allowance | None, KnownOfHousehold] = Decider(
    name="allowance",
    types=TYPES,
    initial=None,
    decide=decide,
    evolve=evolve,
    about=about,
    gather=gather,
    claims=claims,
    rules=("casework",),
)
