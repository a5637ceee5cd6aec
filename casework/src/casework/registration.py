"""Whether a household is registered as poor (建档立卡), as an assistance track has heard it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from chronicle.decider import Asked
from chronicle.refusals import Refusal

from casework.dates import KnownOfDate, require_order
from casework.labels import Labelled

Row = Mapping[str, Any]


class Standing(Labelled):
    """How far a household has come, as far as others have heard."""

    RECORDED = "recorded", "已登记", "recorded"
    REGISTERED = "registered", "建档立卡", "registered as poor"
    ENDED = "ended", "已终止建档立卡", "registration ended"


class HouseholdNotKnown(Refusal, code="household-not-known", zh="这里还没有收到该户的信息，请核对编号，或稍后再试。"):
    """This service has not heard of the household yet; check its number, or try again later."""


class HouseholdNotRegistered(Refusal, code="household-not-registered", zh="该户还不是建档立卡户。"):
    """The household is not registered as poor."""


class HouseholdRegistrationEnded(Refusal, code="household-registration-ended", zh="该户的建档立卡已经终止。"):
    """The registration of the household has ended."""


class BeforeRegistration(Refusal, code="before-registration", zh="日期{on}早于建档立卡日期{registered_on}。"):
    """The date {on} is before the household was registered as poor, on {registered_on}."""


class KnownOfHousehold(KnownOfDate):
    """What was heard of the household a command is about; nothing when it is not known to who asks."""

    area: str = ""
    standing: Standing | None = None
    registered_on: date | None = None
    member_ids: tuple[str, ...] = ()


def heard_of(household: Row | None, asked: Asked) -> dict[str, Any]:
    """Give what a rule may know of a household; one elsewhere is as unknown as one that nobody ever heard of."""
    who = {"actor": asked.actor, "today": asked.today}
    if household is None or not asked.principal.scope(asked.actor.role).covers(household["area"]):
        return who
    heard = {name: household[name] for name in ("area", "standing", "registered_on", "read_at")}
    return {**who, **heard, "member_ids": tuple(household["member_ids"].split())}


def require_registered_by(known: KnownOfHousehold, on: date) -> None:
    """Refuse an act of a day to come, on a household that is not registered, or was registered only later."""
    require_order(on, known.today)
    require_registered(known.standing)
    if known.registered_on and on < known.registered_on:
        raise BeforeRegistration(on=on, registered_on=known.registered_on)


def require_registered(standing: Standing | None) -> None:
    """Refuse a household that is not registered, or of which nothing is known here."""
    match standing:
        case None:
            raise HouseholdNotKnown
        case Standing.RECORDED:
            raise HouseholdNotRegistered
        case Standing.ENDED:
            raise HouseholdRegistrationEnded
        case Standing.REGISTERED:
            pass
