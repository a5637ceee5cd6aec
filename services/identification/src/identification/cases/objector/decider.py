"""When what is kept of whoever objected may be erased: it was answered, its files need not be kept, and two agree."""

from dataclasses import dataclass, replace
from datetime import date

from casework.four_eyes import require_outsider
from chronicle.decider import About, Known
from chronicle.messages import Event, Recorded
from chronicle.refusals import Refusal

from identification.cases.objector.commands import (
    EraseObjector,
    ObjectorCommand,
    ProposeObjectorErasure,
    WithdrawObjectorErasureProposal,
)
from identification.cases.objector.events import (
    ObjectorErased,
    ObjectorErasureProposalWithdrawn,
    ObjectorErasureProposed,
    ObjectorEvent,
)
from identification.cases.person.decider import (
    ErasedOwnProposal,
    ErasureDone,
    ErasureNotProposed,
    NoErasureProposed,
    OrderReferenceMissing,
    RetentionNotOver,
    UnderLegalHold,
)
from identification.cases.person.findings import ErasureReason


class ObjectionNotAnswered(Refusal, code="objection-not-answered", zh="这项异议或投诉还没有办结，办结前不能清除。"):
    """This objection or complaint was not answered yet; nothing is erased before that."""


class ObjectorNotKept(Refusal, code="objector-not-kept", zh="这项异议或投诉没有留下可清除的个人信息。"):
    """Of this objection or complaint nothing is kept that could be erased."""


@dataclass(frozen=True, slots=True)
class Objector:
    """What is proposed and by whom; whether all is erased."""

    proposed: ObjectorErasureProposed | None = None
    proposed_by: str = ""
    is_erased: bool = False


class KnownOfObjector(Known):
    """What is found: whether anything is kept, until when it has to be, and who belongs to the households objected to.

    ``kept_until`` is none while the objection or complaint is open; ``holds`` counts the legal holds on those people.
    """

    is_kept: bool
    kept_until: date | None
    holds: int
    stakeholders: tuple[str, ...]


def decide(command: ObjectorCommand, objector: Objector | None, known: KnownOfObjector) -> list[Event]:
    """Propose, withdraw or do an erasure, or refuse it."""
    if objector and objector.is_erased and not isinstance(command, WithdrawObjectorErasureProposal):
        return []
    require_outsider(known.actor.person, known.stakeholders)
    match command:
        case ProposeObjectorErasure():
            return _propose(command, objector, known)
        case WithdrawObjectorErasureProposal():
            return _withdraw(command, objector)
        case EraseObjector():
            return _erase(command, objector, known)


def _propose(command: ProposeObjectorErasure, objector: Objector | None, known: KnownOfObjector) -> list[Event]:
    if command.reason is ErasureReason.AUTHORITY_ORDER and command.reference is None:
        raise OrderReferenceMissing
    _require_erasable(command.reason, known)
    # Nobody can tell whether two sealed references are the same: what refers to a document is recorded.
    if objector and objector.proposed and objector.proposed.reason is command.reason and command.reference is None:
        return []
    return [ObjectorErasureProposed(owner=command.owner, reason=command.reason, reference=command.reference)]


def _withdraw(command: WithdrawObjectorErasureProposal, objector: Objector | None) -> list[Event]:
    if objector and objector.is_erased:
        raise ErasureDone
    if objector is None or objector.proposed is None:
        raise NoErasureProposed
    return [ObjectorErasureProposalWithdrawn(owner=command.owner, reason=command.reason)]


def _erase(command: EraseObjector, objector: Objector | None, known: KnownOfObjector) -> list[Event]:
    if objector is None or objector.proposed is None:
        raise ErasureNotProposed
    _require_erasable(objector.proposed.reason, known)
    if known.actor.person == objector.proposed_by:
        raise ErasedOwnProposal
    reason, proposed_by = objector.proposed.reason, objector.proposed_by
    return [ObjectorErased(owner=command.owner, reason=reason, proposed_by=proposed_by)]


def _require_erasable(reason: ErasureReason, known: KnownOfObjector) -> None:
    if known.holds:
        raise UnderLegalHold(count=known.holds)
    if known.kept_until is None:
        raise ObjectionNotAnswered
    if not known.is_kept:
        raise ObjectorNotKept
    if known.today <= known.kept_until and reason is not ErasureReason.AUTHORITY_ORDER:
        raise RetentionNotOver(until=known.kept_until)


def evolve(objector: Objector | None, recorded: Recorded[ObjectorEvent]) -> Objector:
    """Keep what is proposed, and that all is erased."""
    match recorded.event:
        case ObjectorErasureProposed() as proposed:
            return Objector(proposed, recorded.actor.person)
        case ObjectorErasureProposalWithdrawn():
            return Objector()
        case ObjectorErased():
            return replace(objector or Objector(), is_erased=True)


def about(command: ObjectorCommand, _objector: Objector | None, _known: KnownOfObjector) -> About:
    """It is about the objection or re-check alone, not about a household or an area, of which the village reads."""
    return About(command.owner, command.area, command.on)
