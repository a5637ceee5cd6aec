"""The timeline of a household: what happened to it, as it was known at a moment, with what was corrected since."""

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Literal

from casework.titles import Label, role_of, title_of
from chronicle.feed.embedded import history
from chronicle.messages import from_microseconds
from chronicle.principal import AreaScope
from chronicle.refusals import NotFound
from chronicle.store import Database
from pydantic import BaseModel
from sqlalchemy import Row, select


class Correction(BaseModel):
    """Which other event a correction is about, and what it does to it."""

    event_id: str
    how: Literal["replace", "void"]


class Actor(BaseModel):
    """Who entered it; as a substitute, for whom."""

    person: str
    organisation: str
    role: str
    on_behalf_of: str | None = None
    role_name: Label


class Entry(BaseModel):
    """One thing that happened: who, when, what, and how it was decided."""

    event_id: str
    type: str
    title: Label
    valid_on: date
    recorded_at: datetime
    actor: Actor
    area: str
    source: str
    stream: str
    version: int
    data: dict[str, Any]
    receipt: dict[str, Any] | None
    corrects: Correction | None
    corrected_by: Correction | None


def recorded_about(database: Database, subject: str, scope: AreaScope) -> Sequence[Row[Any]]:
    """Everything about a subject in the order of the feed; refused as NotFound unless it is in the scope now."""
    with database.reading() as connection:
        about = select(history).where(history.c.subject == subject).order_by(history.c.generation, history.c.offset)
        rows = connection.execute(about).all()
    if not rows or not scope.covers(rows[-1].area):
        raise NotFound
    return rows


def timeline(rows: Sequence[Row[Any]], known_at: datetime | None = None, as_of: date | None = None) -> list[Entry]:
    """What was known at a moment of what was true by a day: by that day, and within a day as it was recorded."""
    entries = [_entry(row) for row in rows]
    known = [entry for entry in entries if known_at is None or entry.recorded_at <= known_at]
    corrections = _corrections(known)
    for entry in known:
        entry.corrected_by = corrections.get(entry.event_id)
    true_by_then = (entry for entry in known if as_of is None or entry.valid_on <= as_of)
    return sorted(true_by_then, key=lambda entry: entry.valid_on)


def _entry(row: Row[Any]) -> Entry:
    actor = json.loads(row.actor)
    return Entry(
        event_id=row.event_id,
        type=row.type,
        title=title_of(row.type),
        valid_on=row.valid_on,
        recorded_at=from_microseconds(row.recorded_at),
        actor=Actor(**actor, role_name=role_of(actor["role"])),
        area=row.area,
        source=row.source,
        stream=row.stream,
        version=row.version,
        data=json.loads(row.data),
        receipt=row.receipt and json.loads(row.receipt),
        corrects=row.corrects and Correction.model_validate_json(row.corrects),
        corrected_by=None,
    )


def _corrections(known: Sequence[Entry]) -> dict[str, Correction]:
    corrected: dict[str, Correction] = {}
    voided: dict[str, Correction] = {}
    # From the newest on: what was itself entered by mistake corrects and voids nothing.
    for entry in reversed(known):
        by = corrected.get(entry.event_id)
        if by and by.how == "void":
            continue
        if entry.corrects:
            corrected.setdefault(entry.corrects.event_id, Correction(event_id=entry.event_id, how=entry.corrects.how))
        # A return that a later return voids still took place, so what it voided stays void.
        voided |= dict.fromkeys(entry.data.get("voids", ()), Correction(event_id=entry.event_id, how="void"))
    return corrected | voided
