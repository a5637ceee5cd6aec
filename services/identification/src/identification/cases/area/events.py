"""What can happen to an administrative area."""

from datetime import date
from typing import Annotated, get_args

from casework.areas import Level
from casework.labels import Labelled
from chronicle.messages import INTERNAL, OPEN, Event, EventTypes

from identification.cases.area.findings import ChangeDocument, RejectionReason


class CodeSource(Labelled):
    """Who gave an area its code."""

    OFFICIAL = "official", "国家统计局公布", "published by the statistics bureau"
    PROVISIONAL = "provisional", "暂编", "provisional"
    LOCAL = "local", "本地编制", "given locally"


class AreaOpened(Event, type="identification.area-opened.v1"):
    """An administrative area exists under this code and name from a day on."""

    code: Annotated[str, OPEN]
    name: Annotated[str, OPEN]
    level: Annotated[Level, OPEN]
    parent_code: Annotated[str | None, OPEN]
    code_source: Annotated[CodeSource, OPEN]
    valid_from: Annotated[date, OPEN]


class VillagerGroupOpened(Event, type="identification.villager-group-opened.v1"):
    """A village keeps a villager group under this code and name from a day on."""

    code: Annotated[str, OPEN]
    name: Annotated[str, OPEN]
    village_code: Annotated[str, OPEN]
    valid_from: Annotated[date, OPEN]


class AreaChangeProposed(Event, type="identification.area-change-proposed.v1"):
    """Somebody proposed another name for an area, or the code by which it goes on; another person has to confirm it."""

    proposal_id: Annotated[str, INTERNAL]
    code: Annotated[str, OPEN]
    name: Annotated[str | None, OPEN]
    successor_code: Annotated[str | None, OPEN]
    valid_from: Annotated[date, OPEN]
    document: Annotated[ChangeDocument, OPEN]


class AreaChangeRejected(Event, type="identification.area-change-rejected.v1"):
    """A proposed change of an area is not made."""

    proposal_id: Annotated[str, INTERNAL]
    code: Annotated[str, OPEN]
    reason: Annotated[RejectionReason, OPEN]


class AreaRenamed(Event, type="identification.area-renamed.v1"):
    """An area keeps its code and has another name from a day on."""

    proposal_id: Annotated[str, INTERNAL]
    code: Annotated[str, OPEN]
    name: Annotated[str, OPEN]
    valid_from: Annotated[date, OPEN]
    document: Annotated[ChangeDocument, OPEN]
    proposed_by: Annotated[str, INTERNAL]


class AreaReplaced(Event, type="identification.area-replaced.v1"):
    """An area, with everything in it that does not go elsewhere by itself, goes on under another code from a day on."""

    proposal_id: Annotated[str, INTERNAL]
    code: Annotated[str, OPEN]
    successor_code: Annotated[str, OPEN]
    valid_from: Annotated[date, OPEN]
    document: Annotated[ChangeDocument, OPEN]
    proposed_by: Annotated[str, INTERNAL]


Opening = AreaOpened | VillagerGroupOpened
AreaEvent = Opening | AreaChangeProposed | AreaChangeRejected | AreaRenamed | AreaReplaced

TYPES = EventTypes(*get_args(AreaEvent))
