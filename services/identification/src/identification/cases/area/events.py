"""What can happen to an administrative area."""

from datetime import date
from typing import Annotated

from casework.areas import Level
from casework.labels import Labelled
from chronicle.messages import OPEN, Event


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


AreaEvent = AreaOpened | VillagerGroupOpened
