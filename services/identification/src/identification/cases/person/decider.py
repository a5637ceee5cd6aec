"""When what is kept of a person may be erased: proposed by one, done by another, and nothing forbids it."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from casework.four_eyes import require_outsider
from chronicle.decider import About, Claim, Known
from chronicle.messages import Event, Recorded
from chronicle.refusals import Invalid, NotFound, Refusal

from identification.cases.application.decider import OPEN_APPLICATION
from identification.cases.person.commands import (
    ErasePerson,
    OfPerson,
    PersonCommand,
    PlaceLegalHold,
    ProposeErasure,
    ReleaseLegalHold,
    WithdrawErasureProposal,
)
from identification.cases.person.events import (
    ErasureProposalWithdrawn,
    ErasureProposed,
    LegalHoldPlaced,
    LegalHoldReleased,
    PersonErased,
    PersonEvent,
)
from identification.cases.person.findings import ErasureReason


class UnderLegalHold(Refusal, code="under-legal-hold", zh="此人的信息正在依法保全（{count}项），解除前不能清除。"):
    """This person's data is under legal hold (holds: {count}) and cannot be erased until that is released."""


class StillApplying(Refusal, code="still-applying", zh="此人还在一份办理中的申请内，办结前不能清除。"):
    """This person is in an application that is still open; nothing is erased before it ends."""


class StillRegistered(Refusal, code="still-registered", zh="此人所在户仍是建档立卡户，终止前不能清除。"):
    """This person's household is still registered; nothing is erased before that ends."""


class ApplicationsNotKnownYet(
    Refusal, code="applications-not-known-yet", zh="此人的申请记录还没有汇总到这里，请稍后再试。"
):
    """This person's applications have not arrived here yet; try again in a moment."""


class RetentionNotOver(Refusal, code="retention-not-over", zh="档案须依规定保存到{until}，期满前不能清除。"):
    """The files must be kept until {until}; nothing is erased before that."""


class OrderReferenceMissing(Invalid, code="order-reference-missing", zh="请填写法院或主管机关决定的文号。"):
    """State the reference of the order of the court or authority."""


class ErasureNotProposed(Refusal, code="erasure-not-proposed", zh="清除须先由另一人提出。"):
    """An erasure is first proposed, by somebody else."""


class NoErasureProposed(Refusal, code="no-erasure-proposed", zh="现在没有待办理的清除提议，可能已经撤回。"):
    """No erasure is proposed that could be withdrawn; it may have been withdrawn already."""


class ErasureDone(Refusal, code="erasure-done", zh="此人的个人信息已经清除，不能再撤回。"):
    """This person's data was already erased; that cannot be withdrawn."""


class ErasedOwnProposal(Refusal, code="erased-own-proposal", zh="清除由您提出，须由另一人办理。"):
    """You proposed this erasure; somebody else has to do it."""


class AlreadyErased(Refusal, code="already-erased", zh="此人的个人信息已经清除，没有可保全的内容。"):
    """This person's data was already erased; there is nothing left to hold."""


class LegalHoldUnknown(NotFound, code="legal-hold-unknown", zh="没有找到这项保全。"):
    """There is no such legal hold."""


@dataclass(frozen=True, slots=True)
class Person:
    """Where it lies; what is proposed and by whom; the legal holds; whether all is erased."""

    area: str
    proposed: ErasureProposed | None = None
    proposed_by: str = ""
    holds: frozenset[str] = frozenset()
    released: frozenset[str] = frozenset()
    is_erased: bool = False


class KnownOfPerson(Known):
    """What is found: in how many applications and with whom somebody was, what goes on, how long files are kept."""

    applications: int
    together_with: tuple[str, ...]
    is_applying: bool
    is_registered: bool
    kept_until: date | None


def decide(command: PersonCommand, person: Person | None, known: KnownOfPerson) -> list[Event]:
    """Propose, withdraw or do an erasure, place or release a legal hold, or refuse it."""
    if person and person.is_erased and not isinstance(command, PlaceLegalHold | WithdrawErasureProposal):
        return []
    require_outsider(known.actor.person, (command.person_id, *known.together_with))
    match command:
        case ProposeErasure():
            return _propose(command, person, known)
        case WithdrawErasureProposal():
            return _withdraw(command, person)
        case ErasePerson():
            return _erase(command, person, known)
        case PlaceLegalHold():
            return _place(command, person)
        case ReleaseLegalHold():
            return _release(command, person)


