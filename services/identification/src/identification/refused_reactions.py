"""What could not be noted of the tracks' decisions, over HTTP: for the county to look at, and to have tried again."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Self

from casework.roles import Role
from chronicle.feed import wire
from chronicle.following import Reacting
from chronicle.following.reactions import refused_in
from chronicle.messages import from_microseconds
from chronicle.principal import Principal
from chronicle.refusals import NotFound
from chronicle.store.tables import refused_reaction
from chronicle.web import Caller, Id, Page, Paged, Reading, Writing, acting, given, resource
from pydantic import BaseModel
from sqlalchemy import RowMapping, Select

OWNER = Role.COUNTY_OFFICER

router = resource("/api/identification/v1/refused-reactions", "refused reactions")


@dataclass(frozen=True, slots=True)
class Reactions:
    """The reactions of this service at work, by name."""

    by_name: Mapping[str, Reacting]


class RefusedReaction(BaseModel):
    """One event of a track that this service could not act on, why not, and since when."""

    event_id: str
    type: str
    subject: str
    area: str
    code: str
    facts: dict[str, Any]
    since: datetime

    @classmethod
    def of(cls, row: RowMapping) -> Self:
        """Show a row as it is kept."""
        kept = {"facts": json.loads(row["facts"]), "since": from_microseconds(row["since"])}
        return cls.model_validate({**row, **kept, "type": wire.read(row["event"]).type})


@router.get("")
def list_refused_reactions(caller: Caller, paged: Paged, database: Reading) -> Page[RefusedReaction]:
    """What waits to be seen to in one's areas, the longest waiting first."""
    with database.reading() as connection:
        order = [refused_reaction.c.since, refused_reaction.c.event_id]
        return paged.page(connection, _owned(caller), order, RefusedReaction.of)


@router.post("/{event_id}/retry", status_code=204)
def retry_reaction(
    event_id: Id,
    writing: Annotated[Writing, acting(OWNER)],
    database: Reading,
    reactions: Annotated[Reactions, given(Reactions)],
) -> None:
    """Try again; refused for the reason there is still, or as NotFound when nothing waits any more."""
    with database.reading() as connection:
        waiting = _owned(writing.asked.principal).where(refused_reaction.c.event_id == event_id)
        names = [row.reaction for row in connection.execute(waiting)]
    if not names:
        raise NotFound
    for name in names:
        reactions.by_name[name].retry(event_id)


def _owned(principal: Principal) -> Select[Any]:
    return refused_in(principal.scope(OWNER), OWNER).add_columns(refused_reaction.c.event)
