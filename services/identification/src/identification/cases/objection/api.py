"""Objections over HTTP: received while a notice hangs, resolved one level up, followed by whoever holds the receipt."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from operator import attrgetter
from typing import Annotated, Any
from unicodedata import normalize

from casework.reasons import ObjectionGround
from casework.roles import Role, seen_in_groups_by
from casework.steps import Ordinal
from chronicle.handling import Handler
from chronicle.messages import Recorded, canonical, new_id
from chronicle.recording import Part
from chronicle.refusals import NotFound
from chronicle.store.values import Answer, Delivery
from chronicle.web import (
    Answered,
    Body,
    Caller,
    Handling,
    Id,
    InArea,
    Page,
    Paged,
    Reading,
    Spoken,
    Today,
    answer,
    etag,
    history_for,
    resource,
    state_for,
)
from fastapi import Depends
from pydantic import Field
from starlette.responses import PlainTextResponse, Response

from identification.cases.acts import api as acts
from identification.cases.acts.queries import history_of
from identification.cases.application.api import BASE, DatedBody, Entering, Opening, Sealing, Text
from identification.cases.application.commands import ApplicationCommand
from identification.cases.application.gather import application_decider
from identification.cases.objection import queries
from identification.cases.objection.commands import ObjectionCommand, ReceiveObjection, ResolveObjection
from identification.cases.objection.decider import RECEIPT, Objection
from identification.cases.objection.events import ObjectionReceived
from identification.cases.objection.findings import Against, Objector, Resolution
from identification.cases.objection.gather import objection_decider
from identification.cases.objection.queries import code_on_receipt, receipt_index, stands
from identification.cases.public_notice.decider import Notice
from identification.cases.public_notice.events import NoticePosted, NoticeRow
from identification.cases.public_notice.gather import public_notice_decider
from identification.cases.public_notice.queries import still_on
from identification.people.persons import Name, Phone
from identification.people.vault import Vault

PATH = f"{BASE}/objections"

notices = resource(f"{BASE}/public-notices", "objections")
router = resource(PATH, "objections")
routers = (notices, router)


class Objecting(Body):
    """Who objects; only those who resolve it ever read this, and no duty of the village does."""

    name: Name = Field(repr=False)
    phone: Phone | None = Field(default=None, repr=False)


class NewObjection(DatedBody):
    """What somebody objects to while a notice hangs; an anonymous one has no ``objector``."""

    against: Against
    application_id: Id | None = None
    ground: ObjectionGround
    facts: Annotated[str | None, Field(min_length=1, max_length=2000, repr=False)] = None
    objector: Objecting | None = None


class Resolving(DatedBody):
    """How an objection is resolved, and by whom, if not by who enters it."""

    resolution: Resolution
    return_to: Ordinal | None = None
    findings: Text
    performed_by: acts.Performers = ()


class ReceiptAnswered(Answered):
    """What receiving an objection or a complaint answers, with the code on its receipt."""

    receipt_code: Annotated[str, Field(repr=False)]


class ReceiptHeld(Body):
    """The code on a receipt, as it is written there or copied by hand."""

    receipt_code: Annotated[str, Field(min_length=1, max_length=40, repr=False)]


@notices.post("/{act_id}/objections", status_code=201, response_model=ReceiptAnswered)
def receive_objection(
    act_id: Id, objection: NewObjection, writing: Entering, handler: Handling, vault: Sealing
) -> Response:
    """Receive an objection while a notice hangs; the answer has the code by which whoever raised it can follow it."""
    history = history_of(handler, public_notice_decider, act_id, writing.scope)
    posted, notice = history[0].event, public_notice_decider.fold(history)
    writing, objection_id = writing.at(posted.area_code), new_id()
    row = next((row for row in posted.rows if row.application_id == objection.application_id), None)
    texts = _sealed(vault, objection_id, objection, row)
    command = ReceiveObjection(
        on=objection.on,
        late_reason=objection.late_reason,
        objection_id=objection_id,
        notice_id=act_id,
        area_code=row.group_code if row else posted.area_code,
        against=objection.against,
        application_id=objection.application_id,
        ground=objection.ground,
        facts=texts.kept.get("objection"),
        matter=matter_of(vault, objection.ground, objection.facts or ""),
        objector=texts.kept.get("objector"),
        receipt_index=receipt_index(vault, RECEIPT, code_on_receipt(vault, objection_id)),
        rows=tuple(_to_hold(handler, objection, posted, notice)),
    )
    delivery = Delivery(sealed=texts.sealed, location=f"{PATH}/{objection_id}")
    return answer_with_code(writing.handled(_parts(objection_id, command, command.row_commands()), delivery), vault)


@router.post("/{objection_id}/resolution", status_code=201)
def resolve_objection(
    objection_id: Id, resolving: Resolving, writing: Entering, handler: Handling, vault: Sealing
) -> Response:
    """Resolve an objection, one level above those who judged what the notice shows, or higher when that is overdue."""
    place = attrgetter("received.area_code")
    objection: Objection = state_for(handler, objection_decider, objection_id, writing.scope, place).state
    received, on = objection.received, max(resolving.on, objection.received_on)
    rows = acts.applications(handler, received.held)
    holding = [row for row, state in rows.items() if state.is_held_by(objection_id)]
    writing = replace(writing, roles=objection.duties(on, holds=bool(holding))).at(received.area_code)
    about = rows.get(received.application_id or "")
    owner = about.filed.household_id if about else _stream(objection_id)
    # For a household that was erased meanwhile nothing is sealed: that nothing is left to resolve is still said.
    owner = _stream(objection_id) if vault.is_erased(owner) else owner
    texts = acts.Texts.of_act(vault, owner, {"findings": resolving.findings})
    command = ResolveObjection(
        **{
            **dict(resolving),
            "objection_id": objection_id,
            "rows": tuple(holding),
            "findings": texts.kept["findings"],
            "performed_by": resolving.performed_by or (writing.asked.principal.person,),
        }
    )
    delivery = Delivery(sealed=texts.sealed, location=f"{PATH}/{objection_id}")
    return writing.record(_parts(objection_id, command, command.row_commands()), delivery)


@router.post("/search")
def find_objection(
    held: ReceiptHeld, _caller: Caller, today: Today, language: Spoken, handler: Handling, vault: Sealing
) -> queries.ObjectionStatus:
    """How an objection stands, for whoever holds its receipt; nothing says who objected, or to whom."""
    objection = stands(held.receipt_code, objection_decider, RECEIPT, handler, vault)
    return queries.status(objection, today, language, holds=_holds(handler, objection))


@router.get("")
def list_objections(
    caller: Caller, paged: Paged, today: Today, database: Reading, area: InArea = None, duty: Role | None = None
) -> Page[queries.ObjectionListed]:
    """The objections in one's areas by the day they are due: all, or what one duty may resolve today."""
    return queries.listing(today, duty).page(database, paged, seen_in_groups_by(caller, area))


