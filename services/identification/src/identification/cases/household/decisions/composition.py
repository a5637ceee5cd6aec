"""Who can be a household: one head and others, each once, all of them born."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from casework.codes import RelationToHead
from chronicle.refusals import Invalid

from identification.cases.household.events import Member


class NotBornYet(Invalid, code="not-born-yet", zh="有{count}名家庭成员在{on}还没有出生，请核对身份证号码和日期。"):
    """Members not born yet on {on}: {count}; check ID numbers and date."""


class NoHead(Invalid, code="no-head", zh="家庭成员中没有户主。"):
    """No member is the household head."""


class TwoHeads(Invalid, code="two-heads", zh="家庭成员中有{count}个户主。"):
    """Members stated to be the household head: {count}."""


class MemberTwice(Invalid, code="member-twice", zh="有{count}名家庭成员重复。"):
    """Members stated twice: {count}."""


def require_composition(members: Sequence[Member], on: date) -> str:
    """Refuse members that are no household on a day; gives the person id of the head."""
    if unborn := sum(member.birth_date > on for member in members):
        raise NotBornYet(count=unborn, on=on)
    heads = [member.person_id for member in members if member.relation_to_head is RelationToHead.HEAD]
    if not heads:
        raise NoHead
    if len(heads) > 1:
        raise TwoHeads(count=len(heads))
    if twice := sum(count > 1 for count in Counter(member.person_id for member in members).values()):
        raise MemberTwice(count=twice)
    return heads[0]
