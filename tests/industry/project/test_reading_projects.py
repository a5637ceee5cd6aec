"""What people see: projects with what is left, who takes part, in what a household takes part; by area."""

from datetime import date

import pytest
from chronicle.messages import new_id
from huangxi import accepted, refused, refused_rows
from industry.heard import AreaRenamed
from ponds import HOUSEHOLDS, PATH, WHO, Ponds, enrolling, project
from running_track import LATE, NEXT_VILLAGE, TOWNSHIP, VILLAGE

UNEXPLAINED = "late-entry-needs-reason"


def id_of(project: str) -> str:
    return project.rpartition("/")[2]


def test_a_list_says_how_much_of_each_project_is_given_and_what_is_left(on_every_store: Ponds) -> None:
    track = on_every_store
    ann, bob = track.registered("ann", "bob")
    at = track.opened(pattern="pattern_fruit_mu", capacity="5.5")
    accepted(track.enrol(at, ann, bob, quantity="1.25"))
    accepted(track.end(at, bob))

    assert track.items("officer", PATH) == [
        {
            "project_id": id_of(at),
            "area": VILLAGE,
            "area_name": "黄溪村",
            "pattern": "pattern_fruit_mu",
            "unit": "mu",
            "capacity": "5.50",
            "enrolled": "1.25",
            "left": "4.25",
            "households": 1,
            "led_by": "enterprise",
            "opened_on": "2015-05-10",
            "closed_on": None,
        }
    ]


def test_one_project_says_the_same_as_the_list_at_its_version(track: Ponds) -> None:
    at = track.opened()
    accepted(track.enrol(at, *track.registered("ann", "bob")))
    accepted(track.end(at, *track.registered("ann", "bob")))
    accepted(track.send("officer", f"{at}/closing", {"on": "2015-06-01"}))
    shown = track.ask("officer", at)

    assert shown.headers["ETag"] == '"6"'
    assert shown.json() == {**track.items("officer", PATH)[0], "version": 6}
    assert shown.json()["closed_on"] == "2015-06-01"


def test_a_place_has_its_name_of_the_day_whenever_another_was_heard_of(on_every_store: Ponds) -> None:
    track = on_every_store
    at = track.opened()
    accepted(track.enrol(at, *track.registered("ann")))
    # The last is known long before its day.
    for name, since in (("黄溪新村", date(2015, 5, 20)), ("黄溪社区", date(2016, 1, 1))):
        renamed = AreaRenamed(code=VILLAGE, name=name, valid_from=since)
        track.track.hear(renamed, subject=f"area/{VILLAGE}")

    assert [one["area_name"] for one in track.items("officer", PATH)] == ["黄溪村"]
    assert track.ask("officer", at).json()["area_name"] == "黄溪村"
    assert [one["area_name"] for one in track.items("officer", f"{at}/enrolments")] == ["黄溪新村"]


def test_whoever_takes_part_is_listed_with_how_the_household_stands_now(on_every_store: Ponds) -> None:
    track = on_every_store
    ann, bob = track.registered("ann", "bob")
    at = track.opened()
    accepted(track.enrol(at, ann, bob))
    accepted(track.end(at, bob, reason="own_wish"))
    track.registration_ended("ann")

    rows = {row["household_id"]: row for row in track.items("officer", f"{at}/enrolments")}
    assert (
        rows[ann].items()
        >= {
            "project_id": id_of(at),
            "household_no": f"{VILLAGE}00001",
            "area": VILLAGE,
            "area_name": "黄溪村",
            "standing": "ended",
            "pattern": "pattern_fish_pond",
            "unit": "pond",
            "quantity": "1.00",
            "enrolled_on": "2015-06-01",
            "ended_on": None,
            "reason": None,
        }.items()
    )
    assert rows[bob].items() >= {"standing": "registered", "ended_on": "2015-06-01", "reason": "own_wish"}.items()


def test_a_household_whose_registration_ended_stays_until_an_officer_acts(track: Ponds) -> None:
    [ann] = track.registered("ann")
    at = track.opened()
    accepted(track.enrol(at, ann))
    track.registration_ended("ann")
    assert track.ask("officer", at).json()["households"] == 1

    accepted(track.end(at, ann, reason="registration_ended"))
    assert track.ask("officer", at).json()["left"] == "3.00"


