"""The list of review rounds, with how many of their households are still to be judged."""

from functools import partial

from chronicle.messages import EventTypes
from sqlalchemy import Column, Integer

from identification.cases.acts.projections import Begun, Continued, act_list
from identification.cases.review_round.events import ReviewConcluded, ReviewSampleDrawn


def _told(event: ReviewSampleDrawn | ReviewConcluded) -> Begun | Continued:
    match event:
        case ReviewSampleDrawn() as drawn:
            count = len(drawn.rows)
            return Begun(drawn.round_id, drawn.area_code, count, count, {"sample": len(drawn.sample)})
        case ReviewConcluded() as concluded:
            return Continued(concluded.round_id, len(concluded.remaining))


review_rounds = act_list(
    "review_round",
    EventTypes(ReviewSampleDrawn, ReviewConcluded),
    _told,
    partial(Column, "sample", Integer, nullable=False),
)
