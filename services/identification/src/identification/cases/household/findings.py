"""The values that a household's commands and events share."""

from casework.labels import Labelled


class Track(Labelled):
    """By which track a household is assisted."""

    RELOCATION = "relocation", "易地搬迁", "relocation"
    INDUSTRY = "industry", "产业扶贫", "industry"
    SAFETY_NET = "safety-net", "兜底保障", "safety net"


class AssistanceKind(Labelled):
    """What the assistance is."""

    RELOCATION = "relocation", "搬迁", "a move to a new home"
    PROJECT = "project", "参加产业项目", "a share in a project"
    ALLOWANCE = "allowance", "农村低保", "a subsistence allowance"
