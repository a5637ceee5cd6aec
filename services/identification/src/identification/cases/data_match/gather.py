"""What is found before a data match is received; and to which household whoever it means belongs, by claims alone."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any, NamedTuple

from casework.areas import prefix_of
from chronicle.area_codes import AreaCodes
from chronicle.decider import Decider, Known, Reading
from chronicle.store.tables import claim, event
from sqlalchemy import Connection, Row, select

from identification.cases.application.decider import OPEN_APPLICATION
from identification.cases.application.gather import application_decider
from identification.cases.data_match.commands import DataMatchCommand, ReceiveDataMatch
from identification.cases.data_match.decider import DataMatch, KnownOfDataMatch, about, claims, decide, evolve
from identification.cases.data_match.events import TYPES
from identification.cases.household.decider import REGISTERED_HOUSEHOLD
from identification.people.awaited import owner_of
from identification.people.vault import households_of


class Home(NamedTuple):
    """Where a data match of somebody goes: their household, what it applied with, and the village."""

    application_id: str
    household_id: str
    village: str


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


def areas_awaiting(connection: Connection, match_ids: Iterable[str]) -> dict[str, str]:
    """Find for which area each data match was received."""
    streams = {owner_of(one): one for one in match_ids}
    return {streams[row.stream]: row.area for row in _firsts(connection, streams)}


def lies_within(village: str, area: str, codes: AreaCodes) -> bool:
    """Tell whether a village lies in an area by the codes of a day: a department is heard of nobody elsewhere."""
    return codes.now(village).startswith(codes.now(prefix_of(area)))


def _holders(connection: Connection, kind: str, keys: Collection[str]) -> dict[str, str]:
    # Somebody erased holds themselves, so that nobody applies with them any more.
    held = select(claim.c.key, claim.c.stream).where(claim.c.kind == kind, claim.c.key.in_(keys))
    application = f"{application_decider.name}/"
    rows = connection.execute(held) if keys else ()
    return {row.key: row.stream for row in rows if row.stream.startswith(application)}


def _home(filed: Row[Any, Any, Any]) -> Home:
    application_id, household_id = (each.partition("/")[2] for each in (filed.stream, filed.subject))
    return Home(application_id, household_id, filed.area)


def _firsts(connection: Connection, streams: Collection[str]) -> Sequence[Row[Any, Any, Any]]:
    first = select(event.c.stream, event.c.subject, event.c.area)
    of_these = first.where(event.c.stream.in_(streams), event.c.version == 1)
    return connection.execute(of_these).all() if streams else ()


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
