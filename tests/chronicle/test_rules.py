"""Rules as data: a file with a rule that cannot be executed is refused, and a rule says of each clause if it holds."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from chronicle.policy import Policy
from chronicle.rules import Rule
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

INPUTS = {
    "per_capita": "amount",
    "line": "amount",
    "persons": "count",
    "registered": "flag",
    "vehicle": ["does_not_hold", "holds"],
}


def rule(holds: str, **more: Any) -> Rule:
    clause = {"code": "clause", "kind": "line", "holds": holds, "zh": "条款", "en": "a clause"}
    return Rule.model_validate({"inputs": INPUTS, "clauses": [clause], **more})


def holds(expression: str, **given: Any) -> bool:
    usual: dict[str, Any] = {"per_capita": Decimal("2700.00"), "line": Decimal("2800.00"), "persons": 4}
    return rule(expression).execute({**usual, "registered": False, "vehicle": "does_not_hold", **given})["clause"]


@pytest.mark.parametrize(
    ("expression", "answer"),
    [
        ("per_capita >= line", False),
        ("per_capita < line", True),
        ("per_capita * 2 > line + 100", True),
        ("per_capita >= 270000", True),
        ('vehicle == "holds"', False),
        ('vehicle in ["does_not_hold"] && !registered', True),
        ("persons > 6 ? per_capita >= line * 2 : per_capita >= line", False),
    ],
)
def test_an_expression_says_whether_its_clause_holds(expression: str, *, answer: bool) -> None:
    assert holds(expression) is answer


amounts = st.decimals(min_value=-(10**8), max_value=10**8, places=2)


@given(amounts, amounts)
def test_amounts_are_compared_to_the_cent(per_capita: Decimal, line: Decimal) -> None:
    assert holds("per_capita >= line", per_capita=per_capita, line=line) is (per_capita >= line)


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        ("per_capita >=", "Failed to parse"),
        ("per_capita >= lime", "lime is not an input of the rule"),
        ("per_capita >= vehicle", "No such overload"),
        ("registered && persons", "No such overload"),
        ("registered || per_capita", "No such overload"),
        ("per_capita - line", "sometimes"),
        ('vehicle == "hold"', "sometimes"),
        ('persons == "4"', "sometimes"),
        ("persons >= 0", "sometimes"),
        ("size(vehicle) > 5", "size is not for rules"),
        ("per_capita / 3 >= line", "_/_ is not for rules"),
        ("[1, 2].exists(x, x == persons)", "x is not an input"),
        ("registered && persons > 1 && per_capita > line && vehicle == 'holds'", "more than 4 inputs"),
    ],
)
def test_a_clause_that_cannot_be_executed_is_no_rule(expression: str, why: str) -> None:
    with pytest.raises(ValidationError, match="clause clause: ") as refused:
        rule(expression)

    assert why in str(refused.value)


def test_two_clauses_have_two_codes() -> None:
    clause = {"code": "twice", "kind": "line", "holds": "registered", "zh": "条款", "en": "a clause"}
    with pytest.raises(ValidationError, match="the same code"):
        rule("registered", clauses=[clause, clause])


@pytest.mark.parametrize(
    "given",
    [
        {"per_capita": Decimal("0.001")},
        {"per_capita": 2700},
        {"persons": True},
        {"persons": Decimal(4)},
        {"registered": 1},
        {"vehicle": "maybe"},
        {"another": 1},
    ],
)
def test_a_rule_is_executed_on_what_it_declares_and_on_nothing_else(given: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="executed on its inputs"):
        holds("per_capita >= line", **given)


FILE = """
- name: some_rule
  value:
    inputs: {per_capita: amount, line: amount}
    clauses:
      - {code: above, kind: line, holds: per_capita >= LINE, zh: 超过标准, en: it is above the line}
  from: 2014-01-01
  source: a plan
  needs_confirmation: true
"""


def test_a_file_with_an_unknown_input_is_refused_and_the_place_named(tmp_path: Path) -> None:
    (tmp_path / "36.yaml").write_text(FILE.replace("LINE", "lime"), "utf-8")
    with pytest.raises(ValueError, match=r"some_rule from 2014-01-01: .*\n.*clause above: lime is not") as refused:
        Policy.load(tmp_path)

    assert refused.value.__notes__ == [f"in {tmp_path / '36.yaml'}"]


def test_an_entry_is_found_by_the_digest_a_receipt_names(tmp_path: Path) -> None:
    (tmp_path / "36.yaml").write_text(FILE.replace("LINE", "line"), "utf-8")
    policy = Policy.load(tmp_path)
    entry = policy.value("some_rule", "360424106216", date(2015, 1, 1))

    assert policy.entry("some_rule", entry.digest) is entry
    assert policy.entry("some_rule", "0" * 16) is None
    assert policy.entry("another_rule", entry.digest) is None
    assert set(entry.receipt()) == {"name", "area", "from", "digest", "needs_confirmation"}
