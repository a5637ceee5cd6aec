"""What a department sent waits for whom it means, is attached to their household, or expires."""

from dataclasses import dataclass, replace
from datetime import timedelta

from chronicle.decider import About, Claim, Known
from chronicle.messages import Event, Recorded
from chronicle.refusals import Invalid, NotFound, Refusal

from identification.cases.data_match.commands import (
    AttachDataMatch,
    DataMatchCommand,
    ExpireDataMatch,
    ReceiveDataMatch,
)
from identification.cases.data_match.events import (
    DataMatchAttached,
    DataMatchEvent,
    DataMatchExpired,
    DataMatchReceived,
)
from identification.cases.data_match.findings import Waiting
from identification.people.persons import DATA_MATCH_OF


class ListInFuture(Invalid, code="list-in-future", zh="名单日期{listed_on}还没有到。"):
    """The day of the list, {listed_on}, is still to come."""


class DataMatchNotReceived(NotFound, code="data-match-not-received", zh="没有收到过这条数据比对。"):
    """No such data match was received."""


class DataMatchStillWaits(Refusal, code="data-match-still-waits", zh="这条数据比对要等到{until}，现在不能清除。"):
    """This data match waits until {until} and is not given up before."""


@dataclass(frozen=True, slots=True)
class DataMatch:
    """What was received, for which area, and whether it still waits."""

    received: DataMatchReceived
    area: str
    waiting: Waiting = Waiting.WAITING


class KnownOfDataMatch(Known):
    """What is found before a data match is received: for how many days it waits."""

    waiting_days: int


def decide(command: DataMatchCommand, match: DataMatch | None, known: Known) -> list[Event]:
    """Receive it, attach it, or let it expire; received or attached twice, it is there once."""
    if isinstance(command, ReceiveDataMatch) and isinstance(known, KnownOfDataMatch):
        return [] if match else _receive(command, known)
    if match is None:
        raise DataMatchNotReceived
    match command:
        case AttachDataMatch():
            return _attach(command, match)
        case ExpireDataMatch():
            return _expire(command, match)
        case _:
            raise TypeError(f"{type(known).__name__} is not what {type(command).__name__} needs to know")


def _receive(command: ReceiveDataMatch, known: KnownOfDataMatch) -> list[Event]:
    if command.listed_on > command.on:
        raise ListInFuture(listed_on=command.listed_on)
    return [
        DataMatchReceived(
            data_match_id=command.data_match_id,
            kind=command.kind,
            listed_on=command.listed_on,
            waits_until=command.on + timedelta(days=known.waiting_days),
            facts=command.facts,
        )
    ]


def _attach(command: AttachDataMatch, match: DataMatch) -> list[Event]:
    received = match.received
    # It is somebody's already, or its days are over and it is just not erased yet.
    if match.waiting is not Waiting.WAITING or command.on > received.waits_until:
        return []
    return [
        DataMatchAttached(
            data_match_id=received.data_match_id,
            application_id=command.application_id,
            household_id=command.household_id,
            person_id=command.person_id,
            kind=received.kind,
            listed_on=received.listed_on,
            facts=received.facts,
        )
    ]


def _expire(command: ExpireDataMatch, match: DataMatch) -> list[Event]:
    if match.waiting is not Waiting.WAITING:
        return []
    if command.on <= match.received.waits_until:
        raise DataMatchStillWaits(until=match.received.waits_until)
    return [DataMatchExpired(data_match_id=match.received.data_match_id, owner=command.owner)]


def evolve(match: DataMatch | None, recorded: Recorded[DataMatchEvent]) -> DataMatch | None:
    """Remember what was received, and that it waits no longer."""
    match recorded.event:
        case DataMatchReceived() as received:
            return DataMatch(received, recorded.area)
        case DataMatchAttached():
            return match and replace(match, waiting=Waiting.ATTACHED)
        case DataMatchExpired():
            return match and replace(match, waiting=Waiting.EXPIRED)


def about(command: DataMatchCommand, match: DataMatch | None, _known: Known) -> About:
    """It is about nothing but itself, in the department's area; what comes of it is about a household."""
    if isinstance(command, ReceiveDataMatch):
        return About(f"data-match/{command.data_match_id}", command.area, command.on)
    if match is None:
        raise DataMatchNotReceived
    return About(f"data-match/{match.received.data_match_id}", match.area, command.on)


def claims(event: DataMatchEvent, _match: DataMatch | None) -> tuple[Claim, ...]:
    """Let what was attached to somebody be found, to erase it with them."""
    if isinstance(event, DataMatchAttached):
        return (Claim(DATA_MATCH_OF, f"{event.person_id}/{event.data_match_id}"),)
    return ()
