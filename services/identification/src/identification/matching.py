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
from sqlalchemy import Connection

from identification.cases.application.commands import RaiseDataMatch
from identification.cases.application.events import ApplicationFiled, ReconsiderationDecided
from identification.cases.application.events.data_matches import DataMatchRaised
from identification.cases.application.findings import RecheckCause
from identification.cases.application.gather import application_decider
from identification.cases.data_match.commands import AttachDataMatch
from identification.cases.data_match.events import DataMatchAttached, DataMatchReceived
from identification.cases.data_match.gather import (
    Home,
    attachments,
    data_match_decider,
    entered_before,
    homes_of,
    lies_within,
    living_with,
    raised_in,
    received,
)
from identification.cases.household.events import HouseholdMembersChanged
from identification.cases.recheck.commands import OpenRecheck
from identification.cases.recheck.gather import recheck_decider
from identification.people.awaited import (
    index_awaited_by,
    indexes_of,
    matches_awaiting,
    matches_of,
    no_longer_awaiting,
    was_cleared,
)
from identification.people.vault import person_of

# At each that was attached or raised it goes on with the others of the household.
AT_ONCE = 100
APPEARING = EventTypes(
    DataMatchReceived, DataMatchAttached, ApplicationFiled, HouseholdMembersChanged, ReconsiderationDecided
)
APPEARING_ANEW = EventTypes(ApplicationFiled, HouseholdMembersChanged, ReconsiderationDecided, DataMatchRaised)


@dataclass(frozen=True)
class Matching:
    """Looks, at each event that may bring the two together, for whom data matches mean and what waits for people."""

    codes: CodesNow

    def attach(self, cause: Recorded[Any], connection: Connection) -> Issue:
        """Attach what waits for the people of an event, where they live in the area of its department."""
        wanted = self._wanted(cause, connection)
        homes = homes_of(connection, {*wanted.values()})
        waiting = received(connection, [one for one, person in wanted.items() if person in homes])
        on = business_date(cause.recorded_at)
        codes = self.codes().on(on)
        # Whom it does not reach, or no longer, takes the place of nobody whom it does.
        reached = [
            one
            for one, told in waiting.items()
            if on <= told.waits_until and lies_within(homes[wanted[one]].village, told.area, codes)
        ]
        met = sorted(reached)[:AT_ONCE]
        parts = [Part(data_match_decider, one, _attaching(wanted[one], homes[wanted[one]], on)) for one in met]
        return Issue(parts, no_longer_awaiting(connection, met))

    def _wanted(self, cause: Recorded[Any], connection: Connection) -> dict[str, str]:
        """Whom each data match means that an event may bring to a household."""
        if isinstance(cause.event, DataMatchReceived):
            return _meant(connection, cause.event.data_match_id)
        wanted: dict[str, str] = {}
        for person, index in indexes_of(connection, _appearing(cause.event, connection)).items():
            wanted |= dict.fromkeys(matches_awaiting(connection, index), person)
        return wanted

    def raise_again(self, cause: Recorded[Any], connection: Connection) -> Issue:
        """Hold against whoever appears anew what was attached to them before, unless it was cleared.

        Who withdraws and applies again, or leaves and comes back, is not rid of it. What an application has already
        takes the place of nothing that it has not.
        """
        persons = _appearing(cause.event, connection)
        homes = homes_of(connection, persons)
        codes = self.codes().on(business_date(cause.recorded_at))
        has = raised_in(connection, {home.application_id for home in homes.values()})
        before = [one for person in homes for one in matches_of(connection, person) if one not in has]
        kept = attachments(connection, before)
        kept |= {one: met for one, met in entered_before(connection, persons).items() if one not in has}
        parts = [
            Part(application_decider, home.application_id, _raising(met.event, cause.valid_on, met.raised_by))
            for one, met in kept.items()
            if not was_cleared(connection, one)
            if (home := homes.get(met.event.person_id)) and lies_within(home.village, met.area, codes)
        ]
        return Issue(parts[:AT_ONCE])


def raise_attached(cause: Recorded[DataMatchAttached], _connection: Connection) -> Issue:
    """Hold it against the application it was attached to; whether that is reviewed already, its own history tells."""
    met = cause.event
    return Issue([Part(application_decider, met.application_id, _raising(met, cause.valid_on))])


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
        raised_by=raised.raised_by or cause.actor.person,
        facts=raised.facts,
        on=business_date(cause.recorded_at),
    )
    return Issue([Part(recheck_decider, command.recheck_id, command)])


def reactions_with(codes: CodesNow) -> tuple[Reaction, ...]:
    """Its reactions; what is refused to them is for operators, who are told no more than its code."""
    attaching = Reaction("data_matches", APPEARING, None, Role.OPERATOR, Matching(codes).attach)
    raising = Reaction("attached_data_matches", EventTypes(DataMatchAttached), None, Role.OPERATOR, raise_attached)
    rechecking = Reaction("rechecks", EventTypes(DataMatchRaised), None, Role.OPERATOR, open_recheck)
    again = Reaction("data_matches_again", APPEARING_ANEW, None, Role.OPERATOR, Matching(codes).raise_again)
    return attaching, raising, rechecking, again


def _raising(met: DataMatchAttached | DataMatchRaised, on: date, raised_by: str | None = None) -> RaiseDataMatch:
    return RaiseDataMatch(
        data_match_id=met.data_match_id,
        person_id=met.person_id,
        kind=met.kind,
        facts=met.facts,
        attached=True,
        raised_by=raised_by,
        on=on,
    )


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
        case DataMatchAttached() | ReconsiderationDecided() | DataMatchRaised():
            return living_with(connection, told.application_id, told.household_id)
        case _:
            raise TypeError(f"nobody appears with {type(told).__name__}")
