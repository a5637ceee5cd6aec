"""People whom departments named and who may not be known yet: found by what finds an ID number again, both ways.

Nothing of it is in an event; it goes when the person appears, is erased, or the days of waiting are over.
"""

from collections.abc import Iterable

from chronicle.store.tables import claim
from chronicle.store.values import HeldClaim
from sqlalchemy import Connection, bindparam, select

from identification.people.persons import DATA_MATCH_CLEARED, DATA_MATCH_OF

# By index and match, and by match and index: each is asked for by its beginning.
AWAITING = _BY_INDEX, _BY_MATCH = "data-match-awaits", "data-match-index"
# By person and index: whoever looks for what waits for somebody needs no key for that.
ID_NUMBER_OF = "id-number-of"
# Of one shape with what lies between them: they sort alike wherever text is sorted.
IDS = tuple(f"{digit * 8}-{'-'.join([digit * 4] * 3)}-{digit * 12}" for digit in "0f")
INDEXES = ("0" * 64, "f" * 64)

# Made once: for each person of each application, making it would take longer than the database does.
_BETWEEN = claim.c.key.between(bindparam("first"), bindparam("last"))
_UNDER = select(claim.c.key).where(claim.c.kind == bindparam("of_kind"), _BETWEEN).order_by(claim.c.key)
_FIRST_UNDER = _UNDER.limit(bindparam("most"))


def owner_of(match_id: str) -> str:
    """Name the key under which is sealed what a department sent: also the stream of its case."""
    return f"data_match/{match_id}"


def awaiting(match_id: str, index: str, *, held: bool = True) -> tuple[HeldClaim, ...]:
    """Wait for the person with an ID number, or do so no longer."""
    keys = ((_BY_INDEX, f"{index}/{match_id}"), (_BY_MATCH, f"{match_id}/{index}"))
    return tuple(HeldClaim(kind, key, owner_of(match_id), held) for kind, key in keys)


def known_by(person_id: str, index: str, *, held: bool = True) -> HeldClaim:
    """Have a person's ID number found again by what finds it, the other way round; or do so no longer."""
    return HeldClaim(ID_NUMBER_OF, f"{person_id}/{index}", f"person/{person_id}", held)


def indexes_of(connection: Connection, persons: Iterable[str]) -> dict[str, str]:
    """Read what finds each person's ID number again; nothing for those nobody recorded, or who were erased."""
    return {one: index for one in persons for index in under(connection, ID_NUMBER_OF, one, INDEXES)}


def index_awaited_by(connection: Connection, match_id: str) -> str | None:
    """Read for whom a data match waits, as what finds the ID number again; None when it waits no longer."""
    return next(iter(under(connection, _BY_MATCH, match_id, INDEXES)), None)


def matches_awaiting(connection: Connection, index: str, most: int | None = None) -> list[str]:
    """Read which data matches wait for an ID number, by what finds it again."""
    return under(connection, _BY_INDEX, index, IDS, most)


def matches_of(connection: Connection, person_id: str) -> list[str]:
    """Read which data matches were attached to somebody."""
    return under(connection, DATA_MATCH_OF, person_id, IDS)


def was_cleared(connection: Connection, match_id: str) -> bool:
    """Tell whether a data match was looked into, wherever that was, and does not count against the household."""
    return bool(under(connection, DATA_MATCH_CLEARED, match_id, IDS, 1))


def no_longer_awaiting(connection: Connection, match_ids: Iterable[str]) -> tuple[HeldClaim, ...]:
    """Let these data matches wait for nobody any more."""
    found = ((match_id, index_awaited_by(connection, match_id)) for match_id in match_ids)
    return tuple(each for match_id, index in found if index for each in awaiting(match_id, index, held=False))


def under(
    connection: Connection, kind: str, beginning: str, ends: tuple[str, ...], most: int | None = None
) -> list[str]:
    """Read what comes after a beginning in the keys of one kind of claim."""
    first, last = (f"{beginning}/{end}" for end in ends)
    asked = {"of_kind": kind, "first": first, "last": last}
    found = connection.execute(*((_UNDER, asked) if most is None else (_FIRST_UNDER, {**asked, "most": most})))
    return [key.rpartition("/")[2] for key in found.scalars()]
