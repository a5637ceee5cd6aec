"""A household that one re-check sends back passes no other review while another of its data matches is looked into."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from chronicle.principal import Duty, Principal
from departments import APPLICATIONS, RECHECKS, Departments, departments, number, record
from huangxi import (
    NOTICES,
    ROUNDS,
    VERIFICATIONS,
    Huangxi,
    accepted,
    closing,
    conclusion,
    drawing,
    posting,
    refused,
    refused_rows,
    verification,
)
from person_ids import person_id

FOUND = {"on": "2015-06-24", "findings": "已到车管所查询"}
# Who sent it back had a part in it since.
COLLEAGUE = Principal(person_id("colleague"), "county", "colleague", (Duty("county_officer", "360424"),))
SENT_BACK = {**FOUND, "reason": "undeclared", "decision": "returned", "return_to": 4}


@pytest.fixture
def everywhere(store_url: str, tmp_path: Path) -> Iterator[Departments]:
    with departments(store_url, tmp_path) as village:
        yield village


def until_the_review(village: Huangxi, one: str) -> str:
    """The household is visited and posted once more, and drawn; the round."""
    accepted(village.send("officer", VERIFICATIONS, verification([one], on="2015-06-24")))
    notice = accepted(village.send("officer", NOTICES, posting(5, [one], on="2015-06-24")))
    village.on("07-02")
    accepted(village.send("officer", f"{notice}/closing", closing(5, on="2015-07-02")))
    return accepted(village.send("reviewer", ROUNDS, drawing([one], on="2015-07-02")))


def test_the_other_recheck_has_to_be_concluded_before_the_review_passes(everywhere: Departments) -> None:
    village, one = everywhere.village, everywhere.apply(number(1))
    village.bring([one], to=7)
    everywhere.send(record(1), record(1, "second"))
    everywhere.settle()
    upheld, other = (
        f"{RECHECKS}/{each['recheck_id']}/conclusion" for each in village.ask("county", RECHECKS).json()["items"]
    )
    accepted(village.send("county", upheld, SENT_BACK))
    held = until_the_review(village, one)

    def review(outcome: Any = None) -> Any:
        reviewed = conclusion([one], outcome, on="2015-07-02")
        reviewed["reviews"][0]["visited_on"] = "2015-07-02"
        return village.send("reviewer", f"{held}/conclusion", reviewed)

    assert refused_rows(review()) == {one: "recheck-open"}
    cleared = {**FOUND, "on": "2015-07-02", "reason": "register_outdated"}
    refused(village.send("county", other, cleared), 409, "rechecked-own-work")
    accepted(village.send_as(COLLEAGUE, other, cleared))
    accepted(review())
    assert village.ask("county", f"{APPLICATIONS}/{one}").json()["now"] == 7
