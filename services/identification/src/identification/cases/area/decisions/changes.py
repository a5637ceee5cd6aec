"""When an area may get another name or go on under another code, and who may say so."""

from dataclasses import dataclass
from datetime import date

from casework.areas import level_of
from chronicle.decider import Known
from chronicle.messages import Event
from chronicle.refusals import Invalid, NotFound, Refusal

from identification.cases.area.commands import ConfirmAreaChange, ProposeAreaChange, RejectAreaChange
from identification.cases.area.events import (
    AreaChangeProposed,
    AreaChangeRejected,
    AreaRenamed,
    AreaReplaced,
    Opening,
)


class AreaUnknown(NotFound, code="area-unknown", zh="没有登记这个区划。"):
    """No such area is open."""


class ChangeUnknown(NotFound, code="area-change-unknown", zh="没有找到这项区划变更。"):
    """There is no such change of this area."""


class ChangeUnclear(Invalid, code="area-change-unclear", zh="新名称和继续使用的代码只填一项。"):
    """State either the new name or the code by which the area goes on."""


class ChangeBeforeOpening(Refusal, code="area-change-before-opening", zh="{code}自{since}起才有，变更日期须在其后。"):
    """{code} exists from {since} on; it changes only after that day."""


class AlreadyReplaced(Refusal, code="area-already-replaced", zh="{code}在{on}已改用代码{now}。"):
    """{code} goes by {now} on {on} already."""


class OtherChangeProposed(Refusal, code="other-area-change-proposed", zh="{code}已有一项变更待确认，请先确认或退回。"):
    """Another change of {code} waits to be confirmed; confirm or reject that first."""


class ChangeRejectedBefore(Refusal, code="area-change-rejected-before", zh="同一文件提出的这项变更已被退回。"):
    """This very change, by the same document, was rejected before."""


class ChangeAlreadyMade(Refusal, code="area-change-already-made", zh="这项变更已经确认，不能退回。"):
    """This change was confirmed and cannot be rejected."""


class ConfirmedOwnProposal(Refusal, code="confirmed-own-area-change", zh="这项变更由您提出，须由另一人确认。"):
    """You proposed this change; somebody else has to confirm it."""


class SuccessorLevelWrong(Invalid, code="successor-level-wrong", zh="继续使用的代码应与{code}同级，且不是它自己。"):
    """The code by which {code} goes on is of the same level, and another one."""


class SuccessorNotOpen(Refusal, code="successor-not-open", zh="{successor}在{on}没有登记，或已改用其他代码。"):
    """{successor} is not open on {on}, or goes by another code then."""


class SuccessorLeadsBack(Refusal, code="successor-leads-back", zh="从{successor}又会回到{code}，不能这样变更。"):
    """What is in {successor} goes on to {code} in turn; an area never comes back to its own code."""


class PartsWithoutSuccessor(
    Refusal, code="parts-without-successor", zh="{code}内有{count}个区划在{successor}内没有对应的代码，请先变更它们。"
):
    """Areas in {code} without a counterpart in {successor}: {count}; enter first by which codes those go on."""


class PartsCollide(
    Refusal, code="parts-collide", zh="{code}内有{count}个区划或小组到{successor}后会与另一个同码，请先单独变更它们。"
):
    """Parts of {code} that would get a code of others in {successor}: {count}; enter first how those go on."""


@dataclass(frozen=True, slots=True)
class Area:
    """How an area was opened; the change that is proposed and by whom; those that were rejected, and those made."""

    opening: Opening
    proposed: AreaChangeProposed | None = None
    proposed_by: str = ""
    rejected: tuple[AreaChangeProposed, ...] = ()
    made: tuple[AreaRenamed | AreaReplaced, ...] = ()

    def name_on(self, day: date) -> str:
        """What it is called on a day."""
        renamed = self.renamed_by(day)
        return renamed.name if renamed else self.opening.name

    def renamed_by(self, day: date) -> AreaRenamed | None:
        """What gave it the name of a day; of two that hold from one day on the later corrects the earlier."""
        renamed = [made for made in self.made if isinstance(made, AreaRenamed) and made.valid_from <= day]
        return max(reversed(renamed), key=lambda made: made.valid_from, default=None)

    def is_made(self, proposal: AreaChangeProposed) -> bool:
        """Tell whether a change holds already."""
        if proposal.successor_code:
            return any(_same(proposal, made) for made in self.made)
        renamed = self.renamed_by(proposal.valid_from)
        return renamed is not None and _same(proposal, renamed)


