"""Step 6: the township, or the county, reviews and holds the household against the eligibility rule (乡级复核)."""

from collections.abc import Mapping
from datetime import date

from casework.dates import require_date
from casework.four_eyes import overlap
from casework.steps import StepKind
from chronicle.messages import Event
from chronicle.refusals import Refusal

from identification.cases.application.commands import DrawForReview, ReviewApplication
from identification.cases.application.decisions.data_matches import require_data_matches_settled
from identification.cases.application.decisions.eligibility import KnownOfJudging, held_against_rule
from identification.cases.application.decisions.rows import (
    KnownOfApplication,
    require_no_stake,
    require_outcome,
    require_step,
    require_visit,
)
from identification.cases.application.decisions.state import Application, Draw
from identification.cases.application.events import ApplicationDrawnForReview, ApplicationReviewed


class AlreadyInARound(Refusal, code="already-in-a-round", zh="该户已在另一轮复核中。"):
    """The household is already in another review round."""


class NotInThisRound(Refusal, code="not-in-this-round", zh="该户不在这轮复核中。"):
    """The household is not in this review round."""


class ReviewedOwnWork(Refusal, code="reviewed-own-work", zh="有{count}名复核人办理过该户此前的环节，不能复核。"):
    """Whoever took part in an earlier step of this household cannot review it; reviewers who did: {count}."""


class VisitMissing(Refusal, code="visit-missing", zh="抽中的户和干部亲属户须入户核查，请填写入户日期。"):
    """Households drawn and kin of cadres are visited in person; give the day of the visit."""


class KnownOfReviewing(KnownOfJudging):
    """What is found before a review: the re-checks of its data matches that were concluded, and when, by the match."""

    concluded: Mapping[str, date]


def draw(command: DrawForReview, application: Application | None, known: KnownOfApplication) -> list[Event]:
    """Take the household into a round."""
    application = require_step(application, StepKind.REVIEW, command.area, known)
    drawn = application.draw
    if drawn and (drawn.round_id, drawn.sampled) == (command.round_id, command.sampled):
        return []
    if drawn:
        raise AlreadyInARound
    late_reason = require_date(command, known, application.previous_on)
    return [
        ApplicationDrawnForReview(
            application_id=application.filed.application_id,
            household_id=application.filed.household_id,
            round_id=command.round_id,
            step=application.step.ordinal,
            level=command.level,
            sampled=command.sampled,
            late_reason=late_reason,
        )
    ]


def review(command: ReviewApplication, application: Application | None, known: KnownOfReviewing) -> list[Event]:
    """Record the verdict of those who review, by people who had no part in it before."""
    application = require_step(application, StepKind.REVIEW, command.area, known)
    if application.draw is None or application.draw.round_id != command.round_id:
        raise NotInThisRound
    late_reason = require_date(command, known, application.previous_on)
    _require_visit(command, application, application.draw)
    reviewers = {*command.reviewers, known.actor.person}
    if own := overlap(reviewers, application.took_part_before(application.step)):
        raise ReviewedOwnWork(count=len(own))
    require_no_stake(reviewers, application)
    require_outcome(command.outcome, application)
    eligibility = held_against_rule(command, command.reviewers, application, known)
    require_data_matches_settled(command.outcome, command.on, application, known.concluded)
    return [
        ApplicationReviewed(
            application_id=application.filed.application_id,
            household_id=application.filed.household_id,
            round_id=command.round_id,
            step=application.step.ordinal,
            level=command.level,
            sampled=application.draw.sampled,
            visited_on=command.visited_on,
            outcome=command.outcome,
            voids=application.undone_by(command.outcome.return_to),
            eligibility=eligibility,
            findings=command.findings,
            performed_by=command.reviewers,
            late_reason=late_reason,
        )
    ]


def _require_visit(command: ReviewApplication, application: Application, draw: Draw) -> None:
    if command.visited_on:
        require_visit(command.visited_on, draw.on if draw.sampled else application.filed_on, command.on)
    elif draw.sampled or application.filed.kin_of_cadres:
        raise VisitMissing
