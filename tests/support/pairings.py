"""Households of Huangxi that are registered and paired with a helper; many of them, too."""

from dataclasses import replace

from casework.registration import Standing
from chronicle.messages import new_id
from chronicle.recording import Part
from chronicle.store.values import Delivery
from httpx2 import Response
from huangxi import API, GROUP, Huangxi, accepted
from identification.cases.pairing.commands import PairHousehold
from identification.cases.pairing.decider import KnownOfPairing
from identification.cases.pairing.gather import pairing_decider
from person_ids import person_id

HOUSEHOLDS, OWN, PAIRINGS = f"{API}/households", f"{API}/my-households", f"{API}/pairings"
HELPER, OTHER = person_id("helper"), person_id("other_helper")


def registered(village: Huangxi, households: int = 1) -> list[str]:
    """Register households of one person each, all of them at once; their ids. It is 3 July then."""
    applications = village.bring(village.file(households), to=7)
    village.end(7, village.hold(7, applications), applications)
    ids = [village.household_of(each) for each in applications]
    village.on("07-03")
    village.catch_up()
    return ids


def pair(village: Huangxi, household: str, who: str = "reviewer", helper: str = HELPER, on: str = "07-03") -> Response:
    """Pair one with a helper."""
    body = {"helper": helper, "on": f"2015-{on}"}
    return village.send(who, f"{HOUSEHOLDS}/{household}/pairing", body)


def paired(village: Huangxi, households: int = 1) -> list[str]:
    """Register households and pair each with the helper; their ids."""
    ids = registered(village, households)
    for each in ids:
        accepted(pair(village, each))
    village.catch_up()
    return ids


def pair_many(village: Huangxi, households: int, helper: str = HELPER) -> list[str]:
    """Pair so many households of which nothing else is recorded; their ids."""
    asked, ids = village.asked("county_officer", "360424"), [new_id() for _ in range(households)]
    known = KnownOfPairing(
        actor=asked.actor,
        today=asked.today,
        late_entry_days=30,
        group_code=GROUP,
        standing=Standing.REGISTERED,
        helper_is_poor=False,
        helper_is_member=False,
        actor_is_member=False,
    )
    unasked = replace(pairing_decider, gather=lambda parts, _reading: [known for _ in parts])
    parts = [Part(unasked, one, PairHousehold(household_id=one, helper=helper, on=asked.today)) for one in ids]
    for start in range(0, households, 400):
        again = replace(asked, command_id=new_id())
        village.service.handler.handle(again, parts[start : start + 400], Delivery())
    return ids


def helped(village: Huangxi, who: str) -> list[str]:
    """The households that somebody sees as theirs."""
    items = village.ask(who, OWN, limit="200").json()["items"]
    return [each["household_id"] for each in items]
