"""The rules of a re-check: what opens one, whose it is and by when, and who may say what was found."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from casework.areas import village_of
from casework.dates import KnownOfDate, require_date
from casework.reasons import ObjectionGround
from casework.roles import Role
from chronicle.decider import About, Claim
from chronicle.messages import Event, Recorded
from chronicle.refusals import Invalid, NotFound, Refusal

from identification.cases.application.decisions.objections import COMPLAINT_CLEARED, said_of_application
from identification.cases.application.decisions.reconsideration import RECHECK_UPHELD
from identification.cases.application.decisions.rows import ApplicationEnded, HasStake, NotInThisArea, OutcomeIncomplete
from identification.cases.application.decisions.state import Ending
from identification.cases.application.findings import RecheckCause, RecheckOutcome
from identification.cases.objection.decider import GROUNDS, GroundUnfit
from identification.cases.objection.findings import Against
from identification.cases.recheck.commands import ConcludeRecheck, OpenRecheck, RecheckCommand
from identification.cases.recheck.events import RecheckConcluded, RecheckEvent, RecheckOpened
from identification.cases.recheck.findings import RecheckState
from identification.people.persons import DATA_MATCH_CLEARED

RECEIPT, COMPLAINT = "complaint-receipt", "complaint"


class RecheckUnknown(NotFound, code="recheck-unknown", zh="没有这项回头看。"):
    """There is no such re-check."""


class RecheckClosed(Refusal, code="recheck-closed", zh="这项回头看已经办结。"):
    """This re-check has been concluded already."""


class ComplaintRepeated(
    Refusal, code="complaint-repeated", zh="这件投诉与先前的投诉或异议相同，在先前那一件中核查和答复。"
):
    """This complaint is the same as a complaint or objection received before; it is looked into and answered there."""


class NoticeStillHangs(Refusal, code="notice-still-hangs", zh="该户还在公示中，请按异议受理。"):
    """The household is on a notice that still hangs; this is an objection."""


class ComplaintUnfounded(Invalid, code="complaint-unfounded", zh="匿名投诉须有明确的理由和具体事实。"):
    """An anonymous complaint needs a definite ground and facts."""


class ReasonUnfit(Invalid, code="recheck-reason-unfit", zh="所选结论理由与回头看的起因不符。"):
    """This reason does not answer what opened the re-check."""


class DecisionMissing(
    Invalid, code="recheck-decision-missing", zh="该户的申请还没有办结，属实的须写明退回重办还是取消资格。"
):
    """The application is still open: what was upheld sends it back to a step, or ends it; say which."""


class RejectionNotFinal(
    Refusal, code="rejection-not-final", zh="该户未通过的结论还可能复查重办，复查期满或者复查办结后再办结这项回头看。"
):
    """The household was rejected and may still be reopened on review; uphold this when that is over."""


class NothingToDecide(Invalid, code="recheck-decides-nothing", zh="只有属实且申请还没有办结的，才写明退回或取消资格。"):
    """Only what was upheld sends an application back or ends it, and only while that is open."""


class RecheckedOwnWork(
    Refusal, code="rechecked-own-work", zh="有{count}人办理过该户的环节或提出了这项回头看，不能核查。"
):
    """Whoever had a part in a step of this household, or opened the re-check, cannot conclude it; persons: {count}."""


@dataclass(frozen=True, slots=True)
class Recheck:
    """What opened it, when and by whom, and when it was concluded, by whom and how."""

    opened: RecheckOpened
    opened_on: date
    opened_by: str
    concluded_on: date | None = None
    concluded_by: tuple[str, ...] = ()
    outcome: RecheckOutcome | None = None

    def state(self, today: date) -> RecheckState:
        """How far it has come by today."""
        return state_of(self.opened.repeats, self.concluded_on, self.opened.due_on, today)


class KnownOfHousehold(KnownOfDate):
    """What is found before a re-check is opened: the household as it stands, and for how many days it is due.

    ``repeats`` is the re-check of the same complaint about it that is open or was cleared, or the objection that was
    dismissed.
    """

    household_id: str
    group_code: str
    ending: Ending | None
    is_posted: bool
    filed_on: date
    duty: Role
    recheck_days: int
    repeats: str | None


class KnownOfConclusion(KnownOfDate):
    """What is found before one is concluded: if the application is open, or may be again; who had a part or a stake."""

    is_open: bool
    may_reopen: bool
    took_part: tuple[str, ...]
    have_stake: tuple[str, ...]


def state_of(repeats: str | None, concluded_on: date | None, due_on: date, today: date) -> RecheckState:
    """Tell how far a re-check has come by today; nobody has to look into what repeats another."""
    if concluded_on:
        return RecheckState.CONCLUDED
    if repeats:
        return RecheckState.REPEATED
    return RecheckState.OVERDUE if due_on < today else RecheckState.OPEN


def decide(command: RecheckCommand, recheck: Recheck | None, known: KnownOfDate) -> list[Event]:
    """Open a re-check or conclude it, or refuse that."""
    match command, known:
        case OpenRecheck(), KnownOfHousehold():
            return [] if recheck else _open(command, known)
        case ConcludeRecheck(), KnownOfConclusion():
            return _conclude(command, recheck, known)
        case _:
            raise TypeError(f"{type(known).__name__} is not what {type(command).__name__} needs to know")


def _open(command: OpenRecheck, known: KnownOfHousehold) -> list[Event]:
    late_reason = None
    if command.cause is RecheckCause.COMPLAINT:
        _require_complaint(command, known)
        late_reason = require_date(command, known, known.filed_on)
    return [
        RecheckOpened(
            recheck_id=command.recheck_id,
            application_id=command.application_id,
            household_id=known.household_id,
            group_code=known.group_code,
            cause=command.cause,
            person_id=command.person_id,
            kind=command.kind,
            raised_by=command.raised_by,
            ground=command.ground,
            objector=command.objector,
            facts=command.facts,
            duty=known.duty,
            due_on=command.on + timedelta(days=known.recheck_days),
            late_reason=late_reason,
            matter=command.matter,
            repeats=known.repeats,
            receipt_index=command.receipt_index,
        )
    ]


def _require_complaint(command: OpenRecheck, known: KnownOfHousehold) -> None:
    if known.is_posted:
        raise NoticeStillHangs
    if known.ending not in {None, Ending.REGISTERED}:
        raise ApplicationEnded(ending=known.ending)
    # When no notice hangs any more, what was wrong with a meeting or notice is said of the household, too.
    if command.ground not in GROUNDS[Against.ROW] | GROUNDS[Against.ACT]:
        raise GroundUnfit
    anonymous = command.objector is None
    if anonymous and (command.matter is None or command.ground is ObjectionGround.OTHER):
        raise ComplaintUnfounded


def _conclude(command: ConcludeRecheck, recheck: Recheck | None, known: KnownOfConclusion) -> list[Event]:
    if recheck is None:
        raise RecheckUnknown
    if recheck.concluded_on:
        raise RecheckClosed
    if recheck.opened.repeats:
        raise ComplaintRepeated
    opened = recheck.opened
    late_reason = require_date(command, known, recheck.opened_on)
    own = {*known.took_part, *({*command.performed_by, known.actor.person} & {recheck.opened_by, opened.raised_by})}
    if own:
        raise RecheckedOwnWork(count=len(own))
    if known.have_stake:
        raise HasStake(count=len(known.have_stake))
    if not command.reason.fits(opened.cause):
        raise ReasonUnfit
    _require_decision(command, known)
    return [
        RecheckConcluded(
            recheck_id=opened.recheck_id,
            application_id=opened.application_id,
            household_id=opened.household_id,
            cause=opened.cause,
            outcome=command.reason.outcome,
            reason=command.reason,
            decision=command.decision,
            findings=command.findings,
            performed_by=command.performed_by,
            late_reason=late_reason,
        )
    ]


def _require_decision(command: ConcludeRecheck, known: KnownOfConclusion) -> None:
    upheld = command.reason.outcome is RecheckOutcome.UPHELD
    decides = known.is_open and upheld
    if upheld and known.may_reopen:
        raise RejectionNotFinal
    if decides and command.decision is None:
        raise DecisionMissing
    if command.decision and not decides:
        raise NothingToDecide
    if command.return_to is not None and command.decision is None:
        raise OutcomeIncomplete


def evolve(recheck: Recheck | None, recorded: Recorded[RecheckEvent]) -> Recheck | None:
    """Remember what opened it, and that it was concluded."""
    match recorded.event:
        case RecheckOpened() as opened:
            return Recheck(opened, recorded.valid_on, recorded.actor.person)
        case RecheckConcluded() as concluded:
            by = (*concluded.performed_by, recorded.actor.person)
            return recheck and replace(
                recheck, concluded_on=recorded.valid_on, concluded_by=by, outcome=concluded.outcome
            )


def about(command: RecheckCommand, recheck: Recheck | None, known: KnownOfDate) -> About:
    """It is about the household, in its village."""
    home = known if isinstance(known, KnownOfHousehold) else recheck and recheck.opened
    if not home:
        raise NotInThisArea
    return About(f"household/{home.household_id}", village_of(home.group_code), command.on)


def claims(event: RecheckEvent, recheck: Recheck | None) -> tuple[Claim, ...]:
    """Let a complaint be found by its receipt, and the same one again until it is upheld.

    A data match that was cleared is known as such, should the household apply again; what was upheld once the
    application had ended, should it be reopened.
    """
    if isinstance(event, RecheckOpened):
        receipt = (Claim(RECEIPT, event.receipt_index),) if event.receipt_index else ()
        return receipt + (() if event.repeats else _of_matter(event))
    cleared = event.outcome is RecheckOutcome.CLEARED
    told = () if cleared or event.decision else (Claim(RECHECK_UPHELD, f"{event.application_id}/{event.recheck_id}"),)
    if event.cause is RecheckCause.COMPLAINT:
        return (*told, *(_of_matter(recheck.opened, is_cleared=cleared) if recheck else ()))
    # The re-check of a data match is called like it.
    return (Claim(DATA_MATCH_CLEARED, f"{event.recheck_id}/{event.recheck_id}"),) if cleared else told


def _of_matter(opened: RecheckOpened, *, is_cleared: bool | None = None) -> tuple[Claim, ...]:
    if opened.matter is None:
        return ()
    key = said_of_application(opened.application_id, opened.matter)
    if is_cleared:
        return (Claim(COMPLAINT_CLEARED, key),)
    return (Claim(COMPLAINT, key, held=is_cleared is None),)
