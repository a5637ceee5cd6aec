"""What is found before a review round begins or ends."""

from collections.abc import Sequence

from chronicle.decider import Decider, Reading
from chronicle.messages import EventTypes

from identification.cases.acts.gather import began_in, found_of_act
from identification.cases.review_round.commands import DrawReviewSample, ReviewCommand, SampleRule
from identification.cases.review_round.decider import KnownOfRound, ReviewRound, about, decide, evolve
from identification.cases.review_round.events import ReviewConcluded, ReviewSampleDrawn


def gather(parts: Sequence[tuple[ReviewCommand, ReviewRound]], reading: Reading) -> list[KnownOfRound]:
    """Find how many households a round visits, where it begins."""
    return [
        KnownOfRound(
            **found_of_act(command, reading),
            rule=_rule(command, reading),
            drawn_in=began_in(review.area_code, command, reading),
        )
        for command, review in parts
    ]


def _rule(command: ReviewCommand, reading: Reading) -> SampleRule | None:
    if not isinstance(command, DrawReviewSample):
        return None
    return SampleRule(
        share=reading.value("review_sample_share", command.area_code, command.on),
        minimum=reading.value("review_sample_minimum", command.area_code, command.on),
    )


review_round_decider: Decider[ReviewCommand, ReviewRound, KnownOfRound] = Decider(
    name="review_round",
    types=EventTypes(ReviewSampleDrawn, ReviewConcluded),
    initial=ReviewRound(),
    decide=decide,
    evolve=evolve,
    about=about,
    gather=gather,
    rules=("casework",),
)