def _propose(command: ProposeErasure, person: Person | None, known: KnownOfPerson) -> list[Event]:
    if command.reason is ErasureReason.AUTHORITY_ORDER and command.reference is None:
        raise OrderReferenceMissing
    _require_erasable(command.reason, person, known)
    # Nobody can tell whether two sealed references are the same: what refers to a document is recorded.
    if person and person.proposed and person.proposed.reason is command.reason and command.reference is None:
        return []
    return [ErasureProposed(**_whose(command), reason=command.reason, reference=command.reference)]


def _withdraw(command: WithdrawErasureProposal, person: Person | None) -> list[Event]:
    if person and person.is_erased:
        raise ErasureDone
    if person is None or person.proposed is None:
        raise NoErasureProposed
    return [ErasureProposalWithdrawn(**_whose(command), reason=command.reason)]


def _erase(command: ErasePerson, person: Person | None, known: KnownOfPerson) -> list[Event]:
    if person is None or person.proposed is None:
        raise ErasureNotProposed
    _require_erasable(person.proposed.reason, person, known)
    if known.actor.person == person.proposed_by:
        raise ErasedOwnProposal
    return [
        PersonErased(
            **_whose(command),
            reason=person.proposed.reason,
            proposed_by=person.proposed_by,
            of_household=command.of_household,
            data_matches=command.data_matches,
            dissolved=command.dissolved,
        )
    ]


def _place(command: PlaceLegalHold, person: Person | None) -> list[Event]:
    if person and person.is_erased:
        raise AlreadyErased
    if person and command.hold_id in person.holds | person.released:
        return []
    return [
        LegalHoldPlaced(**_whose(command), hold_id=command.hold_id, ground=command.ground, reference=command.reference)
    ]


def _release(command: ReleaseLegalHold, person: Person | None) -> list[Event]:
    if person is None or command.hold_id not in person.holds | person.released:
        raise LegalHoldUnknown
    if command.hold_id in person.released:
        return []
    return [LegalHoldReleased(**_whose(command), hold_id=command.hold_id, reason=command.reason)]


def _require_erasable(reason: ErasureReason, person: Person | None, known: KnownOfPerson) -> None:
    if person and person.holds:
        raise UnderLegalHold(count=len(person.holds))
    if known.is_applying:
        raise StillApplying
    if known.is_registered:
        raise StillRegistered
    # Nobody is known who was in none: the list is being made, and what forbids it may be missing.
    if not known.applications:
        raise ApplicationsNotKnownYet
    # Who orders it, says that the files need not be kept.
    ordered = reason is ErasureReason.AUTHORITY_ORDER
    if known.kept_until and known.today <= known.kept_until and not ordered:
        raise RetentionNotOver(until=known.kept_until)


def evolve(person: Person | None, recorded: Recorded[Any]) -> Person:
    """Keep what is proposed, what holds, and that all is erased."""
    event: PersonEvent = recorded.event
    now = replace(person, area=recorded.area) if person else Person(recorded.area)
    match event:
        case ErasureProposed():
            return replace(now, proposed=event, proposed_by=recorded.actor.person)
        case ErasureProposalWithdrawn():
            return replace(now, proposed=None, proposed_by="")
        case PersonErased():
            return replace(now, is_erased=True)
        case LegalHoldPlaced(hold_id=hold):
            return replace(now, holds=now.holds | {hold})
        case LegalHoldReleased(hold_id=hold):
            return replace(now, holds=now.holds - {hold}, released=now.released | {hold})


def about(command: PersonCommand, _person: Person | None, _known: KnownOfPerson) -> About:
    """It is about the person alone: the village reads what is about a household, and is not told of a legal hold."""
    return About(f"person/{command.person_id}", command.area, command.on)


def claims(event: PersonEvent, _person: Person | None) -> tuple[Claim, ...]:
    """Hold somebody erased for ever, so that no application filed at the same moment has them in it."""
    if isinstance(event, PersonErased):
        return (Claim(OPEN_APPLICATION, event.person_id, StillApplying),)
    return ()


def _whose(command: OfPerson) -> dict[str, Any]:
    return {"person_id": command.person_id, "household_id": command.household_id}
