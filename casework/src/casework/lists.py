"""Lists: most acts are held over many households at once; one household is a list of one."""

from collections import Counter
from collections.abc import Sequence

from chronicle.refusals import Invalid


class ListEmpty(Invalid, code="list-empty", zh="名单是空的，请至少选择一户。"):
    """The list is empty; choose at least one household."""


class ListTooLong(
    Invalid,
    code="list-too-long",
    zh="名单有{count}户，一次最多{maximum}户，请分批办理。",
):
    """The list has {count} households; {maximum} is the most at once."""


class RowTwice(Invalid, code="row-twice", zh="名单中有{count}户重复。"):
    """Households that are on the list twice: {count}."""


def require_rows(rows: Sequence[str], maximum: int) -> None:
    """Refuse a list that is empty, too long, or names a household twice."""
    if not rows:
        raise ListEmpty
    if len(rows) > maximum:
        raise ListTooLong(count=len(rows), maximum=maximum)
    if twice := sum(number > 1 for number in Counter(rows).values()):
        raise RowTwice(count=twice)
