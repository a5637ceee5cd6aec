"""What is found before a data match is received; and to which household whoever it means belongs, by claims alone."""

import json
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

from casework.areas import prefix_of
from chronicle.area_codes import AreaCodes
from chronicle.decider import Decider, Known, Reading
from chronicle.messages import EventTypes
from chronicle.store.tables import claim, event
from chronicle.store.values import HeldClaim
from sqlalchemy import Connection, Row, bindparam, select

from identification.cases.application.decider import OPEN_APPLICATION
from identification.cases.application.events import ApplicationFiled
from identification.cases.application.events.amending import ApplicationAmended, ApplicationCorrected
from identification.cases.application.events.data_matches import DataMatchRaised
from identification.cases.application.gather import application_decider
from identification.cases.data_match.commands import DataMatchCommand, ReceiveDataMatch
from identification.cases.data_match.decider import DataMatch, KnownOfDataMatch, about, claims, decide, evolve
from identification.cases.data_match.events import TYPES, DataMatchAttached, DataMatchReceived
from identification.cases.household.events import HouseholdMembersChanged, HouseholdRecorded
from identification.cases.household.gather import household_decider
from identification.people.awaited import IDS, owner_of
from identification.people.persons import DATA_MATCH_BY_HAND, REGISTERED_HOUSEHOLD
from identification.people.vault import households_of

# What states who belongs to an application, and what who lives in a household.
STATING = EventTypes(ApplicationFiled, ApplicationAmended, ApplicationCorrected)
RECORDING = EventTypes(HouseholdRecorded, HouseholdMembersChanged)

# Made once: they are asked about each application.
_HOLDERS = select(claim.c.key, claim.c.stream).where(
    claim.c.kind == bindparam("of_kind"), claim.c.key.in_(bindparam("keys", expanding=True))
)
_FIRSTS = select(event.c.stream, event.c.subject, event.c.area, event.c.data).where(
    event.c.stream.in_(bindparam("streams", expanding=True)), event.c.version == 1
)


class Home(NamedTuple):
    """Where a data match of somebody goes: their household, what it applied with, and the village."""

    application_id: str
    household_id: str
    village: str


class Received(NamedTuple):
    """What is told when a data match is received: for which area, and until when it waits."""

    area: str
    waits_until: date


class Attachment(NamedTuple):
    """A data match that was attached, or entered by an officer, ``raised_by``; and for which area that was."""

    area: str
    event: DataMatchAttached | DataMatchRaised
    raised_by: str | None = None


def gather(parts: Sequence[tuple[DataMatchCommand, DataMatch | None]], reading: Reading) -> list[Known]:
    """Find for how many days what is received waits."""
    return [_found(command, reading) for command, _ in parts]


def _found(command: DataMatchCommand, reading: Reading) -> Known:
    if not isinstance(command, ReceiveDataMatch):
        return Known(actor=reading.asked.actor, today=reading.asked.today)
    days = reading.value("data_match_waiting_days", command.area, command.on)
    return KnownOfDataMatch(actor=reading.asked.actor, today=reading.asked.today, waiting_days=days)


def homes_of(connection: Connection, persons: Collection[str]) -> dict[str, Home]:
    """Find where each person's data matches go: to the open application, else to that of the registered household."""
    applying = _holders(connection, OPEN_APPLICATION, persons)
    living = {person: household for person, (household, _) in households_of(connection, persons).items()}
    registered = _holders(connection, REGISTERED_HOUSEHOLD, {*living.values()})
    found = {person: registered[home] for person, home in living.items() if home in registered} | applying
    cases = {row.stream: _home(row) for row in _firsts(connection, {*found.values()})}
    return {person: cases[application] for person, application in found.items()}


def received(connection: Connection, match_ids: Iterable[str]) -> dict[str, Received]:
    """Find for which area each data match was received, and until when it waits."""
    streams = {owner_of(one): one for one in match_ids}
    rows = _firsts(connection, streams)
    return {streams[row.stream]: Received(row.area, DataMatchReceived.read(row.data).waits_until) for row in rows}


