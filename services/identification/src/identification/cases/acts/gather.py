"""What is found before any organised act is recorded."""

from typing import Any

from chronicle.decider import Reading

from identification.cases.acts.commands import ActCommand
from identification.cases.area.projections import found_of_area
from identification.cases.backfill_run.gather import found_of_date


def found_of_act(command: ActCommand, reading: Reading) -> dict[str, Any]:
    """Find what a ``KnownOfAct`` holds of the act's area on its day."""
    area, on = command.area_code, command.on
    return {
        **found_of_date(reading, area, on),
        **found_of_area(reading, area, on),
        "rows_maximum": reading.value("list_rows_maximum", area, on),
    }


def began_in(area: str | None, command: ActCommand, reading: Reading) -> str | None:
    """By which code, on the day of a command, the area goes in which an act began."""
    return area and reading.codes.on(command.on).now(area)
