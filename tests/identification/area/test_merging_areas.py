"""Villages, townships and counties that become one: what is in them stays apart, unless somebody says it is one."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from chronicle.area_codes import AreaCodes, Replacement
from chronicle.principal import Duty
from httpx2 import Response
from identification.cases.area.decisions.merging import colliding
from identification.imports.areas import import_areas
from moving import CITY, DOCUMENT, key
from running_identification import RunningIdentification, running

AREAS = "/api/identification/v1/areas"
ONE, TWO, THREE = "360424106216", "360424106217", "360424106218"
LINES = """code,name,level,parent_code,code_source
360000000000,江西省,province,,official
360400000000,九江市,prefecture,360000000000,official
360424000000,修水县,county,360400000000,official
360424106000,马坳镇,township,360424000000,official
360424106216,黄溪村委会,village,360424106000,official
360424106217,石溪村委会,village,360424106000,official
360424106218,石坳村委会,village,360424106000,official
"""
SINCE = date(2015, 3, 1)
COUNTY, NEXT_COUNTY, CITY_COUNTY = "360427", "360402", "360483"


@pytest.fixture
def identification(tmp_path: Path) -> Iterator[RunningIdentification]:
    with running(f"sqlite:///{tmp_path / 'areas.db'}", tmp_path) as service:
        import_areas(service.service.handler, LINES.encode(), date(2014, 1, 1), service.asked())
        service.catch_up()
        yield service


def opened(
    service: RunningIdentification, village: str, number: str, valid_from: str = "2014-01-01", of: str | None = None
) -> Response:
    service.catch_up()
    service.service.codes.read()  # type: ignore[union-attr]
    group = {"number": number, "name": "一组", "valid_from": valid_from}
    client = service.client(Duty("village_officer", of or village))
    return client.post(f"{AREAS}/{village}/villager-groups", json=group, headers=key())


def replaced(service: RunningIdentification, code: str, successor: str) -> tuple[int, str | None]:
    """Propose that an area goes on as another, and confirm it."""
    service.catch_up()
    service.service.codes.read()  # type: ignore[union-attr]
    path, change = f"{AREAS}/{code}/changes", {"successor_code": successor, "valid_from": str(SINCE)}
    service.client(CITY).post(path, json={**change, "document": DOCUMENT}, headers=key())
    proposal = service.client(CITY).get(path).json()[-1]["proposal_id"]
    confirming = service.client(CITY, person="somebody-else")
    answer = confirming.post(f"{path}/{proposal}/confirmation", headers=key())
    return answer.status_code, answer.json().get("code")


def test_two_groups_never_become_one_because_their_villages_do(identification: RunningIdentification) -> None:
    for village in (ONE, TWO, THREE):
        assert opened(identification, village, "01").status_code == 201

    assert replaced(identification, ONE, TWO) == (409, "parts-collide")
    # Once the group has a number of its own there, the village goes on.
    assert opened(identification, TWO, "03").status_code == 201
    assert replaced(identification, f"{ONE}01", f"{TWO}03") == (201, None)
    assert replaced(identification, ONE, TWO) == (201, None)
    assert replaced(identification, THREE, TWO) == (409, "parts-collide")


def test_two_villages_that_come_to_a_third_collide_in_their_groups(identification: RunningIdentification) -> None:
    for village in (ONE, THREE):
        opened(identification, village, "01")

    assert replaced(identification, ONE, TWO) == (201, None)
    assert replaced(identification, THREE, TWO) == (409, "parts-collide")


def test_no_group_is_opened_where_another_is_to_come(identification: RunningIdentification) -> None:
    opened(identification, ONE, "01")
    assert replaced(identification, ONE, TWO) == (201, None)

    assert opened(identification, TWO, "01", valid_from="2015-01-01").json()["code"] == "group-goes-on"
    assert opened(identification, TWO, "02", valid_from="2015-01-01").status_code == 201


def test_no_group_is_opened_late_whose_code_goes_on_as_anothers(identification: RunningIdentification) -> None:
    opened(identification, TWO, "02")
    assert replaced(identification, ONE, TWO) == (201, None)

    refusal = opened(identification, ONE, "02", valid_from="2014-06-01", of=TWO).json()
    assert (refusal["code"], refusal["facts"]["other"]) == ("group-code-taken", f"{TWO}02")
    assert opened(identification, ONE, "03", valid_from="2014-06-01", of=TWO).status_code == 201


def whole(code: str) -> str:
    return code.ljust(12, "0")


def collisions(*opened: str, change: tuple[str, str], earlier: tuple[tuple[str, str], ...] = ()) -> set[str]:
    known = tuple(Replacement(*each, SINCE) for each in earlier)
    before, after = AreaCodes(known).on(SINCE), AreaCodes((*known, Replacement(*change, SINCE))).on(SINCE)
    return colliding(before, after, change[1], [each if len(each) > 12 else whole(each) for each in opened])


def test_a_counterpart_opened_for_it_takes_a_part_over() -> None:
    old, new = (COUNTY, "360427105"), (CITY_COUNTY, "360483105")

    assert collisions(*old, *new, change=(COUNTY, CITY_COUNTY)) == set()


def test_a_counterpart_takes_one_part_over_and_not_two() -> None:
    parts = (COUNTY, "360427105", NEXT_COUNTY, "360402105", CITY_COUNTY, "360483105")
    earlier = ((COUNTY, CITY_COUNTY),)

    assert collisions(*parts, change=(NEXT_COUNTY, CITY_COUNTY), earlier=earlier) == {"360483105000"}
    # Said of the townships themselves, they are one.
    said = (*earlier, ("360402105", "360483105"))
    assert collisions(*parts, change=(NEXT_COUNTY, CITY_COUNTY), earlier=said) == set()
    assert collisions(*parts, change=("360402105", "360483105"), earlier=earlier) == set()


def test_a_village_where_a_group_is_is_no_counterpart() -> None:
    village, other = "360427105201", "360483105201"
    townships = "360427105", "360483105"

    lived_in = collisions(*townships, village, other, f"{other}02", change=townships)
    assert lived_in == {other}
    assert collisions(*townships, village, other, f"{village}02", change=townships) == set()
