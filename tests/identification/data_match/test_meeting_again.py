"""What met somebody once meets them again: nobody is rid of it by withdrawing, and nobody's many hide another's."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from casework.codes import Sex
from casework.id_number import invented
from chronicle.principal import Duty, Principal
from departments import APPLICATIONS, Departments, departments, number, record
from forms import HEAD, SPOUSE, form, typed
from huangxi import MEETINGS, accepted, meeting, refused
from identification.cases.data_match.gather import living_with
from person_ids import person_id
from running_service import follow

CLEARING = {"on": "2015-06-01", "reason": "register_outdated", "findings": "已过户"}
WITHDRAWING = {"on": "2015-06-01", "reason": "own_wish"}
DAUGHTER = invented(9_104, date(1990, 3, 4), Sex.FEMALE)


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Departments]:
    with departments(f"sqlite:///{tmp_path / 'identification.db'}", tmp_path) as village:
        yield village


@pytest.fixture
def everywhere(store_url: str, tmp_path: Path) -> Iterator[Departments]:
    with departments(store_url, tmp_path) as village:
        yield village


def met(here: Departments) -> str:
    one = here.apply(number(1))
    here.send(record(1))
    here.settle()
    return one


def again(here: Departments, one: str) -> str:
    accepted(here.village.send("officer", f"{APPLICATIONS}/{one}/withdrawal", WITHDRAWING))
    anew = here.village.file_again(one)
    here.settle()
    return anew


def raised(here: Departments, one: str) -> list[str]:
    facts = here.village.facts(f"{APPLICATIONS}/{one}")
    return [each["data_match_id"] for each in facts if each["type"].startswith("identification.data-match-raised")]


def test_who_withdraws_and_applies_again_has_the_same_data_match_against_them(everywhere: Departments) -> None:
    one = met(everywhere)
    anew = again(everywhere, one)
    assert raised(everywhere, anew) == raised(everywhere, one) != []

    assert everywhere.send(record(1)).status_code == 202
    everywhere.settle()
    assert everywhere.types().count("data-match-raised") == 2


def test_what_was_cleared_is_not_raised_again(everywhere: Departments) -> None:
    one = met(everywhere)
    (match,) = raised(everywhere, one)
    accepted(everywhere.village.send("reviewer", f"{APPLICATIONS}/{one}/data-matches/{match}/decision", CLEARING))
    assert raised(everywhere, again(everywhere, one)) == []


def test_what_was_upheld_is(here: Departments) -> None:
    one = met(here)
    (match,) = raised(here, one)
    upholding = CLEARING | {"reason": "undeclared"}
    accepted(here.village.send("reviewer", f"{APPLICATIONS}/{one}/data-matches/{match}/decision", upholding))
    assert raised(here, again(here, one)) == [match]


def test_what_an_officer_entered_is_there_again_and_is_not_theirs_to_decide(everywhere: Departments) -> None:
    village = everywhere.village
    one = everywhere.apply(number(1))
    entered = {
        "on": "2015-06-01",
        "person_id": village.facts(f"{APPLICATIONS}/{one}")[0]["head_id"],
        "kind": "vehicle",
        "facts": "有车",
    }
    accepted(village.send("reviewer", f"{APPLICATIONS}/{one}/data-matches", entered))
    anew = again(everywhere, one)
    assert raised(everywhere, anew) == raised(everywhere, one) != []

    decision = f"{APPLICATIONS}/{anew}/data-matches/{raised(everywhere, anew)[0]}/decision"
    refused(village.send("reviewer", decision, CLEARING), 409, "data-match-judged-by-performer")
    second = Principal(person_id("second"), "office", "account", (Duty("township_reviewer", "360424106"),))
    accepted(village.send_as(second, decision, CLEARING))
    third = again(everywhere, anew)
    assert raised(everywhere, third) == []


def test_however_many_there_are_all_are(here: Departments, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("identification.matching.AT_ONCE", 2)
    one = here.apply(number(1))
    here.send(*(record(1, f"plate-{n}") for n in range(7)))
    here.settle()
    assert len(raised(here, again(here, one))) == 7


def test_who_is_rejected_before_it_is_raised_has_it_against_them_once_reopened(everywhere: Departments) -> None:
    village, hearing = everywhere.village, everywhere.hearing
    one = everywhere.apply(number(1))
    everywhere.settle()
    everywhere.send(record(1))
    hearing.react()
    # It is attached, and nobody has heard of that yet.
    (attaching,) = (each for each in hearing.followers() if each.name == "reaction/data_matches")
    follow(attaching)
    village.on("06-03")
    held = meeting([one])
    held["agenda"][0]["votes"] = {"in_favour": 1, "against": 21, "abstained": 0}
    accepted(village.send("convener", MEETINGS, held))
    everywhere.settle()
    assert (everywhere.types()[-1], raised(everywhere, one)) == ("data-match-attached", [])

    village.on("06-05")
    asking = {"on": "2015-06-05", "statement": "请再核实一次。"}
    accepted(village.send("officer", f"{APPLICATIONS}/{one}/reconsideration-request", asking))
    reopened = {"on": "2015-06-05", "decision": "reopened", "findings": "重新评议。"}
    accepted(village.send("arbiter", f"{APPLICATIONS}/{one}/reconsideration-decision", reopened))
    everywhere.settle()
    assert len(raised(everywhere, one)) == 1


def test_the_many_of_one_member_hide_nobody_elses_nor_do_those_of_elsewhere(
    everywhere: Departments, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("identification.matching.AT_ONCE", 2)
    everywhere.send(*(record(n, id_number=HEAD) for n in range(5)), area="360425")
    everywhere.send(*(record(n, f"head-{n}", id_number=HEAD) for n in range(5)))
    everywhere.send(*(record(n, f"spouse-{n}", id_number=SPOUSE) for n in range(3)))
    everywhere.village.on("06-01")
    one = accepted(everywhere.village.send("officer", APPLICATIONS, form()))
    everywhere.settle()
    assert len(raised(everywhere, one.rpartition("/")[2])) == 8


def test_who_answers_for_two_areas_says_for_which_of_them_they_send(here: Departments) -> None:
    here.apply(number(1))
    both = "360425,360424"
    refused(here.send(record(1), area=both), 422, "area-not-named")
    assert here.send(record(1), area=both, register_area="360424000000").status_code == 202
    refused(here.send(record(2), area=both, register_area="360426000000"), 403, "outside-your-area")
    here.settle()
    assert here.types()[1:] == ["data-match-attached", "data-match-raised"]


def test_whoever_was_added_since_the_filing_belongs_to_it(here: Departments) -> None:
    village = here.village
    village.on("06-01")
    one = accepted(village.send("officer", APPLICATIONS, form())).rpartition("/")[2]
    members = [*form()["members"], typed("欧阳小禾", DAUGHTER, "daughter")]
    accepted(village.send("officer", f"{APPLICATIONS}/{one}/amendment", {"on": "2015-06-01", "members": members}))
    with here.hearing.service.database.reading() as connection:
        assert len(living_with(connection, one, "a household that was never recorded")) == 3
