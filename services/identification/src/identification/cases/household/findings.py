"""The values that a household's commands and events share."""

from casework.labels import Labelled

# Of a case above households, which whatever is changed of a registered one has to follow.
HOUSEHOLD_REGISTERED = "identification.household-registered.v1"


class Track(Labelled):
    """By which track a household is assisted."""

    RELOCATION = "relocation", "易地搬迁", "relocation"
    INDUSTRY = "industry", "产业扶贫", "industry"
    SAFETY_NET = "safety-net", "兜底保障", "safety net"


class DismissalReason(Labelled):
    """Why what a track decided is not noted of a household."""

    REGISTRATION_ENDED = "registration_ended", "建档立卡已经终止", "the registration had ended"
    WRONG_HOUSEHOLD = "wrong_household", "户编号有误", "it was another household"
    TAKEN_BACK = "taken_back", "帮扶决定已经撤回", "the track has taken it back"
    OTHER = "other", "其他", "other"


class MemberChange(Labelled):
    """Why somebody came into a household or left it (家庭成员变动), coded as in the national forms."""

    DIED = "died", "死亡", "died", "01"
    MARRIED_OUT = "married_out", "婚出", "married out", "02"
    SETTLED_ABROAD = "settled_abroad", "出国定居", "settled abroad", "03"
    IMPRISONED = "imprisoned", "判刑收监", "imprisoned", "04"
    MARRIED_IN = "married_in", "婚入", "married in", "05"
    NEWBORN = "newborn", "新生儿", "newborn", "06"
    OTHER_IN = "other_in", "其他增加", "came for another reason", "07"
    OTHER_OUT = "other_out", "其他减少", "left for another reason", "08"

    @property
    def comes(self) -> bool:
        """Whether it is said of somebody who came."""
        return self in {MemberChange.MARRIED_IN, MemberChange.NEWBORN, MemberChange.OTHER_IN}


class DissolutionReason(Labelled):
    """Why a household is no more where it was recorded."""

    MOVED_AWAY = "moved_away", "已迁出", "moved away"
    HOUSEHOLD_DISSOLVED = (
        "household_dissolved",
        "成员均已死亡或并入他户",
        "all members died or joined another household",
    )


class AssistanceKind(Labelled):
    """What the assistance is."""

    RELOCATION = "relocation", "搬迁", "a move to a new home"
    PROJECT = "project", "参加产业项目", "a share in a project"
    ALLOWANCE = "allowance", "农村低保", "a subsistence allowance"
