"""A group decides when enough are present, every vote is counted and more than half agree."""

from fractions import Fraction

import pytest
from casework.deliberation import (
    MorePresentThanEntitled,
    NobodyVoted,
    QuorumMissed,
    Votes,
    VotesDoNotAddUp,
    is_accepted,
    quorum,
    require_all_votes,
    require_quorum,
)
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

TWO_THIRDS = Fraction("2/3")
HALF = Fraction("1/2")
people = st.integers(0, 2000)


@pytest.mark.parametrize(("entitled", "needed"), [(30, 20), (31, 21), (32, 22), (1, 1), (2, 2), (3, 2)])
def test_a_quorum_is_two_thirds_of_those_entitled_in_whole_persons(entitled: int, needed: int) -> None:
    assert quorum(entitled, TWO_THIRDS) == needed


def test_a_session_one_person_short_is_refused_with_the_number_needed() -> None:
    require_quorum(31, 21, TWO_THIRDS)
    with pytest.raises(QuorumMissed) as refused:
        require_quorum(31, 20, TWO_THIRDS)
    assert refused.value.sentence("zh") == "应到31人，实到20人，未达到规定的21人。"
    assert refused.value.sentence("en") == "20 of 31 entitled were present; 21 are needed."


def test_more_present_than_entitled_is_refused() -> None:
    with pytest.raises(MorePresentThanEntitled):
        require_quorum(31, 32, TWO_THIRDS)


def test_everybody_present_and_not_recused_votes_exactly_once() -> None:
    require_all_votes(Votes(in_favour=15, against=3, abstained=1), present=21, recused=2)
    for recused in (1, 3):
        with pytest.raises(VotesDoNotAddUp):
            require_all_votes(Votes(in_favour=15, against=3, abstained=1), present=21, recused=recused)


def test_an_item_on_which_nobody_voted_is_not_decided() -> None:
    with pytest.raises(NobodyVoted):
        require_all_votes(Votes(in_favour=0, against=0, abstained=0), present=2, recused=2)


@pytest.mark.parametrize(
    ("in_favour", "against", "abstained", "accepted"),
    [(11, 10, 0, True), (10, 10, 0, False), (10, 0, 10, False), (11, 0, 9, True), (0, 0, 0, False)],
)
def test_an_item_needs_more_than_half_and_an_abstention_is_not_agreement(
    in_favour: int, against: int, abstained: int, *, accepted: bool
) -> None:
    assert is_accepted(Votes(in_favour=in_favour, against=against, abstained=abstained), HALF) is accepted


def test_votes_cannot_be_negative() -> None:
    with pytest.raises(ValidationError):
        Votes(in_favour=3, against=-1, abstained=0)


@given(people)
def test_a_quorum_is_the_smallest_number_that_reaches_the_share(entitled: int) -> None:
    needed = quorum(entitled, TWO_THIRDS)
    assert 3 * needed >= 2 * entitled
    assert 3 * (needed - 1) < 2 * entitled


@given(people, people, people)
def test_an_item_and_its_opposite_are_never_both_accepted(in_favour: int, against: int, abstained: int) -> None:
    item = Votes(in_favour=in_favour, against=against, abstained=abstained)
    opposite = Votes(in_favour=against, against=in_favour, abstained=abstained)
    assert not (is_accepted(item, HALF) and is_accepted(opposite, HALF))
