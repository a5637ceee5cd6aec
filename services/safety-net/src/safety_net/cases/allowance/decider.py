"""The rules of an allowance: who is due what, who may approve it, and in which order."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from casework.areas import Level
from casework.dates import require_date
from casework.four_eyes import overlap, require_outsider
from casework.money import NonNegativeYuan, Yuan
from casework.reasons import LateEntryReason
from casework.registration import KnownOfHousehold, require_registered, require_registered_by
from chronicle.decider import About, Claim
from chronicle.messages import Event, Recorded
from chronicle.refusals import Invalid, NotFound, Refusal

from safety_net.cases.allowance.commands import (
    AllowanceCommand,
    ApproveAllowance,
    AssessAllowance,
    EndAllowance,
    RejectAllowance,
)
from safety_net.cases.allowance.events import (
    AllowanceApprovedByCounty,
    AllowanceApprovedByTownship,
    AllowanceAssessed,
    AllowanceEnded,
    AllowanceEvent,
    AllowanceRejected,
)
from safety_net.cases.allowance.findings import Assessment, AssessmentOutcome, JudgingLevel, Stage

HOUSEHOLD_ALLOWANCE = "household-allowance"
ALLOWANCE_OVER = "household-allowance-over"


class AllowanceAlreadyAssessed(Refusal, code="allowance-already-assessed", zh="这份低保已经核定过。"):
    """This allowance was already assessed."""


class SecondAllowance(Refusal, code="second-allowance", zh="该户已有一份低保正在审批或享受中。"):
    """The household already has an allowance that is granted or waits for approval."""


class ProtectedPersonsUnfit(Invalid, code="protected-persons-unfit", zh="保障人数应为1至{members}人（该户人数）。"):
    """An allowance protects one person at least, and at most as many as the household has: {members}."""


class OwnAllowanceWork(Refusal, code="own-allowance-work", zh="您办理过这份低保的前一环节，不能审批。"):
    """You had a part in this allowance before and cannot judge it."""


class NothingToApprove(Refusal, code="nothing-to-approve", zh="该户经核定不符合低保条件，不能审批。"):
    """The household was assessed as not eligible; there is nothing to approve."""


class TownshipDecidesFirst(Refusal, code="township-decides-first", zh="该低保应先由乡镇审批。"):
    """The township decides first."""


class AlreadyApproved(Refusal, code="already-approved", zh="本级已经批准，不能再不予批准。"):
    """This level already approved the allowance and cannot reject it any more."""


class AllowanceOver(Refusal, code="allowance-over", zh="该低保未获批准或已经终止。"):
    """The allowance was rejected or has ended."""


class NotGranted(Refusal, code="not-granted", zh="该低保没有批准，不能终止。"):
    """The allowance is not granted, so it cannot end."""


PASSED: dict[JudgingLevel, set[Stage]] = {
    Level.TOWNSHIP: {Stage.FOR_COUNTY, Stage.GRANTED},
    Level.COUNTY: {Stage.GRANTED},
}


@dataclass(frozen=True, slots=True)
class Allowance:
    """What was assessed, where, how far it has come, and who had a part in it."""

    assessed: AllowanceAssessed
    area: str
    stage: Stage
    previous_on: date
    took_part: frozenset[str]


class KnownOfAssessment(KnownOfHousehold):
    """What is found before a registered household is assessed; ``over_on`` is when its last allowance was over."""

    reference_year: int
    per_capita_income: Yuan
    standard: NonNegativeYuan
    has_allowance: bool
    over_on: date | None


def decide(command: AllowanceCommand, allowance: Allowance | None, known: KnownOfHousehold) -> list[Event]:
    """Assess, approve, reject or end an allowance."""
    if isinstance(command, AssessAllowance):
        return _assess(command, allowance, known)
    if allowance is None:
        raise NotFound
    match command:
        case ApproveAllowance():
            return _approve(command, allowance, known)
        case RejectAllowance():
            return _reject(command, allowance, known)
        case EndAllowance():
            return _end(command, allowance, known)


def evolve(allowance: Allowance | None, recorded: Recorded[Any]) -> Allowance | None:
    """Move an allowance on."""
    event: AllowanceEvent = recorded.event
    person, on, stage = recorded.actor.person, recorded.valid_on, stage_after(event)
    if isinstance(event, AllowanceAssessed):
        return Allowance(event, recorded.area, stage, on, frozenset({person}))
    if allowance is None:
        return None
    return replace(allowance, stage=stage, previous_on=on, took_part=allowance.took_part | {person})


def stage_after(event: AllowanceEvent) -> Stage:
    """Tell how far an event brings an allowance."""
    match event:
        case AllowanceAssessed():
            return Stage.FOR_TOWNSHIP if event.outcome is AssessmentOutcome.ELIGIBLE else Stage.NOT_ELIGIBLE
        case AllowanceApprovedByTownship():
            return Stage.FOR_COUNTY
        case AllowanceApprovedByCounty():
            return Stage.GRANTED
        case AllowanceRejected():
            return Stage.REJECTED
        case AllowanceEnded():
            return Stage.ENDED


def about(command: AllowanceCommand, allowance: Allowance | None, known: KnownOfHousehold) -> About:
    """Everything on an allowance is about its household, in the village where it was assessed."""
    if allowance:
        return About(f"household/{allowance.assessed.household_id}", allowance.area, command.on)
    if isinstance(command, AssessAllowance):
        return About(f"household/{command.household_id}", known.area, command.on)
    raise NotFound


def claims(event: AllowanceEvent, _allowance: Allowance | None) -> tuple[Claim, ...]:
    """Hold the household from the assessment until the allowance is rejected or ends, and keep that it was."""
    match stage_after(event):
        case Stage.FOR_TOWNSHIP:
            return (Claim(HOUSEHOLD_ALLOWANCE, event.household_id, SecondAllowance),)
        case Stage.REJECTED | Stage.ENDED:
            over = Claim(ALLOWANCE_OVER, f"{event.household_id}/{event.allowance_id}")
            return (Claim(HOUSEHOLD_ALLOWANCE, event.household_id, held=False), over)
        case _:
            return ()


def _assess(command: AssessAllowance, allowance: Allowance | None, known: KnownOfHousehold) -> list[Event]:
    if allowance:
        raise AllowanceAlreadyAssessed
    require_registered_by(known, command.on)
    if not isinstance(known, KnownOfAssessment):
        raise TypeError("an assessment needs to know the household's income and the standard")
    require_outsider(known.actor.person, known.member_ids)
    if known.has_allowance:
        raise SecondAllowance
    late_reason = require_date(command, known, known.over_on)
    _require_persons(command.protected_persons, known)
    assessment = Assessment.of(known.reference_year, known.per_capita_income, known.standard, command.protected_persons)
    return [
        AllowanceAssessed(
            allowance_id=command.allowance_id,
            household_id=command.household_id,
            assessment=assessment,
            outcome=assessment.outcome,
            late_reason=late_reason,
        )
    ]


def _approve(command: ApproveAllowance, allowance: Allowance, known: KnownOfHousehold) -> list[Event]:
    if allowance.stage in PASSED[command.level]:
        return []
    late_reason = _require_judge(command, allowance, known)
    require_registered(known.standing)
    assessment = allowance.assessed.assessment
    _require_persons(assessment.protected_persons, known)
    if command.level is Level.TOWNSHIP:
        return [AllowanceApprovedByTownship(**_ids(allowance), late_reason=late_reason)]
    amount = assessment.monthly_amount
    return [AllowanceApprovedByCounty(**_ids(allowance), monthly_amount=amount, late_reason=late_reason)]


def _reject(command: RejectAllowance, allowance: Allowance, known: KnownOfHousehold) -> list[Event]:
    if allowance.stage is Stage.REJECTED:
        return []
    if allowance.stage in PASSED[command.level]:
        raise AlreadyApproved
    late_reason = _require_judge(command, allowance, known)
    why = command.reason
    return [AllowanceRejected(**_ids(allowance), level=command.level, reason=why, late_reason=late_reason)]


def _end(command: EndAllowance, allowance: Allowance, known: KnownOfHousehold) -> list[Event]:
    if allowance.stage is Stage.ENDED:
        return []
    if allowance.stage is not Stage.GRANTED:
        raise NotGranted
    late_reason = require_date(command, known, allowance.previous_on)
    require_outsider(known.actor.person, known.member_ids)
    return [AllowanceEnded(**_ids(allowance), reason=command.reason, late_reason=late_reason)]


def _require_judge(
    command: ApproveAllowance | RejectAllowance, allowance: Allowance, known: KnownOfHousehold
) -> LateEntryReason | None:
    match allowance.stage:
        case Stage.NOT_ELIGIBLE:
            raise NothingToApprove
        case Stage.REJECTED | Stage.ENDED:
            raise AllowanceOver
        case Stage.FOR_TOWNSHIP if command.level is Level.COUNTY:
            raise TownshipDecidesFirst
    late_reason = require_date(command, known, allowance.previous_on)
    require_outsider(known.actor.person, known.member_ids)
    if overlap([known.actor.person], allowance.took_part):
        raise OwnAllowanceWork
    return late_reason


def _require_persons(protected: int, known: KnownOfHousehold) -> None:
    members = len(known.member_ids)
    if not 1 <= protected <= members:
        raise ProtectedPersonsUnfit(members=members)


def _ids(allowance: Allowance) -> dict[str, str]:
    return {"allowance_id": allowance.assessed.allowance_id, "household_id": allowance.assessed.household_id}
