"""A household's decider; it needs to know nothing but who asks and the date."""

from collections.abc import Sequence

from chronicle.decider import Decider, Known, Reading
from chronicle.messages import EventTypes

from identification.cases.household.commands import RecordHousehold
from identification.cases.household.decider import Household, about, claims, decide, evolve
from identification.cases.household.events import HouseholdMembersChanged, HouseholdRecorded


def gather(parts: Sequence[tuple[RecordHousehold, Household | None]], reading: Reading) -> list[Known]:
    """Tell who asks, and what day it is."""
    return [Known(actor=reading.asked.actor, today=reading.asked.today) for _ in parts]


household_decider: Decider[RecordHousehold, Household | None, Known] = Decider(
    name="household",
    types=EventTypes(HouseholdRecorded, HouseholdMembersChanged),
    initial=None,
    decide=decide,
    evolve=evolve,
    about=about,
    gather=gather,
    claims=claims,
    rules=("casework",),
)
