"""Amending and correcting applications over HTTP: what is sent stands instead, what is left out stays as it is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, Self

from casework.codes import PovertyCause
from casework.income import Income
from casework.roles import Role
from chronicle.handling import Handler
from chronicle.principal import PersonId
from chronicle.recording import Part
from chronicle.store.values import Delivery, Sealed
from chronicle.web import Handling, Id, Writing, resource
from pydantic import Field
from starlette.responses import Response

from identification.cases.application.api import (
    PATH,
    DatedBody,
    Entering,
    MemberApplies,
    RelativeApplies,
    Sealing,
    Text,
    application_for,
)
from identification.cases.application.commands import AmendApplication, CorrectApplication, StateAnew
from identification.cases.application.decisions.filing import ApplicantNotInHousehold, RelativeIsMember
from identification.cases.application.decisions.state import Application
from identification.cases.application.findings import (
    Applicant,
    CorrectionReason,
    FormField,
    Living,
    SealedRef,
)
from identification.cases.application.gather import application_decider
from identification.cases.household.api import NewMember, enrol_members
from identification.cases.household.commands import RecordHousehold
from identification.cases.household.events import Member
from identification.cases.household.gather import household_decider
from identification.people.persons import PersonField
from identification.people.vault import Enrolment, Vault

router = resource(PATH, "applications")

CORRECTING = (Role.VILLAGE_OFFICER, Role.TOWNSHIP_REVIEWER, Role.COUNTY_OFFICER)


class Amending(DatedBody):
    """What is new in an application. Members are sent all together; the applicant with them if a member applies."""

    members: Annotated[tuple[NewMember, ...] | None, Field(min_length=1, max_length=30)] = None
    applicant: Annotated[MemberApplies | RelativeApplies | None, Field(discriminator="kind")] = None
    kin_of_cadres: Annotated[tuple[PersonId, ...] | None, Field(max_length=20)] = None
    income: Income | None = None
    living: Living | None = None
    causes: Annotated[tuple[PovertyCause, ...] | None, Field(max_length=len(PovertyCause))] = None


class Correcting(Amending):
    """The same, of what ``corrects`` states: the id of the filing, or of what amended or corrected it last."""

    corrects: Id
    reason: CorrectionReason
    remarks: Text


@dataclass(frozen=True, slots=True)
class Restating:
    """What an application is to state, with what is sealed anew for it."""

    stated: dict[str, Any]
    sealed: Sealed
    claims: tuple[Any, ...]

    @classmethod
    def of(cls, sent: Amending, application: Application, handler: Handler, vault: Vault, writing: Writing) -> Self:
        """Put together what is sent and what stays, and enrol the people who are new."""
        filed, today = application.filed, writing.asked.today
        vault.require_kept(filed.household_id)
        before = _members(handler, filed.household_id)
        stated_now, enrolled = enrol_members(sent.members or (), filed.group_code, today, vault)
        members = stated_now or before
        relatives = [sent.applicant.person] if isinstance(sent.applicant, RelativeApplies) else []
        others = vault.enrol(relatives, filed.group_code, today, resident=False)
        if {new.key for new in enrolled.claims}.intersection(new.key for new in others.claims):
            raise RelativeIsMember
        kept = ("kin_of_cadres", "income", "living", "causes")
        stated = {name: getattr(filed, name) if getattr(sent, name) is None else getattr(sent, name) for name in kept}
        stated |= {"members": members, "applicant": filed.applicant, **_applicant(sent, members, others)}
        stated["retyped"] = tuple(_retyped(before, members, enrolled))
        return cls(stated, enrolled.sealed + others.sealed, enrolled.claims + others.claims)

    def recorded(self, writing: Writing, application: Application, command: StateAnew) -> Response:
        """Have the application state it, and the household its members."""
        filed = application.filed
        household = RecordHousehold(
            household_id=filed.household_id, group_code=filed.group_code, members=command.members, on=command.on
        )
        parts = [
            Part(application_decider, filed.application_id, command),
            Part(household_decider, filed.household_id, household),
        ]
        location = f"{PATH}/{filed.application_id}"
        return writing.record(parts, Delivery(sealed=self.sealed, claims=self.claims, location=location))


@router.post("/{application_id}/amendment", status_code=201)
def amend_application(
    application_id: Id, amending: Amending, writing: Entering, handler: Handling, vault: Sealing
) -> Response:
    """Amend an application that was not deliberated on yet."""
    application = application_for(handler, application_id, writing)
    writing = replace(writing, roles=application.chain.steps[0].duties).at(application.filed.group_code)
    restating = Restating.of(amending, application, handler, vault, writing)
    command = AmendApplication(
        on=amending.on, late_reason=amending.late_reason, amends=application.stated_in, **restating.stated
    )
    return restating.recorded(writing, application, command)


@router.post("/{application_id}/correction", status_code=201)
def correct_application(
    application_id: Id, correcting: Correcting, writing: Entering, handler: Handling, vault: Sealing
) -> Response:
    """Correct what an application states; if a notice showed it or it alters the outcome, the household goes back."""
    application = application_for(handler, application_id, writing)
    writing = replace(writing, roles=CORRECTING).at(application.filed.group_code)
    restating = Restating.of(correcting, application, handler, vault, writing)
    sealed = vault.seal({application.filed.household_id: {"remarks": correcting.remarks}})
    command = CorrectApplication(
        on=correcting.on,
        late_reason=correcting.late_reason,
        corrects=correcting.corrects,
        reason=correcting.reason,
        remarks=SealedRef(text_id=sealed.texts[0].id, digest=sealed.texts[0].digest.hex()),
        **restating.stated,
    )
    return replace(restating, sealed=restating.sealed + sealed).recorded(writing, application, command)


def _members(handler: Handler, household_id: str) -> tuple[Member, ...]:
    stream = f"{household_decider.name}/{household_id}"
    household = handler.states.of({stream: household_decider})[stream].state
    members: tuple[Member, ...] = household.members if household else ()
    return members


def _applicant(sent: Amending, members: Sequence[Member], others: Enrolment) -> dict[str, Any]:
    match sent.applicant:
        case None:
            return {}
        case RelativeApplies(kind=kind):
            (one,) = others.people
            return {"applicant": Applicant(person_id=one.person_id, kind=kind), "relative_born": one.birth_date}
        case MemberApplies(kind=kind, member=place):
            if place >= len(members):
                raise ApplicantNotInHousehold
            return {"applicant": Applicant(person_id=members[place].person_id, kind=kind)}


def _retyped(before: Sequence[Member], members: Sequence[Member], enrolled: Enrolment) -> Iterator[FormField]:
    known = {member.person_id: member for member in before}
    if any(known.get(member.person_id, member) != member for member in members):
        yield FormField.MEMBER_FACTS
    typed = {(text.owner, text.field) for text in enrolled.sealed.texts if text.owner in known}
    heads = {member.person_id for member in members if member.relation_to_head == "household_head"}
    if any((head, PersonField.NAME.value) in typed for head in heads):
        yield FormField.HEAD_NAME
    if any(field in set(PersonField) for _, field in typed):
        yield FormField.PEOPLE
