"""Recording people: each under one id for ever, found again by a blind index, everything else sealed."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from casework.codes import Sex
from casework.id_number import birth_date_of, checked, sex_of
from chronicle.messages import new_id
from chronicle.refusals import Invalid, Refusal, RowsRefused
from chronicle.sealing import PersonErased, PersonKey, SealedText, Sealer
from chronicle.store import Database, EventStore
from chronicle.store.tables import claim, event, person_key, sealed_text
from chronicle.store.values import HeldClaim, Sealed
from sqlalchemy import ColumnElement, Connection, bindparam, select

from identification.people.awaited import (
    indexes_of,
    known_by,
    matches_awaiting,
    matches_of,
    no_longer_awaiting,
    owner_of,
)
from identification.people.finding import findable, no_longer_findable
from identification.people.persons import HOUSEHOLD_MEMBER, Person, PersonField

AREA = "area"
ID_NUMBER_CLAIM = "id-number"
LAST_ERASED = "last-erased-of-household"

_TYPED = set(Person.model_fields)
_KEYS = select(person_key).where(person_key.c.owner.in_(bindparam("owners", expanding=True)))

_HOUSEHOLDS = (
    select(claim.c.key, claim.c.stream, event.c.area)
    .join(event, event.c.stream == claim.c.stream)
    .where(claim.c.kind == HOUSEHOLD_MEMBER, claim.c.key.in_(bindparam("ids", expanding=True)), event.c.version == 1)
)


class PersonJustRecorded(Refusal, code="person-just-recorded", zh="其中有人刚刚被登记，请重新提交。"):
    """One of these people was recorded by somebody else just now; send it again."""


class PersonTwice(Invalid, code="person-twice", zh="同一个身份证号码填写了两次。"):
    """The same ID number was entered for two people."""


class PeopleRefused(RowsRefused, Invalid, code="people-refused", zh="有{count}人的信息不正确，没有登记。"):
    """What was entered cannot be right (people: {count}); nothing was recorded."""


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A person's id, and what the ID number says of birth and sex."""

    person_id: str
    birth_date: date
    sex: Sex


@dataclass(frozen=True, slots=True)
class Enrolment:
    """People in the order given, with what has to be stored in the append that first names them."""

    people: tuple[Enrolled, ...]
    sealed: Sealed
    claims: tuple[HeldClaim, ...]


@dataclass(frozen=True, slots=True)
class Erased:
    """What is stored in the append that erases a person: tombstones, the ID number given back.

    ``households`` are those of whom nobody else is left, ``data_matches`` the owners of what departments sent of them.
    """

    sealed: Sealed
    claims: tuple[HeldClaim, ...]
    households: tuple[str, ...]
    data_matches: tuple[str, ...]


