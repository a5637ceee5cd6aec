"""What was erased stays erased, whatever came back with a backup."""

from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Lock
from time import monotonic
from typing import ClassVar, Protocol, Self

from chronicle.feed.stopped import FeedStopped
from chronicle.refusals import Unavailable
from chronicle.store import Database
from chronicle.store.tables import claim, event, person_key, sealed_text
from sqlalchemy import Connection, delete, or_, select, update

from identification.people.awaited import AWAITING, ID_NUMBER_OF
from identification.people.finding import FINDING
from identification.people.vault import ID_NUMBER_CLAIM

# Of one shape with the ids between them: they sort alike wherever text is sorted.
_FIRST, _LAST = (f"{digit * 8}-{'-'.join([digit * 4] * 3)}-{digit * 12}" for digit in "0f")
_STREAMS = ("person", "data_match", "objector")
_AT_ONCE = 500
# Whoever reads does not take the threads of those who need nothing of it: not for long while another looks, and not
# again and again while the shared history is away.
PATIENCE, ASK_AGAIN = 0.5, 2.0


class Erasing(Protocol):
    """A type of event that erases somebody."""

    type: ClassVar[str]

    @classmethod
    def read(cls, data: str) -> Self:
        """Read its stored data."""

    @property
    def owners(self) -> tuple[str, ...]:
        """Whose keys were destroyed."""


class ErasuresUnknown(Unavailable, code="erasures-unknown", zh="正在核对哪些人的个人信息已经清除，请稍候再试。"):
    """It is still being checked whose personal data was erased; try again shortly."""


@dataclass
class Erasures:
    """Which people were erased, as events of these types tell: known before anything is read about anybody.

    ``lacks_events`` tells whether the shared history holds events that this store does not: it was restored, and some
    of them may be erasures.
    """

    database: Database
    types: Collection[type[Erasing]]
    lacks_events: Callable[[], bool]
    _are_known: bool = False
    _away_until: float = 0.0
    _turn: Lock = field(default_factory=Lock)

    def look(self) -> None:
        """Find out now, if the shared history is there; else whoever reads first does."""
        with suppress(ErasuresUnknown):
            self.require_known()

    def require_known(self) -> None:
        """Find out once, and do again what a backup brought back; refused as ErasuresUnknown until that is done."""
        if self._are_known:
            return
        if monotonic() < self._away_until or not self._turn.acquire(timeout=PATIENCE):
            raise ErasuresUnknown
        try:
            self._find_out()
        except (FeedStopped, Unavailable) as error:
            if not isinstance(error, ErasuresUnknown):
                self._away_until = monotonic() + ASK_AGAIN
            raise ErasuresUnknown from error
        finally:
            self._turn.release()

    def _find_out(self) -> None:
        if self._are_known:
            return
        if self.lacks_events():
            raise ErasuresUnknown
        with self.database.writing() as connection:
            erase_again(connection, self.types)
        self._are_known = True


def erase_again(connection: Connection, types: Collection[type[Erasing]]) -> int:
    """Destroy the keys that are there although an event says that they were destroyed; gives how many."""
    readers = {each.type: each for each in types}
    erasing = or_(*(event.c.stream.between(f"{kind}/{_FIRST}", f"{kind}/{_LAST}") for kind in _STREAMS))
    told = select(event.c.type, event.c.data).where(erasing, event.c.type.in_(readers))
    owners = [owner for row in connection.execute(told) for owner in readers[row.type].read(row.data).owners]
    return sum(_erase(connection, owners[first : first + _AT_ONCE]) for first in range(0, len(owners), _AT_ONCE))


def _erase(connection: Connection, owners: Sequence[str]) -> int:
    there = select(person_key.c.owner).where(person_key.c.owner.in_(owners), person_key.c.state == "active")
    back = connection.execute(there).scalars().all()
    if back:
        connection.execute(update(person_key).where(person_key.c.owner.in_(back)).values(wrapped=None, state="erased"))
        connection.execute(delete(sealed_text).where(sealed_text.c.owner.in_(back)))
        held = claim.c.stream.in_([f"person/{owner}" for owner in back])
        connection.execute(delete(claim).where(claim.c.kind.in_((ID_NUMBER_CLAIM, ID_NUMBER_OF, *FINDING)), held))
        # What departments sent is its own owner.
        connection.execute(delete(claim).where(claim.c.kind.in_(AWAITING), claim.c.stream.in_(back)))
    return len(back)
