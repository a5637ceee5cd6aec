"""Applications over HTTP: filing, withdrawing, asking again, and every list that people work from."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from operator import attrgetter
from typing import Annotated, Any, Literal

from casework.codes import PovertyCause
from casework.income import Income
from casework.reasons import LateEntryReason
from casework.roles import Role, seen_in_groups_by
from chronicle.handling import Handler
from chronicle.messages import Command, Recorded, new_id
from chronicle.principal import AreaScope, PersonId
from chronicle.recording import Part
from chronicle.refusals import NotFound
from chronicle.store.values import Delivery, Sealed
from chronicle.web import (
    AreaCode,
    Body,
    Caller,
    Handling,
    Id,
    InArea,
    Page,
    Paged,
    Reading,
    Writing,
    acting,
    etag,
    given,
    history_for,
    resource,
    state_for,
)
from fastapi import Path
from pydantic import Field
from starlette.responses import PlainTextResponse, Response

from identification.cases.application import queries
from identification.cases.application.commands import (
    DecideReconsideration,
    FileApplication,
    RequestReconsideration,
    WithdrawApplication,
)
from identification.cases.application.decisions.filing import ApplicantNotInHousehold, RelativeIsMember
from identification.cases.application.decisions.state import Application
from identification.cases.application.findings import (
    Applicant,
    ApplicantKind,
    Living,
    ReconsiderationDecision,
    SealedRef,
    Value,
    WithdrawalReason,
)
from identification.cases.application.gather import application_decider
from identification.cases.household.api import NewMember, as_filing, enrol_members, household_for
from identification.cases.household.commands import RecordHousehold
from identification.cases.household.events import Member
from identification.cases.household.gather import household_decider
from identification.people.persons import Person, Purpose
from identification.people.reading import VaultReader
from identification.people.vault import Enrolment, Vault

BASE = "/api/identification/v1"
PATH = f"{BASE}/applications"
ENTERING = (Role.GROUP_CONVENER, Role.VILLAGE_OFFICER, Role.TOWNSHIP_REVIEWER, Role.COUNTY_OFFICER)
_QUEUE = "^[a-z][a-z_]*[.](to_do|posted|in_round)$"

Text = Annotated[str, Field(min_length=1, max_length=2000, repr=False)]
Entering = Annotated[Writing, acting(*ENTERING)]
Sealing = Annotated[Vault, given(Vault)]
Opening = Annotated[VaultReader, given(VaultReader)]

router = resource(PATH, "applications")
queues = resource(f"{BASE}/work-queues", "work queues")
reconsiderations = resource(f"{BASE}/reconsiderations", "reconsiderations")
late_entries = resource(f"{BASE}/late-entries", "late entries")
routers = (router, queues, reconsiderations, late_entries)


class MemberApplies(Value):
    """A member applies: the place among the members, from 0."""

    kind: Literal[ApplicantKind.ADULT_MEMBER]
    member: Annotated[int, Field(ge=0, le=99)]


class RelativeApplies(Value):
    """A relative applies on the household's behalf."""

    kind: Literal[ApplicantKind.AUTHORISED_RELATIVE]
    person: Person


class DatedBody(Body):
    """What every act is sent with: its day, and why it is entered late, if it is."""

    on: date
    late_reason: LateEntryReason | None = None


class Filing(DatedBody):
    """An application as the form has it; ``household_id`` when the household is known already."""

    household_id: Id | None = None
    group_code: AreaCode
    members: Annotated[tuple[NewMember, ...], Field(min_length=1, max_length=30)]
    applicant: Annotated[MemberApplies | RelativeApplies, Field(discriminator="kind")]
    kin_of_cadres: Annotated[tuple[PersonId, ...], Field(max_length=20)] = ()
    income: Income
    living: Living
    causes: Annotated[tuple[PovertyCause, ...], Field(max_length=len(PovertyCause))]
    consent_to_cross_checks: bool


class Withdrawal(DatedBody):
    """Why a household withdraws."""

    reason: WithdrawalReason


class Reconsidering(DatedBody):
    """What a rejected household has to say."""

    statement: Text