class Vault:
    """Where one service keeps who people are."""

    def __init__(self, database: Database, store: EventStore, sealer: Sealer, *, invented_people: bool) -> None:
        self._database, self._store, self._sealer = database, store, sealer
        self._invented_people = invented_people

    def enrol(self, persons: Sequence[Person], area: str, today: date, *, resident: bool = True) -> Enrolment:
        """Check people, find or number them, seal what is new; refused as PeopleRefused by their place from 1.

        What is kept of somebody known is changed only where they live; a relative from elsewhere is just found.
        """
        numbers = self._numbers(persons, today)
        indexes = [self._sealer.blind_index(ID_NUMBER_CLAIM, number) for number in numbers]
        holders = self._store.holder(ID_NUMBER_CLAIM, indexes)
        streams = [holders.get(index, f"person/{new_id()}") for index in indexes]
        ids = [stream.removeprefix("person/") for stream in streams]
        texts = {
            one: _texts(person, number, area)
            for one, person, number, index in zip(ids, persons, numbers, indexes, strict=True)
            if resident or index not in holders
        }
        known = {stream.removeprefix("person/") for stream in holders.values()} & texts.keys()
        return Enrolment(
            tuple(Enrolled(one, birth_date_of(n), sex_of(n)) for one, n in zip(ids, numbers, strict=True)),
            self._changed(texts, known),
            (
                *self._findable(texts, known),
                *(
                    each
                    for one, index in zip(ids, indexes, strict=True)
                    if index not in holders
                    for each in _found_by(one, index)
                ),
            ),
        )

    def area_of(self, person_id: str) -> str | None:
        """Tell where somebody lives; None for nobody known, and for somebody erased."""
        return self._newest_of(person_id, AREA)

    def household_of(self, person_id: str) -> str | None:
        """Tell in which household somebody lives."""
        with self._database.reading() as connection:
            return households_of(connection, [person_id]).get(person_id, (None,))[0]

    def erased(self, person_id: str, homes: Mapping[str, Collection[str]]) -> Erased:
        """What is stored in the append that erases a person of households, each with its members.

        With the last of them goes what was typed about a household.
        """
        # Before looking who is left: of two erased at once, the second would see the first as still there.
        turn = [each for home in homes for each in self._turn_of(home, f"person/{person_id}")]
        others = {one for members in homes.values() for one in members} - {person_id}
        with self._database.reading() as connection:
            left = {owner for owner, key in keys_of(connection, others).items() if key.wrapped}
        with self._database.reading() as connection:
            index = indexes_of(connection, [person_id]).get(person_id)
            given_back = [*_found_by(person_id, index, held=False)] if index else []
            waiting = matches_awaiting(connection, index) if index else []
            matches = (*matches_of(connection, person_id), *waiting)
            given_back += no_longer_awaiting(connection, waiting)
            given_back += no_longer_findable(connection, [person_id])
        households = tuple(home for home, members in homes.items() if left.isdisjoint(members))
        departments = tuple(map(owner_of, matches))
        owners = [person_id, *households, *departments]
        tombstones = tuple(PersonKey(owner, None).erased() for owner in owners)
        return Erased(Sealed(keys=tombstones), (*given_back, *turn), households, departments)

    def is_erased(self, owner: str) -> bool:
        """Tell whether an owner's key was destroyed."""
        with self._database.reading() as connection:
            key = keys_of(connection, [owner]).get(owner)
        return key is not None and key.wrapped is None

    def index_of_number(self, typed: str, today: date) -> str:
        """Give what finds an ID number again, of somebody recorded or not; refused as one of the IdNumber… refusals."""
        number = checked(typed, today, allow_invented=self._invented_people)
        return self._sealer.blind_index(ID_NUMBER_CLAIM, number)

    def require_kept(self, owner: str) -> None:
        """Refuse an owner whose key was destroyed as PersonErased."""
        if self.is_erased(owner):
            raise PersonErased

    def keyed(self, owner: str) -> Sealed:
        """Give an owner who is new a key, before there is a text."""
        return Sealed(keys=(self._sealer.new_key(owner),))

    def index(self, kind: str, value: str) -> str:
        """Give the 64 hexadecimal digits that find a value again and tell nothing of it."""
        return self._sealer.blind_index(kind, value)

    def seal(self, texts: Mapping[str, Mapping[str, str]]) -> Sealed:
        """Seal texts by owner and field, in their order; an owner without a key gets one.

        Refused as PersonErased when an owner's key was destroyed.
        """
        with self._database.reading() as connection:
            return self._sealed(texts, keys_of(connection, texts))

    def _turn_of(self, household_id: str, stream: str) -> tuple[HeldClaim, ...]:
        before = self._store.holder(LAST_ERASED, [household_id]).get(household_id)
        given_back = [HeldClaim(LAST_ERASED, household_id, before, held=False)] if before else []
        return (*given_back, HeldClaim(LAST_ERASED, household_id, stream))

    def seal_content(self, owner: str, field: str, content_id: str, content: bytes, brought: Sealed) -> SealedText:
        """Seal a file under its owner's key, or the one ``brought`` where it has none, as after a restore.

        Refused as PersonErased once that was destroyed.
        """
        with self._database.reading() as connection:
            key = {**{each.owner: each for each in brought.keys}, **keys_of(connection, [owner])}[owner]
        return self._sealer.seal_content(key, field, content, content_id)

    def _newest_of(self, person_id: str, field: str) -> str | None:
        kept = (sealed_text.c.owner == person_id) & (sealed_text.c.field == field)
        with self._database.reading() as connection:
            key, texts = keys_of(connection, [person_id]).get(person_id), texts_where(connection, kept)
        return self._sealer.open(key, texts[-1]) if key and key.wrapped and texts else None

    def _findable(self, texts: Mapping[str, Mapping[str, str]], known: Collection[str]) -> Iterable[HeldClaim]:
        if known:
            with self._database.reading() as connection:
                # What stays as it was is taken again behind it.
                yield from no_longer_findable(connection, known)
        for one, fields in texts.items():
            phone = fields.get(PersonField.PHONE) or (self._newest_of(one, PersonField.PHONE) if one in known else None)
            yield from findable(self._sealer, one, fields[AREA][:12], fields[PersonField.NAME], phone)

    def _changed(self, texts: Mapping[str, Mapping[str, str]], known: Collection[str]) -> Sealed:
        if not known:
            return self._sealed(texts, {})
        with self._database.reading() as connection:
            sealed = self._sealed(texts, keys_of(connection, known))
            newest = _newest(texts_where(connection, sealed_text.c.owner.in_(known)))
        changed = (text for text in sealed.texts if newest.get((text.owner, text.field)) != text.digest)
        return replace(sealed, texts=tuple(changed))

    def _sealed(self, texts: Mapping[str, Mapping[str, str]], kept: Mapping[str, PersonKey]) -> Sealed:
        fresh = {owner: self._sealer.new_key(owner) for owner in texts if owner not in kept}
        keys = {**kept, **fresh}
        sealed = (self._sealer.seal(keys[owner], *entry) for owner, fields in texts.items() for entry in fields.items())
        return Sealed(tuple(sealed), tuple(fresh.values()))

    def _numbers(self, persons: Sequence[Person], today: date) -> list[str]:
        numbers: list[str] = []
        refused: list[tuple[str, Refusal]] = []
        for place, person in enumerate(persons, 1):
            try:
                number = checked(person.id_number, today, allow_invented=self._invented_people)
                if number in numbers:
                    raise PersonTwice
                numbers.append(number)
            except Refusal as refusal:
                refused.append((str(place), refusal))
        if refused:
            raise PeopleRefused(refused)
        return numbers


