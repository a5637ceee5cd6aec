"""What opening an area needs to know: since when the area above it is open."""

from collections.abc import Sequence
from datetime import date

from casework.areas import parent_of
from chronicle.decider import Decider, Reading
from chronicle.messages import EventTypes
from chronicle.store.tables import event
from sqlalchemy import select

from identification.cases.area.commands import AreaCommand
from identification.cases.area.decider import AreaKnown, about, decide, evolve
from identification.cases.area.events import AreaEvent, AreaOpened, VillagerGroupOpened


def gather(parts: Sequence[tuple[AreaCommand, AreaEvent | None]], reading: Reading) -> list[AreaKnown]:
    """Look for the areas above in what is recorded and in the same list."""
    listed = {command.code: command.valid_from for command, _ in parts}
    above = {code: parent_of(code) for code in listed}
    valid_from = listed | _recorded({code for code in above.values() if code} - set(listed), reading)
    asked = reading.asked
    return [
        AreaKnown(
            actor=asked.actor, today=asked.today, parent_code=parent, parent_valid_from=valid_from.get(parent or "")
        )
        for parent in (above[command.code] for command, _ in parts)
    ]


def _recorded(codes: set[str], reading: Reading) -> dict[str, date]:
    # The projection may still be behind the batch before this one; the events themselves never are.
    first = select(event.c.stream, event.c.valid_on).where(
        event.c.stream.in_(f"area/{code}" for code in codes), event.c.version == 1
    )
    return {stream.removeprefix("area/"): on for stream, on in reading.connection.execute(first)}


area_decider: Decider[AreaCommand, AreaEvent | None, AreaKnown] = Decider(
    name="area",
    types=EventTypes(AreaOpened, VillagerGroupOpened),
    initial=None,
    decide=decide,
    evolve=evolve,
    about=about,
    gather=gather,
    rules=("casework",),
)
