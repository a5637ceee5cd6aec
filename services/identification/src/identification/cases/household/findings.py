"""The values that a household's commands and events share."""

from casework.labels import Labelled


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


class AssistanceKind(Labelled):
    """What the assistance is."""

    RELOCATION = "relocation", "搬迁", "a move to a new home"
    PROJECT = "project", "参加产业项目", "a share in a project"
    ALLOWANCE = "allowance", "农村低保", "a subsistence allowance"
