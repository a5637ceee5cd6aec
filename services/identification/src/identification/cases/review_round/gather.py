"""What is found before a review round begins or ends."""

from collections.abc import Sequence

from chronicle.decider import Reading

from identification.cases.acts import KnownOfAct, found_of_act
from identification.cases.review_round.commands import ReviewCommand
from identification.cases.review_round.decider import ReviewRound


def gather(
    parts: Sequence[tuple[ReviewCommand, ReviewRound]], reading: Reading
) -> list[KnownOfAct]:
    """Find what every act needs to know."""
    return [
        KnownOfAct(**found_of_act(reading, command.area_code, command.on))
        for command, _ in parts
    ]
