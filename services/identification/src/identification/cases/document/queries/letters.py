"""What a household and whoever objected take home: the letter with the result, and the receipt slip."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from casework.notices import number
from chronicle.handling import Handler
from chronicle.messages import Recorded
from chronicle.refusals import Language, NotFound

from identification.cases.application.decisions.reconsideration import REQUEST_DAYS, last_day_to_ask
from identification.cases.application.decisions.state import Application, Ending, Rejection
from identification.cases.application.events import (
    ApplicationDeliberated,
    ApplicationReviewed,
    ApplicationVerified,
    HouseholdRegistered,
    ObjectionDecided,
    ObjectionRaised,
    ReconsiderationDecided,
)
from identification.cases.application.events.rechecks import ApplicationRechecked
from identification.cases.application.findings import Outcome, ReconsiderationDecision, Value
from identification.cases.application.gather import application_decider
from identification.cases.decision.queries import reading as decisions
from identification.cases.objection.events import ObjectionReceived
from identification.cases.objection.queries import code_on_receipt
from identification.cases.public_notice.events import NoticePosted
from identification.cases.public_notice.queries import full_name
from identification.cases.recheck.events import RecheckOpened
from identification.people.vault import Vault

# What a document is printed in.
PRINTED: Language = "zh"
_OF = {
    Ending.REGISTERED: "经评议、审核、复核和公示，终榜公示期满，没有未处理的异议，你户已纳入建档立卡贫困户。",
    Ending.REJECTED: "你户的申请未获通过。",
}


_RECONSIDERED = {
    ReconsiderationDecision.CONFIRMED: "你户已申请复查，复查决定维持原结论。",
    ReconsiderationDecision.REOPENED: "你户曾申请复查，已按复查决定重新办理；复查只能申请一次。",
}


class NoResultYet(
    NotFound, code="no-result-yet", zh="该申请没有通过或未通过的结果，或者登记后来终止了，没有告知书可以打印。"
):
    """This application was neither registered nor rejected, or its registration ended; there is no letter to print."""


class ResultLetter(Value):
    """What a household is told of its application; ``head`` is null when the person was erased.

    ``review`` says until when and of whom it may ask for review, or how that went; null when there is nothing to ask.
    """

    head: str | None
    area: str
    filed_on: date
    decided_on: date
    result: str
    household_no: str | None
    reasons: tuple[str, ...]
    review: str | None


class ReceiptSlip(Value):
    """What whoever objected or complained takes home: no name, no household; ``site`` is where the code is typed in.

    ``notice`` is the number of the one objected to, null for a complaint; ``goes_up`` says that a body is above. What
    ``repeats`` another is answered there, and is due on no day of its own.
    """

    receipt_code: str
    received_on: date
    due_on: date
    duties: tuple[str, ...]
    notice: str | None
    goes_up: bool
    repeats: bool
    site: str


def slip(vault: Vault, site: str, received: Recorded[ObjectionReceived], posted: NoticePosted) -> ReceiptSlip:
    """The slip for whoever objected while a notice hung."""
    objection = received.event
    return ReceiptSlip(
        receipt_code=code_on_receipt(vault, objection.objection_id),
        received_on=received.valid_on,
        due_on=objection.due_on,
        duties=tuple(body.duty.zh for body in objection.bodies if body.since <= received.valid_on),
        notice=number(posted.notice_id, posted.first_day),
        goes_up=len(objection.bodies) > 1,
        repeats=objection.repeats is not None,
        site=site,
    )


def complaint_slip(vault: Vault, site: str, received: Recorded[RecheckOpened]) -> ReceiptSlip:
    """The slip for whoever complained."""
    recheck = received.event
    return ReceiptSlip(
        receipt_code=code_on_receipt(vault, recheck.recheck_id),
        received_on=received.valid_on,
        due_on=recheck.due_on,
        duties=(recheck.duty.zh,),
        notice=None,
        goes_up=False,
        repeats=recheck.repeats is not None,
        site=site,
    )


def letter(handler: Handler, history: Sequence[Recorded[Any]], head: str | None) -> ResultLetter:
    """The letter that tells a household the result of its application; refused as NoResultYet."""
    application, told = application_decider.fold(history), settled(history)
    if application is None or application.ending is None or told is None:
        raise NoResultYet
    rejection, on = application.rejection, told.valid_on
    return ResultLetter(
        head=head,
        # By the code of that day: who applied under one is told the result under another.
        area=full_name(handler, handler.codes().on(on).now(application.filed.group_code), on),
        filed_on=application.filed_on,
        decided_on=on,
        result=_OF[application.ending],
        household_no=getattr(told.event, "household_no", None),
        reasons=tuple(_reasons(handler, told, history)) if rejection else (),
        review=_review(handler, application, rejection, history) if rejection else None,
    )


def settled(history: Sequence[Recorded[Any]]) -> Recorded[Any] | None:
    """What registered or rejected an application; None while it is open, and once it was withdrawn or ended."""
    application = application_decider.fold(history)
    if application is None or application.ending not in _OF:
        return None
    return next((each for each in reversed(history) if _settles(each, application.rejection)), None)


def _settles(recorded: Recorded[Any], rejection: Rejection | None) -> bool:
    if rejection is None:
        return isinstance(recorded.event, HouseholdRegistered)
    return recorded.event_id == rejection.event_id


def _reasons(handler: Handler, rejected: Recorded[Any], history: Sequence[Recorded[Any]]) -> Iterator[str]:
    match rejected.event:
        case ApplicationDeliberated(votes=votes):
            told = f"赞成{votes.in_favour}票，反对{votes.against}票，弃权{votes.abstained}票"
            yield f"村民小组评议未获通过：{told}。"
        case ApplicationVerified(outcome=Outcome(rejection_reason=reason), eligibility=None) if reason:
            yield f"村级审核不予通过：{reason.zh}。"
        case ApplicationVerified() | ApplicationReviewed():
            judged = decisions.shown(handler, rejected.stored, PRINTED)
            yield judged.explained
            if judged.rule.source:
                yield f"规定来源：{judged.rule.source}"
        case ObjectionDecided(objection_id=objection, decision=decision):
            events = (each.event for each in history)
            grounds = [
                each.ground.zh
                for each in events
                if isinstance(each, ObjectionRaised) and each.objection_id == objection
            ]
            yield f"公示期间收到异议（{grounds[-1]}），经查：{decision.zh}。"
        case ApplicationRechecked(reason=reason, decision=decision):
            yield f"经回头看核查：{reason.zh}，{decision.zh}。"
        case _:
            pass


def _review(handler: Handler, application: Application, rejection: Rejection, history: Sequence[Recorded[Any]]) -> str:
    if application.is_reconsidered:
        events = (each.event for each in history)
        (decision,) = (each.decision for each in events if isinstance(each, ReconsiderationDecided))
        return _RECONSIDERED[decision]
    if application.reconsideration_on:
        return f"你户已于{_day(application.reconsideration_on)}申请复查，由{rejection.duty.zh}办理，正在等候决定。"
    days = handler.value(REQUEST_DAYS, application.filed.group_code, rejection.on)
    last, duty = _day(last_day_to_ask(rejection, days)), rejection.duty.zh
    how = f"可以在{last}前（当日也算）申请复查一次，书面、口头都可以"
    return f"不服本结果的，{how}，由{duty}中没有参与过此事的人员办理。"


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
