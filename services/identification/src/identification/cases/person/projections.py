"""Who was in which application and how that ended; and the erasures, done or to be done, with the legal holds."""

from collections.abc import Sequence
from typing import Any

from chronicle.following import Projection, rows_of, upsert
from chronicle.messages import Recorded
from chronicle.store.tables import Id
from sqlalchemy import Column, Connection, Date, Index, Integer, MetaData, Table, Text, bindparam, update

from identification.cases.application.decisions.course import ending_of
from identification.cases.application.decisions.state import Ending
from identification.cases.application.events import TYPES as APPLICATION_TYPES
from identification.cases.application.events import ApplicationFiled, ReconsiderationDecided, ReconsiderationRequested
from identification.cases.application.events.amending import Restated
from identification.cases.application.findings import ReconsiderationDecision
from identification.cases.person.events import (
    TYPES,
    ErasureProposalWithdrawn,
    ErasureProposed,
    LegalHoldPlaced,
    LegalHoldReleased,
    PersonErased,
)


def define_applicants(metadata: MetaData, name: str) -> Table:
    """One row for each person in each application of a household, relatives who applied among them.

    Open ones, and those to be looked at again, have no ``ending``.
    """
    return Table(
        name,
        metadata,
        Column("application_id", Id, primary_key=True),
        Column("person_id", Text, primary_key=True),
        Column("household_id", Id, nullable=False),
        Column("group_code", Text, nullable=False),
        Column("ending", Text),
        Column("ended_on", Date),
        Index(f"{name}_person", "person_id"),
        Index(f"{name}_household", "household_id"),
    )


def apply_to_applicants(batch: Sequence[Recorded[Any]], table: Table, connection: Connection) -> None:
    """Add who applied, or was said to live there later, and how their applications end."""
    filed = [each.event for each in batch if isinstance(each.event, ApplicationFiled | Restated)]
    upsert(connection, table, [row for event in filed for row in _applicants(event)])
    if changed := [{"application": each.event.application_id, **how} for each in batch if (how := _ended(each))]:
        connection.execute(update(table).where(table.c.application_id == bindparam("application")), changed)


def _ended(recorded: Recorded[Any]) -> dict[str, Any]:
    ending = ending_of(recorded.event)
    match recorded.event:
        case ReconsiderationDecided(decision=ReconsiderationDecision.CONFIRMED):
            ending = Ending.REJECTED
        case ReconsiderationRequested() | ReconsiderationDecided():
            return {"ending": None, "ended_on": None}
        case _:
            pass
    return {"ending": ending.value, "ended_on": recorded.valid_on} if ending else {}


def _applicants(filed: ApplicationFiled | Restated) -> list[dict[str, Any]]:
    names = ("application_id", "household_id", "group_code")
    where = {name: getattr(filed, name) for name in names} | {"ending": None, "ended_on": None}
    people = dict.fromkeys((*filed.member_ids, filed.applicant.person_id))
    return [{**where, "person_id": one} for one in people]


applicants: Projection[Table] = Projection("applicant", 3, APPLICATION_TYPES, define_applicants, apply_to_applicants)


def define_erasures(metadata: MetaData, name: str) -> Table:
    """One row for each person that anything was proposed, held or erased of; ``since`` is when it last changed."""
    return Table(
        name,
        metadata,
        Column("person_id", Text, primary_key=True),
        Column("household_id", Id),
        Column("area", Text, nullable=False),
        Column("since", Date, nullable=False),
        Column("reason", Text),
        Column("proposed_on", Date),
        Column("proposed_by", Text),
        Column("erased_on", Date),
        Column("legal_holds", Integer, nullable=False),
        Index(f"{name}_place", "area", "since"),
    )


def apply_to_erasures(batch: Sequence[Recorded[Any]], table: Table, connection: Connection) -> None:
    """Bring the people of a batch to where its events leave them."""
    rows = rows_of(connection, table, {recorded.event.person_id for recorded in batch})
    empty = dict.fromkeys(("reason", "proposed_on", "proposed_by", "erased_on")) | {"legal_holds": 0}
    for recorded in batch:
        event = recorded.event
        row = rows.get(event.person_id, empty)
        where = {"person_id": event.person_id, "household_id": event.household_id, "area": recorded.area}
        rows[event.person_id] = {**row, **where, "since": recorded.valid_on, **_changed(row, recorded)}
    upsert(connection, table, list(rows.values()))


def _changed(row: dict[str, Any], recorded: Recorded[Any]) -> dict[str, Any]:
    match recorded.event:
        case ErasureProposed(reason=reason):
            proposed = {"proposed_on": recorded.valid_on, "proposed_by": recorded.actor.person}
            return {"reason": reason.value, **proposed}
        case ErasureProposalWithdrawn():
            return dict.fromkeys(("reason", "proposed_on", "proposed_by"))
        case PersonErased():
            return {"erased_on": recorded.valid_on}
        case LegalHoldPlaced():
            return {"legal_holds": row["legal_holds"] + 1}
        case LegalHoldReleased():
            return {"legal_holds": row["legal_holds"] - 1}
        case _:
            return {}


erasures: Projection[Table] = Projection("erasure", 2, TYPES, define_erasures, apply_to_erasures)
