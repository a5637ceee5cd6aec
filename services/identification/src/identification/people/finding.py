"""What people are found again by, short of their ID number: keyed, and another key for the same in another village.

It is held beside the events like every claim, so that a rebuild of projections leaves it as it is; it goes when a
person is erased.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from itertools import product
from unicodedata import normalize

from casework.labels import Labelled
from chronicle.refusals import Invalid
from chronicle.sealing import Sealer
from chronicle.store.tables import claim
from chronicle.store.values import HeldClaim
from pypinyin import Style, pinyin
from sqlalchemy import Connection, false, or_, select

from identification.people.awaited import IDS, INDEXES, under
from identification.people.persons import PersonField

# By index and person, and by person and index: each is asked for by its beginning.
FINDING = _BY_INDEX, _BY_PERSON = "person-by-index", "index-of-person"
_PHONE_END = 4
_SURNAME = 2


class NotToBeFoundBy(Invalid, code="not-to-be-found-by", zh="请输入手机号的后四位数字，或姓名的拼音首字母。"):
    """Enter the last four digits of the telephone number, or the first letters of the name in pinyin."""


class FoundBy(Labelled):
    """Something an officer knows of a person whose household they look for."""

    ID_NUMBER = "id_number", "公民身份号码", "ID number"
    NAME = "name", "姓名", "exact name"
    PHONE_END = "phone_end", "手机号后四位", "last four digits of the telephone number"
    INITIALS = "initials", "姓名拼音首字母", "pinyin initials of the name"

    @property
    def field(self) -> PersonField:
        """What a purpose has to allow for it to be asked for."""
        return _FIELDS[self]


_FIELDS = {
    FoundBy.ID_NUMBER: PersonField.ID_NUMBER,
    FoundBy.NAME: PersonField.NAME,
    FoundBy.PHONE_END: PersonField.PHONE,
    FoundBy.INITIALS: PersonField.NAME,
}
_SHAPES = {FoundBy.PHONE_END: "[0-9]{4}", FoundBy.INITIALS: "[A-Za-z]{1,40}"}


def initials_of(name: str) -> set[str]:
    """Give the pinyin initials of a name; where a character of the surname has several readings, those of each.

    Of a name in other letters each word gives its first.
    """
    words = "".join(letter if letter.isalpha() else " " for letter in normalize("NFKC", name)).split()
    letters = [letter for word in words for letter in (word[:1] if word.isascii() else word)]
    readings = [_readings(one) if place < _SURNAME else _readings(one)[:1] for place, one in enumerate(letters)]
    return {"".join(each).upper() for each in product(*readings)}


def findable(sealer: Sealer, person_id: str, village: str, name: str, phone: str | None) -> Iterator[HeldClaim]:
    """Have a person of a village found by name, initials and the end of the telephone number."""
    known = [(FoundBy.NAME, name), *((FoundBy.INITIALS, each) for each in sorted(initials_of(name)))]
    known += [(FoundBy.PHONE_END, phone[-_PHONE_END:])] if phone else []
    for by, value in known:
        yield from _held(person_id, _index(sealer, by, value, village))


def no_longer_findable(connection: Connection, person_ids: Iterable[str]) -> list[HeldClaim]:
    """Have these people found by nothing any more; no key is needed for that."""
    found = ((one, index) for one in person_ids for index in under(connection, _BY_PERSON, one, INDEXES))
    return [each for one, index in found for each in _held(one, index, held=False)]


def people_found(
    connection: Connection, sealer: Sealer, by: FoundBy, value: str, villages: Collection[str], most: int
) -> set[str]:
    """Read who is found by something in some villages, one more than ``most`` at most; refused as NotToBeFoundBy."""
    plain = "".join(normalize("NFKC", value).split())
    if by in _SHAPES and not re.fullmatch(_SHAPES[by], plain):
        raise NotToBeFoundBy
    indexes = (_index(sealer, by, plain, village) for village in villages)
    first, last = IDS
    ranges = (claim.c.key.between(f"{index}/{first}", f"{index}/{last}") for index in indexes)
    found = select(claim.c.stream).where(claim.c.kind == _BY_INDEX, or_(false(), *ranges)).limit(most + 1)
    return {stream.removeprefix("person/") for stream in connection.execute(found).scalars()}


def _held(person_id: str, index: str, *, held: bool = True) -> tuple[HeldClaim, ...]:
    keys = ((_BY_INDEX, f"{index}/{person_id}"), (_BY_PERSON, f"{person_id}/{index}"))
    return tuple(HeldClaim(kind, key, f"person/{person_id}", held) for kind, key in keys)


def _index(sealer: Sealer, by: FoundBy, value: str, village: str) -> str:
    return sealer.blind_index(f"person-{by.value} {village}", value)


def _readings(letter: str) -> list[str]:
    return [reading[:1] for reading in pinyin(letter, style=Style.FIRST_LETTER, heteronym=True)[0]]
