"""Pairing over HTTP: the township and the county name helpers; a helper sees their own households and no others."""

from collections.abc import Iterator

import pytest
from backfill_runs import signed
from chronicle.messages import new_id
from huangxi import GROUP, Huangxi, accepted, huangxi, refused
from pairings import HELPER, HOUSEHOLDS, OTHER, OWN, PAIRINGS, helped, pair, paired, registered
from person_ids import person_id

TO_OTHER = {"successor": OTHER, "reason": "reassigned"}
ENDING = {"reason": "help_completed", "on": "2015-07-03"}


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Huangxi]:
    folder = tmp_path_factory.mktemp("pairings")
    with huangxi(f"sqlite:///{folder / 'village.db'}", folder) as village:
        yield village


def head_of(village: Huangxi, household: str) -> str:
    (head,) = village.ask("officer", f"{HOUSEHOLDS}/{household}").json()["members"]
    assert isinstance(head, dict)
    return str(head["person_id"])


def test_paper_of_years_ago_is_entered_in_a_run_alone(village: Huangxi) -> None:
    (one,) = registered(village)
    village.on("2017-11-01")
    late = {"helper": HELPER, "on": "2015-07-03", "late_reason": "paper_batch"}
    path = f"{HOUSEHOLDS}/{one}/pairing"
    refused(village.send("reviewer", path, late), 409, "too-late-without-run")
    days = {"first_day": "2015-06-01", "last_day": "2015-07-02", "open_until": "2017-12-31"}
    with village.entering(signed(village, **days)):
        refused(village.send("reviewer", path, late), 409, "outside-backfill-period")
    with village.entering(signed(village, **days | {"last_day": "2015-12-31"})):
        accepted(village.send("reviewer", path, late))
    village.on("07-03")


def test_a_household_is_paired_handed_over_and_ended_and_its_page_shows_it(everywhere: Huangxi) -> None:
    village = everywhere
    one, other = registered(village, 2)
    path = accepted(pair(village, one))
    accepted(pair(village, other, "county", OTHER))
    assert (helped(village, "helper"), helped(village, "other_helper")) == ([one], [other])

    accepted(village.send("county", f"{path}/handover", TO_OTHER))
    assert (helped(village, "helper"), helped(village, "other_helper")) == ([], sorted([one, other]))
    accepted(village.send("reviewer", f"{path}/ending", ENDING))
    assert helped(village, "other_helper") == [other]

    shown = village.ask("officer", path).json()
    assert (shown["helper"], shown["since"]) == (None, "2015-07-03")
    done = [(each["type"].split(".")[1], each["entered_by"]) for each in shown["history"]]
    assert done == [
        ("household-paired", person_id("reviewer")),
        ("pairing-handed-over", person_id("county")),
        ("pairing-ended", person_id("reviewer")),
    ]
    about = {event.subject for event in village.events() if "pair" in event.type}
    assert about == {f"household/{one}", f"household/{other}"}


def test_doing_it_twice_has_no_second_effect(village: Huangxi) -> None:
    (one,) = registered(village)
    path = f"{HOUSEHOLDS}/{one}/pairing"
    for body, act in (({"helper": HELPER, "on": "2015-07-03"}, ""), (TO_OTHER, "/handover"), (ENDING, "/ending")):
        accepted(village.send("county", path + act, body))
        before = len(village.events())
        assert village.send("county", path + act, body).status_code == 200
        assert len(village.events()) == before


def test_the_lists_show_what_lies_in_ones_areas_and_who_is_responsible(village: Huangxi) -> None:
    (one,) = paired(village)
    listed = village.ask("auditor", PAIRINGS, limit="200").json()["items"]
    (mine,) = [each for each in listed if each["household_id"] == one]

    assert (mine["helper"], mine["since"], mine["group_code"], mine["group_name"]) == (
        HELPER,
        "2015-07-03",
        GROUP,
        "一组",
    )
    assert mine["household_no"].startswith("360424106216")
    assert village.ask("neighbour", PAIRINGS).json()["items"] == []
    refused(village.ask("neighbour", f"{HOUSEHOLDS}/{one}/pairing"), 404, "not-found")


def test_a_helper_sees_their_own_household_without_names_and_nothing_else(village: Huangxi) -> None:
    one, other = registered(village, 2)
    accepted(pair(village, one))

    assert village.ask("helper", f"{OWN}/{one}").json() == village.ask("officer", f"{HOUSEHOLDS}/{one}").json()
    refused(village.ask("helper", f"{OWN}/{other}"), 404, "not-found")
    refused(village.ask("helper", f"{OWN}/{new_id()}"), 404, "not-found")
    refused(village.ask("other_helper", f"{OWN}/{one}"), 404, "not-found")
    refused(village.ask("officer", f"{OWN}/{one}"), 403, "not-your-duty")
    for path in (f"{HOUSEHOLDS}/{one}", f"{HOUSEHOLDS}/{one}/pairing", f"{HOUSEHOLDS}/{one}/standing"):
        refused(village.ask("helper", path), 403, "not-your-duty")
    assert village.ask("helper", PAIRINGS).json()["items"] == []


def test_a_helper_off_duty_in_the_area_sees_nothing_though_they_are_paired(village: Huangxi) -> None:
    (one,) = registered(village)
    accepted(pair(village, one, helper=person_id("other_county")))
    assert village.ask("other_county", OWN).json()["items"] == []
    refused(village.ask("other_county", f"{OWN}/{one}"), 403, "not-your-duty")


def test_only_the_township_and_the_county_of_the_area_decide(village: Huangxi) -> None:
    (one,) = registered(village)
    for who in ("officer", "convener", "auditor", "helper", "villager"):
        refused(pair(village, one, who), 403, "not-your-duty")
    refused(pair(village, one, "other_county"), 404, "not-found")
    refused(pair(village, new_id(), "county"), 404, "not-found")
    path = f"{HOUSEHOLDS}/{one}/pairing"
    for act, body in (("handover", TO_OTHER), ("ending", ENDING)):
        refused(village.send("county", f"{path}/{act}", body), 404, "not-paired")
    refused(village.ask("county", path), 404, "not-found")
    accepted(pair(village, one))
    refused(village.send("other_county", f"{path}/handover", TO_OTHER), 404, "not-found")
    refused(village.send("other_county", f"{path}/ending", ENDING), 404, "not-found")
    refused(village.send("officer", f"{path}/handover", TO_OTHER), 403, "not-your-duty")


def test_a_household_that_is_not_registered_is_not_paired(village: Huangxi) -> None:
    (application,) = village.file()
    household = village.household_of(application)
    village.on("07-03")
    village.catch_up()

    refused(pair(village, household), 409, "household-not-registered")


def test_somebody_poor_helps_nobody_and_nobody_helps_themselves(village: Huangxi) -> None:
    one, other = registered(village, 2)
    poor = head_of(village, other)

    refused(pair(village, one, helper=poor), 409, "helper-is-poor")
    refused(pair(village, other, helper=poor), 409, "helps-own-household")
    accepted(pair(village, one))
    to_poor = {**TO_OTHER, "successor": poor}
    refused(village.send("county", f"{HOUSEHOLDS}/{one}/pairing/handover", to_poor), 409, "helper-is-poor")


def test_a_person_is_named_by_id_and_never_by_name(village: Huangxi) -> None:
    (one,) = registered(village)
    for written in ("李四", "362330199001011234", ""):
        answer = pair(village, one, helper=written)
        assert answer.status_code == 422
        assert not written or written not in answer.text
