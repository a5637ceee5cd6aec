"""The values that an objection's commands and events share, and the code on its receipt."""

from datetime import date
from unicodedata import normalize

from casework.labels import Labelled
from casework.roles import Role

from identification.cases.application.findings import Value

# Crockford's base 32: no I, L, O or U, so that what is read aloud or copied by hand is read back.
_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_ALIKE = str.maketrans("OIL", "011", " -")
_LENGTH, _BITS = 10, 5


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
    OVERDUE = "overdue", "逾期", "overdue"
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


def receipt_code(index: str) -> str:
    """Write the code on a receipt, such as ``7KQ4M-2XV9T``, from the keyed digest of an objection's id: 50 bits."""
    bits = int(index, 16)
    signs = "".join(_SIGNS[bits >> _BITS * place & 31] for place in range(_LENGTH))
    return f"{signs[:5]}-{signs[5:]}"


def as_written(code: str) -> str:
    """Read a code as people write it: in small letters, without the dash, with O for 0 and I or L for 1."""
    return normalize("NFKC", code).upper().translate(_ALIKE)
