"""Data matches over HTTP: sent by departments, or entered from their lists; cleared or upheld by who reviews next."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Annotated
from uuid import UUID

from casework.areas import prefix_of
from casework.roles import Role, held_by
from chronicle.handling import Handler
from chronicle.messages import StoredEvent, new_id
from chronicle.principal import AreaScope, OutsideYourArea, PersonId
from chronicle.recording import Part
from chronicle.refusals import Forbidden, Invalid, Refusal, RowsRefused
from chronicle.store.values import Answer, Delivery, HeldClaim
from chronicle.web import Body, Handling, Id, Writing, acting, answer, resource
from pydantic import Field
from starlette.responses import Response

from identification.cases.acts.api import Performers, Texts
from identification.cases.application.api import BASE, PATH, DatedBody, Sealing, Text, application_for
from identification.cases.application.commands import ApplicationCommand, DecideDataMatch, RaiseDataMatch
from identification.cases.application.decisions.data_matches import judge_of_data_match
from identification.cases.application.findings import DataMatchKind, DataMatchReason, SealedRef
from identification.cases.application.gather import application_decider
from identification.cases.data_match.commands import ReceiveDataMatch
from identification.cases.data_match.events import DataMatchExpired
from identification.cases.data_match.gather import data_match_decider, entered_by_hand
from identification.people.awaited import awaiting, owner_of
from identification.people.vault import Vault

Entering = Annotated[Writing, acting(Role.TOWNSHIP_REVIEWER, Role.COUNTY_OFFICER)]

router = resource(f"{PATH}/{{application_id}}/data-matches", "data matches")
departments = resource(f"{BASE}/data-matches", "data matches")
routers = (departments, router)

AT_ONCE, VILLAGE = 200, 12
# What a department's system may send: of each register by a scope of its own.
SCOPE = "data-match:"
# Not where it was recorded, nor at which version it is now: from either could be told that more came of it.
RECEIVED = Answer(202, None, 0)
Sending = Annotated[Writing, acting(Role.DEPARTMENT_SYSTEM)]
RecordId = Annotated[str, Field(pattern="^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$", repr=False)]


class RegisterNotGranted(Forbidden, code="register-not-granted", zh="令牌没有发送该登记数据的权限。"):
    """Your token carries no scope for this register: data-match: and its kind, such as data-match:vehicle."""


class AreaNotNamed(Invalid, code="area-not-named", zh="您负责的区域不止一个，请在 area 中写明这些记录属于哪一个。"):
    """You answer for more than one area; say in area which of them these records are for."""


class RecordTwice(Invalid, code="record-twice", zh="同一条记录在一次发送中出现了两次。"):
    """The same record is in this request twice."""


class RecordsRefused(RowsRefused, Invalid, code="records-refused", zh="有{count}条记录不正确，均未接收。"):
    """What was sent cannot be right (records: {count}); nothing was received."""


class RegisterRecord(Body):
    """What a register says of somebody, under the department's own id for it: sent again, it is the same record."""

    record_id: RecordId
    id_number: Annotated[str, Field(max_length=40, repr=False)]
    facts: Text


class RegisterRecords(Body):
    """Records of one register, as it was on a day; at most 200 at once.

    ``area`` is for whoever answers for several areas: the one these records are for.
    """

    area: Annotated[str, Field(pattern="^[0-9]{12}$")] | None = None
    kind: DataMatchKind
    listed_on: date
    records: Annotated[tuple[RegisterRecord, ...], Field(min_length=1, max_length=AT_ONCE)]


class NewDataMatch(DatedBody):
    """What a department's list says of a member; ``on`` is the day of the list."""

    person_id: PersonId
    kind: DataMatchKind
    facts: Text


class Deciding(DatedBody):
    """Why a data match is cleared or upheld, what was found, and by whom, if not by who enters it."""

    reason: DataMatchReason
    findings: Text
    performed_by: Performers = ()


@departments.post("", status_code=202)
def receive_data_matches(sent: RegisterRecords, writing: Sending, handler: Handling, vault: Sealing) -> Response:
    """Receive what a department's register says of people by ID number; whether they are known is never told.

    The answer is the same for every person: nobody is looked up before it is given.
    """
    # Its duty counts with its department alone, as it does for every reader.
    held_by(writing.asked.principal, Role.DEPARTMENT_SYSTEM)
    if f"{SCOPE}{sent.kind.value}" not in writing.asked.principal.scopes:
        raise RegisterNotGranted
    today, organisation = writing.asked.today, writing.asked.principal.organisation
    indexes = _indexes(vault, sent.records, today)
    records = [f"{organisation} {sent.kind.value} {record.record_id}" for record in sent.records]
    ids, there = _not_given_up(handler, vault, records)
    new = {
        one: (record.facts, index)
        for one, record, index in zip(ids, sent.records, indexes, strict=True)
        if not there[owner_of(one)]
    }
    if not new:
        # Received before; only another request under the same key is refused.
        writing.earlier()
        return answer(RECEIVED)
    texts = Texts.by_owner(vault, {owner_of(one): {"data_match": facts} for one, (facts, _) in new.items()})
    area = _area(writing.scope, sent.area)
    parts = [Part(data_match_decider, one, _received(one, sent, area, texts.kept[owner_of(one)], today)) for one in new]
    claims = tuple(each for one, (_, index) in new.items() for each in awaiting(one, index))
    writing.handled(parts, Delivery(sealed=texts.sealed, claims=claims, status=202))
    return answer(RECEIVED)


