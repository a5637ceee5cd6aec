"""What is found before any organised act is recorded, and how the cases it is about stand."""

from collections.abc import Iterable
from typing import Any

from chronicle.decider import Decider, Reading
from chronicle.store.rows import COLUMNS, event_of
from chronicle.store.tables import event
from sqlalchemy import bindparam, select

from identification.cases.acts.commands import ActCommand
from identification.cases.area.projections import found_of_area

_HISTORY = (
    select(event)
    .where(event.c.stream.in_(bindparam("streams", expanding=True)))
    .order_by(event.c.stream, event.c.version)
)


def found_of_act(command: ActCommand, reading: Reading) -> dict[str, Any]:
    """Find what a ``KnownOfAct`` holds of the act's area on its day."""
    area, on = command.area_code, command.on
    return {
        "actor": reading.asked.actor,
        "today": reading.asked.today,
        **found_of_area(reading, area, on),
        "late_entry_days": reading.value("late_entry_days", area, on),
        "rows_maximum": reading.value("list_rows_maximum", area, on),
    }


def folded(decider: Decider[Any, Any, Any], ids: Iterable[str], reading: Reading) -> dict[str, Any]:
    """Fold those of these cases that are there, up to now: lists of them are behind, their events are not."""
    streams = {f"{decider.name}/{one}": one for one in ids}
    history: dict[str, list[Any]] = {}
    for row in reading.connection.execute(_HISTORY, {"streams": list(streams)}).mappings():
        stored = event_of([row[name] if name != "valid_on" else row[name].isoformat() for name in COLUMNS])
        if recorded := decider.types.read(stored):
            history.setdefault(streams[stored.stream], []).append(recorded)
    return {one: decider.fold(events) for one, events in history.items()}
