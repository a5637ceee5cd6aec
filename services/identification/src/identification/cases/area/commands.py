"""What can be asked of the administrative areas."""

from datetime import date
from typing import Annotated

from casework.areas import Level
from chronicle.messages import Command
from pydantic import Field

from identification.cases.area.events import CodeSource
from identification.cases.area.findings import ChangeDocument, RejectionReason

# Names stand in events: never more than three digits in a row, so that no telephone or ID number passes for one.
_DIGITS = "[0-9０-９]{0,3}"
AreaName = Annotated[str, Field(pattern=rf"^{_DIGITS}([\p{{Han}}A-Za-z（）()·、-]{_DIGITS})+$", max_length=60)]
# A group's name is typed in the village, and ends as no person's name does.
GroupName = Annotated[str, Field(pattern=rf"^{_DIGITS}(\p{{Han}}{_DIGITS})*组$", max_length=20)]


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


class ProposeAreaChange(Command):
    """Propose either another name for an area, or the code by which it goes on, from a day on.

    What goes on under another code has the name with which that code was opened.
    """

    code: str
    proposal_id: str
    name: AreaName | None
    successor_code: str | None
    valid_from: date
    document: ChangeDocument


class ConfirmAreaChange(Command):
    """Make the change that was proposed."""

    code: str
    proposal_id: str


class RejectAreaChange(Command):
    """Do not make the change that was proposed."""

    code: str
    proposal_id: str
    reason: RejectionReason


AreaCommand = OpenArea | OpenVillagerGroup | ProposeAreaChange | ConfirmAreaChange | RejectAreaChange