def living_with(connection: Connection, application_id: str, household_id: str) -> list[str]:
    """Find who belongs to an application as it was stated last, and to its household as it was recorded last."""
    stated = _newest(connection, f"{application_decider.name}/{application_id}", STATING)
    members = _newest(connection, f"{household_decider.name}/{household_id}", RECORDING)
    told = [*(stated.member_ids if stated else ()), *(each.person_id for each in (members.members if members else ()))]
    return list(dict.fromkeys(told))


def attachments(connection: Connection, match_ids: Iterable[str]) -> dict[str, Attachment]:
    """Find what was attached of each data match, and for which area it was received."""
    streams = {owner_of(one): one for one in match_ids}
    here = (event.c.stream.in_(streams), event.c.type == DataMatchAttached.type)
    rows = connection.execute(select(event.c.stream, event.c.area, event.c.data).where(*here)) if streams else ()
    return {streams[row.stream]: Attachment(row.area, DataMatchAttached.read(row.data)) for row in rows}


def entered_by_hand(person_id: str, match_id: str, application_id: str) -> HeldClaim:
    """Let what an officer enters from a list be found again, should the household apply anew."""
    return HeldClaim(DATA_MATCH_BY_HAND, f"{person_id}/{match_id}", f"{application_decider.name}/{application_id}")


def entered_before(connection: Connection, persons: Iterable[str]) -> dict[str, Attachment]:
    """Find what officers entered of these people, as it was entered first, by the id of each."""
    found: dict[str, Attachment] = {}
    for person in persons:
        first, last = (f"{person}/{end}" for end in IDS)
        keys = claim.c.key.between(first, last)
        held = select(claim.c.stream).where(claim.c.kind == DATA_MATCH_BY_HAND, keys)
        here = (event.c.stream.in_(held), event.c.type == DataMatchRaised.type)
        for row in connection.execute(select(event.c.area, event.c.data, event.c.actor).where(*here)):
            told = DataMatchRaised.read(row.data)
            if told.person_id == person and told.raised_by is None:
                found[told.data_match_id] = Attachment(row.area, told, json.loads(row.actor)["person"])
    return found


def raised_in(connection: Connection, application_ids: Iterable[str]) -> set[str]:
    """Find which data matches applications have."""
    streams = [f"{application_decider.name}/{one}" for one in application_ids]
    raised = select(event.c.data).where(event.c.stream.in_(streams), event.c.type == DataMatchRaised.type)
    rows = connection.execute(raised).scalars() if streams else ()
    return {DataMatchRaised.read(data).data_match_id for data in rows}


def lies_within(village: str, area: str, codes: AreaCodes) -> bool:
    """Tell whether a village lies in an area by the codes of a day: a department is heard of nobody elsewhere."""
    return codes.now(village).startswith(codes.now(prefix_of(area)))


def _holders(connection: Connection, kind: str, keys: Collection[str]) -> dict[str, str]:
    # Somebody erased holds themselves, so that nobody applies with them any more.
    application = f"{application_decider.name}/"
    rows = connection.execute(_HOLDERS, {"of_kind": kind, "keys": list(keys)}) if keys else ()
    return {row.key: row.stream for row in rows if row.stream.startswith(application)}


def _home(filed: Row[Any, Any, Any, Any]) -> Home:
    application_id, household_id = (each.partition("/")[2] for each in (filed.stream, filed.subject))
    return Home(application_id, household_id, filed.area)


def _firsts(connection: Connection, streams: Collection[str]) -> Sequence[Row[Any, Any, Any, Any]]:
    return connection.execute(_FIRSTS, {"streams": list(streams)}).all() if streams else ()


def _newest(connection: Connection, stream: str, types: EventTypes) -> Any:
    newest = select(event.c.type, event.c.data).where(event.c.stream == stream, event.c.type.in_(types.names))
    row = connection.execute(newest.order_by(event.c.version.desc()).limit(1)).one_or_none()
    return row and next(each for each in types if each.type == row.type).read(row.data)


data_match_decider: Decider[DataMatchCommand, DataMatch | None, Known] = Decider(
    name="data_match",
    types=TYPES,
    initial=None,
    decide=decide,
    evolve=evolve,
    about=about,
    gather=gather,
    claims=claims,
    rules=("casework",),
)
