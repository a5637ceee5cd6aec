"""Step chains are data: the founding report's seven steps and the national chain."""

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml
from casework.areas import Level
from casework.roles import Role
from casework.steps import Chain, NoSuchStep, StepKind
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

CHAINS: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "chains.yaml").read_text(encoding="utf-8"))
SEVEN = Chain.model_validate(CHAINS["jiujiang"])
NATIONAL = Chain.model_validate(CHAINS["national"])
any_chain = st.sampled_from([SEVEN, NATIONAL])


def test_the_founding_reports_seven_steps_are_one_chain() -> None:
    assert [step.zh for step in SEVEN.steps] == [
        "农户申请",
        "组级评议",
        "组级公示",
        "村级审核",
        "村级公示",
        "乡级复核",
        "村级公示",
    ]
    assert SEVEN.is_last(7)


def test_the_national_chain_goes_on_with_the_countys_approval_and_announcement() -> None:
    assert NATIONAL.steps[:7] == SEVEN.steps
    assert [(step.kind, step.level) for step in NATIONAL.steps[7:]] == [
        (StepKind.REVIEW, Level.COUNTY),
        (StepKind.NOTICE, Level.COUNTY),
    ]
    assert not NATIONAL.is_last(7)


def test_steps_five_and_seven_share_a_name_on_paper_and_are_told_apart_by_ordinal() -> None:
    assert SEVEN.step(5).zh == SEVEN.step(7).zh
    assert SEVEN.step(5) != SEVEN.step(7)


@pytest.mark.parametrize(
    ("chain", "titles"),
    [
        (SEVEN, {3: "组级公示", 5: "村级公示（第1次）", 7: "村级公示（终榜）"}),
        (NATIONAL, {3: "组级公示", 5: "村级公示（第1次）", 7: "村级公示（第2次）", 9: "县级公告（终榜）"}),
    ],
)
def test_what_hangs_on_the_board_tells_them_apart_and_names_the_final_list(
    chain: Chain, titles: dict[int, str]
) -> None:
    assert {ordinal: chain.title(ordinal) for ordinal in titles} == titles


def test_a_step_says_who_may_enter_it() -> None:
    assert SEVEN.step(2).duties == (Role.GROUP_CONVENER, Role.VILLAGE_OFFICER)
    assert SEVEN.step(6).duties == (Role.TOWNSHIP_REVIEWER,)


def test_verification_returns_to_deliberation_and_review_to_deliberation_or_verification() -> None:
    returns = {(n, m) for n in range(9) for m in range(9) if SEVEN.may_return_to(n, m)}
    assert {m for n, m in returns if n == 4} == {2}
    assert {m for n, m in returns if n == 6} == {2, 4}


def test_an_upheld_objection_to_a_notice_returns_to_a_step_that_decides() -> None:
    assert [m for m in range(1, 8) if SEVEN.may_return_to(7, m)] == [2, 4, 6]


@pytest.mark.parametrize("ordinal", [-1, 0, 8])
def test_a_step_outside_the_chain_is_refused(ordinal: int) -> None:
    with pytest.raises(NoSuchStep) as refused:
        SEVEN.step(ordinal)
    assert refused.value.sentence("zh") == f"程序中没有第{ordinal}步。"


def test_a_chain_survives_being_pinned_as_data() -> None:
    assert Chain.model_validate(NATIONAL.model_dump(mode="json")) == NATIONAL


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        ({1: {"ordinal": 3}}, "numbered from 1"),
        ({6: {"name": "village_notice"}}, "its own name"),
        ({0: {"kind": "review"}}, "the application"),
        ({1: {"kind": "application"}}, "the application"),
        ({6: {"kind": "review"}}, "last step is a notice"),
        ({3: {"kind": "notice"}}, "a notice shows"),
        ({3: {"duties": []}}, "at least 1 item"),
        ({3: {"duties": ["mayor"]}}, "village_officer"),
        ({3: {"level": "street"}}, "'village', 'group'"),
        ({3: {"days": 7}}, "Extra inputs"),
        ({3: {"due_days": 0}}, "greater than or equal to 1"),
    ],
)
def test_a_chain_that_cannot_be_walked_is_not_accepted(broken: dict[int, dict[str, Any]], why: str) -> None:
    chain = deepcopy(CHAINS["jiujiang"])
    for place, changes in broken.items():
        chain["steps"][place] |= changes
    with pytest.raises(ValidationError, match=why):
        Chain.model_validate(chain)


def test_a_chain_without_steps_is_not_accepted() -> None:
    with pytest.raises(ValidationError, match="at least 1 item"):
        Chain.model_validate(CHAINS["jiujiang"] | {"steps": []})


@given(any_chain, st.integers(-2, 12), st.integers(-2, 12))
def test_a_return_always_goes_back_and_never_to_a_notice_or_the_application(chain: Chain, now: int, to: int) -> None:
    decides = {StepKind.DELIBERATION, StepKind.VERIFICATION, StepKind.REVIEW}
    allowed = chain.may_return_to(now, to)
    assert allowed == (0 < to < now <= len(chain.steps) and chain.steps[to - 1].kind in decides)
