"""What can happen to a review round."""

from typing import Annotated

from casework.areas import Level
from casework.reasons import LateEntryReason
from chronicle.messages import INTERNAL, OPEN, Event


class ReviewSampleDrawn(Event, type="identification.review-sample-drawn.v1"):
    """A review round began: which households it covers and which of them were drawn to be visited."""

    round_id: Annotated[str, INTERNAL]
    area_code: Annotated[str, OPEN]
    level: Annotated[Level, OPEN]
    rows: Annotated[tuple[str, ...], INTERNAL]
    seed: Annotated[str, INTERNAL]
    share: Annotated[str, OPEN]
    minimum: Annotated[int, OPEN]
    sample: Annotated[tuple[str, ...], INTERNAL]
    late_reason: Annotated[LateEntryReason | None, INTERNAL]


class ReviewConcluded(Event, type="identification.review-concluded.v1"):
    """A review round gave its verdict on the households named; the others are still to be judged."""

    round_id: Annotated[str, INTERNAL]
    area_code: Annotated[str, OPEN]
    level: Annotated[Level, OPEN]
    rows: Annotated[tuple[str, ...], INTERNAL]
    remaining: Annotated[tuple[str, ...], INTERNAL]
    reviewers: Annotated[tuple[str, ...], INTERNAL]
    late_reason: Annotated[LateEntryReason | None, INTERNAL]
