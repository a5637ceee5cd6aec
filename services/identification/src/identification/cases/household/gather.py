"""What is found before anything is decided on a household: who asks, and the date."""

from collections.abc import Sequence

from chronicle.decider import Decider, Known, Reading
from chronicle.store.held import is_held

from identification.cases.household.commands import HouseholdCommand, RecordHousehold
from identification.cases.household.decider import (
    Household,
    KnownOfHome,
    about,
    claims,
    decide,
    evolve,
)
from identification.cases.household.events import TYPES
from identification.people.persons import REGISTERED_HOUSEHOLD


def gather(parts: Sequence[tuple[HouseholdCommand, Household | None]], reading: Reading) -> list[Known]:
    """Find what each decision needs."""
    return [_found(command, household, reading) for command, household in parts]


def _found(command: HouseholdCommand, household: Household | None, reading: Reading) -> Known:
    known = Known(actor=reading.asked.actor, today=reading.asked.today)
    if household and isinstance(command, RecordHousehold):
        return KnownOfHome(**dict(known), place=reading.codes.on(command.on).now(household.group_code))
    return known


def is_registered(household_id: str, reading: Reading) -> bool:
    """Tell whether a household is registered as poor now."""
    return is_held(reading.connection, REGISTERED_HOUSEHOLD, household_id)


household_decider: Decider[HouseholdCommand, Household | None, Known] = Decider(
    name="household",
    types=TYPES,
    initial=None,
    decide=decide,
    evolve=evolve,
    about=about,
    gather=gather,
    claims=claims,
    rules=("casework",),
)
