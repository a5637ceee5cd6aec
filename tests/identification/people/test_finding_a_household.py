"""By one thing known of a household an officer finds it, in their own areas and, about a person, on purpose only."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from casework.codes import Sex
from casework.id_number import invented
from chronicle.store.tables import access_log, claim
from huangxi import API, GROUP, SECOND_GROUP, Huangxi, huangxi, refused
from identification.people.finding import FINDING, initials_of
from identification.people.persons import Person
from person_ids import person_id
from sqlalchemy import select

HOUSEHOLDS = f"{API}/households"
SEARCH = f"{HOUSEHOLDS}/search"
VILLAGE, NEXT_VILLAGE = GROUP[:12], "360424106217"
NUMBER, STRANGER, OTHER = (invented(n, date(1968, 5, 21), Sex.MALE) for n in (4_100, 4_101, 4_102))
NAME = "单桂英"
PERSON = Person(id_number=NUMBER, name=NAME, phone="13900001234")
FULL_WIDTH = str.maketrans("0123456789", "".join(chr(ord("０") + digit) for digit in range(10)))
PURPOSES = {"id_number": "identity_check", "name": "case_work", "initials": "case_work", "phone_end": "contact"}
KNOWN = [
    ("id_number", NUMBER),
    ("id_number", f" {NUMBER.translate(FULL_WIDTH)} "),
    ("name", NAME),
    ("name", " 单 桂\u3000英 "),
    ("initials", "sgy"),
    ("initials", "D\uff27Y"),
    ("phone_end", "1234"),
    ("phone_end", "１２３ ４"),
]

Home = tuple[Huangxi, dict[str, Any]]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A village where one household applied, which tests only look into."""
    folder = tmp_path_factory.mktemp("home")
    with huangxi(f"sqlite:///{folder / 'village.db'}", folder) as village:
        yield village, settled(village)


def settled(village: Huangxi, person: Person = PERSON, group: str = GROUP) -> dict[str, Any]:
    """Somebody recorded in a household that applied: what is shown of it when it is found."""
    (application,) = village.apply([person], group)
    household = village.household_of(application)
    village.catch_up()
    shown = village.ask("officer", f"{API}/applications/{application}").json()
    return {
        "household_id": household,
        "household_no": None,
        "group_code": group,
        "group_name": "一组" if group == GROUP else "二组",
        "standing": "applying",
        "head_id": shown["history"][0]["facts"]["head_id"],
    }


def search(village: Huangxi, by: str, value: str, who: str = "officer", **changed: Any) -> Any:
    return village.send(who, SEARCH, {"purpose": PURPOSES[by], "by": by, "value": value} | changed)


def found(village: Huangxi, by: str, value: str, who: str = "officer", **changed: Any) -> Any:
    answer = search(village, by, value, who, **changed)
    assert answer.is_success, answer.text
    return answer.json()["items"]


def listed(village: Huangxi, who: str = "officer", **wanted: str) -> Any:
    return village.ask(who, HOUSEHOLDS, **wanted).json()["items"]


def logged(village: Huangxi) -> list[tuple[str, str, str, str]]:
    columns = (access_log.c[name] for name in ("person", "purpose", "owner", "fields"))
    with village.service.database.reading() as connection:
        return [(*row,) for row in connection.execute(select(*columns).order_by(access_log.c.id))]


def lose_the_access_log(village: Huangxi) -> None:
    with village.service.database.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE access_log RENAME TO lost_log")


@pytest.mark.parametrize(("by", "value"), KNOWN, ids=str)
def test_a_household_is_found_by_each_thing_known_of_a_person_and_only_in_ones_area(
    home: Home, by: str, value: str
) -> None:
    village, there = home

    assert found(village, by, value) == [there]
    assert found(village, by, value, "neighbour") == []


@pytest.mark.parametrize("who", ["reviewer", "county"])
def test_those_above_find_it_in_any_of_their_villages_or_in_the_one_they_name(home: Home, who: str) -> None:
    village, there = home

    assert found(village, "name", NAME, who) == [there]
    assert found(village, "name", NAME, who, area=VILLAGE) == [there]
    assert found(village, "name", NAME, who, area=SECOND_GROUP) == []


