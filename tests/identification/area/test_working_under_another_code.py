"""Households that were recorded under one code are worked by the officers of the other, from its first day on."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from chronicle.messages import new_id
from chronicle.principal import Duty
from huangxi import API, GROUP, VILLAGE, Huangxi, closing, conclusion, posting, verification
from identification.imports.areas import import_areas
from running_identification import RunningIdentification, running
from starlette.testclient import TestClient

OLD, NEW = "360424000000", "360483000000"
NEW_VILLAGE, NEW_GROUP = f"360483{VILLAGE[6:]}", f"360483{GROUP[6:]}"
COMING = """code,name,level,parent_code,code_source
360483000000,庐山市,county,360400000000,official
360483106000,马坳镇,township,360483000000,official
360483106216,黄溪村委会,village,360483106000,official
"""
CITY = Duty("county_officer", "3604")
DOCUMENT = {"issuer": "civil_affairs_ministry", "year": 2015, "number": 7}
SINCE = "2015-07-10"


@dataclass
class Moved:
    """The village after the change; one household is registered, another is to be verified, others are in an act.

    A notice of one and a notice of another hang, and a round over a third is drawn.
    """

    running: RunningIdentification
    huangxi: Huangxi
    registered: str
    under_way: str
    closing: str
    annulling: str
    concluding: str
    households: set[str]

    def client(self, *duties: Duty) -> TestClient:
        """Somebody who asks once everything is known."""
        self.running.catch_up()
        self.running.service.codes.read()  # type: ignore[union-attr]
        return self.running.client(*duties)

    def listed(self, path: str, *duties: Duty) -> list[Any]:
        """What somebody finds in a list."""
        answer = self.client(*duties).get(f"{API}/{path}")
        assert answer.status_code == 200, answer.text
        found: list[Any] = answer.json()["items"]
        return found


@pytest.fixture(scope="module")
def moved(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Moved]:
    folder = tmp_path_factory.mktemp("moved")
    with running(f"sqlite:///{folder / 'areas.db'}", folder) as service:
        village = Huangxi(service)
        first, second, third, fourth, fifth = village.file(5)
        village.bring([first], 8)
        village.bring([second], 4)
        village.bring([third, fourth], 3)
        closing, annulling = (village.hold(3, [one]) for one in (third, fourth))
        village.bring([fifth], 6)
        concluding = village.hold(6, [fifth])
        village.on("07-20")
        import_areas(service.service.handler, COMING.encode(), date(2015, 1, 1), service.asked())
        every = {first, second, third, fourth, fifth}
        moved = Moved(service, village, first, second, closing, annulling, concluding, every)
        change = {"successor_code": NEW, "valid_from": SINCE, "document": DOCUMENT}
        proposed = moved.client(CITY).post(f"{API}/areas/{OLD}/changes", json=change, headers=_key())
        assert proposed.status_code == 201, proposed.text
        (waiting,) = moved.client(CITY).get(f"{API}/areas/{OLD}/changes").json()
        moved.client()
        taking = service.client(Duty("county_officer", "360483"), person="somebody-else")
        path = f"{API}/areas/{OLD}/changes/{waiting['proposal_id']}/confirmation"
        confirmed = taking.post(path, headers=_key())
        assert confirmed.status_code == 201, confirmed.text
        yield moved


def _key() -> dict[str, str]:
    return {"Idempotency-Key": new_id()}


def officer(area: str) -> Duty:
    return Duty("village_officer", area)


def test_the_officers_of_the_new_code_find_what_was_recorded_under_the_old_one(moved: Moved) -> None:
    assert {row["application_id"] for row in moved.listed("applications", officer(NEW_VILLAGE))} == moved.households
    assert {row["application_id"] for row in moved.listed(f"applications?area={NEW}", CITY)} == moved.households
    assert moved.listed("applications", officer(VILLAGE)) == []
    assert moved.listed(f"applications?area={OLD}", CITY) == []


def test_one_household_is_shown_to_the_new_officers_only(moved: Moved) -> None:
    path = f"{API}/applications/{moved.registered}"

    assert moved.client(officer(NEW_VILLAGE)).get(path).status_code == 200
    assert moved.client(officer(VILLAGE)).get(path).status_code == 403
    assert moved.client(officer("360483106217")).get(path).status_code == 404


def test_the_register_names_places_as_on_the_day_of_registration(moved: Moved) -> None:
    (row,) = moved.listed("registered-households", officer(NEW_VILLAGE))

    assert (row["group_code"], row["group_name"], row["place_name"]) == (GROUP, "一组", "修水县马坳镇黄溪村委会")


@pytest.mark.parametrize(
    ("area", "on", "households"),
    [(OLD, "2015-07-09", 1), (OLD, SINCE, 0), (NEW, SINCE, 1), (NEW, "2015-07-09", 0), ("360400000000", SINCE, 1)],
)
def test_totals_of_a_day_are_by_the_division_of_that_day(moved: Moved, area: str, on: str, households: int) -> None:
    found = moved.client(CITY).get(f"{API}/registered-households/totals?area={area}&on={on}").json()

    assert found["households"] == households


def test_nobody_counts_a_day_that_has_not_come(moved: Moved) -> None:
    answer = moved.client(CITY).get(f"{API}/registered-households/totals?area={NEW}&on=2099-01-01")

    assert (answer.status_code, answer.json()["code"]) == (422, "date-in-future")


def test_totals_of_an_area_elsewhere_are_not_told(moved: Moved) -> None:
    path = f"{API}/registered-households/totals?area={NEW}"

    assert moved.client(officer(NEW_VILLAGE)).get(path).status_code == 404


def test_the_steps_go_on_under_the_new_code(moved: Moved) -> None:
    client = moved.client(officer(NEW_VILLAGE))

    def verify(village: str) -> tuple[int, str | None]:
        body = verification([moved.under_way], village_code=village, on="2015-07-20")
        answer = client.post(f"{API}/village-verifications", json=body, headers=_key())
        return answer.status_code, answer.json().get("code")

    assert verify(VILLAGE) == (409, "area-not-valid")
    assert verify(NEW_VILLAGE) == (201, None)
    events = [each for each in moved.huangxi.events() if each.type == "identification.application-verified.v1"]
    assert sorted(each.area for each in events) == [VILLAGE, VILLAGE, NEW_VILLAGE]


def test_villager_groups_go_along_with_their_village(moved: Moved) -> None:
    groups = moved.listed(f"areas?parent={NEW_VILLAGE}", CITY)
    before = moved.listed(f"areas?parent={VILLAGE}&on=2015-07-09", CITY)

    assert (groups[0]["code"], groups[0]["name"], groups[0]["parent_code"]) == (NEW_GROUP, "一组", NEW_VILLAGE)
    assert before[0]["code"] == GROUP
    assert moved.listed(f"areas?parent={VILLAGE}", CITY) == []
    shown = moved.client(CITY).get(f"{API}/areas/{NEW_GROUP}").json()
    assert (shown["name"], shown["now"]) == ("一组", NEW_GROUP)


def test_a_notice_that_was_posted_under_the_old_code_is_closed_under_the_new_one(moved: Moved) -> None:
    body = closing(3, on="2015-07-20")

    assert moved.client(officer(VILLAGE)).post(f"{moved.closing}/closing", json=body, headers=_key()).is_client_error
    closed = moved.client(officer(NEW_VILLAGE)).post(f"{moved.closing}/closing", json=body, headers=_key())

    assert (closed.status_code, closed.json()["remaining"]) == (201, [])
    of_it = [each for each in moved.huangxi.events() if each.stream.endswith(moved.closing.rpartition("/")[2])]
    assert [(each.subject, each.area) for each in of_it] == [(f"area/{GROUP}", VILLAGE), (f"area/{GROUP}", NEW_VILLAGE)]


def test_a_notice_that_was_posted_under_the_old_code_is_annulled_and_posted_anew_under_the_new_one(
    moved: Moved,
) -> None:
    client, body = moved.client(officer(NEW_VILLAGE)), {"reason": "torn", "performed_by": [new_id()]}
    annulled = client.post(f"{moved.annulling}/annulment", json={"on": "2015-07-20", **body}, headers=_key())
    rows = client.get(moved.annulling).json()["history"][0]["facts"]["rows"]
    again = posting(3, [row["application_id"] for row in rows], area_code=NEW_GROUP, on="2015-07-20")
    anew = client.post(f"{API}/public-notices", json=again, headers=_key())

    assert (annulled.status_code, anew.status_code) == (201, 201), (annulled.text, anew.text)


def test_a_round_that_was_drawn_under_the_old_code_is_concluded_under_the_new_one(moved: Moved) -> None:
    rows = moved.client(CITY).get(moved.concluding).json()["history"][0]["facts"]["rows"]
    body = conclusion(rows, on="2015-07-20")

    reviewer = moved.running.client(Duty("township_reviewer", NEW_VILLAGE[:9]), person="reviewer")
    concluded = reviewer.post(f"{moved.concluding}/conclusion", json=body, headers=_key())

    assert concluded.status_code == 201, concluded.text
