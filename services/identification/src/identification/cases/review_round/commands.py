"""What can be asked of a review round."""

from datetime import date
from fractions import Fraction
from hashlib import sha256
from math import ceil

from casework.areas import level_of
from casework.eligibility import ClauseStatement

from identification.cases.acts.commands import ActCommand
from identification.cases.application.commands import DrawForReview, ReviewApplication
from identification.cases.application.findings import Outcome, SealedRef, Value


class SampleRule(Value):
    """Which share of a list is visited, and how many households at least."""

    share: str
    minimum: int


class DrawReviewSample(ActCommand):
    """Begin a round over a list; the seed and the list alone decide who is visited."""

    rows: tuple[str, ...]
    seed: str
    rule: SampleRule

    def sample(self) -> tuple[str, ...]:
        """The rows to visit: those whose digest with the seed is lowest, so anybody can draw them again."""
        size = max(self.rule.minimum, ceil(len(self.rows) * Fraction(self.rule.share)))
        drawn = sorted(self.rows, key=lambda row: sha256(f"{self.seed}/{row}".encode()).digest())
        return tuple(sorted(drawn[:size]))

    def row_commands(self) -> dict[str, DrawForReview]:
        """What the beginning of a round asks of each application."""
        sample = frozenset(self.sample())
        return {
            row: DrawForReview(
                on=self.on,
                late_reason=self.late_reason,
                round_id=self.act_id,
                area=self.area_code,
                level=level_of(self.area_code),
                sampled=row in sample,
            )
            for row in self.rows
        }


class Review(Value):
    """One household as reviewed: visited or not, what is stated clause by clause, what was found, and the verdict."""

    application_id: str
    visited_on: date | None
    stated: tuple[ClauseStatement, ...] = ()
    outcome: Outcome
    findings: SealedRef


class ConcludeReview(ActCommand):
    """Give the verdicts of a round, for all of its rows or some."""

    reviewers: tuple[str, ...]
    reviews: tuple[Review, ...]

    def row_commands(self) -> dict[str, ReviewApplication]:
        """What the end of a round asks of each application."""
        return {
            review.application_id: ReviewApplication(
                on=self.on,
                late_reason=self.late_reason,
                round_id=self.act_id,
                area=self.area_code,
                level=level_of(self.area_code),
                visited_on=review.visited_on,
                reviewers=self.reviewers,
                stated=review.stated,
                outcome=review.outcome,
                findings=review.findings,
            )
            for review in self.reviews
        }


ReviewCommand = DrawReviewSample | ConcludeReview
