"""What is found before anything is decided on a household: who asks, and the date."""

from collections.abc import Iterable, Sequence
from datetime import date

from chronicle.decider import Decider, Known, Reading
from chronicle.store.held import is_held, last_day
from chronicle.store.tables import claim, event
from sqlalchemy import func, select

from identification.cases.backfill_run.gather import found_of_date
from identification.cases.household.commands import ChangeMembers, DissolveHousehold, HouseholdCommand, RecordHousehold
from identification.cases.household.decider import (
    Household,
    KnownOfCase,
    KnownOfHome,
    about,
    claims,
    decide,
    evolve,
)
from identification.cases.household.events import TYPES
from identification.cases.household.findings import HOUSEHOLD_REGISTERED
from identification.histories import folded
from identification.people.persons import HOUSEHOLD_CASE, HOUSEHOLD_CASE_ENDED, REGISTERED_HOUSEHOLD


def gather(parts: Sequence[tuple[HouseholdCommand, Household | None]], reading: Reading) -> list[Known]:
    """Find what each decision needs."""
    return [_found(command, household, reading) for command, household in parts]


def _found(command: HouseholdCommand, household: Household | None, reading: Reading) -> Known:
    place = reading.codes.on(command.on).now(household.group_code) if household else ""
    if isinstance(command, ChangeMembers | DissolveHousehold):
        registered_on = _registered_on(command.household_id, reading)
        return KnownOfCase(
            **found_of_date(reading, place, command.on),
            place=place,
            has_case=is_held(reading.connection, HOUSEHOLD_CASE, command.household_id),
            is_registered=registered_on is not None,
            case_on=registered_on or last_day(reading.connection, HOUSEHOLD_CASE_ENDED, command.household_id),
        )
    known = Known(actor=reading.asked.actor, today=reading.asked.today)
    return KnownOfHome(**dict(known), place=place) if household and isinstance(command, RecordHousehold) else known


def is_registered(household_id: str, reading: Reading) -> bool:
    """Tell whether a household is registered as poor now."""
    return is_held(reading.connection, REGISTERED_HOUSEHOLD, household_id)


def _registered_on(household_id: str, reading: Reading) -> date | None:
    """Tell since when a household is registered as poor, if it is now."""
    by = select(claim.c.stream).where(claim.c.kind == REGISTERED_HOUSEHOLD, claim.c.key == household_id)
    registered = event.c.stream.in_(by), event.c.type == HOUSEHOLD_REGISTERED
    day: date | None = reading.connection.scalar(select(func.max(event.c.valid_on)).where(*registered))
    return day


def living_in(households: Iterable[str], reading: Reading) -> set[str]:
    """Tell who is recorded in these households now, and is held by them: also who came since they applied."""
    homes = folded(household_decider, households, reading).values()
    return {member.person_id for home in homes if home for member in home.living}


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
