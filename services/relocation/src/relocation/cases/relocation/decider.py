"""The rules of a relocation: who may be proposed, what they are offered, who may answer, and what is withdrawn."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from casework.areas import village_of
from casework.dates import require_date
from casework.four_eyes import require_outsider
from casework.registration import KnownOfHousehold, require_registered, require_registered_by
from chronicle.decider import About, Claim
from chronicle.messages import Event, Recorded
from chronicle.refusals import Invalid, NotFound, Refusal

from relocation.cases.relocation.commands import (
    AcceptRelocation,
    Answering,
    DeclineRelocation,
    ProposeRelocation,
    RelocationCommand,
    WithdrawRelocation,
)
from relocation.cases.relocation.events import (
    RelocationAccepted,
    RelocationDeclined,
    RelocationEvent,
    RelocationProposed,
    RelocationWithdrawn,
)
from relocation.cases.relocation.findings import OVER, Stage, WithdrawalReason

HOUSEHOLD_RELOCATION = "household-relocation"
RELOCATION_OVER = "household-relocation-over"


class AlreadyProposed(Refusal, code="relocation-already-proposed", zh="这项搬迁已经提出。"):
    """This relocation was already proposed."""


class SecondRelocation(Refusal, code="second-relocation", zh="该户已有待答复或已同意的搬迁。"):
    """The household already has a relocation that waits for its answer or was accepted."""


class AnsweredOtherwise(Refusal, code="relocation-answered-otherwise", zh="该户已经作过另一种答复。"):
    """The household has already given the other answer."""


class AnsweredByNoMember(Invalid, code="answered-by-no-member", zh="答复人不是该户成员。"):
    """Whoever answers is not a member of the household."""


class AnswerNotByAdult(Invalid, code="answer-not-by-adult", zh="答复人未满{age}周岁。"):
    """Whoever answers is not yet {age} years old."""


class RelocationOver(Refusal, code="relocation-over", zh="该户不愿搬迁或这项搬迁已经撤销。"):
    """The household declined this relocation, or it was withdrawn."""


class NothingAccepted(Refusal, code="nothing-accepted", zh="该户还没有同意搬迁；如不愿搬迁，请登记为不愿搬迁。"):
    """The household has not accepted; if it does not want to move, enter that it declines."""


@dataclass(frozen=True, slots=True)
class Relocation:
    """Which relocation it is and whose, where they live, how far it has come, and the day of the last act."""

    relocation_id: str
    household_id: str
    group_code: str
    stage: Stage
    previous_on: date


class KnownOfProposal(KnownOfHousehold):
    """What is found before a household is proposed; ``over_on`` is when an earlier relocation of it came to nothing."""

    group_code: str
    has_relocation: bool
    over_on: date | None
    floor_area_per_person: str
    own_contribution_per_person: str
    own_contribution_maximum: str


class KnownOfAnswer(KnownOfHousehold):
    """What is found before an answer is entered; the age of whoever answers, None for somebody who is no member."""

    age: int | None
    adult_age: int


def decide(command: RelocationCommand, relocation: Relocation | None, known: KnownOfHousehold) -> list[Event]:
    """Propose a relocation, enter what the household answers, or withdraw it."""
    match command:
        case ProposeRelocation():
            return _propose(command, relocation, known)
        case AcceptRelocation() | DeclineRelocation():
            return _answer(command, relocation, known)
        case WithdrawRelocation():
            return _withdraw(command, relocation, known)


def floor_area_limit(persons: int, per_person: str) -> Decimal:
    """Give the most floor area that so many persons may have, in m²."""
    return persons * Decimal(per_person)


def own_contribution(persons: int, per_person: str, maximum: str) -> Decimal:
    """Give what a household of so many persons pays itself, in yuan."""
    return min(persons * Decimal(per_person), Decimal(maximum))


def _propose(command: ProposeRelocation, relocation: Relocation | None, known: KnownOfHousehold) -> list[Event]:
    if relocation is not None:
        raise AlreadyProposed
    require_registered_by(known, command.on)
    if not isinstance(known, KnownOfProposal):
        raise TypeError("a proposal needs to know what is offered")
    require_outsider(known.actor.person, known.member_ids)
    if known.has_relocation:
        raise SecondRelocation
    late_reason = require_date(command, known, known.over_on)
    persons = len(known.member_ids)
    return [
        RelocationProposed(
            **command.model_dump(exclude={"on", "late_reason"}),
            group_code=known.group_code,
            persons=persons,
            floor_area_limit_m2=floor_area_limit(persons, known.floor_area_per_person),
            own_contribution=own_contribution(
                persons, known.own_contribution_per_person, known.own_contribution_maximum
            ),
            late_reason=late_reason,
        )
    ]


def _answer(command: Answering, relocation: Relocation | None, known: KnownOfHousehold) -> list[Event]:
    if relocation is None:
        raise NotFound
    accepts = isinstance(command, AcceptRelocation)
    if relocation.stage is (Stage.ACCEPTED if accepts else Stage.DECLINED):
        return []
    if relocation.stage is Stage.WITHDRAWN:
        raise RelocationOver
    if relocation.stage is not Stage.PROPOSED:
        raise AnsweredOtherwise
    # Whoever is no longer registered may still decline, so that nothing stays open.
    if accepts:
        require_registered(known.standing)
    require_outsider(known.actor.person, known.member_ids)
    late_reason = require_date(command, known, relocation.previous_on)
    _require_adult_member(known)
    ids, who = _ids(relocation), command.answered_by
    if isinstance(command, DeclineRelocation):
        return [RelocationDeclined(**ids, answered_by=who, reason=command.reason, late_reason=late_reason)]
    return [RelocationAccepted(**ids, answered_by=who, late_reason=late_reason)]


def _withdraw(command: WithdrawRelocation, relocation: Relocation | None, known: KnownOfHousehold) -> list[Event]:
    if relocation is None:
        raise NotFound
    if relocation.stage is Stage.WITHDRAWN:
        return []
    if relocation.stage is Stage.DECLINED:
        raise RelocationOver
    accepted = relocation.stage is Stage.ACCEPTED
    if command.reason is WithdrawalReason.CHANGED_MIND and not accepted:
        raise NothingAccepted
    require_outsider(known.actor.person, known.member_ids)
    late_reason = require_date(command, known, relocation.previous_on)
    return [RelocationWithdrawn(**_ids(relocation), accepted=accepted, reason=command.reason, late_reason=late_reason)]


def _ids(relocation: Relocation) -> dict[str, str]:
    return {"relocation_id": relocation.relocation_id, "household_id": relocation.household_id}


def _require_adult_member(known: KnownOfHousehold) -> None:
    if not isinstance(known, KnownOfAnswer):
        raise TypeError("an answer needs to know how old it is from")
    if known.age is None:
        raise AnsweredByNoMember
    if known.age < known.adult_age:
        raise AnswerNotByAdult(age=known.adult_age)


def stage_after(event: RelocationEvent) -> Stage:
    """Tell how far a relocation has come with an event."""
    match event:
        case RelocationProposed():
            return Stage.PROPOSED
        case RelocationAccepted():
            return Stage.ACCEPTED
        case RelocationDeclined():
            return Stage.DECLINED
        case RelocationWithdrawn():
            return Stage.WITHDRAWN


def evolve(relocation: Relocation | None, recorded: Recorded[RelocationEvent]) -> Relocation | None:
    """Keep whose relocation it is and how far it has come."""
    event, stage, on = recorded.event, stage_after(recorded.event), recorded.valid_on
    if isinstance(event, RelocationProposed):
        return Relocation(event.relocation_id, event.household_id, event.group_code, stage, on)
    return relocation and replace(relocation, stage=stage, previous_on=on)


def about(command: RelocationCommand, relocation: Relocation | None, known: KnownOfHousehold) -> About:
    """A relocation is about its household, in the village where it lived when it was proposed."""
    if relocation:
        return About(f"household/{relocation.household_id}", village_of(relocation.group_code), command.on)
    if isinstance(command, ProposeRelocation):
        return About(f"household/{command.household_id}", known.area, command.on)
    raise NotFound


def claims(event: RelocationEvent, _relocation: Relocation | None) -> tuple[Claim, ...]:
    """Hold the household until it declines or the relocation is withdrawn, and keep that it did."""
    held = Claim(HOUSEHOLD_RELOCATION, event.household_id, SecondRelocation, held=stage_after(event) not in OVER)
    # What was entered by mistake never was: the right entry may bear an earlier day than its withdrawal.
    mistaken = isinstance(event, RelocationWithdrawn) and event.reason is WithdrawalReason.ENTERED_BY_MISTAKE
    if held.held or mistaken:
        return (held,)
    return (held, Claim(RELOCATION_OVER, f"{event.household_id}/{event.relocation_id}"))
