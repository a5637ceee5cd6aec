"""Reading what is sealed: the access log first, then what the purpose, the duty and the area allow."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from casework.id_number import checked
from chronicle.clock import Clock
from chronicle.messages import microseconds, new_id
from chronicle.principal import AreaScope, NotYourDuty, Principal
from chronicle.refusals import Invalid, NotFound, Unavailable
from chronicle.sealing import PersonKey, SealedText, Sealer
from chronicle.store import Database
from chronicle.store.tables import access_log, claim, sealed_text
from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import SQLAlchemyError

from identification.people.erasures import Erasures
from identification.people.finding import FoundBy, people_found
from identification.people.persons import REGISTERED_HOUSEHOLD, NotForThisPurpose, PersonField, Purpose
from identification.people.vault import (
    AREA,
    ID_NUMBER_CLAIM,
    households_of,
    keys_of,
    person_of,
    texts_where,
    villages_of,
)

# How many people one search may find.
MOST_FOUND = 200


class TooManyFound(Invalid, code="too-many-found", zh="找到的人超过{most}名，请缩小到一个村再查。"):
    """More people than {most} were found; look in one village only."""


class TextGone(NotFound, code="text-gone", zh="这段文字已随个人信息清除，不能再读取。"):
    """This text was erased together with the person or household it belonged to."""


class FileKeyLost(NotFound, code="file-key-lost", zh="该文件的密钥没有随备份恢复，请重新提交文件。"):
    """The key of this file did not come back with the backup; attach the file again."""


class FileGone(NotFound, code="file-gone", zh="该文件已随个人信息清除，不能再读取。"):
    """This file was erased together with the household it belonged to."""


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


@dataclass(frozen=True, slots=True)
class Sought:
    """Whose household somebody looks for, by what they know, and why."""

    principal: Principal
    purpose: Purpose
    by: FoundBy
    value: str = field(repr=False)


class VaultReader:
    """Opens what is sealed, after it was written down who reads it and why."""

    def __init__(self, database: Database, sealer: Sealer, clock: Clock, erasures: Erasures) -> None:
        self._database, self._sealer, self._clock, self._erasures = database, sealer, clock, erasures

    def people(self, inquiry: Inquiry) -> list[PersonRead]:
        """Read about people; those unknown, and those who live elsewhere, are left out alike.

        For assistance those in a registered household alone are read about.

        Refused as NotForThisPurpose, NotYourDuty, or Unavailable when the access log cannot be written, or while it is
        not known who was erased.
        """
        self._erasures.require_known()
        if not set(inquiry.fields) <= inquiry.purpose.fields:
            raise NotForThisPurpose
        scope = _scope(inquiry.principal, inquiry.purpose)
        ids, fields = dict.fromkeys(inquiry.person_ids), ",".join(sorted(set(inquiry.fields)))
        self._log(
            inquiry.principal, inquiry.purpose, [{"owner": one, "fields": fields, "text_id": None} for one in ids]
        )
        with self._database.reading() as connection:
            if inquiry.purpose is Purpose.ASSISTANCE:
                registered = _registered(connection, ids)
                ids = dict.fromkeys(one for one in ids if one in registered)
            keys = keys_of(connection, ids)
            last_homes = villages_of(connection, [key.owner for key in keys.values() if key.wrapped is None])
            texts = texts_where(connection, sealed_text.c.owner.in_(ids))
        own: dict[str, list[SealedText]] = {}
        for text in texts:
            own.setdefault(text.owner, []).append(text)
        # Where exactly somebody lived went with the key, but not in which village they were erased.
        erased = [
            PersonRead(one, erased=True, texts={}) for one, village in last_homes.items() if scope.covers(village)
        ]
        found = (self._person(key, own.get(one, []), inquiry, scope) for one, key in keys.items() if key.wrapped)
        read = {person.person_id: person for person in (*erased, *found) if person}
        return [read[one] for one in ids if one in read]

    def households(self, sought: Sought, villages: Callable[[], Collection[str]]) -> list[str]:
        """Find the households in which people live by something known of them, in some villages; by ID number, in any.

        Refused as NotForThisPurpose, NotToBeFoundBy, TooManyFound, IdNumber…, or Unavailable as ``people`` is.
        """
        self._erasures.require_known()
        if sought.by.field not in sought.purpose.fields:
            raise NotForThisPurpose
        found = self._people_found(sought, villages)
        people = sorted(found) if len(found) <= MOST_FOUND else []
        owners = people or [self._nobody(sought)]
        fields = {"fields": sought.by.field.value, "text_id": None}
        self._log(sought.principal, sought.purpose, [{"owner": owner, **fields} for owner in owners])
        if len(found) > MOST_FOUND:
            raise TooManyFound(most=MOST_FOUND)
        with self._database.reading() as connection:
            return sorted({household for household, _ in households_of(connection, people).values()})

    def _people_found(self, sought: Sought, villages: Callable[[], Collection[str]]) -> set[str]:
        within = () if sought.by is FoundBy.ID_NUMBER else villages()
        with self._database.reading() as connection:
            if sought.by is FoundBy.ID_NUMBER:
                person = person_of(connection, self._index_of(sought))
                return {person} if person else set()
            return people_found(connection, self._sealer, sought.by, sought.value, within, MOST_FOUND)

    def _nobody(self, sought: Sought) -> str:
        # Beyond the ID number, what was looked for is not kept: it would be one key for all villages.
        by_number = sought.by is FoundBy.ID_NUMBER
        return f"{ID_NUMBER_CLAIM}/{self._index_of(sought)}" if by_number else f"person-{sought.by.value}"

    def _index_of(self, sought: Sought) -> str:
        number = checked(sought.value, self._clock.today(), allow_invented=True)
        return self._sealer.blind_index(ID_NUMBER_CLAIM, number)

    def text(self, principal: Principal, purpose: Purpose, text_id: str) -> str:
        """Open one text, as ``texts`` does; refused as TextGone when it went with whom it belonged to."""
        found = self.texts(principal, purpose, [text_id])
        if text_id not in found:
            raise TextGone
        return found[text_id]

    def texts(self, principal: Principal, purpose: Purpose, text_ids: Collection[str]) -> dict[str, str]:
        """Open texts by id, of cases in an area that the caller has checked; those erased are left out.

        Refused as NotForThisPurpose, NotYourDuty, or Unavailable as ``people`` is.
        """
        self._erasures.require_known()
        _scope(principal, purpose)
        with self._database.reading() as connection:
            found = texts_where(connection, sealed_text.c.id.in_(text_ids))
            keys = keys_of(connection, {text.owner for text in found})
        if not {text.field for text in found} <= purpose.texts:
            raise NotForThisPurpose
        self._log(
            principal, purpose, [{"owner": text.owner, "fields": text.field, "text_id": text.id} for text in found]
        )
        return {text.id: self._sealer.open(keys[text.owner], text) for text in found if keys[text.owner].wrapped}

    def content(
        self, principal: Principal, purpose: Purpose, wanted: SealedText, stored: Callable[[SealedText], SealedText]
    ) -> bytes:
        """Open a file, of a case in an area that the caller has checked, once it was fetched from where it is stored.

        Refused as ``texts`` refuses, and as FileGone when it went with whom it belonged to, as FileKeyLost
        when it came after the backup that was restored.
        """
        self._erasures.require_known()
        _scope(principal, purpose)
        if wanted.field not in purpose.texts:
            raise NotForThisPurpose
        with self._database.reading() as connection:
            key = keys_of(connection, [wanted.owner]).get(wanted.owner)
        if key is None:
            raise FileKeyLost
        self._log(principal, purpose, [{"owner": wanted.owner, "fields": wanted.field, "text_id": wanted.id}])
        if key.wrapped is None:
            raise FileGone
        return self._sealer.open_content(key, stored(wanted))

    def _log(self, principal: Principal, purpose: Purpose, read: Iterable[Mapping[str, str | None]]) -> None:
        reader = {"person": principal.person, "organisation": principal.organisation, "purpose": purpose.value}
        at = microseconds(self._clock.now())
        rows = [{"id": new_id(), "at": at, **reader, **what} for what in read]
        if not rows:
            return
        try:
            with self._database.writing() as connection:
                connection.execute(insert(access_log), rows)
        except SQLAlchemyError:
            raise Unavailable from None

    def _person(
        self, key: PersonKey, texts: Iterable[SealedText], inquiry: Inquiry, scope: AreaScope
    ) -> PersonRead | None:
        newest = {text.field: text for text in texts}
        if AREA not in newest or not scope.covers(self._sealer.open(key, newest[AREA])):
            return None
        wanted = [one for one in inquiry.fields if one in newest]
        return PersonRead(key.owner, erased=False, texts={one: self._sealer.open(key, newest[one]) for one in wanted})


def _scope(principal: Principal, purpose: Purpose) -> AreaScope:
    scope = purpose.scope_of(principal)
    if not scope.prefixes:
        raise NotYourDuty
    return scope


def _registered(connection: Connection, ids: Collection[str]) -> set[str]:
    homes = {person: household for person, (household, _) in households_of(connection, ids).items()}
    held = select(claim.c.key).where(claim.c.kind == REGISTERED_HOUSEHOLD, claim.c.key.in_({*homes.values()}))
    registered = {*connection.execute(held).scalars()} if homes else set[str]()
    return {person for person, household in homes.items() if household in registered}
