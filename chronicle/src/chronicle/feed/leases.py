"""Leases: which partitions a worker has to itself, so that several share the work. Time is the database's."""

from collections.abc import Mapping
from time import monotonic

from sqlalchemy import BigInteger, bindparam, cast, delete, extract, func, insert, select

from chronicle.feed.positions import take_turns
from chronicle.messages import PARTITIONS
from chronicle.store import Database
from chronicle.store.tables import lease

SECONDS, LONGEST = 15.0, 120.0
ALL = frozenset(range(PARTITIONS))

# Made once, as each reader asks every few seconds.
_NOW = select(cast(extract("epoch", func.clock_timestamp()) * 1_000_000, BigInteger))
# None is given for longer than LONGEST: what seems to last longer was written before the clock went back.
_LIVES = lease.c.until.between(bindparam("now") + 1, bindparam("most"))
_LIVING = select(lease).where(lease.c.reader == bindparam("of"), _LIVES)
_GONE = delete(lease).where(lease.c.reader == bindparam("of"), ~_LIVES | (lease.c.worker == bindparam("by")))
_TAKE = insert(lease)


class Leases:
    """What one worker holds of one reader's partitions: all, until it shares; and on SQLite, with its one process.

    They keep workers out of each other's way. That nothing is done twice does not hang on them, but on positions.
    """

    def __init__(self, database: Database, reader: str) -> None:
        self._database, self._reader = database, reader
        self._worker, self._seconds = "", SECONDS
        self._held, self._due = ALL, 0.0
        self.asked = monotonic()

    def share(self, worker: str, seconds: float = SECONDS) -> None:
        """Share from now on with all workers of other names; what is not renewed for so many seconds is free."""
        self._worker, self._seconds = worker, seconds

    def held(self) -> frozenset[int]:
        """Which partitions are this worker's now; renewed in time, taken and given up until the shares are fair.

        Whoever does something long asks meanwhile: that keeps what it holds, and tells that it lives.
        """
        self.asked = began = monotonic()
        if self._is_shared and began >= self._due:
            self._held, fair = self._renewed()
            # Who waits for others to give up looks again soon.
            self._due = began + self._seconds / (3 if len(self._held) == fair else 15)
        return self._held

    def release(self) -> None:
        """Give up everything, for others to take at once."""
        if self._is_shared:
            with self._database.writing() as connection:
                connection.execute(delete(lease).where(lease.c.reader == self._reader, lease.c.worker == self._worker))
        self._due = 0.0

    @property
    def _is_shared(self) -> bool:
        return bool(self._worker) and not self._database.is_sqlite

    def _renewed(self) -> tuple[frozenset[int], int]:
        with self._database.writing() as connection:
            take_turns(connection, f"lease {self._reader}")
            now = connection.execute(_NOW).scalar_one()
            asked = {"of": self._reader, "now": now, "most": now + int(LONGEST * 1_000_000)}
            living = connection.execute(_LIVING, asked).all()
            held, fair = share({row.worker: _numbers(row.partitions) for row in living}, self._worker)
            connection.execute(_GONE, {**asked, "by": self._worker})
            mine = {"reader": self._reader, "worker": self._worker, "partitions": ",".join(map(str, sorted(held)))}
            connection.execute(_TAKE, {**mine, "until": now + int(self._seconds * 1_000_000)})
        return held, fair


def share(held: Mapping[str, frozenset[int]], worker: str) -> tuple[frozenset[int], int]:
    """What a worker keeps of its own and takes of what nobody holds, and how many are its fair share."""
    workers = sorted({*held, worker})
    fair = len(range(workers.index(worker), PARTITIONS, len(workers)))
    mine = held.get(worker, frozenset())
    free = ALL.difference(*held.values())
    return frozenset([*sorted(mine), *sorted(free)][:fair]), fair


def _numbers(written: str) -> frozenset[int]:
    return frozenset(int(number) for number in written.split(",") if number)
