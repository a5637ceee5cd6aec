"""What deciding on an area needs to know: since when the one above it is open, and what its successor is."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from casework.areas import Level, level_of, parent_of, prefix_of
from casework.heard_rows import replacement_of
from chronicle.area_codes import AreaCodes, Replacement
from chronicle.decider import Decider, Known, Reading
from chronicle.principal import AreaScope
from chronicle.store.tables import claim, event
from sqlalchemy import select

from identification.cases.area.commands import AreaCommand, OpenArea, OpenVillagerGroup, ProposeAreaChange
from identification.cases.area.decider import REPLACED, AreaKnown, about, claims, decide, evolve
from identification.cases.area.decisions.changes import Area, KnownOfChange
from identification.cases.area.decisions.merging import colliding
from identification.cases.area.events import TYPES, AreaChangeProposed, AreaReplaced
from identification.cases.area.projections import areas


def gather(parts: Sequence[tuple[AreaCommand, Area | None]], reading: Reading) -> list[Known]:
    """Look for the areas above in what is recorded and in the same list, and for what a change leads to."""
    opening = [command for command, _ in parts if isinstance(command, OpenArea | OpenVillagerGroup)]
    listed = {command.code: command.valid_from for command in opening}
    above = {code for command in opening if (code := parent_of(command.code))}
    valid_from = listed | _recorded(above - set(listed), reading)
    return [_found(command, area, valid_from, reading) for command, area in parts]


def _found(command: AreaCommand, area: Area | None, valid_from: Mapping[str, date], reading: Reading) -> Known:
    asked = reading.asked
    match command:
        case OpenArea() | OpenVillagerGroup():
            parent, codes = parent_of(command.code), reading.codes.on(command.valid_from)
            is_there = parent is None or codes.now(parent) == parent
            return AreaKnown(
                actor=asked.actor,
                today=asked.today,
                parent_code=parent,
                parent_valid_from=valid_from.get(parent or "") if is_there else None,
                **(_under_one_code(command, reading) if isinstance(command, OpenVillagerGroup) else {}),
            )
        case _:
            change = command if isinstance(command, ProposeAreaChange) else area.proposed if area else None
            if change is None:
                return KnownOfChange(actor=asked.actor, today=asked.today, code_now=command.code)
            return _of_change(change, reading)


def _of_change(change: ProposeAreaChange | AreaChangeProposed, reading: Reading) -> KnownOfChange:
    code, successor, on = change.code, change.successor_code, change.valid_from
    asked, codes = reading.asked, _replaced(reading).on(on)
    known = KnownOfChange(actor=asked.actor, today=asked.today, code_now=codes.now(code))
    if successor is None:
        return known
    subject = f"area/{code}"
    found = {
        "read_at": areas.read_at(reading.connection, [subject])[subject],
        "successor_valid_from": _recorded({successor}, reading).get(successor),
        "successor_now": codes.now(successor),
        "leads_back": codes.leads_back(prefix_of(code), prefix_of(successor)),
        "parts_missing": _parts_missing(change, successor, codes, reading),
    }
    if isinstance(change, AreaChangeProposed) and not found["leads_back"]:
        found["parts_colliding"] = len(_colliding(change, successor, codes, reading))
    return known.model_copy(update=found)


def _colliding(change: AreaChangeProposed, successor: str, codes: AreaCodes, reading: Reading) -> set[str]:
    """Find the codes by which two areas would go: on the day, and two villager groups on any later one."""
    new = Replacement(prefix_of(change.code), prefix_of(successor), change.valid_from)
    then = AreaCodes.without_circles((*codes.replacements, new))
    found: set[str] = set()
    for day in codes.days_from(change.valid_from):
        before, after = codes.on(day), then.on(day)
        moved = {after.now(one) for one in _recorded_in((new.prefix,), before, reading)}
        there = {after.now(new.successor), *(prefix_of(one) for one in moved)}
        whole = (one for one in there if not any(one != other and one.startswith(other) for other in there))
        opened = _recorded_in(tuple(sorted(whole)), after, reading)
        among = opened if day == change.valid_from else [one for one in opened if level_of(one) is Level.GROUP]
        found |= colliding(before, after, new.successor, among)
    return found


def _recorded_in(prefixes: tuple[str, ...], codes: AreaCodes, reading: Reading) -> Sequence[str]:
    # Opened on whatever day: a change that is entered late finds what was opened meanwhile.
    code = areas.tables.c.code
    return reading.connection.execute(select(code).where(AreaScope(prefixes, codes).where(code))).scalars().all()


def _replaced(reading: Reading) -> AreaCodes:
    """What was ever replaced, from the events: what is kept in memory may be behind the one confirmed just before."""
    held = select(claim.c.stream).where(claim.c.kind == REPLACED)
    told = select(event.c.data).where(event.c.stream.in_(held), event.c.type == AreaReplaced.type)
    replaced = map(AreaReplaced.model_validate_json, reading.connection.execute(told).scalars())
    return AreaCodes.without_circles(replacement_of(each) for each in replaced)


def _parts_missing(
    change: ProposeAreaChange | AreaChangeProposed, successor: str, codes: AreaCodes, reading: Reading
) -> int:
    """Count the areas inside that neither go elsewhere by themselves nor have a counterpart; groups just go along."""
    before, after, on = prefix_of(change.code), prefix_of(successor), change.valid_from
    inside = _open_in(before, on, reading)
    counterparts = set(_open_in(after, on, reading))
    staying = (each for each in inside if codes.now(each) == each)
    return sum(f"{after}{each[len(before) :]}" not in counterparts for each in staying)


def _open_in(prefix: str, on: date, reading: Reading) -> Sequence[str]:
    area = areas.tables.c
    within = area.code.between(prefix, prefix.ljust(12, "9")), area.level != Level.GROUP.value, area.valid_from <= on
    return reading.connection.execute(select(area.code).where(*within)).scalars().all()


def _under_one_code(command: OpenVillagerGroup, reading: Reading) -> dict[str, Any]:
    # Also of a later day: two groups would have one code from then on.
    days = [reading.codes.on(day) for day in reading.codes.days_from(command.valid_from)]
    earlier = {one for codes in days for one in codes.origins(command.code)} - {command.code}
    together = {one for codes in days for one in codes.origins(codes.now(command.code))} - {command.code} - earlier
    there = sorted(_recorded(earlier | together, reading))
    return {
        "goes_on": next((one for one in there if one in earlier), None),
        "goes_with": next((one for one in there if one in together), None),
    }


def _recorded(codes: set[str], reading: Reading) -> dict[str, date]:
    # The projection may still be behind the batch before this one; the events themselves never are.
    first = select(event.c.stream, event.c.valid_on).where(
        event.c.stream.in_(f"area/{code}" for code in codes), event.c.version == 1
    )
    return {stream.removeprefix("area/"): on for stream, on in reading.connection.execute(first)}


area_decider: Decider[AreaCommand, Area | None, Known] = Decider(
    name="area",
    types=TYPES,
    initial=None,
    decide=decide,
    evolve=evolve,
    about=about,
    gather=gather,
    claims=claims,
    rules=("casework",),
)
