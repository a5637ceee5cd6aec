"""The code lists of a project and how much of it there is."""

from decimal import Decimal
from typing import Annotated

from casework.labels import Labelled
from casework.money import Hundredths
from pydantic import Field, WithJsonSchema

Quantity = Annotated[
    Hundredths,
    # What one project has: no telephone, account or ID number passes for it.
    Field(ge=0, lt=10**6),
    WithJsonSchema({"type": "string", "pattern": "^[0-9]{1,6}([.][0-9]{1,2})?$", "examples": ["2.50"]}),
]


class Unit(Labelled):
    """In what a project is counted."""

    POND = "pond", "口塘", "ponds"
    MU = "mu", "亩", "mu"
    SHED = "shed", "座棚", "sheds"
    SITE = "site", "处", "sites"
    JOB = "job", "个岗位", "jobs"

    @property
    def divisible(self) -> bool:
        """Whether there can be a part of one: of land, and of nothing else."""
        return self is Unit.MU


class Pattern(Labelled):
    """By what a household is to earn: the five "ones" (五个一)."""

    FISH_POND = "pattern_fish_pond", "一塘鱼", "a fish pond"
    FRUIT_MU = "pattern_fruit_mu", "一亩果", "a mu of fruit"
    POULTRY_SHED = "pattern_poultry_shed", "一棚禽", "a poultry shed"
    SCENIC_SPOT = "pattern_scenic_spot", "一处景", "a scenic spot"
    JOB = "pattern_job", "一就业", "a job"

    @property
    def unit(self) -> Unit:
        """In what it is counted."""
        return _UNITS[self]


_UNITS = dict(zip(Pattern, Unit, strict=True))


class LeadEntity(Labelled):
    """What kind of entity leads the households (经营主体)."""

    ENTERPRISE = "enterprise", "龙头企业", "enterprise"
    COOPERATIVE = "cooperative", "合作社", "cooperative"
    LARGE_GROWER = "large_grower", "种养大户", "large grower"
    VILLAGE_COLLECTIVE = "village_collective", "村集体", "village collective"


class EndingReason(Labelled):
    """Why a household takes part no longer."""

    FINISHED = "finished", "期满", "its time was over"
    OWN_WISH = "own_wish", "本户自愿退出", "own wish"
    MOVED_AWAY = "moved_away", "已迁出", "moved away"
    REGISTRATION_ENDED = "registration_ended", "已终止建档立卡", "registration ended"
    OTHER = "other", "其他", "other"


def plain(quantity: Decimal) -> str:
    """Write a quantity as people do, without zeros nobody needs."""
    return f"{quantity:.2f}".rstrip("0").rstrip(".")
