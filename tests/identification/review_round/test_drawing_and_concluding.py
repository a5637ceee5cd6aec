"""Step 6, the review round itself: a sample anybody can draw again, and a verdict on every row."""

from datetime import date

import pytest
from acts import COUNTY, GROUP, HUANG, RAO, ROWS, TOWNSHIP, VILLAGE, ZHOU, conclude, draw, drawn, never_drawn
from casework.areas import AreaNotValid, Level
from casework.lists import ListEmpty, RowTwice
from identification.cases.acts.decider import PerformerMissing
from identification.cases.review_round.commands import SampleRule
from identification.cases.review_round.decider import (
    NotAReviewingArea,
    NotInTheRound,
    RoundUnknown,
    SampleAlreadyDrawn,
    SampleNotByRule,
)
from identification.cases.review_round.events import ReviewConcluded, ReviewSampleDrawn


def test_a_round_begins_with_a_sample_of_its_list() -> None:
    (visited,) = draw(*ROWS).sample()

    facts = {"seed": "seed", "share": "0.05", "minimum": 1, "sample": (visited,)}
    never_drawn.when(draw(*ROWS)).then(ReviewSampleDrawn, **facts, rows=ROWS, level=Level.TOWNSHIP)
    assert visited in ROWS


@pytest.mark.parametrize(
    ("rows", "share", "minimum", "size"),
    [
        (300, "0.05", 1, 15),
        (41, "0.05", 1, 3),
        (40, "0.05", 1, 2),
        (1, "0.05", 1, 1),
        (3, "0.05", 5, 3),
        (7, "1/3", 0, 3),
    ],
)
def test_the_sample_is_the_share_rounded_up_and_no_less_than_the_minimum(
    rows: int, share: str, minimum: int, size: int
) -> None:
    rule = SampleRule(share=share, minimum=minimum)
    sample = draw(*map(str, range(rows)), rule=rule).sample()

    assert len(set(sample)) == size


def test_the_seed_and_the_list_alone_decide_who_is_visited() -> None:
    rows = [str(number) for number in range(300)]

    assert draw(*rows).sample() == draw(*reversed(rows)).sample()
    assert draw(*rows).sample() != draw(*rows, seed="another").sample()


def test_every_household_learns_whether_it_is_visited() -> None:
    beginning = draw(*ROWS)
    rows = beginning.row_commands()

    assert tuple(sorted(row for row in ROWS if rows[row].sampled)) == beginning.sample()
    assert {(row.level, row.area, row.round_id) for row in rows.values()} == {(Level.TOWNSHIP, TOWNSHIP, "round")}


@pytest.mark.parametrize("rule", [SampleRule(share="0.01", minimum=1), SampleRule(share="0.05", minimum=0)])
def test_a_sample_follows_the_share_and_minimum_in_force(rule: SampleRule) -> None:
    never_drawn.when(draw(*ROWS, rule=rule)).then_refused(SampleNotByRule)


def test_a_sample_is_not_drawn_again() -> None:
    drawn.when(draw(*ROWS, seed="better")).then_refused(SampleAlreadyDrawn)


@pytest.mark.parametrize("area", [GROUP, VILLAGE, "360400000000"])
def test_only_a_township_or_a_county_reviews(area: str) -> None:
    never_drawn.when(draw(*ROWS, area_code=area)).then_refused(NotAReviewingArea)
    drawn.when(conclude(*ROWS, area_code=area)).then_refused(NotAReviewingArea)


def test_a_county_reviews_too() -> None:
    never_drawn.when(draw(*ROWS, area_code=COUNTY)).then(ReviewSampleDrawn, level=Level.COUNTY)


def test_a_round_is_concluded_for_all_of_its_rows() -> None:
    drawn.when(conclude(*ROWS)).then(ReviewConcluded, rows=ROWS, remaining=(), reviewers=("reviewer",))


def test_a_round_is_concluded_for_some_of_its_rows_and_later_for_the_others() -> None:
    drawn.when(conclude(ZHOU)).then(ReviewConcluded, remaining=tuple(sorted((HUANG, RAO))))
    drawn.given(conclude(ZHOU)).when(conclude(HUANG, RAO)).then(ReviewConcluded, remaining=())


def test_only_rows_of_the_round_are_judged() -> None:
    drawn.when(conclude(HUANG, "stranger")).then_refused(NotInTheRound, count=1)


def test_only_a_round_that_began_is_concluded() -> None:
    never_drawn.when(conclude(HUANG)).then_refused(RoundUnknown)


def test_a_round_is_concluded_by_the_area_that_began_it() -> None:
    drawn.when(conclude(HUANG, area_code=COUNTY)).then_refused(RoundUnknown)


def test_somebody_reviews() -> None:
    drawn.when(conclude(HUANG, reviewers=())).then_refused(PerformerMissing)


def test_the_area_must_exist_on_the_day() -> None:
    unknown = never_drawn.knowing(area_is_valid=False)

    unknown.when(draw(HUANG)).then_refused(AreaNotValid, area=TOWNSHIP, on=date(2015, 6, 22))


def test_a_list_is_fit() -> None:
    never_drawn.when(draw()).then_refused(ListEmpty)
    never_drawn.when(draw(HUANG, HUANG)).then_refused(RowTwice, count=1)
    drawn.when(conclude(HUANG, HUANG)).then_refused(RowTwice, count=1)
