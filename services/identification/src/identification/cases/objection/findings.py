"""The values that an objection's commands and events share."""

from datetime import date

from casework.labels import Labelled
from casework.roles import Role

from identification.cases.application.findings import Value


class Against(Labelled):
    """What somebody objects to."""

    ROW = "row", "公示的农户", "a household on the notice"
    ACT = "act", "评议或公示行为本身", "the act itself"
    OMISSION = "omission", "漏报", "somebody was left out"


class Resolution(Labelled):
    """How an objection was resolved."""

    DISMISSED = "dismissed", "异议不成立", "dismissed"
    UPHELD_RETURNED = "upheld_returned", "异议成立，退回重办", "upheld, returned"
    UPHELD_REJECTED = "upheld_rejected", "异议成立，取消资格", "upheld, rejected"
    UPHELD_INVITED = "upheld_invited", "异议成立，通知申请", "upheld, invited to apply"


class ObjectionState(Labelled):
    """How far an objection has come."""

    OPEN = "open", "处理中", "open"
    ESCALATED = "escalated", "逾期，已转上级", "overdue, for the next higher body too"
    REPEATED = "repeated", "与已答复的异议相同", "the same as one already answered"
    MOOT = "moot", "申请已结束，无需再处理", "of an application that has ended"
    RESOLVED = "resolved", "已处理", "resolved"


class Body(Value):
    """Whose duty it is to resolve an objection from a day on."""

    duty: Role
    since: date


class Objector(Value):
    """Who objected, as sealed for those who resolve it."""

    name: str
    phone: str | None

    def __repr__(self) -> str:
        return "Objector()"

    __str__ = __repr__
