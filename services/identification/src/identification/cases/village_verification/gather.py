"""What is found before a village verification round is recorded."""

from collections.abc import Sequence

from chronicle.decider import Reading

from identification.cases.acts import KnownOfAct, found_of_act
from identification.cases.village_verification.commands import HoldVillageVerification
from identification.cases.village_verification.decider import VillageVerification


def gather(
    parts: Sequence[tuple[HoldVillageVerification, VillageVerification]],
    reading: Reading,
) -> list[KnownOfAct]:
    """Find what every act needs to know."""
    return [
        KnownOfAct(**found_of_act(reading, command.village_code, command.on))
        for command, _ in parts
    ]
