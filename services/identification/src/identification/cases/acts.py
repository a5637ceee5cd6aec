"""What the four organised acts share: a list of applications, in an area that was valid on the day."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from casework.areas import AreaNotValid
from casework.dates import require_late_reason, require_order
from casework.lists import require_rows
from chronicle.decider import Known, Reading

from identification.cases.application.commands import Dated
from identification.cases.area.projections import valid_areas


class KnownOfAct(Known):
    """What is found before any act is recorded."""

    area_is_valid: bool
    late_entry_days: int
    rows_maximum: int


def found_of_act(reading: Reading, area: str, on: date) -> dict[str, Any]:
    """Find what every act needs to know of its area on its day."""
    return {
        "actor": reading.asked.actor,
        "today": reading.asked.today,
        "area_is_valid": area in valid_areas(reading.connection, [area], on),
        "late_entry_days": reading.value("late_entry_days", area, on),
        "rows_maximum": reading.value("list_rows_maximum", area, on),
    }


def require_act(
    command: Dated,
    area: str,
    rows: Sequence[str],
    known: KnownOfAct,
    previous: date | None = None,
) -> None:
    """Refuse an act in an area not valid then, over an unfit list, or on a day that cannot be."""
    if not known.area_is_valid:
        raise AreaNotValid(area=area, on=command.on)
    require_rows(rows, known.rows_maximum)
    require_order(command.on, known.today, previous)
    require_late_reason(
        command.on, known.today, known.late_entry_days, command.late_reason
    )
