"""What is found before a pairing is decided on: the household, and who belongs to it; and whom somebody helps."""

from collections.abc import Sequence

from casework.areas import prefix_of
from casework.dates import require_order
from chronicle.area_codes import AreaCodes
from chronicle.decider import Decider, Reading
from chronicle.store.tables import claim
from sqlalchemy import Connection, select

from identification.cases.assistance.gather import standing_on
from identification.cases.backfill_run.gather import found_of_date
from identification.cases.household.decider import Household
from identification.cases.household.gather import household_decider, is_registered
from identification.cases.pairing.commands import EndPairing, HandOverPairing, PairHousehold, PairingCommand
from identification.cases.pairing.decider import PAIRING, KnownOfPairing, Pairing, about, claims, decide, evolve
from identification.cases.pairing.events import TYPES
from identification.histories import folded
from identification.people.vault import households_of


def gather(parts: Sequence[tuple[PairingCommand, Pairing | None]], reading: Reading) -> list[KnownOfPairing]:
    """Find what each decision needs; who belongs where is read once for all of them."""
    helpers = {helper for command, _ in parts if (helper := _named(command))}
    homes = homes_within(helpers | {reading.asked.actor.person}, reading)
    return [_found(command, pairing, homes, reading) for command, pairing in parts]


def homes_within(persons: set[str], reading: Reading) -> dict[str, str]:
    """Find who belongs to which household where who asks is on duty; of those elsewhere they are told nothing."""
    scope = reading.asked.principal.scope(reading.asked.actor.role)
    found = households_of(reading.connection, sorted(persons))
    return {person: home for person, (home, village) in found.items() if scope.covers(village)}


def is_poor(home: str | None, reading: Reading) -> bool:
    """Tell whether somebody of this household is poor by the register."""
    return home is not None and is_registered(home, reading)


def helped_by(connection: Connection, helper: str, area: str, codes: AreaCodes) -> list[str]:
    """The households in an area for which somebody is responsible now; never behind."""
    # Digits and letters alone decide, so that every collation orders keys alike.
    span = claim.c.key.between(f"{helper}/{'0' * 14}/", f"{helper}/{'9' * 14}/z")
    held = connection.execute(select(claim.c.key).where(claim.c.kind == PAIRING, span).order_by(claim.c.key))
    keys = (key.split("/") for key in held.scalars())
    return [household for _, group, household in keys if codes.now(group).startswith(codes.now(prefix_of(area)))]


def _named(command: PairingCommand) -> str | None:
    match command:
        case PairHousehold(helper=helper) | HandOverPairing(successor=helper):
            return helper
        case EndPairing():
            return None


def _found(command: PairingCommand, pairing: Pairing | None, homes: dict[str, str], reading: Reading) -> KnownOfPairing:
    asked = reading.asked
    on = asked.today if isinstance(command, HandOverPairing) else command.on
    require_order(on, asked.today)
    household_id, group_code, standing = pairing.household_id if pairing else "", _group_of(pairing), None
    if isinstance(command, PairHousehold):
        household_id, standing = command.household_id, standing_on(command.household_id, on, reading)
        group_code = _group_of(folded(household_decider, [household_id], reading).get(household_id))
    home = homes.get(_named(command) or "")
    return KnownOfPairing(
        **found_of_date(reading, group_code, on),
        group_code=group_code,
        standing=standing,
        helper_is_poor=is_poor(home, reading),
        helper_is_member=home == household_id,
        actor_is_member=homes.get(asked.actor.person) == household_id,
    )


def _group_of(case: Household | Pairing | None) -> str:
    return case.group_code if case else ""


pairing_decider: Decider[PairingCommand, Pairing | None, KnownOfPairing] = Decider(
    name="pairing",
    types=TYPES,
    initial=None,
    decide=decide,
    evolve=evolve,
    about=about,
    gather=gather,
    claims=claims,
    rules=("casework",),
)
