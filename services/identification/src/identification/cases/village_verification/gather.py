"""What is found before a village verification round is recorded."""

from collections.abc import Sequence

from chronicle.decider import Decider, Reading
from chronicle.messages import EventTypes

from identification.cases.acts.decider import KnownOfAct, about
from identification.cases.acts.gather import found_of_act
from identification.cases.village_verification.commands import HoldVillageVerification
from identification.cases.village_verification.decider import VillageVerification, decide, evolve
from identification.cases.village_verification.events import VillageVerificationHeld


def gather(parts: Sequence[tuple[HoldVillageVerification, VillageVerification]], reading: Reading) -> list[KnownOfAct]:
    """Find what every act needs to know."""
    return [KnownOfAct(**found_of_act(command, reading)) for command, _ in parts]


village_verification_decider: Decider[HoldVillageVerification, VillageVerification, KnownOfAct] = Decider(
    name="village_verification",
    types=EventTypes(VillageVerificationHeld),
    initial=VillageVerification(),
    decide=decide,
    evolve=evolve,
    about=about,
    gather=gather,
    rules=("casework",),
)
