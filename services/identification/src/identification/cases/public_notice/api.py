"""Public notices over HTTP: posted, closed or annulled, and any sheet as it was posted."""

from datetime import date
from typing import Annotated

from casework.notices import number
from casework.reasons import AnnulmentReason
from casework.roles import seen_in_groups_by
from casework.steps import Ordinal
from chronicle.messages import new_id
from chronicle.store.values import Delivery
from chronicle.web import Answered, AreaCode, Caller, Handling, Id, InArea, Page, Paged, Reading, answer, resource
from pydantic import Field, computed_field
from starlette.responses import PlainTextResponse, Response

from identification.cases.acts import api as acts
from identification.cases.acts.queries import ActListed, ActShown, history_of, listing, shown
from identification.cases.application.api import BASE, DatedBody, Entering, Opening, Sealing, Text
from identification.cases.public_notice.commands import AnnulNotice, CloseNotice, PostNotice
from identification.cases.public_notice.events import NoticeEvent, Photos
from identification.cases.public_notice.findings import Sheet
from identification.cases.public_notice.gather import public_notice_decider
from identification.cases.public_notice.projections import public_notices
from identification.cases.public_notice.queries import (
    is_closable,
    rows_in,
    sheet_as_posted,
    sheet_of,
    sheet_rows,
    still_on,
    without_names,
)
from identification.people.persons import Purpose

PATH = f"{BASE}/public-notices"

router = resource(PATH, "public notices")


class Posting(DatedBody):
    """A list to be posted; ``on`` is its first day."""

    area_code: AreaCode
    step: Ordinal
    application_ids: acts.ApplicationIds
    place: Text
    performed_by: acts.Performers


class Closing(DatedBody):
    """The end of a notice, for the rows named or else for all that may be closed on the day."""

    application_ids: Annotated[acts.ApplicationIds, Field(min_length=1)] | None = None
    photos: Photos
    performed_by: acts.Performers


class Annulling(DatedBody):
    """Why a notice counts no more."""

    reason: AnnulmentReason
    performed_by: acts.Performers


class ClosingAnswered(Answered):
    """What closing a notice answers, with the rows that stay on it."""

    remaining: list[Id]


class NoticeListed(ActListed):
    """A notice in a list; ``on`` is its first day, ``annulled`` why it counts no more."""

    step: int
    last_day: date
    annulled: AnnulmentReason | None

    @computed_field
    def number(self) -> str:
        """What people quote of it, as on its sheet and on the web."""
        return number(self.act_id, self.on)


@router.post("", status_code=201)
def post_notice(posting: Posting, writing: Entering, handler: Handling, vault: Sealing, reader: Opening) -> Response:
    """Post a list of households for everybody to read."""
    area, on = posting.area_code, posting.on
    chains = acts.procedures(handler, posting.application_ids, area, on)
    writing = acts.on_duty(writing, area, [[chain.step(posting.step)] for chain in chains])
    act_id = new_id()
    shown = rows_in(handler, area, on, posting.application_ids)
    read = sheet_rows(handler, reader, writing.asked.principal, shown, on)
    sheet = sheet_of(handler, act_id, area, chains[0].title(posting.step), on, read)
    unnamed, names = without_names(sheet, [row.head_id for row in shown], vault)
    typed = {"place": posting.place, "sheet": unnamed.text()}
    texts = acts.Texts.of_act(vault, f"{public_notice_decider.name}/{act_id}", typed)
    command = PostNotice(
        act_id=act_id,
        area_code=area,
        on=on,
        late_reason=posting.late_reason,
        step=posting.step,
        title=sheet.step,
        how_to_object=sheet.how_to_object,
        rows=posting.application_ids,
        shown=shown,
        place=texts.kept["place"],
        sheet=texts.kept["sheet"],
        performed_by=posting.performed_by,
    )
    parts = acts.parts_of(public_notice_decider, command, command.row_commands())
    return writing.record(parts, Delivery(sealed=names + texts.sealed, location=f"{PATH}/{act_id}"))


