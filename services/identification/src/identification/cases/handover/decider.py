"""The rules of a handover: what is open passes to somebody else who may have it; where nothing is, nothing happens."""

from dataclasses import dataclass

from casework.areas import AreaNotValid
from chronicle.decider import About, Known
from chronicle.messages import Event, Recorded
from chronicle.refusals import Invalid

from identification.cases.handover.commands import HandOverWork
from identification.cases.handover.events import HandoverEvent, WorkHandedOver
from identification.cases.pairing.decider import HelperIsPoor, HelpsOwnHousehold


class SucceedsOneself(Invalid, code="succeeds-oneself", zh="接替人不能是移交人本人。"):
    """Nobody is their own successor."""


@dataclass(frozen=True, slots=True)
class Handover:
    """What was handed over."""

    handed_over: WorkHandedOver


class KnownOfWork(Known):
    """What is found: whether the area is there, how much is open, and whether the successor may have it."""

    area_is_valid: bool
    pairings: int
    substitutions: int
    successor_is_poor: bool
    successor_is_member: bool


def decide(command: HandOverWork, handover: Handover | None, known: KnownOfWork) -> list[Event]:
    """Hand over what is open; nothing is, nothing happens."""
    if handover:
        return []
    if command.leaver == command.successor:
        raise SucceedsOneself
    if not known.area_is_valid:
        raise AreaNotValid(area=command.area_code, on=known.today)
    if not known.pairings + known.substitutions:
        return []
    if known.successor_is_member:
        raise HelpsOwnHousehold
    if known.pairings and known.successor_is_poor:
        raise HelperIsPoor
    facts = command.model_dump(exclude={"substitution_ids"})
    return [WorkHandedOver(**facts, pairings=known.pairings, substitutions=known.substitutions)]


def evolve(_handover: Handover | None, recorded: Recorded[HandoverEvent]) -> Handover:
    """Keep what was handed over."""
    return Handover(recorded.event)


def about(command: HandOverWork, _handover: Handover | None, known: KnownOfWork) -> About:
    """It is about itself, in the area it names, today."""
    return About(f"handover/{command.handover_id}", command.area_code[:12], known.today)