def keys_of(connection: Connection, owners: Iterable[str]) -> dict[str, PersonKey]:
    """Read the keys of those owners who have one, or had one."""
    rows = connection.execute(_KEYS, {"owners": list(owners)})
    return {row.owner: PersonKey(row.owner, row.wrapped, row.state) for row in rows}


def households_of(connection: Connection, ids: Collection[str]) -> dict[str, tuple[str, str]]:
    """Read in which household each of these people lives, and in which village that is; households never leave it."""
    if not ids:
        return {}
    found = connection.execute(_HOUSEHOLDS, {"ids": list(ids)})
    return {row.key: (row.stream.partition("/")[2], row.area) for row in found}


def villages_of(connection: Connection, ids: Collection[str]) -> dict[str, str]:
    """Read in which village each of these people was erased, last proposed to be, or held; by their own events."""
    streams = [f"person/{one}" for one in ids]
    found = connection.execute(
        select(event.c.stream, event.c.area)
        .where(event.c.stream.in_(streams))
        .order_by(event.c.stream, event.c.version)
    )
    return {row.stream.removeprefix("person/"): row.area for row in found}


def person_of(connection: Connection, index: str) -> str | None:
    """Read who has an ID number, by what finds it again; None when nobody was recorded with it."""
    held = select(claim.c.stream).where(claim.c.kind == ID_NUMBER_CLAIM, claim.c.key == index)
    stream = connection.execute(held).scalar()
    return stream and stream.removeprefix("person/")


def texts_where(connection: Connection, condition: ColumnElement[bool]) -> list[SealedText]:
    """Read sealed texts, the newest last."""
    # Ids are UUIDv7: their order is the order of sealing.
    rows = connection.execute(select(sealed_text).where(condition).order_by(sealed_text.c.id))
    return [SealedText(row.id, row.owner, row.field, bytes(row.ciphertext), bytes(row.digest)) for row in rows]


def _texts(person: Person, number: str, area: str) -> dict[str, str]:
    # What a form says beyond this of a member stands in the events, as codes.
    typed = person.model_dump(include=_TYPED, exclude_none=True)
    return {**typed, PersonField.ID_NUMBER.value: number, AREA: area}


def _found_by(person_id: str, index: str, *, held: bool = True) -> tuple[HeldClaim, HeldClaim]:
    number = HeldClaim(ID_NUMBER_CLAIM, index, f"person/{person_id}", held, refusal=PersonJustRecorded)
    return number, known_by(person_id, index, held=held)


def _newest(texts: Iterable[SealedText]) -> dict[tuple[str, str], bytes]:
    return {(text.owner, text.field): text.digest for text in texts}