def test_a_household_is_shown_with_all_it_took_part_in(track: Ponds) -> None:
    [ann] = track.registered("ann")
    ponds, jobs = track.opened(), track.opened(pattern="pattern_job", who="reviewer", area_code=TOWNSHIP)
    accepted(track.enrol(ponds, ann))
    accepted(track.enrol(jobs, ann, who="reviewer", on="2015-05-31"))

    found = track.items("officer", f"{HOUSEHOLDS}/{ann}/enrolments")
    assert [(row["project_id"], row["unit"]) for row in found] == [(id_of(jobs), "job"), (id_of(ponds), "pond")]


def test_lists_come_in_pages(track: Ponds) -> None:
    at = track.opened(capacity="5")
    track.opened(on="2015-05-11")
    accepted(track.enrol(at, *track.registered(*"abcde")))
    for path, pages in ((f"{at}/enrolments", [2, 2, 1]), (PATH, [2])):
        seen, ids, cursor = [], set(), ""
        while cursor is not None:
            page = track.ask("officer", f"{path}?limit=2{cursor and f'&cursor={cursor}'}").json()
            cursor = page["next"]
            seen.append(len(page["items"]))
            ids |= {tuple(row.items()) for row in page["items"]}
        assert (seen, len(ids)) == (pages, sum(pages))


def test_what_was_just_recorded_is_waited_for(track: Ponds) -> None:
    answer = track.send("officer", PATH, project())
    found = track.ask("officer", PATH, answer.headers["Yihu-Position"])
    assert [row["project_id"] for row in found.json()["items"]] == [id_of(accepted(answer))]


@pytest.mark.parametrize(
    ("who", "villages", "townships"),
    [
        ("officer", 1, 1),
        ("neighbour", 0, 1),
        ("stranger", 0, 0),
        ("reviewer", 1, 1),
        ("county", 1, 1),
        ("auditor", 1, 1),
    ],
)
def test_everybody_sees_the_projects_of_their_own_areas_and_above(
    track: Ponds, who: str, villages: int, townships: int
) -> None:
    village, township = track.opened(), track.opened(who="reviewer", area_code=TOWNSHIP)

    assert len(track.items(who, PATH)) == villages + townships
    assert track.ask(who, village).status_code == (200 if villages else 404)
    assert track.ask(who, f"{township}/enrolments").status_code == (200 if townships else 404)


def test_a_convener_reads_no_projects(track: Ponds) -> None:
    at = track.opened()

    assert track.items("convener", PATH) == []
    refused(track.ask("convener", at), 403, "not-your-duty")
    refused(track.ask("convener", at.replace(id_of(at), new_id())), 403, "not-your-duty")


def test_a_list_may_be_of_one_area(track: Ponds) -> None:
    track.opened(), track.opened(who="reviewer", area_code=TOWNSHIP)
    for who in ("county", "officer"):
        counts = {area: len(track.items(who, PATH, area=area)) for area in (TOWNSHIP, VILLAGE, NEXT_VILLAGE)}
        assert counts == {TOWNSHIP: 2, VILLAGE: 1, NEXT_VILLAGE: 0}


def test_a_township_project_shows_what_is_left_to_every_village_and_to_each_its_own_households(track: Ponds) -> None:
    here, there = *track.registered("ann"), *track.registered("bob", area=NEXT_VILLAGE)
    at = track.opened(who="reviewer", area_code=TOWNSHIP)
    accepted(track.enrol(at, here, there, who="reviewer"))

    for who, household in (("officer", here), ("neighbour", there)):
        shown = track.ask(who, at).json()
        assert (shown["left"], shown["area_name"]) == ("1.00", "马坳镇")
        assert [row["household_id"] for row in track.items(who, f"{at}/enrolments")] == [household]


def test_a_village_enrols_its_own_households_in_its_townships_project_and_takes_back_their_shares(track: Ponds) -> None:
    here, there = *track.registered("ann"), *track.registered("bob", area=NEXT_VILLAGE)
    at = track.opened(who="reviewer", area_code=TOWNSHIP)

    accepted(track.enrol(at, here))
    assert refused_rows(track.enrol(at, there)) == {there: "household-not-known"}
    accepted(track.enrol(at, there, who="neighbour"))
    assert refused_rows(track.end(at, there)) == {there: "not-enrolled"}
    refused(track.send("officer", f"{at}/closing", {"on": "2015-06-01"}), 403, "outside-your-area")
    accepted(track.end(at, here))
    accepted(track.end(at, there, who="reviewer"))
    refused(track.enrol(at, here, who="stranger"), 404, "not-found")


