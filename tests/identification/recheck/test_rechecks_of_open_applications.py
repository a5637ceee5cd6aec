"""A re-check that is upheld before an application ended sends it back, or ends it with a letter that says why."""

from collections.abc import Iterator
from typing import Any

import pytest
from departments import APPLICATIONS, complaining
from huangxi import Huangxi, accepted, huangxi, refused

UPHELD = {"on": "2015-06-24", "reason": "undeclared", "findings": "房产属实，申请时未申报"}


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Huangxi]:
    folder = tmp_path_factory.mktemp("open-rechecks")
    with huangxi(f"sqlite:///{folder / 'village.db'}", folder) as village:
        yield village


def reviewed(village: Huangxi) -> tuple[str, str]:
    """An application that passed its review, and a complaint about it."""
    (one,) = village.bring(village.file(), to=7)
    return one, accepted(village.send("officer", f"{APPLICATIONS}/{one}/complaints", complaining("2015-06-24")))


def conclude(village: Huangxi, opened: str, **changed: Any) -> Any:
    return village.send("county", f"{opened}/conclusion", UPHELD | changed)


def test_it_goes_back_to_the_step_that_is_named(everywhere: Huangxi) -> None:
    one, opened = reviewed(everywhere)
    refused(conclude(everywhere, opened), 422, "recheck-decision-missing")
    refused(conclude(everywhere, opened, decision="returned"), 422, "outcome-incomplete")
    refused(conclude(everywhere, opened, decision="returned", return_to=5), 409, "return-not-possible")
    assert everywhere.ask("county", opened).json()["state"] == "open"

    accepted(conclude(everywhere, opened, decision="returned", return_to=4))

    application = everywhere.ask("county", f"{APPLICATIONS}/{one}").json()
    assert (application["now"], application["ending"]) == (4, None)
    assert everywhere.ask("county", opened).json()["state"] == "concluded"


def test_it_ends_and_the_letter_says_why(village: Huangxi) -> None:
    one, opened = reviewed(village)
    accepted(conclude(village, opened, decision="rejected"))

    assert village.ask("county", f"{APPLICATIONS}/{one}").json()["ending"] == "rejected"


def test_what_was_cleared_changes_nothing(village: Huangxi) -> None:
    one, opened = reviewed(village)
    refused(conclude(village, opened, reason="unfounded", decision="rejected"), 422, "recheck-decides-nothing")
    accepted(conclude(village, opened, reason="unfounded"))

    assert village.ask("county", f"{APPLICATIONS}/{one}").json()["ending"] is None


def test_of_a_registered_household_nothing_is_decided_here(village: Huangxi) -> None:
    one, opened = reviewed(village)
    village.end(7, village.hold(7, [one]), [one])
    village.on("08-01")
    refused(conclude(village, opened, on="2015-08-01", decision="rejected"), 422, "recheck-decides-nothing")
    accepted(conclude(village, opened, on="2015-08-01"))

    assert village.ask("county", f"{APPLICATIONS}/{one}").json()["ending"] == "registered"
