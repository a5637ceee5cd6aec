"""What departments' registers say of a member before the review, and how it is decided (数据比对)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from casework.areas import Level
from casework.dates import require_date, require_order
from casework.four_eyes import overlap
from casework.roles import Role
from casework.steps import Step, StepKind
from chronicle.decider import Claim
from chronicle.messages import Event, Recorded
from chronicle.refusals import Invalid, NotFound, Refusal

from identification.cases.application.commands import DecideDataMatch, RaiseDataMatch
from identification.cases.application.decisions.rows import KnownOfApplication, require_no_stake, require_open
from identification.cases.application.decisions.state import Application, DataMatch, Ending
from identification.cases.application.events.data_matches import DataMatchDecided, DataMatchRaised
from identification.cases.application.findings import DataMatchDecision, Outcome, Verdict
from identification.people.persons import DATA_MATCH_CLEARED

_JUDGES = {Level.TOWNSHIP: Role.TOWNSHIP_REVIEWER, Level.COUNTY: Role.COUNTY_OFFICER}


class MatchedPersonNotMember(Invalid, code="matched-person-not-member", zh="比对所指的人不是该户申请的家庭成员。"):
    """The person who was matched is not a member of the household as it applied."""


class ReviewsOver(Refusal, code="reviews-over", zh="这条数据比对改由回头看核查，请在回头看中处理。"):
    """This data match is looked into in a re-check, as every review had passed; it is decided there."""


class DataMatchUnknown(NotFound, code="data-match-unknown", zh="该户没有这条数据比对。"):
    """There is no such data match against the household."""


class DataMatchAlreadyDecided(Refusal, code="data-match-already-decided", zh="这条数据比对已经处理。"):
    """This data match was already decided."""


class DataMatchJudgedByPerformer(
    Refusal, code="data-match-judged-by-performer", zh="有{count}人办理过该户此前的环节或登记了这条比对，不能处理它。"
):
    """Whoever had a part in an earlier step or entered the data match cannot decide it; such persons: {count}."""


class DataMatchOpen(Refusal, code="data-match-open", zh="该户还有{count}条数据比对没有处理，不能通过复核。"):
    """Data matches against this household are still to be decided ({count}); it cannot pass the review."""


class RecheckOpen(Refusal, code="recheck-open", zh="该户还有{count}条数据比对正在回头看，办结后才能通过复核。"):
    """Data matches against this household are still looked into in a re-check ({count}); conclude that first."""


class DataMatchUpheld(Refusal, code="data-match-upheld", zh="该户有{count}条数据比对属实，应退回或不予通过。"):
    """Data matches against this household were upheld ({count}); return it or reject it."""


def raise_or_decide(
    command: RaiseDataMatch | DecideDataMatch, application: Application | None, known: KnownOfApplication
) -> list[Event]:
    """Hold a data match against a household, or clear or uphold it."""
    if isinstance(command, RaiseDataMatch):
        return _raise(command, application, known)
    return _decide(command, application, known)


def _raise(command: RaiseDataMatch, application: Application | None, known: KnownOfApplication) -> list[Event]:
    """Hold a data match against a household that is still to be reviewed, or have it looked into in a re-check."""
    if application is None or application.ending is not Ending.REGISTERED:
        # Between being attached and this, it ended: there is nothing to look into.
        if command.attached and application and application.ending:
            return []
        application = require_open(application)
    filed = application.filed
    if command.data_match_id in {*application.data_matches, *application.answered, *application.rechecked}:
        return []
    if command.person_id not in filed.member_ids and not command.attached:
        raise MatchedPersonNotMember
    return [
        DataMatchRaised(
            application_id=filed.application_id,
            household_id=filed.household_id,
            data_match_id=command.data_match_id,
            person_id=command.person_id,
            kind=command.kind,
            facts=command.facts,
            after_review=_next_review(application) is None,
            late_reason=None if command.attached else require_date(command, known, application.filed_on),
            raised_by=command.raised_by,
        )
    ]


def _decide(command: DecideDataMatch, application: Application | None, known: KnownOfApplication) -> list[Event]:
    """Clear or uphold a data match, by people who might review the household and did not enter it."""
    if application and command.data_match_id in application.rechecked:
        raise ReviewsOver
    application = require_open(application)
    match = _open(command.data_match_id, application)
    late_reason = require_date(command, known, match.raised_on)
    judges = {*command.performed_by, known.actor.person}
    if own := overlap(judges, {*application.took_part_before(review_ahead(application)), match.raised_by}):
        raise DataMatchJudgedByPerformer(count=len(own))
    require_no_stake(judges, application)
    return [
        DataMatchDecided(
            application_id=application.filed.application_id,
            household_id=application.filed.household_id,
            data_match_id=command.data_match_id,
            decision=command.reason.decision,
            reason=command.reason,
            findings=command.findings,
            performed_by=command.performed_by,
            late_reason=late_reason,
        )
    ]


def require_data_matches_settled(
    outcome: Outcome, on: date, application: Application, concluded: Mapping[str, date]
) -> None:
    """Refuse a pass while a data match is open, or upheld and the household not sent back since, or before a decision.

    A return is how what was found is put right (a member taken off, an income counted anew), so a household that
    comes back is judged on what it states then; the upheld match stays in its history.

    ``concluded`` tells which of those raised after an earlier review were decided in their re-check, and when.
    """
    if outcome.verdict is not Verdict.PASS:
        return
    if application.data_matches:
        raise DataMatchOpen(count=len(application.data_matches))
    if application.upheld:
        raise DataMatchUpheld(count=len(application.upheld))
    if still_open := application.rechecked - concluded.keys():
        raise RecheckOpen(count=len(still_open))
    for settled_on in (application.settled_on, *concluded.values()):
        require_order(on, on, settled_on)


def cleared_in(event: DataMatchDecided) -> tuple[Claim, ...]:
    """Let what was cleared be known as such, should the household apply again."""
    cleared = event.decision is DataMatchDecision.CLEARED
    return (Claim(DATA_MATCH_CLEARED, f"{event.data_match_id}/{event.application_id}"),) if cleared else ()


def review_ahead(application: Application) -> Step:
    """Give the next review of an application, now or later; refused as ReviewsOver when all have passed."""
    if (step := _next_review(application)) is None:
        raise ReviewsOver
    return step


def judge_of_data_match(application: Application) -> Role:
    """Tell whose duty it is to decide a data match: of those who review the household next."""
    return _JUDGES[review_ahead(application).level]


def matched(application: Application, event: DataMatchRaised | DataMatchDecided, told: Recorded[Any]) -> Application:
    """Keep what is open, what was answered and what was upheld.

    A department's list has its own date: steps entered from paper afterwards may lie before it.
    """
    if isinstance(event, DataMatchRaised):
        if event.after_review:
            return replace(application, rechecked=application.rechecked | {event.data_match_id})
        match = DataMatch(event.person_id, told.valid_on, event.raised_by or told.actor.person)
        return replace(application, data_matches={**application.data_matches, event.data_match_id: match})
    upheld = {event.data_match_id} if event.decision is DataMatchDecision.UPHELD else set()
    return replace(
        application,
        data_matches={one: match for one, match in application.data_matches.items() if one != event.data_match_id},
        answered=application.answered | {event.data_match_id},
        upheld=application.upheld | upheld,
        settled_on=max(told.valid_on, application.settled_on or told.valid_on),
    )


def _open(data_match_id: str, application: Application) -> DataMatch:
    if data_match_id in application.answered:
        raise DataMatchAlreadyDecided
    if data_match_id not in application.data_matches:
        raise DataMatchUnknown
    return application.data_matches[data_match_id]


def _next_review(application: Application) -> Step | None:
    ahead = () if application.ending else application.chain.steps[application.step.ordinal - 1 :]
    return next((step for step in ahead if step.kind is StepKind.REVIEW), None)
