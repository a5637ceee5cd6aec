"""When an area may be opened, and what it may be called from a day on: proposed by one, confirmed by another."""

from dataclasses import replace
from datetime import date
from typing import Any

from casework.areas import Level, level_of
from casework.dates import require_order
from chronicle.decider import About, Claim, Known
from chronicle.messages import Event, Recorded
from chronicle.refusals import Invalid, Refusal

from identification.cases.area.commands import (
    AreaCommand,
    ConfirmAreaChange,
    OpenArea,
    OpenVillagerGroup,
    ProposeAreaChange,
    RejectAreaChange,
)
from identification.cases.area.decisions.changes import Area, KnownOfChange, confirm, propose, reject
from identification.cases.area.events import (
    AreaChangeProposed,
    AreaChangeRejected,
    AreaEvent,
    AreaOpened,
    AreaRenamed,
    AreaReplaced,
    Opening,
    VillagerGroupOpened,
)

REPLACED = "replaced-area"


class AreaLevelWrong(Invalid, code="area-level-wrong", zh="{code}的代码级别与所填级别不符。"):
    """The digits of {code} do not belong to the level given."""


class AreaParentWrong(Invalid, code="area-parent-wrong", zh="所填的上级区划不是{code}的上级。"):
    """The area named as above {code} is not above it."""


class AreaParentNotOpen(Refusal, code="area-parent-not-open", zh="{code}的上级区划在{on}没有登记，或已改用其他代码。"):
    """The area above {code} is not open on {on}, or goes by another code."""


class AreaDiffers(Refusal, code="area-differs", zh="{code}已经登记，名称、来源或起始日期与此不同。"):
    """{code} is already open with another name, source or first day."""


class GroupGoesOn(Refusal, code="group-goes-on", zh="{code}就是原来的{earlier}，代码变更后继续使用，无须另外登记。"):
    """{code} is there: it is what was {earlier}, which goes on under this code."""


class GroupCodeTaken(Refusal, code="group-code-taken", zh="区划代码变更后，{code}会与{other}同码，请另编组号。"):
    """From a change of codes on, {code} would have one code with {other}; give the group another number."""


class AreaKnown(Known):
    """Which area is above, None above a province, and its first day, None when it is not open.

    ``goes_on`` is the earlier code of a villager group that has this one now; ``goes_with`` another one's that would
    have one code with it.
    """

    parent_code: str | None
    parent_valid_from: date | None
    goes_on: str | None = None
    goes_with: str | None = None


def decide(command: AreaCommand, area: Area | None, known: Known) -> list[Event]:
    """Open an area once, below one that is open; or propose, confirm or reject a change of one."""
    match command, known:
        case (OpenArea() | OpenVillagerGroup()) as opening, AreaKnown() as found:
            return _open(opening, area, found)
        case ProposeAreaChange() as proposal, KnownOfChange() as found:
            return propose(proposal, area, found)
        case ConfirmAreaChange() as confirmation, KnownOfChange() as found:
            return confirm(confirmation, area, found)
        case RejectAreaChange() as rejection, _:
            return reject(rejection, area)
        case _:
            raise TypeError(f"{type(known).__name__} is not what {type(command).__name__} needs to know")


def evolve(area: Area | None, recorded: Recorded[Any]) -> Area | None:
    """Keep what was opened, what is proposed, and what became of it."""
    event: AreaEvent = recorded.event
    if isinstance(event, AreaOpened | VillagerGroupOpened):
        return Area(event)
    if area is None:
        return None
    match event:
        case AreaChangeProposed():
            return replace(area, proposed=event, proposed_by=recorded.actor.person)
        case AreaChangeRejected():
            rejected = (*area.rejected, area.proposed) if area.proposed else area.rejected
            return replace(area, proposed=None, proposed_by="", rejected=rejected)
        case AreaRenamed() | AreaReplaced():
            return replace(area, proposed=None, proposed_by="", made=(*area.made, event))


def about(command: AreaCommand, area: Area | None, known: Known) -> About:
    """Say which area it is about and since when; a villager group lies in its village."""
    match command:
        case OpenArea() | OpenVillagerGroup():
            on = command.valid_from
        case ConfirmAreaChange() if area and area.proposed:
            on = area.proposed.valid_from
        case _:
            on = known.today
    return About(f"area/{command.code}", command.code[:12], on)


def claims(event: AreaEvent, _area: Area | None) -> tuple[Claim, ...]:
    """Let everything that was ever replaced be found at once, by events alone."""
    return (Claim(REPLACED, event.code),) if isinstance(event, AreaReplaced) else ()


def _open(command: OpenArea | OpenVillagerGroup, area: Area | None, known: AreaKnown) -> list[Event]:
    opened = _opened(command, known.parent_code)
    if area and area.opening == opened:
        return []
    if area is not None:
        raise AreaDiffers(code=command.code)
    require_order(command.valid_from, known.today)
    since = known.parent_valid_from
    if known.parent_code and (since is None or since > command.valid_from):
        raise AreaParentNotOpen(code=command.code, on=command.valid_from)
    if known.goes_on:
        raise GroupGoesOn(code=command.code, earlier=known.goes_on)
    if known.goes_with:
        raise GroupCodeTaken(code=command.code, other=known.goes_with)
    return [opened]


def _opened(command: OpenArea | OpenVillagerGroup, parent_code: str | None) -> Opening:
    level = level_of(command.code)
    match command:
        case OpenArea():
            if command.level is not level or level is Level.GROUP:
                raise AreaLevelWrong(code=command.code)
            if command.parent_code != parent_code:
                raise AreaParentWrong(code=command.code)
            return AreaOpened(**dict(command))
        case OpenVillagerGroup():
            if level is not Level.GROUP:
                raise AreaLevelWrong(code=command.code)
            return VillagerGroupOpened(village_code=command.code[:12], **dict(command))
