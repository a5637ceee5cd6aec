"""Reading pairings: those of one's areas, the households one helps oneself, and what happened to one."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from chronicle.messages import Recorded
from chronicle.web import Fact, Listing, etag
from pydantic import BaseModel
from starlette.responses import Response

from identification.cases.application.queries import named
from identification.cases.pairing.decider import Pairing
from identification.cases.pairing.events import PairingEvent
from identification.cases.pairing.projections import pairings
from identification.cases.registration.queries import last_number


class PairingListed(BaseModel):
    """Who is responsible for which household, and since when; ``household_no`` is the last number it was given."""

    household_id: str
    household_no: str | None
    group_code: str
    group_name: str | None
    helper: str
    since: date


class PairingShown(BaseModel):
    """Who is responsible for a household now, nobody while ``helper`` is null, and what happened to its pairing."""

    household_id: str
    version: int
    helper: str | None
    since: date
    history: list[Fact[PairingEvent]]


def listing(helper: str | None = None) -> Listing[PairingListed]:
    """The households that have a helper, or those of one helper, by their place."""
    one = pairings.tables
    number = last_number(one.c.household_id).label("household_no")
    paired = named(one, one.c.since).add_columns(number).where(one.c.helper.is_not(None))
    mine = paired.where(one.c.helper == helper) if helper else paired
    return Listing(mine, one.c.group_code, [one.c.group_code, one.c.household_id], PairingListed.model_validate)


def shown(pairing: Pairing, history: Sequence[Recorded[Any]], response: Response) -> PairingShown:
    """Show who is responsible, at its version."""
    response.headers["ETag"] = etag(len(history))
    return PairingShown(
        household_id=pairing.household_id,
        version=len(history),
        helper=pairing.helper,
        since=pairing.since,
        history=[Fact.of(recorded) for recorded in history],
    )
