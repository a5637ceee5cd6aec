"""Review rounds over HTTP."""

from collections.abc import Iterable
from datetime import date
from secrets import token_hex
from typing import Annotated

from casework.areas import level_of
from casework.roles import seen_in_groups_by
from casework.steps import StepKind
from chronicle.messages import new_id
from chronicle.store.values import Delivery
from chronicle.web import AreaCode, Body, Caller, Handling, Id, InArea, Page, Paged, Reading, Writing, resource
from pydantic import Field
from starlette.responses import Response

from identification.cases.acts import api as acts
from identification.cases.acts.queries import ActListed, ActShown, history_of, listing, shown
from identification.cases.application.api import BASE, DatedBody, Entering, Sealing, Text
from identification.cases.application.findings import Outcome
from identification.cases.review_round.commands import ConcludeReview, DrawReviewSample, Review, SampleRule
from identification.cases.review_round.events import ReviewConcluded, ReviewSampleDrawn
from identification.cases.review_round.gather import review_round_decider
from identification.cases.review_round.projections import review_rounds

PATH = f"{BASE}/review-rounds"

router = resource(PATH, "review rounds")


class Beginning(DatedBody):
    """The list a round covers; who of it is visited is drawn here."""

    area_code: AreaCode
    application_ids: acts.ApplicationIds


class Reviewed(Body):
    """One household as reviewed: visited or not, what is stated clause by clause, what was found, and the verdict."""

    application_id: Id
    visited_on: date | None = None
    stated: acts.StatedClauses = ()
    outcome: Outcome
    findings: Text


class Conclusion(DatedBody):
    """The verdicts of a round, on all of its households or some."""

    reviewers: acts.Performers
    reviews: Annotated[tuple[Reviewed, ...], Field(max_length=acts.MOST_ROWS)]


class RoundListed(ActListed):
    """A round in a list, with how many of its households were drawn to be visited."""

    sample: int


@router.post("", status_code=201)
def draw_review_sample(beginning: Beginning, writing: Entering, handler: Handling) -> Response:
    """Begin a round over a list of households, and draw those to be visited."""
    area, on = beginning.area_code, beginning.on
    writing = _on_duty(writing, handler, beginning.application_ids, area, on)
    command = DrawReviewSample(
        act_id=new_id(),
        area_code=area,
        on=on,
        late_reason=beginning.late_reason,
        rows=beginning.application_ids,
        seed=token_hex(16),
        rule=SampleRule(
            share=handler.value("review_sample_share", area, on),
            minimum=handler.value("review_sample_minimum", area, on),
        ),
    )
    parts = acts.parts_of(review_round_decider, command, command.row_commands())
    return writing.record(parts, Delivery(location=f"{PATH}/{command.act_id}"))


@router.post("/{act_id}/conclusion", status_code=201)
def conclude_review(
    act_id: Id,
    conclusion: Conclusion,
    writing: Entering,
    handler: Handling,
    vault: Sealing,
) -> Response:
    """Give the verdicts of a round."""
    drawn, *_ = history_of(handler, review_round_decider, act_id, writing.scope)
    # Drawn under one code, it may be concluded under another.
    area = handler.codes().on(conclusion.on).now(drawn.event.area_code)
    writing = _on_duty(writing, handler, drawn.event.rows, area, conclusion.on)
    typed = {review.application_id: review.findings for review in conclusion.reviews}
    texts = acts.Texts.findings(vault, handler, typed)
    command = ConcludeReview(
        act_id=act_id,
        area_code=area,
        on=conclusion.on,
        late_reason=conclusion.late_reason,
        reviewers=conclusion.reviewers,
        reviews=tuple(
            Review(**{**dict(review), "findings": texts.kept[review.application_id]}) for review in conclusion.reviews
        ),
    )
    parts = acts.parts_of(review_round_decider, command, command.row_commands())
    return writing.record(parts, Delivery(sealed=texts.sealed, location=f"{PATH}/{act_id}"))


@router.get("")
def list_review_rounds(caller: Caller, paged: Paged, database: Reading, area: InArea = None) -> Page[RoundListed]:
    """The rounds in one's areas, by the day they began."""
    return listing(review_rounds, RoundListed).page(database, paged, seen_in_groups_by(caller, area))


@router.get("/{act_id}")
def show_review_round(
    act_id: Id, caller: Caller, handler: Handling, response: Response
) -> ActShown[ReviewSampleDrawn | ReviewConcluded]:
    """One round: its list, its sample with the seed it was drawn from, and its verdicts so far."""
    return shown(history_of(handler, review_round_decider, act_id, seen_in_groups_by(caller)), response)


def _on_duty(writing: Writing, handler: Handling, rows: Iterable[str], area: str, on: date) -> Writing:
    chains = acts.procedures(handler, rows, area, on)
    return acts.on_duty(writing, area, [acts.steps_of(chain, StepKind.REVIEW, level_of(area)) for chain in chains])
