"""The applications as they stand, and what was entered late."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from functools import lru_cache
from hashlib import sha256
from typing import Any, NamedTuple

from casework.labels import Labelled
from casework.notices import closable_from
from casework.steps import Chain, Step
from chronicle.clock import business_date
from chronicle.following import Projection, rows_of, upsert
from chronicle.messages import Event, Recorded, canonical
from chronicle.store.tables import Id
from pydantic import TypeAdapter
from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Date,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    select,
)

from identification.cases.application.decisions.course import ending_of, step_after
from identification.cases.application.decisions.state import Posting
from identification.cases.application.events import (
    TYPES,
    ApplicationDrawnForReview,
    ApplicationFiled,
    ApplicationNoticeAnnulled,
    ApplicationPosted,
    ObjectionDecided,
    ObjectionRaised,
    ReconsiderationDecided,
    ReconsiderationRequested,
)
from identification.cases.application.events.amending import Restated
from identification.cases.application.events.data_matches import DataMatchDecided, DataMatchRaised

Row = Mapping[str, Any]
_POSTING = TypeAdapter(Posting)


class Waiting(Labelled):
    """What an open application waits for at its step."""

    TO_DO = "to_do", "待办理", "to be done"
    POSTED = "posted", "公示中", "posted, to be closed"
    IN_ROUND = "in_round", "复核中", "in a review round"


class Tables(NamedTuple):
    """Every application as it stands, and every step of the chains they take."""

    application: Table
    step: Table


def define_applications(metadata: MetaData, name: str) -> Tables:
    """Open applications have no ``ending``.

    ``due_on`` is the last day for the step to be done, or the first on which one that is posted may be closed;
    ``first`` is that or, without one, ``since``: by it the queues are in order.
    """
    application = Table(
        name,
        metadata,
        Column("application_id", Id, primary_key=True),
        Column("household_id", Id, nullable=False),
        Column("group_code", Text, nullable=False),
        Column("head_id", Text, nullable=False),
        Column("household_size", Integer, nullable=False),
        Column("filed_on", Date, nullable=False),
        Column("chain", Text, nullable=False),
        Column("ordinal", Integer, nullable=False),
        Column("step", Text, nullable=False),
        Column("waiting", Text, nullable=False),
        Column("since", Date, nullable=False),
        Column("due_on", Date),
        Column("first", Date, nullable=False),
        Column("notice_id", Text),
        Column("objections", Integer, nullable=False),
        Column("data_matches", Integer, nullable=False),
        Column("posting", Text),
        Column("round_id", Text),
        Column("sampled", Boolean),
        Column("ending", Text),
        Column("reconsidering", Text),
        Index(f"{name}_place", "group_code", "since"),
        Index(f"{name}_household", "household_id"),
    )
    _index_open(application, name)
    return Tables(application, _define_steps(metadata, f"{name}_step"))


def _index_open(application: Table, name: str) -> None:
    # Of those that are open alone: what a page of one queue reads, and what counting them all reads. SQLite looks
    # up a row to see that it is open, though it is in the index, unless the index says so.
    is_open = application.c.ending.is_(None)
    for which, columns in {
        "queue": ("step", "waiting", "first", "application_id", "group_code", "ending"),
        "open": ("chain", "ordinal", "waiting", "group_code", "due_on", "ending"),
    }.items():
        read = [application.c[column] for column in columns]
        Index(f"{name}_{which}", *read, sqlite_where=is_open, postgresql_where=is_open)


def apply_to_applications(batch: Sequence[Recorded[Any]], tables: Tables, connection: Connection) -> None:
    """Bring the applications of a batch to where its events leave them."""
    _add_chains((each.event.chain for each in batch if isinstance(each.event, ApplicationFiled)), tables, connection)
    table = tables.application
    rows = rows_of(connection, table, {recorded.event.application_id for recorded in batch})
    steps = {(step.chain, step.ordinal): step for step in connection.execute(select(tables.step))}
    for recorded in batch:
        event = recorded.event
        row = _filed(recorded) if isinstance(event, ApplicationFiled) else rows[event.application_id]
        changed = {**row, **_changed(row, recorded), **_stated(event)}
        to_do = step_after(event) or isinstance(event, ApplicationNoticeAnnulled)
        step = steps[changed["chain"], changed["ordinal"]]
        if to_do and step.due_days and not changed["ending"]:
            changed["due_on"] = recorded.valid_on + timedelta(days=step.due_days)
        first = changed["due_on"] or changed["since"]
        rows[event.application_id] = {**changed, "step": step.name, "first": first}
    upsert(connection, table, list(rows.values()))


def _define_steps(metadata: MetaData, name: str) -> Table:
    return Table(
        name,
        metadata,
        Column("chain", Text),
        Column("ordinal", Integer),
        Column("name", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("level", Text, nullable=False),
        Column("duties", Text, nullable=False),
        Column("zh", Text, nullable=False),
        Column("en", Text, nullable=False),
        Column("due_days", Integer),
        PrimaryKeyConstraint("chain", "ordinal"),
    )


def _add_chains(chains: Iterable[Chain], tables: Tables, connection: Connection) -> None:
    named = {_name_of(chain): chain for chain in chains}
    known = connection.execute(select(tables.step.c.chain).where(tables.step.c.chain.in_(named))).scalars()
    new = named.keys() - set(known)
    upsert(
        connection,
        tables.step,
        [_step(name, step) for name in sorted(new) for step in named[name].steps],
    )


def _step(chain: str, step: Step) -> Row:
    return {"chain": chain, **step.model_dump(mode="json"), "duties": " ".join(step.duties)}


@lru_cache(maxsize=64)
def _name_of(chain: Chain) -> str:
    return sha256(canonical(chain.model_dump(mode="json")).encode()).hexdigest()[:16]


def _filed(recorded: Recorded[ApplicationFiled]) -> Row:
    filed = recorded.event
    return {
        "application_id": filed.application_id,
        "household_id": filed.household_id,
        "group_code": filed.group_code,
        "filed_on": recorded.valid_on,
        "chain": _name_of(filed.chain),
        "data_matches": 0,
    }


def _stated(event: Event) -> Row:
    if not isinstance(event, ApplicationFiled | Restated):
        return {}
    return {"head_id": event.head_id, "household_size": len(event.member_ids)}


def _changed(row: Row, recorded: Recorded[Any]) -> Row:  # noqa: PLR0911 - one line for each event
    event, on = recorded.event, recorded.valid_on
    left = dict.fromkeys(("due_on", "notice_id", "posting", "round_id", "sampled", "ending", "reconsidering"))
    moved = {**left, "objections": 0, "since": on, "waiting": Waiting.TO_DO.value}
    if ending := ending_of(event):
        return {**moved, **_objected(row, recorded), "objections": 0, "ending": ending.value}
    if step := step_after(event):
        return {**moved, **_objected(row, recorded), "ordinal": step}
    match event:
        case ApplicationPosted():
            posting = Posting(event.notice_id, event.step, event.first_day, event.days)
            return {"waiting": Waiting.POSTED.value, "since": on, **_posted(posting)}
        case ApplicationNoticeAnnulled():
            # Undecided objections to it go on.
            return {"waiting": Waiting.TO_DO.value, "since": on, "notice_id": None}
        case ApplicationDrawnForReview():
            return {
                "waiting": Waiting.IN_ROUND.value,
                "since": on,
                "round_id": event.round_id,
                "sampled": event.sampled,
            }
        case ReconsiderationRequested():
            return {"since": on, "reconsidering": event.duty.value}
        case ReconsiderationDecided():
            return {"since": on, "reconsidering": None}
        case ObjectionRaised() | ObjectionDecided():
            objected = _posted(_POSTING.validate_json(row["posting"]).objected(event.objection_id, on))
            kept = () if row["notice_id"] else ("due_on", "notice_id")
            return {**objected, **{name: row[name] for name in kept}}
        case _:
            return {"data_matches": row["data_matches"] + _opened(event)}


def _opened(event: Any) -> int:
    """By how many more, or fewer, data matches hold the household up after an event."""
    if isinstance(event, DataMatchRaised):
        return int(not event.after_review)
    return -int(isinstance(event, DataMatchDecided))


def _objected(row: Row, recorded: Recorded[Any]) -> Row:
    """Keep undecided objections to the notice that the household comes off, or came off before."""
    event = recorded.event
    if not row.get("posting"):
        return {}
    posting = _POSTING.validate_json(row["posting"])
    if isinstance(event, ObjectionDecided):
        posting = posting.objected(event.objection_id, recorded.valid_on)
    kept = {name: each for name, each in _posted(posting).items() if name in {"posting", "objections"}}
    return kept if posting.is_held else {}


def _posted(posting: Posting) -> Row:
    objections = posting.objections.values()
    return {
        "due_on": closable_from(posting.first_day, posting.days, objections),
        "notice_id": posting.notice_id,
        "objections": sum(objection.decided_on is None for objection in objections),
        "posting": canonical(_POSTING.dump_python(posting, mode="json")),
    }


applications: Projection[Tables] = Projection("application", 6, TYPES, define_applications, apply_to_applications)


def define_late_entries(metadata: MetaData, name: str) -> Table:
    """One row for each event on an application that was entered late, with its reason."""
    return Table(
        name,
        metadata,
        Column("event_id", Id, primary_key=True),
        Column("application_id", Id, nullable=False),
        Column("type", Text, nullable=False),
        Column("on", Date, nullable=False),
        Column("entered_on", Date, nullable=False),
        Column("days", Integer, nullable=False),
        Column("reason", Text, nullable=False),
        Column("entered_by", Text, nullable=False),
        Index(f"{name}_day", "entered_on"),
    )


def apply_to_late_entries(batch: Sequence[Recorded[Any]], table: Table, connection: Connection) -> None:
    """Add what was entered late."""
    upsert(connection, table, [_late(recorded) for recorded in batch if recorded.event.late_reason])


def _late(recorded: Recorded[Any]) -> Row:
    entered_on = business_date(recorded.recorded_at)
    return {
        "event_id": recorded.event_id,
        "application_id": recorded.event.application_id,
        "type": recorded.stored.type,
        "on": recorded.valid_on,
        "entered_on": entered_on,
        "days": (entered_on - recorded.valid_on).days,
        "reason": recorded.event.late_reason.value,
        "entered_by": recorded.actor.person,
    }


late_entries: Projection[Table] = Projection("late_entry", 1, TYPES, define_late_entries, apply_to_late_entries)