@router.post("", status_code=201)
def raise_data_match(
    application_id: Id, match: NewDataMatch, writing: Entering, handler: Handling, vault: Sealing
) -> Response:
    """Enter that a department's register has a member of a household that is still to be reviewed."""
    application = application_for(handler, application_id, writing)
    # Under the person's own key, so that it goes when they are erased; who is no member is refused with the command.
    owner = match.person_id if match.person_id in application.filed.member_ids else application.filed.household_id
    texts = Texts.of_act(vault, owner, {"data_match": match.facts})
    command = RaiseDataMatch(data_match_id=new_id(), **{**dict(match), "facts": texts.kept["data_match"]})
    known = entered_by_hand(match.person_id, command.data_match_id, application_id)
    return _record(writing.at(application.filed.group_code), application_id, command, texts, (known,))


@router.post("/{data_match_id}/decision", status_code=201)
def decide_data_match(
    application_id: Id, data_match_id: Id, deciding: Deciding, writing: Entering, handler: Handling, vault: Sealing
) -> Response:
    """Clear or uphold a data match; whoever reviews the household next has this duty."""
    application = application_for(handler, application_id, writing)
    writing = replace(writing, roles=(judge_of_data_match(application),)).at(application.filed.group_code)
    match = application.data_matches.get(data_match_id)
    owner = match.person_id if match else application.filed.household_id
    texts = Texts.of_act(vault, owner, {"findings": deciding.findings})
    performed_by = deciding.performed_by or (writing.asked.principal.person,)
    stated = {**dict(deciding), "findings": texts.kept["findings"], "performed_by": performed_by}
    return _record(writing, application_id, DecideDataMatch(data_match_id=data_match_id, **stated), texts)


def _record(
    writing: Writing,
    application_id: str,
    command: ApplicationCommand,
    texts: Texts,
    claims: tuple[HeldClaim, ...] = (),
) -> Response:
    delivery = Delivery(sealed=texts.sealed, claims=claims, location=f"{PATH}/{application_id}")
    return writing.record([Part(application_decider, application_id, command)], delivery)


def _area(scope: AreaScope, named: str | None) -> str:
    """Give the area that records are for: the one named, else the only one; none is less than a village."""
    if named is not None:
        if not scope.covers(prefix_of(named)):
            raise OutsideYourArea
        return named
    every = {*scope.prefixes}
    widest = [one for one in every if not any(one.startswith(each) for each in every - {one})]
    if any(len(one) > VILLAGE for one in widest):
        raise OutsideYourArea
    if len(widest) > 1:
        raise AreaNotNamed
    return widest[0].ljust(VILLAGE, "0")


def _indexes(vault: Vault, records: Sequence[RegisterRecord], today: date) -> list[str]:
    indexes: list[str] = []
    refused: list[tuple[str, Refusal]] = []
    seen: set[str] = set()
    for place, record in enumerate(records, 1):
        try:
            if record.record_id in seen:
                raise RecordTwice
            indexes.append(vault.index_of_number(record.id_number, today))
        except Refusal as refusal:
            refused.append((str(place), refusal))
        seen.add(record.record_id)
    if refused:
        raise RecordsRefused(refused)
    return indexes


def _received(data_match_id: str, sent: RegisterRecords, area: str, facts: SealedRef, today: date) -> ReceiveDataMatch:
    return ReceiveDataMatch(
        data_match_id=data_match_id, area=area, kind=sent.kind, listed_on=sent.listed_on, facts=facts, on=today
    )


def _not_given_up(
    handler: Handler, vault: Vault, records: Sequence[str]
) -> tuple[list[str], Mapping[str, Sequence[StoredEvent]]]:
    """Find under which id each record is, or is going to be: what was given up waits anew, as another data match."""
    ids = {record: _match_id(vault, record) for record in records}
    there: dict[str, Sequence[StoredEvent]] = {}
    looked_at, time = {*records}, 0
    while looked_at:
        there |= handler.store.load({owner_of(ids[record]): 0 for record in looked_at})
        looked_at = {one for one in looked_at if _is_given_up(there[owner_of(ids[one])])}
        time += 1
        # No id of a department has a blank.
        ids |= {record: _match_id(vault, f"{record} {time}") for record in looked_at}
    return [ids[record] for record in records], there


def _is_given_up(history: Sequence[StoredEvent]) -> bool:
    return any(each.type == DataMatchExpired.type for each in history)


def _match_id(vault: Vault, record: str) -> str:
    # What finds it again reads small letters and capitals alike; a department's own ids may differ in just that.
    return str(UUID(vault.index("data-match-record", record.encode().hex())[:32]))
