"""The rules of a relocation: who may be proposed, what they are offered, and who may answer."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from casework.dates import require_order
from casework.four_eyes import require_outsiders
from casework.registration import Standing, require_registered
from chronicle.decider import About, Claim, Known
from chronicle.messages import Event, Recorded
from chronicle.refusals import Invalid, NotFound, Refusal

from relocation.cases.relocation.commands import (
    AcceptRelocation,
    Answering,
    DeclineRelocation,
    ProposeRelocation,
    RelocationCommand,
)
from relocation.cases.relocation.events import (
    RelocationAccepted,
    RelocationDeclined,
    RelocationEvent,
    RelocationProposed,
)
from relocation.cases.relocation.findings import Stage

HOUSEHOLD_RELOCATION = "household-relocation"


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


@dataclass(frozen=True, slots=True)
class Relocation:
    """Which relocation it is and whose, how far it has come, and the day of the last act."""

    relocation_id: str
    household_id: str
    stage: Stage
    previous_on: date


class KnownOfRelocation(Known):
    """What was heard of the household; nothing when it is not known."""

    area: str = ""
    group_code: str = ""
    standing: Standing | None = None
    member_ids: tuple[str, ...] = ()


class KnownOfProposal(KnownOfRelocation):
    """What is found before a household is proposed."""

    registered_on: date | None = None
    floor_area_per_person: str
    own_contribution_per_person: str
    own_contribution_maximum: str


class KnownOfAnswer(KnownOfRelocation):
    """What is found before an answer is entered; the age of whoever answers, None for somebody who is no member."""

    age: int | None = None
    adult_age: int


def decide(command: RelocationCommand, relocation: Relocation | None, known: KnownOfRelocation) -> list[Event]:
    """Propose a relocation, or enter what the household answers."""
    match command, known:
        case ProposeRelocation() as proposal, KnownOfProposal() as found:
            return _propose(proposal, relocation, found)
        case AcceptRelocation() | DeclineRelocation() as answer, KnownOfAnswer() as found:
            return _answer(answer, relocation, found)
        case _:
            raise TypeError(f"{type(known).__name__} is not what {type(command).__name__} needs to know")


def floor_area_limit(persons: int, per_person: str) -> Decimal:
    """Give the most floor area that so many persons may have, in m²."""
    return persons * Decimal(per_person)


def own_contribution(persons: int, per_person: str, maximum: str) -> Decimal:
    """Give what a household of so many persons pays itself, in yuan."""
    return min(persons * Decimal(per_person), Decimal(maximum))


def _propose(command: ProposeRelocation, relocation: Relocation | None, known: KnownOfProposal) -> list[Event]:
    if relocation is not None:
        raise AlreadyProposed
    require_registered(known.standing)
    require_outsiders([known.actor.person], known.member_ids)
    require_order(command.on, known.today, known.registered_on)
    persons = len(known.member_ids)
    return [
        RelocationProposed(
            relocation_id=command.relocation_id,
            household_id=command.household_id,
            group_code=known.group_code,
            mode=command.mode,
            placement=command.placement,
            place=command.place,
            persons=persons,
            floor_area_limit_m2=floor_area_limit(persons, known.floor_area_per_person),
            own_contribution=own_contribution(
                persons, known.own_contribution_per_person, known.own_contribution_maximum
            ),
        )
    ]


def _answer(command: Answering, relocation: Relocation | None, known: KnownOfAnswer) -> list[Event]:
    if relocation is None:
        raise NotFound
    answered = _answered(command, relocation)
    if relocation.stage is stage_after(answered):
        return []
    if relocation.stage is not Stage.PROPOSED:
        raise AnsweredOtherwise
    # Whoever is no longer registered may still decline, so that nothing stays open.
    if isinstance(answered, RelocationAccepted):
        require_registered(known.standing)
    require_outsiders([known.actor.person], known.member_ids)
    require_order(command.on, known.today, relocation.previous_on)
    _require_adult_member(known)
    return [answered]


def _answered(command: Answering, relocation: Relocation) -> RelocationAccepted | RelocationDeclined:
    facts = {
        "relocation_id": relocation.relocation_id,
        "household_id": relocation.household_id,
        "answered_by": command.answered_by,
    }
    if isinstance(command, AcceptRelocation):
        return RelocationAccepted(**facts)
    return RelocationDeclined(**facts, reason=command.reason)


def _require_adult_member(known: KnownOfAnswer) -> None:
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


def evolve(_relocation: Relocation | None, recorded: Recorded[RelocationEvent]) -> Relocation:
    """Keep whose relocation it is and how far it has come."""
    event = recorded.event
    return Relocation(event.relocation_id, event.household_id, stage_after(event), recorded.valid_on)


def about(command: RelocationCommand, relocation: Relocation | None, known: KnownOfRelocation) -> About:
    """A relocation is about its household, in the village where that lives."""
    household = command if isinstance(command, ProposeRelocation) else relocation
    if household is None:
        raise NotFound
    return About(f"household/{household.household_id}", known.area, command.on)


def claims(event: RelocationEvent, _relocation: Relocation | None) -> tuple[Claim, ...]:
    """Hold the household until it declines."""
    held = not isinstance(event, RelocationDeclined)
    return (Claim(HOUSEHOLD_RELOCATION, event.household_id, SecondRelocation, held=held),)
