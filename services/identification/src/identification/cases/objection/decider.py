"""The rules of an objection: what may be objected to on which ground, who resolves it, and by when."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from casework.dates import KnownOfDate, require_date
from casework.reasons import ObjectionGround
from casework.roles import Role
from chronicle.decider import About, Claim
from chronicle.messages import Event, Recorded
from chronicle.refusals import Invalid, NotFound, Refusal

from identification.cases.application.decisions.objections import ObjectionJudgedByPerformer
from identification.cases.application.decisions.rows import OutcomeIncomplete
from identification.cases.application.decisions.state import Application
from identification.cases.objection.commands import ObjectionCommand, ReceiveObjection, ResolveObjection
from identification.cases.objection.events import ObjectionEvent, ObjectionReceived, ObjectionResolved
from identification.cases.objection.findings import Against, Body, ObjectionState, Resolution
from identification.working_days import working_days_after

RECEIPT = "objection-receipt"
JUDGES = (Role.VILLAGE_OFFICER, Role.TOWNSHIP_REVIEWER, Role.COUNTY_OFFICER)
_OF_ANY = frozenset({ObjectionGround.PROCEDURE, ObjectionGround.OTHER})
_OF_ACTS = frozenset({ObjectionGround.QUORUM, ObjectionGround.CONVENER, ObjectionGround.PLACE})
GROUNDS = {
    Against.ROW: frozenset(ObjectionGround) - _OF_ACTS - {ObjectionGround.LEFT_OUT},
    Against.ACT: _OF_ACTS | _OF_ANY,
    Against.OMISSION: frozenset({ObjectionGround.LEFT_OUT, ObjectionGround.OTHER}),
}
RESOLUTIONS = {
    Against.ROW: frozenset(Resolution) - {Resolution.UPHELD_INVITED},
    Against.ACT: frozenset({Resolution.DISMISSED, Resolution.UPHELD_RETURNED}),
    Against.OMISSION: frozenset({Resolution.DISMISSED, Resolution.UPHELD_INVITED}),
}


class ObjectionAlreadyReceived(Refusal, code="objection-already-received", zh="这项异议已经受理。"):
    """This objection was already received."""


class ObjectionNotReceived(NotFound, code="objection-not-received", zh="没有受理过这项异议。"):
    """No such objection was received."""


class ObjectionClosed(Refusal, code="objection-closed", zh="这项异议已经答复，不再处理。"):
    """This objection has been answered already."""


class ObjectionMoot(Refusal, code="objection-moot", zh="该户的申请已经结束，这项异议无需再处理。"):
    """The application it is about has ended; there is nothing left to resolve."""


class NoticeNoLongerHangs(Refusal, code="notice-no-longer-hangs", zh="公示已经结束或该户已不在公示中，请按投诉受理。"):
    """The notice is over, or the household is no longer on it; this is now a complaint."""


class OmissionAfterNotice(
    Refusal, code="omission-after-notice", zh="公示已结束，漏报的农户可以直接提出申请，不必提异议。"
):
    """The notice is over; whoever was left out can apply at once, without an objection."""


class ActAfterNotice(
    Refusal,
    code="act-after-notice",
    zh="这次公示上已没有农户，不能再对评议或公示行为提异议；对其中某一户有意见的，请就该户提出异议或投诉。",
):
    """No household is on this notice any more; object to a single household of it, or complain of that."""


class GroundUnfit(Invalid, code="ground-unfit", zh="所选理由与异议对象不符。"):
    """This ground does not fit what is objected to."""


class HouseholdUnclear(Invalid, code="household-unclear", zh="对公示农户的异议须指明农户，其他异议不指明农户。"):
    """An objection to a household names it, and no other objection does."""


class AnonymousUnfounded(Invalid, code="anonymous-unfounded", zh="匿名异议须有明确的理由和具体事实。"):
    """An anonymous objection needs a definite ground and facts."""


class ResolutionUnfit(Invalid, code="resolution-unfit", zh="所选处理结果与异议对象不符。"):
    """An act is returned or let stand, an omission ends in an invitation or not, and only a household is rejected."""


class ObjectionJudgedByReceiver(
    Refusal, code="objection-judged-by-receiver", zh="受理这项异议的人不能处理它，须由没有经手的人处理。"
):
    """Whoever received this objection cannot resolve it; somebody who had no part in it has to."""


class NotTheResolvingBody(Refusal, code="not-the-resolving-body", zh="这项异议当时还不由本级处理。"):
    """On that day this objection was not, or not yet, for your level to resolve."""


_OVER: dict[Against, type[Refusal]] = {
    Against.ROW: NoticeNoLongerHangs,
    Against.ACT: ActAfterNotice,
    Against.OMISSION: OmissionAfterNotice,
}


@dataclass(frozen=True, slots=True)
class Objection:
    """What was received and when, and how and when it was resolved."""

    received: ObjectionReceived
    received_on: date
    received_by: str
    resolved_on: date | None = None
    resolution: Resolution | None = None

    def duties(self, today: date, *, holds: bool | None = None) -> tuple[Role, ...]:
        """Whose duty it is to resolve it, or was when it was resolved, unless it holds an application again."""
        on = today if holds else self.resolved_on or today
        return tuple(body.duty for body in self.received.bodies if body.since <= on)

    def state(self, today: date, *, holds: bool | None = None) -> ObjectionState:
        """How far it has come by today, when it holds applications as the method ``holds`` tells."""
        received, up = self.received, len(self.received.bodies) > 1
        return state_of(received.repeats, self.resolved_on, received.due_on, today, holds=holds, goes_up=up)

    def holds(self, applications: Iterable[Application]) -> bool | None:
        """Tell whether it still holds an open application; none when there is none for which it is undecided."""
        objection_id = self.received.objection_id
        undecided = [each for each in applications if each.is_undecided(objection_id)]
        return any(each.ending is None for each in undecided) if undecided else None


class KnownOfObjection(KnownOfDate):
    """What is found before an objection is received: the notice, how many of its households it still shows.

    ``off_notice`` counts those to be held that are not on it; ``settled`` says which objection dismissed the same
    matter for a household, ``omission_dismissed`` which did for the same omission; ``working_days`` is for each body
    to resolve it.
    """

    step: int
    first_day: date
    judge: Role
    still_on: int
    off_notice: int
    settled: Mapping[str, str]
    omission_dismissed: str | None
    working_days: int


class KnownOfResolution(KnownOfDate):
    """What is found before an objection is resolved: who of those had a part in the notice or before; if it is moot."""

    is_moot: bool
    took_part: tuple[str, ...]


def state_of(
    repeats: str | None, resolved_on: date | None, due_on: date, today: date, *, holds: bool | None, goes_up: bool
) -> ObjectionState:
    """Tell how far an objection has come by today; only what is undecided can be overdue.

    One that still holds an application, which was reopened since, is open again; one whose applications have all
    ended is moot. What is overdue ``goes_up`` to the body above, where there is one.
    """
    if resolved_on and not holds:
        return ObjectionState.RESOLVED
    if repeats:
        return ObjectionState.REPEATED
    if holds is False:
        return ObjectionState.MOOT
    if today <= due_on:
        return ObjectionState.OPEN
    return ObjectionState.ESCALATED if goes_up else ObjectionState.OVERDUE


def decide(command: ObjectionCommand, objection: Objection | None, known: KnownOfDate) -> list[Event]:
    """Receive or resolve an objection, or refuse it."""
    match command, known:
        case ReceiveObjection() as received, KnownOfObjection() as found:
            return _receive(received, objection, found)
        case ResolveObjection() as resolved, KnownOfResolution() as found:
            return _resolve(resolved, objection, found)
        case _:
            raise TypeError(f"{type(known).__name__} is not what {type(command).__name__} needs to know")


def _receive(command: ReceiveObjection, objection: Objection | None, known: KnownOfObjection) -> list[Event]:
    if objection:
        raise ObjectionAlreadyReceived
    _require_clear(command)
    if not known.still_on:
        raise _OVER[command.against]
    if known.off_notice:
        raise NoticeNoLongerHangs
    late_reason = require_date(command, known, known.first_day)
    held = tuple(row for row in command.rows if row not in known.settled)
    earlier = next(iter(known.settled.values()), known.omission_dismissed)
    bodies = bodies_for(known.judge, command.on, known.working_days)
    return [
        ObjectionReceived(
            objection_id=command.objection_id,
            notice_id=command.notice_id,
            area_code=command.area_code,
            step=known.step,
            against=command.against,
            application_id=command.application_id,
            ground=command.ground,
            facts=command.facts,
            matter=command.matter,
            objector=command.objector,
            receipt_index=command.receipt_index,
            held=held,
            repeats=None if held else earlier,
            due_on=working_days_after(command.on, known.working_days),
            bodies=bodies,
            late_reason=late_reason,
        )
    ]


def _require_clear(command: ReceiveObjection) -> None:
    if (command.application_id is not None) is not (command.against is Against.ROW):
        raise HouseholdUnclear
    if command.ground not in GROUNDS[command.against]:
        raise GroundUnfit
    anonymous = command.objector is None
    if anonymous and (command.facts is None or command.ground is ObjectionGround.OTHER):
        raise AnonymousUnfounded


def _resolve(command: ResolveObjection, objection: Objection | None, known: KnownOfResolution) -> list[Event]:
    if objection is None:
        raise ObjectionNotReceived
    received = objection.received
    # What was resolved before it held every household to its end is resolved again for those.
    if (objection.resolved_on and not command.rows) or received.repeats:
        raise ObjectionClosed
    if known.is_moot:
        raise ObjectionMoot
    late_reason = require_date(command, known, objection.received_on)
    if known.actor.role not in objection.duties(command.on, holds=bool(command.rows)):
        raise NotTheResolvingBody
    if known.took_part:
        raise ObjectionJudgedByPerformer(count=len(known.took_part))
    if objection.received_by in {*command.performed_by, known.actor.person}:
        raise ObjectionJudgedByReceiver
    if command.resolution not in RESOLUTIONS[received.against]:
        raise ResolutionUnfit
    if (command.return_to is not None) is not (command.resolution is Resolution.UPHELD_RETURNED):
        raise OutcomeIncomplete
    return [
        ObjectionResolved(
            objection_id=received.objection_id,
            notice_id=received.notice_id,
            area_code=received.area_code,
            step=received.step,
            resolution=command.resolution,
            return_to=command.return_to,
            rows=command.rows,
            findings=command.findings,
            performed_by=command.performed_by,
            late_reason=late_reason,
        )
    ]


def evolve(objection: Objection | None, recorded: Recorded[ObjectionEvent]) -> Objection | None:
    """Remember what was received, and that it was resolved."""
    match recorded.event:
        case ObjectionReceived() as received:
            return Objection(received, recorded.valid_on, recorded.actor.person)
        case ObjectionResolved() as resolved:
            return objection and replace(objection, resolved_on=recorded.valid_on, resolution=resolved.resolution)


def bodies_for(judge: Role, received_on: date, working_days: int) -> tuple[Body, ...]:
    """Tell who resolves an objection: the body above, and each higher one as well when those below let it wait."""
    bodies, since, last = [], received_on, received_on
    for duty in JUDGES[JUDGES.index(judge) :]:
        bodies.append(Body(duty=duty, since=since))
        last = working_days_after(last, working_days)
        since = last + timedelta(days=1)
    return tuple(bodies)


def about(command: ObjectionCommand, objection: Objection | None, _known: KnownOfDate) -> About:
    """An objection is about the area in which its notice hangs, or its household lives."""
    said = command if isinstance(command, ReceiveObjection) else objection and objection.received
    if not said:
        raise ObjectionNotReceived
    return About(f"area/{said.area_code}", said.area_code[:12], command.on)


def claims(event: ObjectionEvent, _objection: Objection | None) -> tuple[Claim, ...]:
    """Let an objection be found by what is kept of the code on its receipt."""
    return (Claim(RECEIPT, event.receipt_index),) if isinstance(event, ObjectionReceived) else ()
