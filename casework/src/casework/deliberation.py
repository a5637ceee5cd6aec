"""Group deliberation: who must be there, how votes add up, when an item is accepted."""

from fractions import Fraction
from math import ceil
from typing import Annotated

from chronicle.refusals import Invalid, Refusal
from pydantic import BaseModel, ConfigDict, Field

Count = Annotated[int, Field(ge=0, le=100_000)]


class QuorumMissed(Refusal, code="quorum-missed", zh="应到{entitled}人，实到{present}人，未达到规定的{quorum}人。"):
    """{present} of {entitled} entitled were present; {quorum} are needed."""


class MorePresentThanEntitled(
    Invalid, code="more-present-than-entitled", zh="实到{present}人多于应到{entitled}人，请核对。"
):
    """{present} present are more than the {entitled} entitled."""


class VotesDoNotAddUp(
    Invalid, code="votes-do-not-add-up", zh="票数合计{votes}票，与实到{present}人减回避{recused}人不符。"
):
    """The number of votes, {votes}, does not match {present} present less {recused} recused."""


class NobodyVoted(Refusal, code="nobody-voted", zh="到会人员全部回避，无人表决；此项须另行开会评议。"):
    """Everybody present is recused, so nobody voted; this item needs another meeting."""


class Votes(BaseModel):
    """The votes on one item."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    in_favour: Count
    against: Count
    abstained: Count

    @property
    def total(self) -> int:
        """All votes, abstentions included."""
        return self.in_favour + self.against + self.abstained


def quorum(entitled: int, share: Fraction) -> int:
    """Count how many of those entitled must be present, rounded up to whole persons."""
    return ceil(entitled * share)


def require_quorum(entitled: int, present: int, share: Fraction) -> None:
    """Refuse a session that too few attended, or more than could."""
    if present > entitled:
        raise MorePresentThanEntitled(present=present, entitled=entitled)
    needed = quorum(entitled, share)
    if present < needed:
        raise QuorumMissed(present=present, entitled=entitled, quorum=needed)


def require_all_votes(votes: Votes, present: int, recused: int) -> None:
    """Refuse votes that are not one each for everybody present and not recused, or of nobody at all."""
    if votes.total != present - recused:
        raise VotesDoNotAddUp(votes=votes.total, present=present, recused=recused)
    if not votes.total:
        raise NobodyVoted


def is_accepted(votes: Votes, majority: Fraction) -> bool:
    """Tell whether more than the majority share of those present and not recused voted in favour."""
    return votes.in_favour > votes.total * majority
