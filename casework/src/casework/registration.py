"""Whether a household is registered as poor (建档立卡), as an assistance track has heard it."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from chronicle.messages import Event, Recorded
from chronicle.refusals import Refusal

from casework.labels import Labelled


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


Row = Mapping[str, Any]
Kept = Callable[[Recorded[Any]], Row]


def rows_heard(standings: Mapping[type[Event], Standing | None], kept: Kept) -> Mapping[type[Event], Kept]:
    """Tell what each event about a household sets in its row: how it stands then, if that changes, and what is kept."""
    return {event: partial(_row, standing, kept) for event, standing in standings.items()}


def _row(standing: Standing | None, kept: Kept, recorded: Recorded[Any]) -> Row:
    stands = {"standing": standing} if standing else {}
    since = {"registered_on": recorded.valid_on} if standing is Standing.REGISTERED else {}
    return {**kept(recorded), **stands, **since}
