"""What is read before a notice is posted or closed: its rows, what its sheet shows, and who is still on it."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date

from casework.areas import parent_of, prefix_of
from casework.notices import closable_from, last_day, number
from chronicle.handling import Handler
from chronicle.principal import Principal
from chronicle.refusals import Refusal, RowsRefused
from chronicle.store.values import Sealed
from sqlalchemy import select

from identification.cases.acts.api import applications
from identification.cases.application.decisions.state import Posting
from identification.cases.area.projections import areas, name_on
from identification.cases.public_notice.decider import Notice
from identification.cases.public_notice.events import NoticePosted, NoticeRow
from identification.cases.public_notice.findings import Sheet, SheetRow
from identification.people.persons import POSTED_NAME, PersonField, Purpose
from identification.people.reading import Inquiry, VaultReader
from identification.people.vault import Vault

TITLE = "建档立卡贫困户识别公示"


class HeadUnnamed(Refusal, code="head-unnamed", zh="户主姓名不能读取，该户不能张榜。"):
    """The head's name cannot be read, so the household cannot be posted."""


def rows_in(handler: Handler, area: str, on: date, application_ids: Iterable[str]) -> tuple[NoticeRow, ...]:
    """What a notice in an area says of the applications of that area; those elsewhere are left to be refused."""
    inside, codes = prefix_of(area), handler.codes().on(on)
    filed = (application.filed for application in applications(handler, application_ids).values())
    return tuple(
        NoticeRow(
            application_id=one.application_id,
            household_id=one.household_id,
            head_id=one.head_id,
            group_code=one.group_code,
            household_size=len(one.member_ids),
        )
        for one in filed
        if codes.now(one.group_code).startswith(inside)
    )


def sheet_rows(
    handler: Handler, reader: VaultReader, caller: Principal, rows: Sequence[NoticeRow], on: date
) -> tuple[SheetRow, ...]:
    """The same as everybody may read it, with the heads' names read for the notice; refused by row as HeadUnnamed."""
    wanted = Inquiry(caller, Purpose.PUBLIC_NOTICE, [row.head_id for row in rows], {PersonField.NAME})
    read = reader.people(wanted) if rows else []
    names = {one.person_id: one.texts[PersonField.NAME] for one in read if not one.erased}
    if unnamed := [(row.application_id, HeadUnnamed()) for row in rows if row.head_id not in names]:
        raise RowsRefused(unnamed)
    groups = names_on(handler, {row.group_code for row in rows}, on)
    return tuple(
        SheetRow(group=groups[row.group_code], head=names[row.head_id], household_size=row.household_size)
        for row in rows
    )


def sheet_of(handler: Handler, act_id: str, area: str, step: str, on: date, rows: tuple[SheetRow, ...]) -> Sheet:
    """The sheet of a notice posted in an area from a day on."""
    return Sheet(
        title=TITLE,
        number=number(act_id, on),
        area=full_name(handler, area, on),
        step=step,
        first_day=on,
        last_day=last_day(on, handler.value("notice_days", area, on)),
        how_to_object=handler.value("notice_how_to_object", area, on),
        rows=rows,
    )


def full_name(handler: Handler, area: str, on: date) -> str:
    """What an area was called on a day, with those it lies in."""
    lineage = list(_lineage(area))
    names = names_on(handler, lineage, on)
    return "".join(names[code] for code in reversed(lineage))


def without_names(sheet: Sheet, head_ids: Sequence[str], vault: Vault) -> tuple[Sheet, Sealed]:
    """The sheet as it is sealed: each name is sealed for whose it is, and stands there as the id of that text."""
    heads = {one: str(row.head) for one, row in zip(head_ids, sheet.rows, strict=True)}
    sealed = vault.seal({one: {POSTED_NAME: name} for one, name in heads.items()})
    kept = {text.owner: text.id for text in sealed.texts}
    return sheet.naming([kept[one] for one in head_ids]), sealed


def sheet_as_posted(reader: VaultReader, caller: Principal, purpose: Purpose, posted: NoticePosted) -> Sheet:
    """The sheet as it was posted, but for who was erased since, opened for a purpose that is written down first."""
    sheet = Sheet.model_validate_json(reader.text(caller, purpose, posted.sheet.text_id))
    kept = [row.head or "" for row in sheet.rows]
    names = reader.texts(caller, purpose, kept)
    return sheet.naming([names.get(one) for one in kept])


def still_on(handler: Handler, posted: NoticePosted, notice: Notice) -> dict[str, Posting]:
    """The rows that neither closed nor left the notice, and since when and with which objections each is on it."""
    postings = {one: application.posting for one, application in applications(handler, notice.open_rows).items()}
    return {one: posting for one, posting in postings.items() if posting and posting.notice_id == posted.notice_id}


def is_closable(posting: Posting, on: date) -> bool:
    """Tell whether a row may be closed on a day."""
    closable = closable_from(posting.first_day, posting.days, posting.objections.values())
    return closable is not None and closable <= on


def _lineage(code: str | None) -> Iterator[str]:
    while code:
        yield code
        code = parent_of(code)


def names_on(handler: Handler, codes: Collection[str], on: date) -> dict[str, str]:
    """What areas were called on a day; a villager group keeps the name it had before its code was replaced."""
    known = handler.codes().on(on)
    origins = {earlier: code for code in codes for earlier in known.origins(code)}
    area = areas.tables.c
    with handler.database.reading() as connection:
        named = select(area.code, name_on(area.code, on).label("name")).where(area.code.in_(origins))
        # What was opened under the code itself counts before what has it only now.
        found = sorted(connection.execute(named), key=lambda row: origins[row.code] == row.code)
    return dict.fromkeys(codes, "") | {origins[row.code]: row.name for row in found}
