"""Alarms: where a reader or writer of events cannot go on, at which event, why, and since when."""

from collections.abc import Collection, Mapping
from dataclasses import astuple, dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, Delete, and_, bindparam, delete, insert, or_, select

from chronicle.clock import SystemClock
from chronicle.feed.positions import FEED, Reached
from chronicle.feed.stopped import FeedLost
from chronicle.messages import from_microseconds, microseconds
from chronicle.store.tables import follower_alarm as alarm

AHEAD, MISFIT = "an event before it is missing", "it contradicts the history known so far"
PATIENCE = timedelta(seconds=60)

# Made once, as it is executed with every batch.
_HERE = [alarm.c[name] == bindparam(f"its_{name}") for name in ("follower", "partition", "source")]
_PAST = delete(alarm).where(*_HERE, alarm.c.sequence <= bindparam("reached"))
_CAME = _PAST.where(alarm.c.reason == AHEAD)


@dataclass(frozen=True, slots=True)
class Alarm:
    """One reader that cannot go on with the events of one source in one partition."""

    reader: str
    partition: int
    source: str
    sequence: int
    event_id: str | None
    reason: str
    since: datetime = field(default_factory=SystemClock().now)


def sound(connection: Connection, raised: Alarm) -> None:
    """Keep an alarm; raised again for the same reason, it keeps its event and its time."""
    reader = (alarm.c.follower == raised.reader, alarm.c.partition == raised.partition)
    here = and_(*reader, alarm.c.source == raised.source)
    if connection.execute(select(alarm.c.reason).where(here)).scalar() != raised.reason:
        connection.execute(delete(alarm).where(here))
        connection.execute(insert(alarm).values((*astuple(raised)[:-1], microseconds(raised.since))))


def quiet(connection: Connection, reader: str, partition: int, reached: Reached, past: Delete = _PAST) -> None:
    """Clear the alarms of events that a reader has got past."""
    here = {"its_follower": reader, "its_partition": partition}
    connection.execute(past, [here | {"its_source": of, "reached": head.sequence} for of, head in reached.items()])


def alarmed(connection: Connection, reader: str, stored: Mapping[int, Reached]) -> set[int]:
    """The partitions of which a reader has alarms; cleared are those raised late, of missing events that came."""
    partitions = {*connection.execute(select(alarm.c.partition).where(alarm.c.follower == reader)).scalars()}
    for partition in partitions:
        quiet(connection, reader, partition, stored[partition], _CAME)
    return partitions


def fits_again(connection: Connection, reader: str, partitions: Collection[int], ended: Collection[int]) -> None:
    """Clear the alarms that there is no such feed, and that it no longer has what was read from these partitions.

    Of partitions read to their end also those of events that are no longer there; one that is missing still is.
    """
    lost = and_(alarm.c.partition.in_(partitions), alarm.c.reason == FeedLost().reason)
    of_feed = and_(alarm.c.source == FEED, or_(alarm.c.sequence == 0, lost))
    gone = and_(alarm.c.partition.in_(ended), alarm.c.reason != AHEAD)
    connection.execute(delete(alarm).where(alarm.c.follower == reader, or_(of_feed, gone)))


def alarms(connection: Connection, now: datetime) -> list[Alarm]:
    """Every alarm there is; a missing event becomes one after 60 seconds."""
    raised = or_(alarm.c.reason != AHEAD, alarm.c.since <= microseconds(now - PATIENCE))
    rows = connection.execute(select(alarm).where(raised).order_by(alarm.c.follower, alarm.c.partition))
    return [replace(Alarm(*row), since=from_microseconds(row.since)) for row in rows]
