"""Substitutes over HTTP: they act in their own name, in another's place, on the days the county says."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from chronicle.messages import new_id
from httpx2 import Response
from huangxi import API, MEETINGS, ROUNDS, VILLAGE, Huangxi, accepted, drawing, huangxi, meeting, objecting, refused
from person_ids import person_id

SUBSTITUTIONS, OWN = f"{API}/substitutions", f"{API}/my-substitutions"
LI, CONVENER = person_id("villager"), person_id("convener")
GROUP = f"{VILLAGE}01"
ELSEWHERE = {"role": "village_officer", "area_code": "360425106216"}


def naming(**changed: str) -> dict[str, str]:
    days = {"first_day": "2015-06-02", "last_day": "2015-06-05"}
    who = {"substitute": LI, "absent": CONVENER}
    return {**who, "role": "group_convener", "area_code": GROUP, "reason": "leave", **days, **changed}


@pytest.fixture
def village(tmp_path: Path) -> Iterator[Huangxi]:
    with huangxi(f"sqlite:///{tmp_path / 'identification.db'}", tmp_path) as village:
        village.on("06-01")
        yield village


@pytest.fixture
def village_on_each(store_url: str, tmp_path: Path) -> Iterator[Huangxi]:
    with huangxi(store_url, tmp_path) as village:
        village.on("06-01")
        yield village


def propose(village: Huangxi, **changed: str) -> str:
    return accepted(village.send("county", SUBSTITUTIONS, naming(**changed)))


def name(village: Huangxi, **changed: str) -> str:
    substitution = propose(village, **changed)
    accepted(village.send("verifier", f"{substitution}/confirmation", None))
    village.catch_up()
    return substitution


def ask_under(substitution: str, village: Huangxi, who: str, path: str, **parameters: str) -> Response:
    with village.under(substitution):
        return village.ask(who, path, **parameters)


def send_under(substitution: str, village: Huangxi, who: str, path: str, body: Any = None) -> Response:
    with village.under(substitution):
        return village.send(who, path, body)


def test_a_substitute_enters_in_their_own_name_and_the_event_says_for_whom(village_on_each: Huangxi) -> None:
    village = village_on_each
    body, substitution = meeting(village.file()), name(village)
    village.on("06-04")
    village.catch_up()
    held = accepted(send_under(substitution, village, "villager", MEETINGS, body))

    entered = [event for event in village.events() if "group-meeting-held" in event.type]
    assert [(each.actor.person, each.actor.role, each.actor.on_behalf_of) for each in entered] == [
        (LI, "group_convener", CONVENER)
    ]
    (fact, *_) = village.ask("officer", held).json()["history"]
    assert (fact["entered_by"], fact["role"], fact["on_behalf_of"]) == (LI, "group_convener", CONVENER)


def test_without_saying_so_nobody_acts_for_another(village: Huangxi) -> None:
    name(village)
    body = meeting(village.file())
    village.on("06-04")

    refused(village.send("villager", MEETINGS, body), 403, "not-your-duty")


@pytest.mark.parametrize("day", ["06-01", "06-06"])
def test_before_the_first_day_and_after_the_last_it_counts_for_nothing(village: Huangxi, day: str) -> None:
    substitution = name(village)
    village.on(day)

    answer = ask_under(substitution, village, "villager", f"{API}/work-queues")
    refused(answer, 403, "not-your-substitution")
    assert village.ask("villager", OWN).json() == []


@pytest.mark.parametrize("day", ["06-02", "06-05"])
def test_on_the_first_day_and_the_last_it_counts(village: Huangxi, day: str) -> None:
    substitution = name(village)
    village.on(day)

    assert ask_under(substitution, village, "villager", f"{API}/work-queues").status_code == 200
    assert [each["id"] for each in village.ask("villager", OWN).json()] == [substitution.rpartition("/")[2]]


def test_what_was_only_proposed_or_is_another_persons_or_nobodys_counts_for_nothing(village: Huangxi) -> None:
    village.on("06-02")
    proposed, named = propose(village), name(village)

    for who, substitution in (("villager", proposed), ("officer", named), ("villager", new_id())):
        answer = ask_under(substitution, village, who, f"{API}/work-queues")
        refused(answer, 403, "not-your-substitution")
    malformed = ask_under("all", village, "villager", f"{API}/work-queues")
    refused(malformed, 400, "header-malformed")


def test_once_ended_it_counts_for_nothing_from_then_on(village: Huangxi) -> None:
    village.on("06-02")
    substitution = name(village)
    accepted(village.send("county", f"{substitution}/ending", {"reason": "returned"}))

    refused(ask_under(substitution, village, "villager", f"{API}/work-queues"), 403, "not-your-substitution")
    assert village.ask("villager", OWN).json() == []


def test_a_substitute_has_that_one_duty_and_none_of_their_own(village: Huangxi) -> None:
    village.on("06-02")
    substitution = name(village, substitute=person_id("reviewer"))

    refused(send_under(substitution, village, "reviewer", ROUNDS, drawing([new_id()])), 403, "not-your-duty")
    elsewhere = ask_under(substitution, village, "reviewer", f"{API}/applications", area=f"{VILLAGE}02")
    assert elsewhere.json()["items"] == []


def test_whoever_has_a_duty_of_the_village_reads_nobody_who_objected_there_in_anothers_place(village: Huangxi) -> None:
    who = {"name": "卢清明", "phone": "13900000001"}
    ids = village.bring(village.file(), to=5)
    notice = village.hold(5, ids)
    village.on("06-15")
    body = objecting(ids[0], "2015-06-15", objector=who)
    objector = f"{accepted(village.send('officer', f'{notice}/objections', body))}/objector"
    days = {"first_day": "2015-06-15", "last_day": "2015-06-20"}
    place = {"role": "township_reviewer", "area_code": "360424106000", "absent": person_id("reviewer"), **days}
    of_village = name(village, substitute=person_id("arbiter"), **place)
    refused(ask_under(of_village, village, "arbiter", objector, purpose="objection"), 403, "too-close")
    accepted(village.send("county", f"{of_village}/ending", {"reason": "returned"}))

    from_elsewhere = name(village, **place)
    assert ask_under(from_elsewhere, village, "villager", objector, purpose="objection").json() == who


def test_four_eyes_stay_on_persons(village: Huangxi) -> None:
    """Whoever proposed a substitution does not confirm it under another's duty, nor by any other."""
    village.on("06-02")
    substitution = name(village, role="county_officer", area_code="360424000000", absent=person_id("another"))
    other = propose(village, substitute=person_id("neighbour"))

    answer = send_under(substitution, village, "villager", f"{other}/confirmation", None)
    refused(answer, 409, "named-by-substitute")
    refused(village.send("county", f"{other}/confirmation", None), 409, "confirms-own-proposal")


