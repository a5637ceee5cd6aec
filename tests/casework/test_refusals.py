"""Every refusal says the same in Chinese and English."""

from string import Formatter

import pytest
from casework import areas, dates, deliberation, id_number, income, lists, notices, steps
from chronicle.refusals import Refusal

REFUSALS = [
    found
    for module in (areas, dates, deliberation, id_number, income, lists, notices, steps)
    for found in vars(module).values()
    if isinstance(found, type) and issubclass(found, Refusal) and found.__module__ == module.__name__
]


def facts_in(template: str) -> set[str]:
    """Give the facts a sentence names."""
    return {field for _, field, _, _ in Formatter().parse(template) if field}


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: refusal.code)
def test_both_sentences_are_whole_and_name_the_same_facts(refusal: type[Refusal]) -> None:
    english = refusal.__doc__ or ""
    assert refusal.zh.endswith("。")
    assert english.endswith(".")
    assert "\n" not in english
    assert facts_in(refusal.zh) == facts_in(english)


def test_no_two_refusals_share_a_code() -> None:
    assert len({refusal.code for refusal in REFUSALS}) == len(REFUSALS)
