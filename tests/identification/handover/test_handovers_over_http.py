"""A handover over HTTP: one command, whatever hangs on who leaves; what was decided before keeps its author."""

from collections.abc import Iterator
from itertools import chain, repeat
from pathlib import Path
from typing import Any
from unittest.mock import DEFAULT, Mock

import pytest
from chronicle.messages import new_id
from hearing import Hearing, hearing
from httpx2 import Response
from huangxi import API, COUNTY, GROUP, TOWNSHIP, VILLAGE, Huangxi, accepted, conclusion, refused, refused_rows
from identification import handing_over
from identification.cases.handover import api as handover_api
from pairings import HELPER, HOUSEHOLDS, OTHER, OWN, helped, pair, pair_many, paired, registered
from person_ids import person_id

HANDOVERS, SUBSTITUTIONS = f"{API}/handovers", f"{API}/substitutions"


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hearing]:
    folder = tmp_path_factory.mktemp("handovers")
    with hearing(f"sqlite:///{folder / 'village.db'}", folder) as heard:
        yield heard


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Hearing]:
    with hearing(f"sqlite:///{tmp_path / 'village.db'}", tmp_path) as heard:
        yield heard


@pytest.fixture
def everywhere(store_url: str, tmp_path: Path) -> Iterator[Hearing]:
    with hearing(store_url, tmp_path) as heard:
        yield heard


def hand_over(
    village: Huangxi, who: str = "county", leaver: str = HELPER, *, heard: bool = True, **changed: Any
) -> Response:
    if heard:
        village.catch_up()
    body = {"successor": OTHER, "area_code": COUNTY, "reason": "left", **changed}
    return village.send(who, f"{API}/staff/{leaver}/handover", body)


def settle(here: Hearing) -> None:
    before = -1
    while (now := len(here.village.events())) != before:
        before = now
        # What is recorded at the end of one round is heard in the next.
        here.react()
        here.react()


def substitute(village: Huangxi, **changed: str) -> str:
    days = {"first_day": "2015-07-03", "last_day": "2015-07-31"}
    who = {"substitute": HELPER, "absent": person_id("convener"), "role": "group_convener", "area_code": GROUP}
    proposed = {**who, "reason": "leave", **days, **changed}
    substitution = accepted(village.send("verifier", SUBSTITUTIONS, proposed))
    accepted(village.send("county", f"{substitution}/confirmation", None))
    return substitution


def handed_over(village: Huangxi) -> list[str]:
    return [event.stream.partition("/")[2] for event in village.events() if "pairing-handed-over" in event.type]


def of_handover(here: Hearing, location: str) -> tuple[int, int, int]:
    shown = here.village.ask("county", location).json()
    facts = shown["history"][0]["facts"]
    return facts["pairings"], facts["substitutions"], shown["pairings_left"]


def test_everything_open_passes_in_one_command_and_what_was_decided_keeps_its_author(everywhere: Hearing) -> None:
    village = everywhere.village
    households = paired(village, 2)
    substitution = substitute(village)
    assert village.ask("helper", f"{OWN}/{households[0]}").status_code == 200

    over = accepted(hand_over(village))
    assert of_handover(everywhere, over) == (2, 1, 0)
    assert (helped(village, "helper"), helped(village, "other_helper")) == ([], sorted(households))
    refused(village.ask("helper", f"{OWN}/{households[0]}"), 404, "not-found")
    assert village.ask("other_helper", f"{OWN}/{households[0]}").status_code == 200

    ended, proposed = village.ask("county", SUBSTITUTIONS).json()["items"]
    if ended["substitute"] != HELPER:
        ended, proposed = proposed, ended
    assert (ended["id"], ended["ended_on"]) == (substitution.rpartition("/")[2], "2015-07-03")
    assert (proposed["substitute"], proposed["absent"], proposed["last_day"]) == (
        OTHER,
        person_id("convener"),
        "2015-07-31",
    )
    assert (proposed["confirmed_on"], proposed["proposed_by"]) == (None, person_id("county"))

    history = village.ask("county", f"{HOUSEHOLDS}/{households[0]}/pairing").json()["history"]
    assert [(each["type"].split(".")[1], each["entered_by"]) for each in history] == [
        ("household-paired", person_id("reviewer")),
        ("pairing-handed-over", person_id("county")),
    ]
    named = [event for event in village.events() if "substitution-confirmed" in event.type]
    assert [(each.actor.person, '"substitute":"' + HELPER in each.data) for each in named] == [
        (person_id("county"), True)
    ]
    (listed,) = village.ask("auditor", HANDOVERS).json()["items"]
    assert (listed["leaver"], listed["successor"], listed["pairings"], listed["substitutions"]) == (HELPER, OTHER, 2, 1)
    assert (listed["area_name"], listed["reason"], listed["handed_over_by"]) == ("修水县", "left", person_id("county"))


def test_whoever_hands_a_substitution_over_does_not_confirm_it_and_nor_does_the_successor(alone: Hearing) -> None:
    village = alone.village
    village.on("07-03")
    substitute(village)
    refused(hand_over(village, successor=person_id("county")), 409, "names-oneself")
    accepted(hand_over(village, successor=person_id("verifier")))
    (proposed,) = [each for each in village.ask("county", SUBSTITUTIONS).json()["items"] if not each["confirmed_on"]]
    confirmation = f"{SUBSTITUTIONS}/{proposed['id']}/confirmation"

    refused(village.send("county", confirmation, None), 409, "confirms-own-proposal")
    refused(village.send("verifier", confirmation, None), 409, "names-oneself")


