"""The case history over HTTP."""

import re
from typing import Annotated
from uuid import UUID

from casework.roles import seen_by
from chronicle.principal import NotYourDuty
from chronicle.refusals import Unavailable
from chronicle.store import Database
from chronicle.web import Caller, Day, given, resource
from fastapi import Header, Query
from pydantic import AwareDatetime, BaseModel, BeforeValidator
from pydantic_core import PydanticCustomError

from gateway.case_history.persons import persons_in
from gateway.case_history.timeline import Entry, recorded_about, timeline
from gateway.people import People

router = resource("/api/gateway/v1/households", "case history")


def _written_out(value: object) -> object:
    # pydantic would read 20150701 as seconds since 1970.
    if isinstance(value, str) and not re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T", value):
        raise PydanticCustomError("datetime_parsing", "a moment is written 2015-07-01T00:00:00Z")
    return value


Moment = Annotated[AwareDatetime, BeforeValidator(_written_out)]
KnownAt = Annotated[Moment | None, Query(description="What was recorded by then, such as `2015-07-01T00:00:00Z`.")]
AsOf = Annotated[Day | None, Query(description="What was true by that day.")]
WithNames = Annotated[bool, Query(description="The names of the persons, too.")]
Authorization = Annotated[str, Header(include_in_schema=False)]


class Timeline(BaseModel):
    """A household's history.

    ``names`` are by person id, null for somebody erased; all of it is null when not asked for or not to be had now.
    """

    household_id: UUID
    entries: list[Entry]
    names: dict[str, str | None] | None


@router.get("/{household_id}/timeline")
def show_timeline(  # noqa: PLR0913 - what FastAPI injects
    caller: Caller,
    authorization: Authorization,
    household_id: UUID,
    database: Annotated[Database, given(Database)],
    people: Annotated[People, given(People)],
    *,
    known_at: KnownAt = None,
    as_of: AsOf = None,
    names: WithNames = False,
) -> Timeline:
    """Everything that happened to a household, in the order in which it was true."""
    scope = seen_by(caller)
    if not scope.prefixes:
        raise NotYourDuty
    entries = timeline(recorded_about(database, f"household/{household_id}", scope), known_at, as_of)
    named = _names(people, entries, authorization) if names else None
    return Timeline(household_id=household_id, entries=entries, names=named)


def _names(people: People, entries: list[Entry], authorization: str) -> dict[str, str | None] | None:
    try:
        return people.names(persons_in(entries), "case_work", authorization)
    except Unavailable:
        return None
