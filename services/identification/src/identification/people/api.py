"""People over HTTP: names for other services, and what an officer opens on purpose."""

import hmac
from typing import Annotated, Self

from chronicle.principal import PersonId
from chronicle.refusals import Forbidden, NotFound
from chronicle.web import Body, Caller, given, resource
from fastapi import Depends, Header
from pydantic import BaseModel, Field

from identification.people.persons import PersonField, Purpose
from identification.people.reading import Inquiry, PersonRead, VaultReader
from identification.settings import Settings

Reader = Annotated[VaultReader, given(VaultReader)]

internal = resource("/api/identification/v1/internal/people", "internal")
router = resource("/api/identification/v1/people", "people")


class NotAService(Forbidden, code="not-a-service", zh="此地址只供本系统的其他服务使用。"):
    """Only the other services of this system may ask here."""


class PeopleWanted(Body):
    """Whom another service asks about on behalf of its user, and why."""

    person_ids: Annotated[list[PersonId], Field(min_length=1, max_length=500)]
    fields: Annotated[list[PersonField], Field(min_length=1)]
    purpose: Purpose


class DisclosureWanted(Body):
    """Why an officer opens what is kept about a person."""

    purpose: Purpose


class PersonShown(BaseModel):
    """What may be shown of a person; of somebody erased, nothing but that."""

    person_id: str
    erased: bool
    texts: dict[PersonField, str]

    @classmethod
    def of(cls, read: PersonRead) -> Self:
        """Show what was read."""
        return cls(person_id=read.person_id, erased=read.erased, texts=dict(read.texts))


class PeopleShown(BaseModel):
    """Those who are known in the asker's areas; of the others nothing is said."""

    people: list[PersonShown]


async def require_service(
    settings: Annotated[Settings, given(Settings)],
    credential: Annotated[str, Header(alias="Yihu-Service-Credential")] = "",
) -> None:
    """Let in only those who know the services' credential."""
    expected = settings.service_credential.get_secret_value()
    if not hmac.compare_digest(credential.encode(), expected.encode()):
        raise NotAService


@internal.post("/resolve", dependencies=[Depends(require_service)])
def resolve_people(caller: Caller, wanted: PeopleWanted, reader: Reader) -> PeopleShown:
    """Resolve ids for another service, within what its user may see; every id asked for is logged."""
    found = reader.people(Inquiry(caller, wanted.purpose, wanted.person_ids, wanted.fields))
    return PeopleShown(people=[PersonShown.of(read) for read in found])


@router.post("/{person_id}/disclosure")
def disclose_person(caller: Caller, person_id: PersonId, wanted: DisclosureWanted, reader: Reader) -> PersonShown:
    """Open everything about one person that the purpose needs; it is logged."""
    found = reader.people(Inquiry(caller, wanted.purpose, [person_id], wanted.purpose.fields))
    if not found:
        raise NotFound
    return PersonShown.of(found[0])
