"""Reading the history on from a place: what there is under a view, page by page, with a sum of all of it."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any

from chronicle.feed.embedded import GENERATION, EmbeddedFeed, history
from chronicle.messages import PARTITIONS, Actor, StoredEvent, canonical, from_microseconds
from chronicle.principal import AreaScope
from chronicle.refusals import Invalid
from chronicle.store import Database
from chronicle.store.rows import COLUMNS
from chronicle.web.paging import Fingerprint, sealed, unsealed
from sqlalchemy import ColumnElement, Row, Select, and_, or_, select

from gateway.feeds.classes import Classes, DataClass

# So many events of a partition are looked through at most for one page: a rare type is found in many short reads.
WINDOW = 2000
SUMS = 2**256


class HistoryMadeAnew(Invalid, code="history-made-anew", zh="历史已重新建立，请去掉 after 从头读取。"):
    """The history was made anew since; read it from the beginning, without after."""


@dataclass(frozen=True)
class View:
    """What somebody reads: events of these names, all without any, of these areas, up to a data class."""

    names: tuple[str, ...]
    areas: AreaScope
    granted: DataClass

    def __str__(self) -> str:
        return f"feed {','.join(self.names)} {','.join(self.areas.prefixes)} {self.granted.name}"


@dataclass(frozen=True)
class Place:
    """How far somebody got in each partition; how many events that were, and the sum of their digests."""

    generation: str
    offsets: tuple[int, ...] = (0,) * PARTITIONS
    delivered: int = 0
    checksum: int = 0

    def after(self, offsets: Sequence[int], texts: Sequence[str]) -> "Place":
        """The place after these events."""
        digests = (int.from_bytes(sha256(text.encode()).digest()) for text in texts)
        checksum = (self.checksum + sum(digests)) % SUMS
        return Place(self.generation, tuple(offsets), self.delivered + len(texts), checksum)


@dataclass(frozen=True)
class Batch:
    """Some events as canonical JSON, where that leads, and whether it was all there is now."""

    texts: list[str]
    place: Place
    caught_up: bool


@dataclass(frozen=True)
class HistoryReader:
    """Reads the history for others; nothing is kept of who reads what."""

    database: Database
    classes: Classes
    fingerprint: Fingerprint

    def place(self, cursor: str | None, view: View) -> Place:
        """Where a cursor stands, else the beginning; refused as CursorUnknown, or as HistoryMadeAnew."""
        if cursor is None:
            return Place(self._feed.generation)
        generation, offsets, delivered, checksum = json.loads(unsealed(cursor, str(view), self.fingerprint))
        if generation != self._feed.generation:
            raise HistoryMadeAnew
        return Place(generation, tuple(offsets), delivered, int(checksum, 16))

    def cursor(self, place: Place, view: View) -> str:
        """Write a place down, good for this view only."""
        text = canonical([place.generation, place.offsets, place.delivered, f"{place.checksum:x}"])
        return sealed(text.encode(), str(view), self.fingerprint)

    def read(self, place: Place, view: View, limit: int) -> Batch:
        """Read on, at most so many events; each subject's in their order, the partition furthest behind first."""
        heads = {partition: head.sequence for partition, head in self._feed.heads().items()}
        offsets, events = list(place.offsets), list[StoredEvent]()
        if any(offset > heads[partition] for partition, offset in enumerate(offsets)):
            raise HistoryMadeAnew
        with self.database.reading() as connection:
            for partition in sorted(heads, key=lambda each: offsets[each] - heads[each]):
                wanted, until = limit - len(events), min(heads[partition], offsets[partition] + WINDOW)
                if wanted and until > offsets[partition]:
                    there = _between(partition, offsets[partition], until)
                    rows = connection.execute(_in(view, there, self.classes.withheld).limit(wanted)).all()
                    offsets[partition] = rows[-1].offset if len(rows) == wanted else until
                    events += map(_event, rows)
        texts = [self.classes.shown(event, view.granted) for event in events]
        return Batch(texts, place.after(offsets, texts), offsets == [heads[each] for each in range(PARTITIONS)])

    @cached_property
    def _feed(self) -> EmbeddedFeed:
        return EmbeddedFeed(self.database)


def _between(partition: int, after: int, until: int) -> ColumnElement[bool]:
    here = (history.c.generation == GENERATION, history.c.partition == partition)
    return and_(*here, history.c.offset > after, history.c.offset <= until)


def _in(view: View, there: ColumnElement[bool], withheld: Collection[str]) -> Select[Any]:
    told = (there, view.areas.where(history.c.area), history.c.type.not_in(withheld))
    found = select(history).where(*told).order_by(history.c.offset)
    return found.where(or_(*(history.c.type.startswith(f"{name}.v") for name in view.names))) if view.names else found


def _event(row: Row[Any]) -> StoredEvent:
    fields = {name: getattr(row, name) for name in COLUMNS}
    actor, recorded_at = Actor(**json.loads(row.actor)), from_microseconds(row.recorded_at)
    return StoredEvent(**{**fields, "actor": actor, "recorded_at": recorded_at})
