"""Recording people: each under one id for ever, found again by a blind index, everything else sealed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from casework.codes import Sex
from casework.id_number import birth_date_of, checked, sex_of
from chronicle.messages import new_id
from chronicle.refusals import Invalid, Refusal, RowsRefused
from chronicle.sealing import PersonKey, SealedText, Sealer
from chronicle.store import Database, EventStore
from chronicle.store.tables import person_key, sealed_text
from chronicle.store.values import HeldClaim, Sealed
from sqlalchemy import ColumnElement, Connection, select

from identification.people.persons import Person, PersonField

AREA = "area"
ID_NUMBER_CLAIM = "id-number"


class PersonJustRecorded(Refusal, code="person-just-recorded", zh="其中有人刚刚被登记，请重新提交。"):
    """One of these people was recorded by somebody else just now; send it again."""


class PersonTwice(Invalid, code="person-twice", zh="同一个身份证号码填写了两次。"):
    """The same ID number was entered for two people."""


class PeopleRefused(RowsRefused, code="people-refused", zh="有{count}人的信息不正确，没有登记。"):
    """What was entered for {count} people cannot be right; nothing was recorded."""


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
            one: {**person.model_dump(exclude_none=True), PersonField.ID_NUMBER.value: number, AREA: area}
            for one, person, number, index in zip(ids, persons, numbers, indexes, strict=True)
            if resident or index not in holders
        }
        return Enrolment(
            tuple(Enrolled(one, birth_date_of(n), sex_of(n)) for one, n in zip(ids, numbers, strict=True)),
            self.seal(texts, unless_newest=True),
            tuple(
                HeldClaim(ID_NUMBER_CLAIM, index, stream, refusal=PersonJustRecorded)
                for index, stream in zip(indexes, streams, strict=True)
                if index not in holders
            ),
        )

    def seal(self, texts: Mapping[str, Mapping[str, str]], *, unless_newest: bool = False) -> Sealed:
        """Seal texts by owner and field, in their order; an owner without a key gets one.

        Refused as PersonErased when an owner's key was destroyed. Left out, if so wished, is what an owner's newest
        text of the same field already says.
        """
        with self._database.reading() as connection:
            kept = keys_of(connection, texts)
            known = texts_where(connection, sealed_text.c.owner.in_(texts)) if unless_newest else ()
        fresh = {owner: self._sealer.new_key(owner) for owner in texts if owner not in kept}
        keys, newest = kept | fresh, {(text.owner, text.field): text.digest for text in known}
        sealed = (self._sealer.seal(keys[owner], *entry) for owner, fields in texts.items() for entry in fields.items())
        changed = (text for text in sealed if newest.get((text.owner, text.field)) != text.digest)
        return Sealed(tuple(changed), tuple(fresh.values()))

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
    rows = connection.execute(select(person_key).where(person_key.c.owner.in_(owners)))
    return {row.owner: PersonKey(row.owner, row.wrapped, row.state) for row in rows}


def texts_where(connection: Connection, condition: ColumnElement[bool]) -> list[SealedText]:
    """Read sealed texts, the newest last."""
    # Ids are UUIDv7: their order is the order of sealing.
    rows = connection.execute(select(sealed_text).where(condition).order_by(sealed_text.c.id))
    return [SealedText(row.id, row.owner, row.field, bytes(row.ciphertext), bytes(row.digest)) for row in rows]