def test_a_successor_does_not_judge_what_they_did_themselves_before(alone: Hearing) -> None:
    village = alone.village
    ids = village.bring(village.file(), to=6)
    village.on("06-21")
    days = {"first_day": "2015-06-21", "last_day": "2015-07-20"}
    substitute(village, role="township_reviewer", area_code=TOWNSHIP, absent=person_id("reviewer"), **days)
    accepted(hand_over(village, successor=person_id("officer")))
    (proposed,) = [each for each in village.ask("county", SUBSTITUTIONS).json()["items"] if not each["confirmed_on"]]
    accepted(village.send("verifier", f"{SUBSTITUTIONS}/{proposed['id']}/confirmation", None))
    held = village.hold(6, ids)
    village.on("06-24")
    village.catch_up()

    with village.under(proposed["id"]):
        answer = village.send("officer", f"{held}/conclusion", conclusion(ids))
    assert refused_rows(answer) == {ids[0]: "reviewed-own-work"}


def test_twice_has_no_second_effect(here: Hearing) -> None:
    village = here.village
    paired(village, 2)
    substitute(village)
    accepted(hand_over(village))
    before = len(village.events())

    # Whether the lists have heard of the first or not.
    for heard in (False, True):
        again = hand_over(village, heard=heard)
        assert (again.status_code, again.json()["location"]) == (200, None)
    settle(here)
    assert len(village.events()) == before


def test_the_same_request_repeated_gets_the_same_answer(here: Hearing) -> None:
    village, key = here.village, new_id()
    paired(village)
    body = {"successor": OTHER, "area_code": COUNTY, "reason": "left"}
    first, second = (village.send("county", f"{API}/staff/{HELPER}/handover", body, key) for _ in range(2))

    assert first.status_code == 201
    assert (first.json(), first.headers["Location"]) == (second.json(), second.headers["Location"])


def test_somebody_nobody_knows_and_somebody_with_nothing_to_do_are_answered_alike(here: Hearing) -> None:
    unknown, idle = (hand_over(here.village, leaver=who) for who in (new_id(), person_id("convener")))

    assert unknown.status_code == idle.status_code == 200
    assert unknown.json() == idle.json()


@pytest.fixture
def ten_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (handover_api, handing_over):
        monkeypatch.setattr(module, "AT_ONCE", 10)


@pytest.mark.usefixtures("ten_at_once")
def test_what_is_more_than_goes_over_at_once_follows_by_itself_and_goes_on_after_a_crash(alone: Hearing) -> None:
    village, handler = alone.village, alone.service.handler
    village.on("07-03")
    households = pair_many(village, 35)
    over = accepted(hand_over(village))
    assert of_handover(alone, over) == (35, 0, 25)

    alone.react()
    with pytest.MonkeyPatch.context() as crash:
        once = chain([DEFAULT], repeat(OSError))
        crash.setattr(handler, "handle", Mock(side_effect=once, wraps=handler.handle))
        with pytest.raises(AssertionError):
            # It stands behind.
            alone.react()
    assert of_handover(alone, over) == (35, 0, 15)

    settle(alone)
    assert of_handover(alone, over) == (35, 0, 0)
    assert sorted(handed_over(village)) == sorted(households)
    # Heard once more from the beginning.
    alone.forget()
    settle(alone)
    assert len(handed_over(village)) == 35


@pytest.mark.usefixtures("ten_at_once")
def test_what_a_leaver_is_given_after_the_handover_stays_theirs(alone: Hearing) -> None:
    village = alone.village
    village.on("07-03")
    pair_many(village, 11)
    over = accepted(hand_over(village))
    village.on("07-04")
    (later,) = pair_many(village, 1)
    settle(alone)

    assert of_handover(alone, over) == (11, 0, 1)
    assert helped(village, "helper") == [later]


def test_what_lies_elsewhere_stays(alone: Hearing) -> None:
    village = alone.village
    (one,) = paired(village)
    substitute(village)
    elsewhere = hand_over(village, area_code=f"{VILLAGE}02")
    assert elsewhere.status_code == 200
    assert helped(village, "helper") == [one]
    accepted(hand_over(village, area_code=GROUP))
    assert helped(village, "other_helper") == [one]


def test_only_the_county_hands_over_and_only_in_its_area(here: Hearing) -> None:
    village = here.village
    (one,) = paired(village)
    for who in ("reviewer", "officer", "convener", "auditor", "helper", "villager"):
        refused(hand_over(village, who), 403, "not-your-duty")
    refused(hand_over(village, "other_county"), 403, "outside-your-area")
    refused(hand_over(village, area_code="360425000000"), 403, "outside-your-area")
    assert one in helped(village, "helper")
    over = accepted(hand_over(village))
    refused(village.ask("other_county", over), 404, "not-found")
    assert village.ask("other_county", HANDOVERS).json()["items"] == []


def test_a_successor_who_may_not_have_it_takes_over_nothing(here: Hearing) -> None:
    village = here.village
    one, other = registered(village, 2)
    accepted(pair(village, one))
    poor, own = (
        village.ask("officer", f"{HOUSEHOLDS}/{each}").json()["members"][0]["person_id"] for each in (other, one)
    )
    refused(hand_over(village, successor=poor), 409, "helper-is-poor")
    refused(hand_over(village, successor=own), 409, "helps-own-household")
    refused(hand_over(village, successor=HELPER), 422, "succeeds-oneself")
    assert one in helped(village, "helper")


def test_who_comes_back_for_their_own_work_needs_no_substitute(alone: Hearing) -> None:
    village = alone.village
    village.on("07-03")
    substitute(village)
    over = accepted(hand_over(village, successor=person_id("convener")))

    assert of_handover(alone, over) == (0, 1, 0)
    (only,) = village.ask("county", SUBSTITUTIONS).json()["items"]
    assert only["ended_on"] == "2015-07-03"
