"""Administrative areas from a CSV file: every bad line is named before anything is recorded."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from io import StringIO
from typing import Literal, TypeVar
from uuid import NAMESPACE_OID, UUID, uuid5

from casework.areas import level_of
from chronicle.decider import Asked, Known, Reading
from chronicle.handling import Handler
from chronicle.recording import Part
from chronicle.refusals import Invalid, Language, Refusal, RowsRefused
from chronicle.store.values import EVENTS_PER_APPEND, Delivery
from pydantic import ValidationError

from identification.cases.area.commands import AreaCommand, OpenArea, ProposeAreaChange
from identification.cases.area.decisions.changes import Area
from identification.cases.area.gather import area_decider
from identification.imports.area_changes import compare, renamings, replacements

COLUMNS = ("code", "name", "level", "parent_code", "code_source")

C = TypeVar("C", OpenArea, ProposeAreaChange)


class LinesRefused(RowsRefused, Invalid, code="lines-refused", zh="文件中有{count}行不能导入，没有导入任何内容。"):
    """Lines of the file that cannot be imported: {count}; nothing was imported."""

    def by_line(self, language: Language = "zh") -> list[str]:
        """Say for each bad line, by its number, what is wrong with it."""
        where = "第{}行：{}" if language == "zh" else "line {}: {}"
        return [where.format(line, refusal.sentence(language)) for line, refusal in self.rows]


class NotUtf8(Invalid, code="not-utf-8", zh="文件不是UTF-8编码，请另存为UTF-8后再导入。"):
    """The file is not UTF-8 text; save it as UTF-8 and import it again."""


class ColumnsWrong(Invalid, code="columns-wrong", zh="第一行应依次为code,name,level,parent_code,code_source五列。"):
    """The first line must name the columns code,name,level,parent_code,code_source, in this order."""


class LineUnreadable(Invalid, code="line-unreadable", zh="这一行不是正确的CSV，引号可能没有成对。"):
    """This line is not CSV; a quotation mark may be missing."""


class FieldCountWrong(Invalid, code="field-count-wrong", zh="这一行有{found}列，应为5列。"):
    """Fields in this line: {found}, instead of 5."""


class FieldWrong(Invalid, code="field-wrong", zh="{column}一列的内容不正确。"):
    """The field {column} does not hold what belongs there."""


class AreaTwice(Invalid, code="area-twice", zh="{code}在第{line}行已经出现过。"):
    """{code} was already given in line {line}."""


@dataclass(frozen=True, slots=True)
class Imported:
    """How many areas the file has, how many were not open before, and how many changes of others it proposes.

    ``unmatched`` are those it does not name any more without telling by which codes they go on.
    """

    areas: int
    opened: int
    proposed: int = 0
    unmatched: tuple[str, ...] = ()


def import_areas(
    handler: Handler, content: bytes, valid_from: date, asked: Asked, complete: str | None = None
) -> Imported:
    """Open the areas of a file; refused as LinesRefused. Running it again goes on where it stopped, or does nothing.

    Of areas that are open already, a later list proposes other names; where it is ``complete``, also by which codes
    those go on that it does not name any more. Nothing of that changes before somebody confirms it.
    """
    lines = read_areas(content, valid_from)
    states = _states(handler, lines.values())
    later = {code for code, state in states.items() if state.opening.valid_from < valid_from}
    unopened = _unopened(handler, {at: line for at, line in lines.items() if line.code not in later}, asked)
    job = uuid5(NAMESPACE_OID, f"areas {valid_from} {sha256(content).hexdigest()}")
    _record(handler, unopened, asked, job)
    proposals = renamings([line for line in lines.values() if line.code in later], states)
    unmatched: tuple[str, ...] = ()
    if complete:
        listed = {line.code: line for line in lines.values()}
        with handler.database.reading() as connection:
            compared = compare(connection, listed, complete, valid_from, handler.codes())
        proposals += replacements(compared.successors, listed)
        unmatched = compared.unmatched
    proposed = [command for command, refusal in _tried(handler, proposals, asked) if refusal is None]
    _record(handler, proposed, asked, uuid5(job, "proposals"))
    return Imported(len(lines), len(unopened), len(proposed), unmatched)


def _record(handler: Handler, commands: Sequence[AreaCommand], asked: Asked, job: UUID) -> None:
    for start in range(0, len(commands), EVENTS_PER_APPEND):
        batch = commands[start : start + EVENTS_PER_APPEND]
        parts = [Part(area_decider, command.code, command, row=command.code) for command in batch]
        handler.handle(replace(asked, command_id=str(uuid5(job, batch[0].code))), parts, Delivery())


def _states(handler: Handler, commands: Iterable[AreaCommand]) -> dict[str, Area]:
    streams = {command.code: f"{area_decider.name}/{command.code}" for command in commands}
    folded = handler.states.of(dict.fromkeys(streams.values(), area_decider))
    return {code: folded[stream].state for code, stream in streams.items() if folded[stream].state}


def read_areas(content: bytes, valid_from: date) -> dict[int, OpenArea]:
    """Read the file into commands by line number; refused as LinesRefused."""
    rows = csv.reader(StringIO(_text(content), newline=""), strict=True)
    lines: dict[int, OpenArea] = {}
    seen: dict[str, int] = {}
    refused: list[tuple[str, Refusal]] = []
    try:
        if tuple(next(rows, ())) != COLUMNS:
            raise LinesRefused([("1", ColumnsWrong())])
        for row in rows:
            try:
                command = _command(row, valid_from)
                if seen.setdefault(command.code, rows.line_num) != rows.line_num:
                    raise AreaTwice(code=command.code, line=seen[command.code])
                lines[rows.line_num] = command
            except Refusal as refusal:
                refused.append((str(rows.line_num), refusal))
    except csv.Error:
        refused.append((str(rows.line_num), LineUnreadable()))
    if refused:
        raise LinesRefused(refused)
    return lines


def _text(content: bytes) -> str:
    try:
        # Spreadsheets put a byte order mark before UTF-8.
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise LinesRefused([(str(line), NotUtf8())]) from None


def _command(row: list[str], valid_from: date) -> OpenArea:
    if len(row) != len(COLUMNS):
        raise FieldCountWrong(found=len(row))
    fields = dict(zip(COLUMNS, (field or None for field in row), strict=True))
    try:
        command = OpenArea.model_validate({**fields, "valid_from": valid_from})
    except ValidationError as error:
        raise FieldWrong(column=error.errors(include_input=False)[0]["loc"][0]) from None
    level_of(command.code)
    return command


def _unopened(handler: Handler, lines: Mapping[int, OpenArea], asked: Asked) -> list[OpenArea]:
    """Give those that would be opened, the areas above first; refused as LinesRefused when any cannot be."""
    tried = _tried(handler, list(lines.values()), asked)
    refused = [(str(at), why) for at, (_, why) in zip(lines, tried, strict=True) if isinstance(why, Refusal)]
    if refused:
        raise LinesRefused(refused)
    return sorted((command for command, why in tried if why is None), key=lambda command: command.code)


def _tried(
    handler: Handler, commands: Sequence[C], asked: Asked
) -> list[tuple[C, Refusal | Literal["already true"] | None]]:
    """Decide every command without recording it: None where it would be, else why not."""
    states = _states(handler, commands)
    parts = [(command, states.get(command.code)) for command in commands]
    codes = handler.codes()
    with handler.database.reading() as connection:
        reading = Reading(connection, handler.policy, asked, codes=codes)
        known = area_decider.gather(parts, reading)
    return [(command, _refusal(command, state, found)) for (command, state), found in zip(parts, known, strict=True)]


def _refusal(command: AreaCommand, state: Area | None, found: Known) -> Refusal | Literal["already true"] | None:
    try:
        return None if area_decider.decide(command, state, found) else "already true"
    except Refusal as refusal:
        return refusal