def test_only_the_county_of_the_area_names_substitutes(village: Huangxi) -> None:
    refused(village.send("other_county", SUBSTITUTIONS, naming()), 403, "outside-your-area")
    refused(village.send("county", SUBSTITUTIONS, naming(**ELSEWHERE)), 403, "outside-your-area")
    for who in ("reviewer", "officer", "convener", "auditor", "villager"):
        refused(village.send(who, SUBSTITUTIONS, naming()), 403, "not-your-duty")
    substitution = propose(village)
    refused(village.send("other_county", f"{substitution}/confirmation", None), 404, "not-found")
    refused(village.send("other_county", f"{substitution}/ending", {"reason": "returned"}), 404, "not-found")


def test_the_list_shows_who_acts_for_whom_in_ones_areas(village: Huangxi) -> None:
    substitution = name(village)
    (listed,) = village.ask("convener", SUBSTITUTIONS).json()["items"]

    assert listed["id"] == substitution.rpartition("/")[2]
    assert (listed["substitute"], listed["absent"], listed["role"]) == (LI, CONVENER, "group_convener")
    assert (listed["area_name"], listed["reason"]) == ("一组", "leave")
    assert listed["proposed_by"] == person_id("county")
    assert (listed["confirmed_on"], listed["ended_on"]) == ("2015-06-01", None)
    shown = village.ask("auditor", substitution).json()
    types = [each["type"].split(".")[1] for each in shown["history"]]
    assert types == ["substitution-proposed", "substitution-confirmed"]
    assert village.ask("neighbour", SUBSTITUTIONS).json()["items"] == []
    refused(village.ask("neighbour", substitution), 404, "not-found")