class Reconsidered(DatedBody):
    """How a rejection is reconsidered, and by whom, if not by who enters it."""

    decision: ReconsiderationDecision
    findings: Text
    performed_by: Annotated[tuple[PersonId, ...], Field(max_length=20)] = ()


def application_for(handler: Handler, application_id: str, writing: Writing) -> Application:
    """An application, for somebody with one of the route's roles in its area; refused as NotFound."""
    place = attrgetter("filed.group_code")
    application: Application = state_for(handler, application_decider, application_id, writing.scope, place).state
    return application


@router.post("", status_code=201)
def file_application(filing: Filing, writing: Entering, handler: Handling, vault: Sealing) -> Response:
    """File an application for a household, known or not."""
    writing = as_filing(writing, handler, filing.group_code, filing.on)
    if filing.household_id:
        household_for(handler, filing.household_id, writing.scope)
        vault.require_kept(filing.household_id)
    members, people, relatives = _enrol(filing, vault, writing.asked.today)
    ids = {"application_id": new_id(), "household_id": filing.household_id or new_id(), "members": members}
    command = FileApplication(**{**dict(filing), **ids, **_applicant(filing, members, relatives)})
    household = RecordHousehold(**{name: getattr(command, name) for name in RecordHousehold.model_fields})
    parts = [
        Part(application_decider, command.application_id, command),
        Part(household_decider, command.household_id, household),
    ]
    # With a key from the beginning, two texts on the household at once never bring one each.
    household_key = Sealed() if filing.household_id else vault.keyed(command.household_id)
    delivery = Delivery(
        sealed=people.sealed + relatives.sealed + household_key,
        claims=people.claims + relatives.claims,
        location=f"{PATH}/{command.application_id}",
    )
    return writing.record(parts, delivery)


@router.post("/{application_id}/withdrawal", status_code=201)
def withdraw_application(application_id: Id, withdrawal: Withdrawal, writing: Entering, handler: Handling) -> Response:
    """Withdraw an application at the household's wish."""
    application = application_for(handler, application_id, writing)
    writing = replace(writing, roles=application.chain.steps[0].duties).at(application.filed.group_code)
    return _record(writing, application_id, WithdrawApplication(**dict(withdrawal)))


@router.post("/{application_id}/reconsideration-request", status_code=201)
def request_reconsideration(
    application_id: Id, asking: Reconsidering, writing: Entering, handler: Handling, vault: Sealing
) -> Response:
    """Record that a rejected household asks, once, to be looked at again one level up."""
    application = application_for(handler, application_id, writing)
    sealed, statement = _sealed(vault, application, "statement", asking.statement)
    command = RequestReconsideration(**{**dict(asking), "statement": statement})
    return _record(writing.at(application.filed.group_code), application_id, command, sealed)


@router.post("/{application_id}/reconsideration-decision", status_code=201)
def decide_reconsideration(
    application_id: Id, ruling: Reconsidered, writing: Entering, handler: Handling, vault: Sealing
) -> Response:
    """Confirm a rejection, or reopen the application, by other persons one level above those who rejected it."""
    application = application_for(handler, application_id, writing)
    roles = (application.rejection.duty,) if application.rejection else ENTERING
    writing = replace(writing, roles=roles).at(application.filed.group_code)
    sealed, findings = _sealed(vault, application, "findings", ruling.findings)
    performed_by = ruling.performed_by or (writing.asked.principal.person,)
    command = DecideReconsideration(**{**dict(ruling), "findings": findings, "performed_by": performed_by})
    return _record(writing, application_id, command, sealed)


@router.get("")
def list_applications(
    caller: Caller, paged: Paged, database: Reading, area: InArea = None
) -> Page[queries.ApplicationListed]:
    """The applications in one's areas, open or ended, by the day they were filed."""
    return queries.all_applications().page(database, paged, seen_in_groups_by(caller, area))


