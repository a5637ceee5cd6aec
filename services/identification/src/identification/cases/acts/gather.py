"""What is found before any organised act is recorded."""

from typing import Any

from chronicle.decider import Reading

from identification.cases.acts.commands import ActCommand
from identification.cases.area.projections import found_of_area


def found_of_act(command: ActCommand, reading: Reading) -> dict[str, Any]:
    """Find what a ``KnownOfAct`` holds of the act's area on its day."""
    area, on = command.area_code, command.on
    return {
        "actor": reading.asked.actor,
        "today": reading.asked.today,
        **found_of_area(reading.connection, area, on),
        "late_entry_days": reading.value("late_entry_days", area, on),
        "rows_maximum": reading.value("list_rows_maximum", area, on),
    }