@router.get("/{objection_id}")
def show_objection(
    objection_id: Id, caller: Caller, today: Today, handler: Handling, response: Response
) -> queries.ObjectionShown:
    """One objection, without who raised it."""
    history = history_for(handler, objection_decider, objection_id, seen_in_groups_by(caller), _place_of)
    response.headers["ETag"] = etag(len(history))
    objection = _standing(history)
    return queries.shown(history, objection, today, holds=_holds(handler, objection))


@router.get("/{objection_id}/texts/{text_id}", response_class=PlainTextResponse)
def read_text(
    objection_id: Id, text_id: Id, opening: Annotated[acts.Opener, Depends()], handler: Handling, reader: Opening
) -> str:
    """What was objected, or found about it, opened by those who resolve it for a purpose that is written down first."""
    history = _opened_by(opening, handler, objection_id)
    return acts.opened(reader, opening.caller, opening.purpose, (each.event for each in history), text_id)


@router.get("/{objection_id}/objector", response_model=Objector)
def read_objector(
    objection_id: Id, opening: Annotated[acts.Opener, Depends()], handler: Handling, reader: Opening
) -> Response:
    """Who objected, opened by those who resolve it, never by the village; refused as NotFound when nobody said."""
    received = _opened_by(opening, handler, objection_id)[0].event
    text_id = received.objector.text_id if received.objector else ""
    objector = acts.opened(reader, opening.caller, opening.purpose, [received], text_id)
    return Response(objector, media_type="application/json")


