"""What is found before anything is decided on allowances: the household as it was heard of, and the standard."""

from collections.abc import Sequence
from typing import Any

from casework.dates import require_order
from casework.registration import Standing
from chronicle.decider import Decider, Reading
from chronicle.store.tables import claim
from sqlalchemy import select

from safety_net.cases.allowance.commands import AllowanceCommand, AssessAllowance
from safety_net.cases.allowance.decider import (
    HOUSEHOLD_ALLOWANCE,
    Allowance,
    KnownOfAllowance,
    KnownOfAssessment,
    about,
    claims,
    decide,
    evolve,
)
from safety_net.cases.allowance.events import TYPES
from safety_net.registered_households import Household, household_at


def gather(parts: Sequence[tuple[AllowanceCommand, Allowance | None]], reading: Reading) -> list[KnownOfAllowance]:
    """Find what each decision needs."""
    return [_found(command, allowance, reading) for command, allowance in parts]


def _found(command: AllowanceCommand, allowance: Allowance | None, reading: Reading) -> KnownOfAllowance:
    # A standard of a year to come would be missing, which says nothing to somebody who mistyped the date.
    require_order(command.on, reading.asked.today)
    household = household_at(reading.connection, _household_id(command, allowance))
    usual: dict[str, Any] = {
        "actor": reading.asked.actor,
        "today": reading.asked.today,
        "standing": household and household.standing,
        "member_ids": household.member_ids if household else (),
    }
    if isinstance(command, AssessAllowance) and household and household.standing is Standing.REGISTERED:
        return KnownOfAssessment(**usual, **_found_of_assessment(command, household, reading))
    return KnownOfAllowance(**usual)


def _household_id(command: AllowanceCommand, allowance: Allowance | None) -> str:
    if isinstance(command, AssessAllowance):
        return command.household_id
    return allowance.assessed.household_id if allowance else ""


def _found_of_assessment(command: AssessAllowance, household: Household, reading: Reading) -> dict[str, Any]:
    held = select(claim.c.stream).where(claim.c.kind == HOUSEHOLD_ALLOWANCE, claim.c.key == command.household_id)
    return {
        "area": household.area,
        "registered_on": household.registered_on,
        "per_capita_income": household.per_capita_income,
        "standard": reading.value("allowance_standard", household.area, command.on),
        "has_allowance": reading.connection.execute(held).first() is not None,
    }


allowance_decider: Decider[AllowanceCommand, Allowance | None, KnownOfAllowance] = Decider(
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
