"""What departments sent meets whom it means: when it is received, or when they appear; then it is looked into."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from casework.roles import Role
from chronicle.area_codes import CodesNow
from chronicle.clock import business_date
from chronicle.following import Issue, Reaction
from chronicle.messages import EventTypes, Recorded
from chronicle.recording import Part
from chronicle.store.tables import event
from sqlalchemy import Connection, select

from identification.cases.application.commands import RaiseDataMatch
from identification.cases.application.events import ApplicationFiled, ReconsiderationDecided
from identification.cases.application.events.data_matches import DataMatchRaised
from identification.cases.application.gather import application_decider
from identification.cases.data_match.commands import AttachDataMatch
from identification.cases.data_match.events import DataMatchAttached, DataMatchReceived
from identification.cases.data_match.gather import Home, areas_awaiting, data_match_decider, homes_of, lies_within
from identification.cases.household.events import HouseholdMembersChanged
from identification.cases.recheck.commands import OpenRecheck
from identification.cases.recheck.findings import RecheckCause
from identification.cases.recheck.gather import recheck_decider
from identification.people.awaited import index_awaited_by, indexes_of, matches_awaiting, no_longer_awaiting
from identification.people.vault import person_of

# With those of one person it goes on at each that was attached.
AT_ONCE = 100
APPEARING = EventTypes(
    DataMatchReceived, DataMatchAttached, ApplicationFiled, HouseholdMembersChanged, ReconsiderationDecided
)


@dataclass(frozen=True)
class Matching:
    """Looks, at each event that may bring the two together, for whom data matches mean and what waits for people."""

    codes: CodesNow

    def attach(self, cause: Recorded[Any], connection: Connection) -> Issue:
        """Attach what waits for the people of an event, where they live in the area of its department."""
        wanted = self._wanted(cause, connection)
        homes = homes_of(connection, {*wanted.values()})
        areas = areas_awaiting(connection, [one for one, person in wanted.items() if person in homes])
        on = business_date(cause.recorded_at)
        codes = self.codes().on(on)
        met = [one for one, area in areas.items() if lies_within(homes[wanted[one]].village, area, codes)]
        parts = [Part(data_match_decider, one, _attaching(wanted[one], homes[wanted[one]], on)) for one in met]
        return Issue(parts, no_longer_awaiting(connection, met))

    def _wanted(self, cause: Recorded[Any], connection: Connection) -> dict[str, str]:
        """Whom each data match means that an event may bring to a household."""
        if isinstance(cause.event, DataMatchReceived):
            return _meant(connection, cause.event.data_match_id)
        wanted: dict[str, str] = {}
        for person, index in indexes_of(connection, _appearing(cause.event, connection)).items():
            waiting = matches_awaiting(connection, index, AT_ONCE - len(wanted))
            wanted |= dict.fromkeys(waiting, person)
        return wanted


def raise_attached(cause: Recorded[DataMatchAttached], _connection: Connection) -> Issue:
    """Hold it against the application it was attached to; whether that is reviewed already, its own history tells."""
    met = cause.event
    command = RaiseDataMatch(
        data_match_id=met.data_match_id,
        person_id=met.person_id,
        kind=met.kind,
        facts=met.facts,
        attached=True,
        on=cause.valid_on,
    )
    return Issue([Part(application_decider, met.application_id, command)])


def open_recheck(cause: Recorded[DataMatchRaised], _connection: Connection) -> Issue:
    """Open a re-check of a household whose reviews had passed."""
    raised = cause.event
    if not raised.after_review:
        return Issue()
    command = OpenRecheck(
        recheck_id=raised.data_match_id,
        application_id=raised.application_id,
        cause=RecheckCause.DATA_MATCH,
        person_id=raised.person_id,
        kind=raised.kind,
        raised_by=cause.actor.person,
        facts=raised.facts,
        on=business_date(cause.recorded_at),
    )
    return Issue([Part(recheck_decider, command.recheck_id, command)])


def reactions_with(codes: CodesNow) -> tuple[Reaction, ...]:
    """Its reactions; what is refused to them is for operators, who are told no more than its code."""
    attaching = Reaction("data_matches", APPEARING, None, Role.OPERATOR, Matching(codes).attach)
    raising = Reaction("attached_data_matches", EventTypes(DataMatchAttached), None, Role.OPERATOR, raise_attached)
    rechecking = Reaction("rechecks", EventTypes(DataMatchRaised), None, Role.OPERATOR, open_recheck)
    return attaching, raising, rechecking


def _attaching(person_id: str, home: Home, on: date) -> AttachDataMatch:
    where = {"application_id": home.application_id, "household_id": home.household_id}
    return AttachDataMatch(person_id=person_id, on=on, **where)


def _meant(connection: Connection, match_id: str) -> dict[str, str]:
    index = index_awaited_by(connection, match_id)
    person = person_of(connection, index) if index else None
    return {match_id: person} if person else {}


def _appearing(told: Any, connection: Connection) -> Collection[str]:
    match told:
        case ApplicationFiled():
            return told.member_ids
        case HouseholdMembersChanged():
            return [member.person_id for member in told.members]
        case DataMatchAttached():
            return [told.person_id]
        case ReconsiderationDecided():
            return _filed_with(told.application_id, connection)
        case _:
            raise TypeError(f"nobody appears with {type(told).__name__}")


def _filed_with(application_id: str, connection: Connection) -> Collection[str]:
    stream = f"{application_decider.name}/{application_id}"
    filed = select(event.c.data).where(event.c.stream == stream, event.c.version == 1)
    return ApplicationFiled.read(connection.execute(filed).scalar_one()).member_ids
