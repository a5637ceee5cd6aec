"""Reading about people: the access log first, then what the purpose, the duty and the area allow."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from chronicle.clock import Clock
from chronicle.messages import microseconds, new_id
from chronicle.principal import NotYourDuty, Principal
from chronicle.refusals import Unavailable
from chronicle.sealing import PersonKey, SealedText, Sealer
from chronicle.store import Database
from chronicle.store.tables import access_log
from sqlalchemy import Connection, insert
from sqlalchemy.exc import SQLAlchemyError

from identification.people.persons import NotForThisPurpose, PersonField, Purpose
from identification.people.vault import keys_of, texts_of

# The areas in which each person lives or lived; a person nobody knows has none.
AreasOf = Callable[[Connection, Collection[str]], Mapping[str, Collection[str]]]


@dataclass(frozen=True, slots=True)
class Inquiry:
    """Who reads which fields about whom, and why."""

    principal: Principal
    purpose: Purpose
    person_ids: Sequence[str]
    fields: Collection[PersonField]


@dataclass(frozen=True, slots=True)
class PersonRead:
    """What was read about a person; of somebody erased, only that."""

    person_id: str
    erased: bool
    texts: Mapping[PersonField, str] = field(repr=False)


class PeopleReader:
    """Opens what is sealed for people, after it was written down who reads it and why."""

    def __init__(self, database: Database, sealer: Sealer, areas_of: AreasOf, clock: Clock) -> None:
        self._database, self._sealer, self._areas_of, self._clock = database, sealer, areas_of, clock

    def read(self, inquiry: Inquiry) -> list[PersonRead]:
        """Read about people; those unknown, or outside the reader's areas, are left out alike.

        Refused as NotForThisPurpose, NotYourDuty, or Unavailable when the access log cannot be written.
        """
        if not set(inquiry.fields) <= inquiry.purpose.fields:
            raise NotForThisPurpose
        scope = inquiry.principal.scope(*inquiry.purpose.roles)
        if not scope.prefixes:
            raise NotYourDuty
        self._log(inquiry)
        with self._database.reading() as connection:
            areas = self._areas_of(connection, inquiry.person_ids)
            seen = [one for one in inquiry.person_ids if any(map(scope.covers, areas.get(one, ())))]
            keys, texts = keys_of(connection, seen), texts_of(connection, seen)
        newest = {(text.owner, text.field): text for text in texts}
        return [self._open(keys[one], [newest.get((one, f)) for f in inquiry.fields]) for one in seen if one in keys]

    def _log(self, inquiry: Inquiry) -> None:
        row = {
            "at": microseconds(self._clock.now()),
            "person": inquiry.principal.person,
            "organisation": inquiry.principal.organisation,
            "purpose": inquiry.purpose.value,
            "fields": ",".join(sorted(inquiry.fields)),
        }
        rows = [{**row, "id": new_id(), "owner": one} for one in inquiry.person_ids]
        try:
            with self._database.writing() as connection:
                connection.execute(insert(access_log), rows)
        except SQLAlchemyError:
            raise Unavailable from None

    def _open(self, key: PersonKey, texts: Iterable[SealedText | None]) -> PersonRead:
        if key.wrapped is None:
            return PersonRead(key.owner, erased=True, texts={})
        return PersonRead(
            key.owner, erased=False, texts={PersonField(t.field): self._sealer.open(key, t) for t in texts if t}
        )