def test_a_convener_finds_by_name_in_their_own_group_alone(village: Huangxi) -> None:
    there = settled(village)
    settled(village, Person(id_number=OTHER, name=NAME), SECOND_GROUP)

    assert found(village, "name", NAME, "convener") == [there]


@pytest.mark.parametrize(
    ("by", "value"),
    [("name", "单桂"), ("name", "桂英单"), ("initials", "SG"), ("initials", "GYS"), ("phone_end", "0000")],
)
def test_what_is_not_quite_it_finds_nothing(home: Home, by: str, value: str) -> None:
    assert found(home[0], by, value) == []


def test_a_registered_household_is_found_by_its_number_in_ones_area_alone(village: Huangxi) -> None:
    (one, _) = village.bring(village.file(2), to=8)
    village.catch_up()
    register = village.ask("officer", f"{API}/registered-households").json()["items"]
    shown = next(row for row in register if row["application_id"] == one)
    (there,) = listed(village, household_no=shown["household_no"])

    assert (there["household_id"], there["standing"]) == (shown["household_id"], "registered")
    assert (there["household_no"], there["head_id"]) == (shown["household_no"], shown["head_id"])
    assert listed(village, "neighbour", household_no=shown["household_no"]) == []
    assert listed(village, household_no="36042410621699999") == []


def test_a_household_that_applies_again_is_listed_once(village: Huangxi) -> None:
    (application,) = village.file()
    withdrawal = {"on": "2015-06-01", "reason": "own_wish"}
    village.send("officer", f"{API}/applications/{application}/withdrawal", withdrawal)
    village.catch_up()
    (before,) = listed(village)
    village.file_again(application)
    village.catch_up()
    (after,) = listed(village)

    assert (before["standing"], after) == ("none", {**before, "standing": "applying"})


def test_pages_of_a_group_come_one_after_the_other(village: Huangxi) -> None:
    village.file(3)
    village.catch_up()
    settled(village, group=SECOND_GROUP)
    first = village.ask("officer", HOUSEHOLDS, area=GROUP, limit="2").json()
    rest = village.ask("officer", HOUSEHOLDS, area=GROUP, limit="2", cursor=first["next"]).json()

    assert (len(first["items"]), len(rest["items"]), rest["next"]) == (2, 1, None)
    assert {each["group_code"] for each in first["items"] + rest["items"]} == {GROUP}


def test_equal_names_are_all_found_page_by_page(village: Huangxi) -> None:
    both = [settled(village), settled(village, Person(id_number=OTHER, name=NAME), SECOND_GROUP)]
    wanted = {"purpose": "case_work", "by": "name", "value": NAME}
    first = village.send("officer", f"{SEARCH}?limit=1", wanted).json()
    rest = village.send("officer", f"{SEARCH}?limit=1&cursor={first['next']}", wanted).json()

    assert sorted(each["household_id"] for each in first["items"] + rest["items"]) == sorted(
        each["household_id"] for each in both
    )


def test_who_looked_for_whom_and_why_is_written_down_found_or_not(village: Huangxi) -> None:
    head = settled(village)["head_id"]
    for by, value in (("id_number", NUMBER), ("name", NAME), ("id_number", STRANGER), ("name", "没有人")):
        search(village, by, value)
    seen, named, nobody, nameless = logged(village)

    assert seen == (person_id("officer"), "identity_check", head, "id_number")
    assert named == (person_id("officer"), "case_work", head, "name")
    assert nobody[2].startswith("id-number/")
    assert STRANGER not in nobody[2]
    assert nameless[2:] == ("person-name", "name")


def test_the_same_person_has_other_keys_in_another_village(village: Huangxi) -> None:
    enrol, today = village.service.vault.enrol, date(2015, 6, 1)
    here, there = (enrol([PERSON], group, today).claims for group in (GROUP, f"{NEXT_VILLAGE}01"))
    by_index = FINDING[0]
    ours, theirs = ({each.key.split("/")[0] for each in one if each.kind == by_index} for one in (here, there))

    # The name, its three initials, and the end of the telephone number.
    assert (len(ours), len(theirs)) == (5, 5)
    assert ours.isdisjoint(theirs)