def answer_with_code(answered: Answer, vault: Vault) -> Response:
    """Answer what was recorded, with the code on its receipt."""
    # Of a repeated request the first one's: its code is made from its id, and kept nowhere.
    first = (answered.location or "").rpartition("/")[2]
    return answer(answered, receipt_code=code_on_receipt(vault, first))


def matter_of(vault: Vault, ground: ObjectionGround, facts: str) -> str | None:
    """Give the keyed digest of a ground and what is said, by its letters and digits; None where there are none."""
    said = _spelled(facts)
    return vault.index("objection-matter", f"{ground} {said}") if said else None


def _to_hold(handler: Handler, objection: NewObjection, posted: NoticePosted, notice: Notice) -> Iterable[str]:
    match objection.against:
        case Against.ROW:
            return [objection.application_id] if objection.application_id else []
        case Against.ACT:
            return sorted(still_on(handler, posted, notice))
        case Against.OMISSION:
            return []


def _parts(objection_id: str, command: ObjectionCommand, rows: Mapping[str, ApplicationCommand]) -> list[Part]:
    # Of several households each that is refused is named; of one there is nothing to name.
    named = len(rows) > 1
    held = (Part(application_decider, one, row, row=one if named else "") for one, row in rows.items())
    return [Part(objection_decider, objection_id, command), *held]


def _sealed(vault: Vault, objection_id: str, objection: NewObjection, row: NoticeRow | None) -> acts.Texts:
    # Who objected is under a key of its own; what is said of a household goes with the household.
    stream = _stream(objection_id)
    about = row.household_id if row else stream
    typed: dict[str, dict[str, str]] = {}
    if objection.facts and _spelled(objection.facts):
        typed.setdefault(about, {})["objection"] = objection.facts
    if objection.objector:
        typed.setdefault(stream, {})["objector"] = canonical(objection.objector.model_dump())
    return acts.Texts.by_field(vault, typed)


def _stream(objection_id: str) -> str:
    return f"{objection_decider.name}/{objection_id}"


def _spelled(text: str) -> str:
    # Whoever copies what was said before sets other commas.
    return "".join(character for character in normalize("NFKC", text) if character.isalnum())


def _holds(handler: Handler, objection: Objection) -> bool | None:
    return objection.holds(acts.applications(handler, objection.received.held).values())


def _opened_by(opening: acts.Opener, handler: Handler, objection_id: str) -> list[Recorded[Any]]:
    return opening.history(handler, objection_decider, objection_id, Objection.duties, _place_of, _involved)


def _involved(handler: Handler, objection: Objection) -> set[str]:
    received = objection.received
    stream = f"{public_notice_decider.name}/{received.notice_id}"
    notice: Notice = handler.states.of({stream: public_notice_decider})[stream].state
    posted = [row.application_id for row in notice.posted.rows] if notice.posted else []
    rows = acts.applications(handler, [received.application_id] if received.application_id else posted).values()
    parts = ({*row.took_part_until(row.chain.step(received.step)), *row.stakeholders} for row in rows)
    return set[str]().union(*parts)


def _standing(history: list[Recorded[Any]]) -> Objection:
    objection = objection_decider.fold(history)
    if objection is None:
        raise NotFound
    return objection


def _place_of(first: Recorded[ObjectionReceived]) -> str:
    return first.event.area_code
