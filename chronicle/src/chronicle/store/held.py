"""What rules may ask of claims: whether somebody holds a key, and when those before were done with it."""

from datetime import date

from sqlalchemy import Connection, bindparam, func, select

from chronicle.store.tables import claim, event

# Of one shape with the ids between them: they sort alike wherever text is sorted.
_FIRST, _LAST = (f"{digit * 8}-{'-'.join([digit * 4] * 3)}-{digit * 12}" for digit in "0f")

# Made once, as commands ask by it.
_HELD = select(claim.c.stream).where(claim.c.kind == bindparam("of_kind"), claim.c.key == bindparam("held"))


def is_held(connection: Connection, kind: str, key: str) -> bool:
    """Tell whether a stream holds a key."""
    return connection.execute(_HELD, {"of_kind": kind, "held": key}).first() is not None


def last_day(connection: Connection, kind: str, key: str) -> date | None:
    """The last day of the streams that claimed ``key/<id>``; a claim is never behind, as a projection may be."""
    ids = claim.c.key.between(f"{key}/{_FIRST}", f"{key}/{_LAST}")
    streams = select(claim.c.stream).where(claim.c.kind == kind, ids)
    day: date | None = connection.scalar(select(func.max(event.c.valid_on)).where(event.c.stream.in_(streams)))
    return day