def test_who_holds_several_duties_acts_in_the_one_that_reaches(track: Ponds) -> None:
    [there] = track.registered("bob", area=NEXT_VILLAGE)
    at, next_door = (track.opened(who="reviewer", area_code=area) for area in (TOWNSHIP, NEXT_VILLAGE))
    both = track.track.client(WHO["officer"], WHO["reviewer"])
    for project_at in (at, next_door):
        body, key = enrolling([there]), {"Idempotency-Key": new_id()}
        accepted(both.post(f"{project_at}/enrolments", json=body, headers=key))


def test_a_project_is_opened_where_there_is_an_area_on_its_first_day(track: Ponds) -> None:
    for who, changed in (
        ("county", {"area_code": "360424999000"}),
        ("county", {"area_code": "360424106999"}),
        ("officer", {"on": "1900-01-01"}),
    ):
        refused(track.send(who, PATH, project(**changed)), 409, "area-not-valid")
    assert track.items("county", PATH) == []


def test_what_is_entered_late_says_why(track: Ponds) -> None:
    [ann] = track.registered("ann")
    refused(track.send("officer", PATH, project(late_reason=None)), 409, UNEXPLAINED)
    at = track.opened()
    assert refused_rows(track.enrol(at, ann, on="2015-05-20")) == {ann: UNEXPLAINED}
    accepted(track.enrol(at, ann, on="2015-05-20", **LATE))
    assert refused_rows(track.end(at, ann, on="2015-05-21")) == {ann: UNEXPLAINED}
    accepted(track.end(at, ann, on="2015-05-21", **LATE))
    refused(track.send("officer", f"{at}/closing", {"on": "2015-05-21"}), 409, UNEXPLAINED)
    accepted(track.send("officer", f"{at}/closing", {"on": "2015-05-21", **LATE}))
    recorded = [event.data for event in track.events(f"project/{id_of(at)}")]
    assert all('"late_reason":"paper_batch"' in data for data in recorded)


def test_a_day_before_any_policy_is_refused_for_what_it_is(track: Ponds) -> None:
    [ann], nobody = track.registered("ann"), new_id()
    rows = refused_rows(track.enrol(track.opened(), ann, nobody, on="2013-06-01", **LATE))
    assert rows == {ann: "before-registration", nobody: "household-not-known"}


def test_a_household_elsewhere_is_not_found(track: Ponds) -> None:
    [ann] = track.registered("ann")
    for who, household in (("neighbour", ann), ("officer", new_id())):
        refused(track.ask(who, f"{HOUSEHOLDS}/{household}/enrolments"), 404, "not-found")
    for household in (ann, new_id()):
        refused(track.ask("convener", f"{HOUSEHOLDS}/{household}/enrolments"), 403, "not-your-duty")


@pytest.mark.parametrize(
    ("who", "area", "code"),
    [
        ("officer", NEXT_VILLAGE, "outside-your-area"),
        ("officer", TOWNSHIP, "outside-your-area"),
        ("convener", VILLAGE, "not-your-duty"),
        ("auditor", VILLAGE, "not-your-duty"),
    ],
)
def test_projects_are_opened_by_officers_in_their_own_area(track: Ponds, who: str, area: str, code: str) -> None:
    refused(track.send(who, PATH, project(area_code=area)), 403, code)


def test_who_is_responsible_elsewhere_finds_no_project_to_act_on(track: Ponds) -> None:
    at, households = track.opened(), track.registered("ann")
    nowhere = at.replace(id_of(at), new_id())
    for who, path in (("neighbour", at), ("officer", nowhere)):
        refused(track.enrol(path, *households, who=who), 404, "not-found")
        refused(track.end(path, *households, who=who), 404, "not-found")
        refused(track.send(who, f"{path}/closing", {"on": "2015-06-01"}), 404, "not-found")


def test_what_is_refused_says_why_in_two_languages(track: Ponds) -> None:
    accepted(track.enrol(at := track.opened(), *track.registered("ann")))
    path, body = f"{at}/closing", {"on": "2015-06-01"}
    english = refused(track.send("officer", path, body), 409, "still-enrolled")
    chinese = track.send("officer", path, body, **{"Accept-Language": "zh-CN"}).json()

    assert english["detail"] == "Households still take part (1); their enrolments are ended first."
    assert chinese["detail"] == "还有1户参加本项目，应先办理退出。"
