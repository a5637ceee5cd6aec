"""What a later list says of the areas that are open: other names, and by which codes they go on. Nothing is changed."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from casework.areas import Level, parent_of, prefix_of
from chronicle.area_codes import AreaCodes
from chronicle.messages import new_id
from sqlalchemy import Connection, select

from identification.cases.area.commands import OpenArea, ProposeAreaChange
from identification.cases.area.decisions.changes import Area
from identification.cases.area.findings import ChangeDocument
from identification.cases.area.projections import areas, name_on

_MOST = 0.5


@dataclass(frozen=True, slots=True)
class Compared:
    """By which code each area goes on that the list does not name any more, and those of which it does not tell."""

    successors: Mapping[str, str]
    unmatched: tuple[str, ...]


def renamings(lines: Collection[OpenArea], known: Mapping[str, Area]) -> list[ProposeAreaChange]:
    """Propose the names that a later list gives to areas that are open under another."""
    return [
        _proposal(line, name=line.name)
        for line in lines
        if line.code in known and known[line.code].name_on(line.valid_from) != line.name
    ]


def replacements(successors: Mapping[str, str], listed: Mapping[str, OpenArea]) -> list[ProposeAreaChange]:
    """Propose them, the smallest areas first: a larger one follows when all in it has somewhere to go."""
    order = sorted(successors, key=lambda code: (-len(prefix_of(code)), code))
    return [
        _proposal(listed[successors[code]], code=code, successor_code=successors[code])
        for code in order
        if not _follows(code, successors)
    ]


def compare(
    connection: Connection, listed: Mapping[str, OpenArea], complete: str, on: date, codes: AreaCodes
) -> Compared:
    """Look for what became of the areas that a list of everything in one area names no more: by names, from the top."""
    before = _open_before(connection, complete, on, codes)
    gone = sorted(set(before) - set(listed), key=lambda code: (len(prefix_of(code)), code))
    new = defaultdict(list)
    for code in listed.keys() - before.keys():
        new[parent_of(code)].append(code)
    parts, new_parts = _names_in(before), _names_in({code: line.name for code, line in listed.items()})
    found: dict[str, str] = {}
    for code in gone:
        parent = parent_of(code) or ""
        under = found.get(parent, parent)
        named = [each for each in new[under] if listed[each].name == before[code]]
        alike = [each for each in new[under] if _share(parts[code], new_parts[each]) > _MOST]
        if choice := _only(named) or _only(alike):
            found[code] = choice
            new[under].remove(choice)
    return Compared(found, tuple(code for code in gone if code not in found))


def _open_before(connection: Connection, complete: str, on: date, codes: AreaCodes) -> dict[str, str]:
    area, prefix, in_force = areas.tables.c, prefix_of(complete), codes.on(on)
    inside = area.code.between(prefix, prefix.ljust(12, "9")), area.level != Level.GROUP.value, area.valid_from < on
    rows = connection.execute(select(area.code, name_on(area.code, on)).where(*inside))
    return {code: name for code, name in rows if in_force.now(code) == code}


def _names_in(names: Mapping[str, str]) -> dict[str, set[str]]:
    parts = defaultdict(set)
    for code, name in names.items():
        parts[parent_of(code) or ""].add(name)
    return parts


def _share(before: set[str], after: set[str]) -> float:
    return len(before & after) / len(before) if before else 0


def _only(codes: list[str]) -> str | None:
    return codes[0] if len(codes) == 1 else None


def _follows(code: str, successors: Mapping[str, str]) -> bool:
    """Tell whether an area goes on where the one above takes it anyway."""
    return any(
        successors[code] == prefix_of(successors[above]) + code[len(prefix_of(above)) :]
        for above in _above(code)
        if above in successors
    )


def _above(code: str) -> Iterator[str]:
    while parent := parent_of(code):
        yield parent
        code = parent


def _proposal(
    line: OpenArea, *, code: str | None = None, name: str | None = None, successor_code: str | None = None
) -> ProposeAreaChange:
    return ProposeAreaChange(
        code=code or line.code,
        proposal_id=new_id(),
        name=name,
        successor_code=successor_code,
        valid_from=line.valid_from,
        document=ChangeDocument.published_list(line.valid_from.year),
    )
