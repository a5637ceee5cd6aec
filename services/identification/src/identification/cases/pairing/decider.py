"""The rules of pairing: a registered household has one helper at a time, who is not poor and not one of its own."""

from dataclasses import dataclass
from datetime import date, datetime

from casework.areas import village_of
from casework.dates import KnownOfDate, require_date
from casework.four_eyes import OwnHousehold
from casework.registration import Standing, require_registered
from chronicle.decider import About, Claim
from chronicle.messages import Event, Recorded
from chronicle.refusals import NotFound, Refusal

from identification.cases.pairing.commands import EndPairing, HandOverPairing, PairHousehold, PairingCommand
from identification.cases.pairing.events import HouseholdPaired, PairingEnded, PairingEvent, PairingHandedOver

PAIRING = "pairing"


class PairedAlready(Refusal, code="paired-already", zh="该户已有帮扶责任人，更换请办理移交。"):
    """The household has a helper already; to name another, hand its pairing over."""


class NotPaired(NotFound, code="not-paired", zh="该户还没有结对帮扶责任人。"):
    """The household is not paired with a helper."""


class HelperIsPoor(Refusal, code="helper-is-poor", zh="建档立卡户的成员不能担任帮扶责任人，请另派他人。"):
    """Whoever belongs to a household registered as poor helps no other; name somebody else."""


class HelpsOwnHousehold(Refusal, code="helps-own-household", zh="帮扶责任人是该户成员，请另派他人。"):
    """Nobody is the helper of the household they belong to; name somebody else."""


@dataclass(frozen=True, slots=True)
class Pairing:
    """Who is responsible, nobody once it was ended; since which day, and when that was recorded."""

    household_id: str
    group_code: str
    helper: str | None
    since: date
    recorded_at: datetime


class KnownOfPairing(KnownOfDate):
    """What is found: where the household lives, how it stood, and whether the helper named or who asks belongs to it.

    That a helper is poor is known as far as who asks may see the register.
    """

    group_code: str
    standing: Standing | None
    helper_is_poor: bool
    helper_is_member: bool
    actor_is_member: bool


def decide(command: PairingCommand, pairing: Pairing | None, known: KnownOfPairing) -> list[Event]:
    """Pair a household with a helper, hand it over to another, or end that."""
    match command:
        case PairHousehold():
            return _pair(command, pairing, known)
        case HandOverPairing():
            return _hand_over(command, pairing, known)
        case EndPairing():
            return _end(command, pairing, known)


def _pair(command: PairHousehold, pairing: Pairing | None, known: KnownOfPairing) -> list[Event]:
    if pairing and pairing.helper == command.helper:
        return []
    if pairing and pairing.helper:
        raise PairedAlready
    late_reason = require_date(command, known, pairing.since if pairing else None)
    require_registered(known.standing)
    _require_fit(known)
    where = {"household_id": command.household_id, "group_code": known.group_code}
    return [HouseholdPaired(**where, helper=command.helper, late_reason=late_reason)]


def _hand_over(command: HandOverPairing, pairing: Pairing | None, known: KnownOfPairing) -> list[Event]:
    if command.leaver and (pairing is None or not _is_of(pairing, command)):
        return []
    if pairing is None or pairing.helper is None:
        raise NotPaired
    if pairing.helper == command.successor:
        return []
    _require_fit(known)
    return [
        PairingHandedOver(
            household_id=pairing.household_id,
            group_code=pairing.group_code,
            helper=pairing.helper,
            successor=command.successor,
            reason=command.reason,
            handover_id=command.handover_id,
        )
    ]


def _is_of(pairing: Pairing, command: HandOverPairing) -> bool:
    """Tell whether a handover of all work is about this pairing: theirs, and no later one."""
    return pairing.helper == command.leaver and (command.before is None or pairing.recorded_at <= command.before)


def _end(command: EndPairing, pairing: Pairing | None, known: KnownOfPairing) -> list[Event]:
    if pairing is None:
        raise NotPaired
    if pairing.helper is None:
        return []
    late_reason = require_date(command, known, pairing.since)
    _require_outsider(known)
    return [
        PairingEnded(
            household_id=pairing.household_id,
            group_code=pairing.group_code,
            helper=pairing.helper,
            reason=command.reason,
            late_reason=late_reason,
        )
    ]


def _require_fit(known: KnownOfPairing) -> None:
    _require_outsider(known)
    if known.helper_is_member:
        raise HelpsOwnHousehold
    if known.helper_is_poor:
        raise HelperIsPoor


def _require_outsider(known: KnownOfPairing) -> None:
    if known.actor_is_member:
        raise OwnHousehold


def evolve(_pairing: Pairing | None, recorded: Recorded[PairingEvent]) -> Pairing:
    """Keep who is responsible now."""
    match recorded.event:
        case HouseholdPaired(helper=helper) | PairingHandedOver(successor=helper):
            now: str | None = helper
        case PairingEnded():
            now = None
    event = recorded.event
    return Pairing(event.household_id, event.group_code, now, recorded.valid_on, recorded.recorded_at)


def about(command: PairingCommand, pairing: Pairing | None, known: KnownOfPairing) -> About:
    """It is about the household, in its village; a handover takes place today."""
    household_id = command.household_id if isinstance(command, PairHousehold) else pairing and pairing.household_id
    on = known.today if isinstance(command, HandOverPairing) else command.on
    return About(f"household/{household_id}", village_of(known.group_code), on)


def claims(event: PairingEvent, _pairing: Pairing | None) -> tuple[Claim, ...]:
    """Hold for each helper the households they are responsible for."""
    match event:
        case HouseholdPaired(helper=helper):
            return (Claim(PAIRING, _key(helper, event)),)
        case PairingHandedOver(helper=helper, successor=successor):
            return Claim(PAIRING, _key(helper, event), held=False), Claim(PAIRING, _key(successor, event))
        case PairingEnded(helper=helper):
            return (Claim(PAIRING, _key(helper, event), held=False),)


def _key(helper: str, event: PairingEvent) -> str:
    return f"{helper}/{event.group_code}/{event.household_id}"
