"""When an area may be opened."""

from datetime import date

from casework.areas import Level, level_of
from casework.dates import require_order
from chronicle.decider import About, Known
from chronicle.messages import Event, Recorded
from chronicle.refusals import Invalid, Refusal

from identification.cases.area.commands import AreaCommand, OpenArea, OpenVillagerGroup
from identification.cases.area.events import AreaEvent, AreaOpened, VillagerGroupOpened


class AreaLevelWrong(Invalid, code="area-level-wrong", zh="{code}的代码级别与所填级别不符。"):
    """The digits of {code} do not belong to the level given."""


class AreaParentWrong(Invalid, code="area-parent-wrong", zh="所填的上级区划不是{code}的上级。"):
    """The area named as above {code} is not above it."""


class AreaParentNotOpen(Refusal, code="area-parent-not-open", zh="{code}的上级区划在{on}还没有登记。"):
    """The area above {code} is not open on {on}."""


class AreaDiffers(Refusal, code="area-differs", zh="{code}已经登记，名称、来源或起始日期与此不同。"):
    """{code} is already open with another name, source or first day."""


class AreaKnown(Known):
    """Which area is above, None above a province, and its first day, None when it is not open."""

    parent_code: str | None
    parent_valid_from: date | None


def decide(command: AreaCommand, area: AreaEvent | None, known: AreaKnown) -> list[Event]:
    """Open an area once, below one that is open."""
    opened = _opened(command, known.parent_code)
    if area == opened:
        return []
    if area is not None:
        raise AreaDiffers(code=command.code)
    require_order(command.valid_from, known.today)
    since = known.parent_valid_from
    if known.parent_code and (since is None or since > command.valid_from):
        raise AreaParentNotOpen(code=command.code, on=command.valid_from)
    return [opened]


def evolve(_area: AreaEvent | None, recorded: Recorded[AreaEvent]) -> AreaEvent:
    """Keep what was opened."""
    return recorded.event


def about(command: AreaCommand, _area: AreaEvent | None, _known: AreaKnown) -> About:
    """Say which area it is about; a villager group lies in its village."""
    return About(f"area/{command.code}", command.code[:12], command.valid_from)


def _opened(command: AreaCommand, parent_code: str | None) -> AreaEvent:
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
