"""The rules of a review round: a sample anybody can draw again, then a verdict on every row."""

from dataclasses import dataclass, replace
from datetime import date

from casework.areas import Level, level_of
from chronicle.decider import About
from chronicle.messages import Event, Recorded
from chronicle.refusals import Invalid, NotFound, Refusal

from identification.cases.acts.decider import KnownOfAct, about_act, require_act, require_performers
from identification.cases.review_round.commands import ConcludeReview, DrawReviewSample, ReviewCommand, SampleRule
from identification.cases.review_round.events import ReviewConcluded, ReviewSampleDrawn


class SampleAlreadyDrawn(Refusal, code="sample-already-drawn", zh="这轮复核的样本已经抽取，不能重抽。"):
    """The sample of this round was already drawn and is not drawn again."""


class SampleNotByRule(Refusal, code="sample-not-by-rule", zh="抽查比例或最少户数与现行规定不符。"):
    """The sample was not drawn by the share and the minimum in force."""


class NotAReviewingArea(Invalid, code="not-a-reviewing-area", zh="复核应由乡镇或县进行，请选择乡镇或县。"):
    """A review is held by a township or a county."""


class RoundUnknown(NotFound, code="round-unknown", zh="没有找到这轮复核。"):
    """There is no such round."""


class NotInTheRound(Refusal, code="not-in-the-round", zh="有{count}户不在这轮复核中。"):
    """Households that are not in this round: {count}."""


@dataclass(frozen=True, slots=True)
class ReviewRound:
    """What the conclusion needs to know of a round."""

    area_code: str | None = None
    began_on: date | None = None
    rows: frozenset[str] = frozenset()
    open_rows: frozenset[str] = frozenset()


class KnownOfRound(KnownOfAct):
    """What is found before a round begins or ends; the rule of the sample only when it begins.

    ``drawn_in`` is by which code, on the day, the area goes for which it was drawn.
    """

    rule: SampleRule | None
    drawn_in: str | None = None


def decide(command: ReviewCommand, review: ReviewRound, known: KnownOfRound) -> list[Event]:
    """Begin or conclude a round, or refuse it."""
    if level_of(command.area_code) not in {Level.TOWNSHIP, Level.COUNTY}:
        raise NotAReviewingArea
    match command:
        case DrawReviewSample():
            return _draw(command, review, known)
        case ConcludeReview():
            return _conclude(command, review, known)


def _draw(command: DrawReviewSample, review: ReviewRound, known: KnownOfRound) -> list[Event]:
    if review.area_code:
        raise SampleAlreadyDrawn
    if command.rule != known.rule:
        raise SampleNotByRule
    late_reason = require_act(command, command.rows, known)
    return [
        ReviewSampleDrawn(
            round_id=command.act_id,
            area_code=command.area_code,
            level=level_of(command.area_code),
            rows=command.rows,
            seed=command.seed,
            share=command.rule.share,
            minimum=command.rule.minimum,
            sample=command.sample(),
            late_reason=late_reason,
        )
    ]


def _conclude(command: ConcludeReview, review: ReviewRound, known: KnownOfRound) -> list[Event]:
    if review.area_code is None or known.drawn_in != command.area_code:
        raise RoundUnknown
    require_performers(command.reviewers)
    rows = tuple(row.application_id for row in command.reviews)
    late_reason = require_act(command, rows, known, previous=review.began_on)
    if strangers := frozenset(rows) - review.rows:
        raise NotInTheRound(count=len(strangers))
    return [
        ReviewConcluded(
            round_id=command.act_id,
            area_code=command.area_code,
            level=level_of(command.area_code),
            rows=rows,
            remaining=tuple(sorted(review.open_rows.difference(rows))),
            reviewers=command.reviewers,
            late_reason=late_reason,
        )
    ]


def about(command: ReviewCommand, review: ReviewRound, _known: KnownOfRound) -> About:
    """A round stays with the area it was drawn for, by whatever code that goes later."""
    return about_act(command, review.area_code)


def evolve(review: ReviewRound, recorded: Recorded[ReviewSampleDrawn | ReviewConcluded]) -> ReviewRound:
    """Remember which rows a round covers and which are still to be judged."""
    match recorded.event:
        case ReviewSampleDrawn() as drawn:
            rows = frozenset(drawn.rows)
            return ReviewRound(drawn.area_code, recorded.valid_on, rows, rows)
        case ReviewConcluded() as concluded:
            return replace(review, open_rows=frozenset(concluded.remaining))
