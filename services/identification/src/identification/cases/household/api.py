"""Households over HTTP: members as they are typed in, and who lives together."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from operator import attrgetter

from casework.codes import HealthStatus, LabourSkill, RelationToHead, SchoolStatus
from casework.roles import seen_in_groups_by
from casework.steps import Chain
from chronicle.handling import Handler
from chronicle.principal import AreaScope
from chronicle.web import Caller, Handling, Id, Writing, etag, resource, state_for
from pydantic import BaseModel
from starlette.responses import Response

from identification.cases.household.decider import Household
from identification.cases.household.events import Member
from identification.cases.household.findings import AssistanceKind, Track
from identification.cases.household.gather import household_decider
from identification.people.persons import Person
from identification.people.vault import Enrolled, Enrolment, Vault

PATH = "/api/identification/v1/households"

router = resource(PATH, "households")


class NewMember(Person):
    """A member as typed on the form; birth date and sex are in the ID number."""

    relation_to_head: RelationToHead
    health_status: HealthStatus
    labour_skill: LabourSkill
    school_status: SchoolStatus

    def enrolled(self, person: Enrolled) -> Member:
        """The member under the person's id, without anything typed."""
        codes = self.model_dump(include=NewMember.model_fields.keys() - Person.model_fields.keys())
        return Member(person_id=person.person_id, sex=person.sex, birth_date=person.birth_date, **codes)


class Assistance(BaseModel):
    """How a track assists a household, in which case of its own, and since when."""

    track: Track
    kind: AssistanceKind
    reference: str
    since: date


class HouseholdShown(BaseModel):
    """Who lives together, where, since when that is stated, and how they are assisted now, the longest first.

    In one that was dissolved, ``dissolved_on`` a day, nobody lives any more.
    """

    household_id: str
    version: int
    group_code: str
    stated_on: date
    dissolved_on: date | None
    members: tuple[Member, ...]
    assistance: list[Assistance]


def household_for(handler: Handler, household_id: str, scope: AreaScope) -> tuple[int, Household]:
    """A household and its version, when it lies within a scope; refused as NotYourDuty or NotFound."""
    return state_for(handler, household_decider, household_id, scope, attrgetter("group_code"))


def enrol_members(
    typed: Sequence[NewMember], group_code: str, today: date, vault: Vault
) -> tuple[tuple[Member, ...], Enrolment]:
    """Members under their persons' ids, in the order typed, with what is stored of them; refused as PeopleRefused."""
    people = vault.enrol(typed, group_code, today)
    return tuple(new.enrolled(one) for new, one in zip(typed, people.people, strict=True)), people


def as_filing(writing: Writing, handler: Handler, group_code: str, on: date) -> Writing:
    """The same, for whoever's duty the first step is in a group on a day; refused as NotYourDuty, OutsideYourArea."""
    chain = Chain.model_validate(handler.value("identification_chain", group_code, on))
    return replace(writing, roles=chain.steps[0].duties).at(group_code)


@router.get("/{household_id}")
def show_household(household_id: Id, caller: Caller, handler: Handling, response: Response) -> HouseholdShown:
    """One household."""
    return show_household_in(seen_in_groups_by(caller), household_id, handler, response)


def show_household_in(scope: AreaScope, household_id: str, handler: Handler, response: Response) -> HouseholdShown:
    """One household within a scope, at its version; refused as NotYourDuty or NotFound."""
    version, household = household_for(handler, household_id, scope)
    response.headers["ETag"] = etag(version)
    noted_since = sorted(household.assistance.values(), key=lambda noted: (noted.since, noted.reference))
    return HouseholdShown(
        household_id=household_id,
        version=version,
        group_code=household.group_code,
        stated_on=household.stated_on,
        dissolved_on=household.dissolved_on,
        members=household.living,
        assistance=[Assistance(**noted.model_dump(exclude={"household_id"})) for noted in noted_since],
    )
