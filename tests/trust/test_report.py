"""The report says what came of each promise, and asks nothing of anybody else."""

import re

from tests.trust.promises import Outcome, Promise, Result, Trial, Verdict, untried
from tests.trust.report import page


def never(_it: object, _trial: Trial) -> Outcome:
    raise AssertionError


KILLED = Promise("killed", "What was acknowledged <is> stored once", never)
KEPT = Result(KILLED, 11, Verdict.KEPT, 74.2, Outcome("12 kills", "nothing lost"))
BROKEN = Result(KILLED, 11, Verdict.BROKEN, 74.2, Outcome("12 kills", "nothing lost", ["3 acknowledged & lost"]))
UNTRIED = untried(KILLED, 11, "java is not installed")


def test_a_line_says_what_came_of_a_promise_in_which_time_by_which_seed_and_with_which_figure() -> None:
    assert KEPT.line == "kept     killed             74 s  seed 11  12 kills (limit: nothing lost)"


def test_the_line_of_a_broken_promise_says_what_does_not_hold() -> None:
    assert BROKEN.line.startswith("broken   killed")
    assert BROKEN.line.endswith("3 acknowledged & lost")


def test_the_line_of_an_untried_promise_says_why() -> None:
    assert UNTRIED.line == "untried  killed              0 s  seed 11  java is not installed"


def test_an_untried_promise_does_not_count_as_kept() -> None:
    assert "<h1>1 of 3 promises kept</h1>" in page([KEPT, BROKEN, UNTRIED], "short", "today", "2 cores")


def test_the_page_needs_nothing_from_elsewhere_and_shows_signs_as_they_are() -> None:
    written = page([KEPT, BROKEN], "short", "today", "2 cores")

    assert re.findall(r"(?:src|href|url|import)\b", written) == []
    assert "acknowledged &lt;is&gt; stored" in written
    assert "3 acknowledged &amp; lost" in written
