"""What could not be noted of the tracks' decisions, over HTTP: for the county to have tried again, or to dismiss."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Any, Self

from casework.roles import Role
from casework.titles import Label, title_of
from chronicle.feed import wire
from chronicle.following import Reacting
from chronicle.following.reactions import refused_in
from chronicle.messages import from_microseconds
from chronicle.principal import Principal
from chronicle.refusals import Language, NotFound
from chronicle.store import Database
from chronicle.store.tables import refused_reaction
from chronicle.store.values import Delivery
from chronicle.web import Body, Caller, Id, Page, Paged, Reading, Spoken, Today, Writing, acting, given, resource
from pydantic import BaseModel
from sqlalchemy import RowMapping, Select
from starlette.responses import Response

from identification.cases.area.projections import name_on
from identification.cases.household.findings import DismissalReason
from identification.cases.registration.queries import numbers_of
from identification.reactions import dismissal

OWNER = Role.COUNTY_OFFICER

router = resource("/api/identification/v1/refused-reactions", "refused reactions")

Deciding = Annotated[Writing, acting(OWNER)]


@dataclass(frozen=True, slots=True)
class Reactions:
    """The reactions of this service at work, by name."""

    by_name: Mapping[str, Reacting]


At = Annotated[Reactions, given(Reactions)]


class Dismissal(Body):
    """Why what a track decided is not going to be noted."""

    reason: DismissalReason


class RefusedReaction(BaseModel):
    """One event of a track that this service could not act on, whose it is, why not, and since when."""

    event_id: str
    type: str
    title: Label
    subject: str
    household_no: str | None
    area: str
    area_name: str | None
    code: str
    detail: str
    facts: dict[str, Any]
    since: datetime

    @classmethod
    def of(cls, row: Mapping[str, Any], numbers: Mapping[str, str], language: Language) -> Self:
        """Show a row as it is kept."""
        event_type = wire.read(row["event"]).type
        kept = {"facts": json.loads(row["facts"]), "since": from_microseconds(row["since"]), "detail": row[language]}
        named = {"title": title_of(event_type), "household_no": numbers.get(_household(row))}
        return cls.model_validate({**row, **kept, **named, "type": event_type})


@router.get("")
def list_refused_reactions(
    caller: Caller, paged: Paged, today: Today, database: Reading, language: Spoken
) -> Page[RefusedReaction]:
    """What waits to be seen to in one's areas, the longest waiting first."""
    area_name = name_on(refused_reaction.c.area, today).label("area_name")
    named = _owned(caller).add_columns(refused_reaction.c.event, area_name)
    with database.reading() as connection:
        page = paged.page(connection, named, [refused_reaction.c.since, refused_reaction.c.event_id], dict)
        numbers = numbers_of(connection, {_household(row) for row in page.items})
    return Page(items=[RefusedReaction.of(row, numbers, language) for row in page.items], next=page.next)


@router.post("/{event_id}/retry", status_code=204)
def retry_reaction(event_id: Id, writing: Deciding, database: Reading, reactions: At) -> None:
    """Try again; refused for the reason there is still, or as NotFound when nothing waits any more."""
    for row in _waiting(event_id, writing, database):
        reactions.by_name[row["reaction"]].retry(event_id, writing.at(row["area"]).asked.actor)


@router.post("/{event_id}/dismissal", status_code=201)
def dismiss_reaction(
    event_id: Id, dismissing: Dismissal, writing: Deciding, database: Reading, reactions: At
) -> Response:
    """Leave unnoted what a track decided, and say why; it waits no longer."""
    row, *_ = rows = _waiting(event_id, writing, database)
    cause, asked = reactions.by_name[row["reaction"]].waiting(event_id), writing.at(row["area"]).asked
    part = dismissal(cause, row["code"], dismissing.reason, asked.today)
    caused = replace(asked, causation_id=event_id, now=max(asked.now, cause.recorded_at))
    answer = replace(writing, asked=caused).record([part], Delivery())
    # Only when it is recorded; if this is never reached, whoever dismisses it again changes nothing but this.
    for each in rows:
        reactions.by_name[each["reaction"]].settle(event_id)
    return answer


def _waiting(event_id: str, writing: Writing, database: Database) -> Sequence[RowMapping]:
    with database.reading() as connection:
        waiting = _owned(writing.asked.principal).where(refused_reaction.c.event_id == event_id)
        rows = connection.execute(waiting).mappings().all()
    if not rows:
        raise NotFound
    return rows


def _owned(principal: Principal) -> Select[Any]:
    return refused_in(principal.scope(OWNER), OWNER)


def _household(row: Mapping[Any, Any]) -> str:
    subject: str = row["subject"]
    return subject.partition("/")[2]