def test_a_name_and_a_phone_that_changed_are_found_as_they_are_now(village: Huangxi) -> None:
    (application,) = village.apply([PERSON])
    withdrawal = {"on": "2015-06-01", "reason": "own_wish"}
    village.send("officer", f"{API}/applications/{application}/withdrawal", withdrawal)
    again = Person(id_number=NUMBER, name="解桂英", phone="13900005678")
    village.apply([again], household_id=village.household_of(application))
    enrolled = village.service.vault.enrol([Person(id_number=NUMBER, name="解桂英")], GROUP, date(2015, 6, 1))
    with village.service.database.reading() as connection:
        kept = {row.key for row in connection.execute(select(claim).where(claim.c.kind.in_(FINDING)))}
    last = {(each.kind, each.key): each.held for each in enrolled.claims if each.kind in FINDING}

    # One name, two initials, and the phone that stayed when none was given: each both ways.
    assert {key for (_, key), held in last.items() if held} == kept
    assert len(kept) == 8


@pytest.mark.parametrize(
    ("name", "initials"),
    [
        ("饶桂英", {"RGY"}),
        ("单雄信", {"SXX", "DXX", "CXX"}),
        ("解缙", {"XJ", "JJ"}),
        ("买买提·阿不都", {"MMTABD"}),
        ("Ann Lee", {"AL"}),
    ],
)
def test_initials_follow_each_reading_of_a_surname(name: str, initials: set[str]) -> None:
    assert initials_of(name) == initials


@pytest.mark.parametrize(
    ("who", "by", "purpose", "code"),
    [
        ("auditor", "id_number", "identity_check", "not-your-duty"),
        ("convener", "id_number", "identity_check", "not-your-duty"),
        ("officer", "id_number", "case_work", "not-for-this-purpose"),
        ("officer", "id_number", "contact", "not-for-this-purpose"),
        ("officer", "phone_end", "case_work", "not-for-this-purpose"),
        ("reviewer", "name", "objection", "not-for-this-purpose"),
        ("officer", "name", "payment", "not-your-duty"),
    ],
)
def test_other_duties_and_purposes_find_nobody(home: Home, who: str, by: str, purpose: str, code: str) -> None:
    before = logged(home[0])

    refused(search(home[0], by, dict(KNOWN)[by], who, purpose=purpose), 403, code)
    assert logged(home[0]) == before


@pytest.mark.parametrize(("by", "value"), [("phone_end", "123"), ("phone_end", "12x4"), ("initials", "单桂英")])
def test_what_cannot_be_an_end_or_initials_is_refused(home: Home, by: str, value: str) -> None:
    refused(search(home[0], by, value), 422, "not-to-be-found-by")


def test_a_mistyped_number_is_refused_with_the_reason_and_without_the_number(home: Home) -> None:
    wrong = NUMBER[:-1] + ("0" if NUMBER[-1] != "0" else "1")
    answer = search(home[0], "id_number", wrong)

    refused(answer, 422, "id-number-checksum-wrong")
    assert wrong not in answer.text


def test_without_the_access_log_nobody_is_found_but_groups_and_numbers_are(village: Huangxi) -> None:
    there = settled(village)
    lose_the_access_log(village)

    for by, value in KNOWN:
        answer = search(village, by, value)
        refused(answer, 503, "unavailable")
        assert there["household_id"] not in answer.text
    assert listed(village, area=GROUP) == [there]


def test_more_than_may_be_found_at_once_asks_for_a_village(village: Huangxi, monkeypatch: pytest.MonkeyPatch) -> None:
    settled(village)
    settled(village, Person(id_number=OTHER, name=NAME), SECOND_GROUP)
    monkeypatch.setattr("identification.people.reading.MOST_FOUND", 1)

    refused(search(village, "name", NAME), 422, "too-many-found")
    assert [each[2] for each in logged(village)] == ["person-name"]


def test_who_may_look_everywhere_names_a_part_first(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("identification.cases.area.projections.MOST_VILLAGES", 0)

    refused(search(home[0], "name", NAME, "county"), 422, "too-wide")
