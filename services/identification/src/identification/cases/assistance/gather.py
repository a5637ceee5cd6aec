"""What is found before assistance is noted of a household: how it stood, by the register, on the day it began."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from casework.registration import Standing
from chronicle.decider import Decider, Known, Reading
from chronicle.refusals import Conflict
from sqlalchemy import select

from identification.cases.household.commands import HouseholdCommand, NoteAssistance
from identification.cases.household.decider import Household, KnownOfAssistance
from identification.cases.household.gather import household_decider, is_registered
from identification.cases.registration.projections import registered_households


def gather(parts: Sequence[tuple[HouseholdCommand, Household | None]], reading: Reading) -> list[Known]:
    """Find what each decision needs."""
    return [_found(command, household, reading) for command, household in parts]


def _found(command: HouseholdCommand, household: Household | None, reading: Reading) -> Known:
    asked: dict[str, Any] = {"actor": reading.asked.actor, "today": reading.asked.today}
    if not isinstance(command, NoteAssistance):
        return Known(**asked)
    subject = f"household/{command.household_id}"
    read_at = registered_households.read_at(reading.connection, [subject])[subject]
    standing = standing_on(command.household_id, command.on, reading) if household else None
    return KnownOfAssistance(**asked, read_at=read_at, standing=standing)


def standing_on(household_id: str, on: date, reading: Reading) -> Standing:
    """Tell how a household stood on a day; on the day its registration ended, it was registered still."""
    table = registered_households.tables.household
    spans = select(table.c.registered_on, table.c.ended_on).where(table.c.household_id == household_id)
    found = reading.connection.execute(spans).all()
    # The register is a projection: what was just recorded may not be in it yet.
    if any(ended is None for _, ended in found) is not is_registered(household_id, reading):
        raise Conflict
    if any(since <= on <= (ended or on) for since, ended in found):
        return Standing.REGISTERED
    return Standing.ENDED if any(ended and ended < on for _, ended in found) else Standing.RECORDED


assistance_decider: Decider[HouseholdCommand, Household | None, Known] = replace(household_decider, gather=gather)