@router.get("/{application_id}")
def show_application(
    application_id: Id, caller: Caller, handler: Handling, response: Response
) -> queries.ApplicationShown:
    """One application with its course."""
    application = queries.shown(_history(handler, application_id, seen_in_groups_by(caller)))
    response.headers["ETag"] = etag(application.version)
    return application


@router.get("/{application_id}/texts/{text_id}", response_class=PlainTextResponse)
def read_text(
    application_id: Id, text_id: Id, purpose: Purpose, caller: Caller, handler: Handling, reader: Opening
) -> str:
    """A text typed about a household, opened for a purpose that is written down first."""
    history = _history(handler, application_id, purpose.scope_of(caller))
    facts = [dict(recorded.event) for recorded in history]
    kept = {ref.text_id for fact in facts for ref in fact.values() if isinstance(ref, SealedRef)}
    if text_id not in kept:
        raise NotFound
    return reader.text(caller, purpose, text_id)


@queues.get("")
def list_work_queues(
    caller: Caller, database: Reading, area: InArea = None, duty: Role | None = None
) -> list[queries.WorkQueue]:
    """What waits to be done in one's areas, for all duties or for one."""
    return queries.work_queues(database, seen_in_groups_by(caller, area), duty)


@queues.get("/{queue}")
def list_work_queue(
    queue: Annotated[str, Path(pattern=_QUEUE)], caller: Caller, paged: Paged, database: Reading, area: InArea = None
) -> Page[queries.ApplicationListed]:
    """The applications of one queue, what was due or waits longest first."""
    return queries.work_queue(database, queue).page(database, paged, seen_in_groups_by(caller, area))


@reconsiderations.get("")
def list_reconsiderations(
    caller: Caller, paged: Paged, database: Reading, area: InArea = None, duty: Role | None = None
) -> Page[queries.ApplicationListed]:
    """Rejected households in one's areas that wait to be looked at again, for all duties or for one."""
    return queries.reconsiderations(duty).page(database, paged, seen_in_groups_by(caller, area))


@late_entries.get("")
def list_late_entries(caller: Caller, paged: Paged, database: Reading, area: InArea = None) -> Page[queries.LateEntry]:
    """What was entered late in one's areas, by the day it was entered."""
    return queries.entered_late().page(database, paged, seen_in_groups_by(caller, area))


def _enrol(filing: Filing, vault: Vault, today: date) -> tuple[tuple[Member, ...], Enrolment, Enrolment]:
    # Only members are stated anew; a relative from elsewhere is looked up, and recorded when nobody knows them.
    relatives = [filing.applicant.person] if isinstance(filing.applicant, RelativeApplies) else []
    members, people = enrol_members(filing.members, filing.group_code, today, vault)
    others = vault.enrol(relatives, filing.group_code, today, resident=False)
    if {new.key for new in people.claims}.intersection(new.key for new in others.claims):
        raise RelativeIsMember
    return members, people, others


def _applicant(filing: Filing, members: Sequence[Member], relatives: Enrolment) -> dict[str, Any]:
    kind = filing.applicant.kind
    if isinstance(filing.applicant, RelativeApplies):
        (one,) = relatives.people
        return {"applicant": Applicant(person_id=one.person_id, kind=kind), "relative_born": one.birth_date}
    if filing.applicant.member >= len(members):
        raise ApplicantNotInHousehold
    return {"applicant": Applicant(person_id=members[filing.applicant.member].person_id, kind=kind)}


def _history(handler: Handler, application_id: str, scope: AreaScope) -> list[Recorded[Any]]:
    return history_for(handler, application_decider, application_id, scope, attrgetter("event.group_code"))


def _sealed(vault: Vault, application: Application, field: str, text: str) -> tuple[Sealed, SealedRef]:
    sealed = vault.seal({application.filed.household_id: {field: text}})
    return sealed, SealedRef(text_id=sealed.texts[0].id, digest=sealed.texts[0].digest.hex())


def _record(writing: Writing, application_id: str, command: Command, sealed: Sealed | None = None) -> Response:
    delivery = Delivery(sealed=sealed or Sealed(), location=f"{PATH}/{application_id}")
    return writing.record([Part(application_decider, application_id, command)], delivery)