@router.post("/{act_id}/closing", status_code=201, response_model=ClosingAnswered)
def close_notice(act_id: Id, closing: Closing, writing: Entering, handler: Handling) -> Response:
    """Close a notice; rows with an open objection stay on it, and the answer names those remaining."""
    history = history_of(handler, public_notice_decider, act_id, writing.scope)
    posted, notice = history[0].event, public_notice_decider.fold(history)
    rows = (row.application_id for row in posted.rows)
    chains = acts.procedures(handler, rows, posted.area_code, posted.first_day)
    # Posted under one code, it may be closed under another.
    area = handler.codes().on(closing.on).now(posted.area_code)
    writing = acts.on_duty(writing, area, [[chain.step(posted.step)] for chain in chains])
    on_it = still_on(handler, posted, notice)
    closable = sorted(row for row, posting in on_it.items() if is_closable(posting, closing.on))
    command = CloseNotice(
        act_id=act_id,
        area_code=area,
        on=closing.on,
        late_reason=closing.late_reason,
        # With nothing to close, each row is asked for and says why it stays.
        rows=closing.application_ids or tuple(closable or on_it),
        photos=closing.photos,
        performed_by=closing.performed_by,
    )
    parts = acts.parts_of(public_notice_decider, command, command.row_commands())
    answered = writing.handled(parts, Delivery(location=f"{PATH}/{act_id}"))
    after = history_of(handler, public_notice_decider, act_id, writing.scope)
    remaining = public_notice_decider.fold(after[: answered.etag]).open_rows
    return answer(answered, remaining=sorted(remaining))


@router.post("/{act_id}/annulment", status_code=201)
def annul_notice(act_id: Id, annulling: Annulling, writing: Entering, handler: Handling) -> Response:
    """Annul a notice before it is closed; the households still on it are posted anew, at full length."""
    history = history_of(handler, public_notice_decider, act_id, writing.scope)
    posted, notice = history[0].event, public_notice_decider.fold(history)
    rows = (row.application_id for row in posted.rows)
    chains = acts.procedures(handler, rows, posted.area_code, posted.first_day)
    area = handler.codes().on(annulling.on).now(posted.area_code)
    writing = acts.on_duty(writing, area, [[chain.step(posted.step)] for chain in chains])
    command = AnnulNotice(
        act_id=act_id,
        area_code=area,
        rows=tuple(sorted(still_on(handler, posted, notice))),
        **dict(annulling),
    )
    parts = acts.parts_of(public_notice_decider, command, command.row_commands())
    return writing.record(parts, Delivery(location=f"{PATH}/{act_id}"))


@router.get("")
def list_public_notices(caller: Caller, paged: Paged, database: Reading, area: InArea = None) -> Page[NoticeListed]:
    """The notices in one's areas, by their first day."""
    return listing(public_notices, NoticeListed).page(database, paged, seen_in_groups_by(caller, area))


@router.get("/{act_id}")
def show_public_notice(act_id: Id, caller: Caller, handler: Handling, response: Response) -> ActShown[NoticeEvent]:
    """One notice: what was posted, each time it was closed for some of its rows, and that it was annulled."""
    return shown(history_of(handler, public_notice_decider, act_id, seen_in_groups_by(caller)), response)


@router.get("/{act_id}/sheet", response_model=Sheet)
def read_sheet(act_id: Id, purpose: Purpose, caller: Caller, handler: Handling, reader: Opening) -> Response:
    """The sheet as it was posted, but for who was erased since, opened for a purpose that is written down first."""
    posted, *_ = history_of(handler, public_notice_decider, act_id, purpose.scope_of(caller))
    sheet = sheet_as_posted(reader, caller, purpose, posted.event)
    return Response(sheet.text(), media_type="application/json")


@router.get("/{act_id}/texts/{text_id}", response_class=PlainTextResponse)
def read_text(act_id: Id, text_id: Id, purpose: Purpose, caller: Caller, handler: Handling, reader: Opening) -> str:
    """The place a notice was posted at, opened for a purpose that is written down first."""
    history = history_of(handler, public_notice_decider, act_id, purpose.scope_of(caller))
    return acts.opened(reader, caller, purpose, (each.event for each in history), text_id)
