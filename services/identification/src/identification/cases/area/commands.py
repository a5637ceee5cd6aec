"""What can be asked of the administrative areas."""

from datetime import date
from typing import Annotated

from casework.areas import Level
from chronicle.messages import Command
from pydantic import Field

from identification.cases.area.events import CodeSource

# Names stand in events: never more than three digits in a row, so that no telephone or ID number passes for one.
AreaName = Annotated[str, Field(pattern="^[0-9]{0,3}([一-龥A-Za-z（）()·、-][0-9]{0,3})+$", max_length=60)]
GroupName = Annotated[str, Field(pattern="^[0-9]{0,3}([一-龥][0-9]{0,3})+$", max_length=20)]


class OpenArea(Command):
    """Open an area from the province down to the village, as the published list has it."""

    code: str
    name: AreaName
    level: Level
    parent_code: str | None
    code_source: CodeSource
    valid_from: date


class OpenVillagerGroup(Command):
    """Open a villager group: the village's code and two more digits."""

    code: str
    name: GroupName
    valid_from: date


AreaCommand = OpenArea | OpenVillagerGroup
