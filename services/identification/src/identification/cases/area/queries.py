"""Reading areas and the changes of them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from casework.areas import Level
from casework.labels import Labelled
from chronicle.area_codes import AreaCodes
from chronicle.messages import Recorded
from chronicle.principal import AreaScope
from chronicle.store import Database
from chronicle.web import Page, Paged
from pydantic import BaseModel
from sqlalchemy import RowMapping, or_, select

from identification.cases.area.events import (
    AreaChangeProposed,
    AreaChangeRejected,
    AreaRenamed,
    AreaReplaced,
    CodeSource,
)
from identification.cases.area.findings import DocumentIssuer
from identification.cases.area.projections import CONFIRMED, PROPOSED, REJECTED, area_changes, change_row, decision


class ChangeStanding(Labelled):
    """What became of a proposed change of an area."""

    PROPOSED = PROPOSED, "待确认", "waits to be confirmed"
    CONFIRMED = CONFIRMED, "已确认", "confirmed"
    REJECTED = REJECTED, "已退回", "rejected"


class Area(BaseModel):
    """One administrative area or villager group on a day, and the code by which it went then: ``now``."""

    code: str
    name: str
    level: Level
    parent_code: str | None
    code_source: CodeSource
    valid_from: date
    now: str

    @classmethod
    def of(cls, row: RowMapping, code: str, codes: AreaCodes) -> "Area":
        """Show an area under a code that it has, or had."""
        own = code == row["code"]
        parent = row["parent_code"] if own else codes.now(row["parent_code"])
        return cls(**{**row, "code": code, "parent_code": parent, "now": codes.now(code)})


class AreaChangeListed(BaseModel):
    """One change of an area: another name, or the code by which it goes on; from which day, by which document."""

    proposal_id: str
    code: str
    name: str | None
    successor_code: str | None
    valid_from: date
    issuer: DocumentIssuer
    year: int
    number: int | None
    proposed_by: str
    standing: ChangeStanding
    decided_by: str | None


def changes_of(history: Sequence[Recorded[Any]]) -> list[AreaChangeListed]:
    """The changes of one area, the first proposed first."""
    rows: dict[str, dict[str, Any]] = {}
    for recorded in history:
        match recorded.event:
            case AreaChangeProposed(proposal_id=one):
                rows[one] = change_row(recorded)
            case AreaChangeRejected(proposal_id=one) | AreaRenamed(proposal_id=one) | AreaReplaced(proposal_id=one):
                rows[one] |= decision(recorded)
            case _:
                pass
    return [AreaChangeListed.model_validate(row) for row in rows.values()]


def changes(
    database: Database, paged: Paged, scope: AreaScope, standing: ChangeStanding | None
) -> Page[AreaChangeListed]:
    """The changes of areas within a scope or that come into it, by the day from which they hold."""
    change = area_changes.tables
    query = select(change).where(or_(scope.where(change.c.code), scope.where(change.c.place)))
    if standing:
        query = query.where(change.c.standing == standing)
    with database.reading() as connection:
        key = [change.c.valid_from, change.c.proposal_id]
        return paged.page(connection, query, key, AreaChangeListed.model_validate)