class KnownOfChange(Known):
    """What is found of an area and its successor on the day of the change.

    ``code_now`` and ``successor_now`` are what they go by that day; ``parts_missing`` counts the areas inside that
    would be nowhere, ``parts_colliding`` the codes by which two would go.
    """

    code_now: str
    successor_valid_from: date | None = None
    successor_now: str | None = None
    leads_back: bool = False
    parts_missing: int = 0
    parts_colliding: int = 0


def propose(command: ProposeAreaChange, area: Area | None, known: KnownOfChange) -> list[Event]:
    """Propose a change, unless it is made or proposed already."""
    if area is None:
        raise AreaUnknown
    if (command.name is None) == (command.successor_code is None):
        raise ChangeUnclear
    proposal = AreaChangeProposed(**dict(command))
    if area.is_made(proposal) or (area.proposed and _same(proposal, area.proposed)):
        return []
    if any(_same(proposal, each) and proposal.document == each.document for each in area.rejected):
        raise ChangeRejectedBefore
    if area.proposed:
        raise OtherChangeProposed(code=command.code)
    _require_possible(proposal, area, known)
    return [proposal]


def confirm(command: ConfirmAreaChange, area: Area | None, known: KnownOfChange) -> list[Event]:
    """Make a proposed change; everything is looked at again, for much may have changed since."""
    if area and any(made.proposal_id == command.proposal_id for made in area.made):
        return []
    if area is None or area.proposed is None or area.proposed.proposal_id != command.proposal_id:
        raise ChangeUnknown
    if known.actor.person == area.proposed_by:
        raise ConfirmedOwnProposal
    proposal = area.proposed
    _require_possible(proposal, area, known)
    if proposal.successor_code:
        _require_places(proposal.code, proposal.successor_code, known)
    facts = proposal.model_dump(exclude={"name", "successor_code", "document"})
    shared = {**facts, "document": proposal.document, "proposed_by": area.proposed_by}
    if proposal.successor_code:
        return [AreaReplaced(**shared, successor_code=proposal.successor_code)]
    return [AreaRenamed(**shared, name=str(proposal.name))]


def reject(command: RejectAreaChange, area: Area | None) -> list[Event]:
    """Drop a proposed change; whoever proposed it may do so as well."""
    if area and any(each.proposal_id == command.proposal_id for each in area.rejected):
        return []
    if area and any(made.proposal_id == command.proposal_id for made in area.made):
        raise ChangeAlreadyMade
    if area is None or area.proposed is None or area.proposed.proposal_id != command.proposal_id:
        raise ChangeUnknown
    return [AreaChangeRejected(**dict(command))]


def _require_possible(proposal: AreaChangeProposed, area: Area, known: KnownOfChange) -> None:
    code, on, successor = proposal.code, proposal.valid_from, proposal.successor_code
    if on <= area.opening.valid_from:
        raise ChangeBeforeOpening(code=code, since=area.opening.valid_from)
    if known.code_now != code:
        raise AlreadyReplaced(code=code, on=on, now=known.code_now)
    if successor is None:
        return
    # Also from a later day on: an area goes on under one code, not first under this and then under that.
    if later := next((made for made in area.made if isinstance(made, AreaReplaced)), None):
        raise AlreadyReplaced(code=code, on=later.valid_from, now=later.successor_code)
    if successor == code or level_of(successor) is not level_of(code):
        raise SuccessorLevelWrong(code=code)
    since = known.successor_valid_from
    if since is None or since > on or known.successor_now != successor:
        raise SuccessorNotOpen(successor=successor, on=on)
    if known.leads_back:
        raise SuccessorLeadsBack(code=code, successor=successor)


def _require_places(code: str, successor: str, known: KnownOfChange) -> None:
    if known.parts_missing:
        raise PartsWithoutSuccessor(code=code, successor=successor, count=known.parts_missing)
    if known.parts_colliding:
        raise PartsCollide(code=code, successor=successor, count=known.parts_colliding)


def _same(one: AreaChangeProposed, other: AreaChangeProposed | AreaRenamed | AreaReplaced) -> bool:
    name, successor = getattr(other, "name", None), getattr(other, "successor_code", None)
    return (one.name, one.successor_code, one.valid_from) == (name, successor, other.valid_from)
