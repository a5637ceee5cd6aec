"""星子县 (360427) goes on as 庐山市 (360483): a household registered in 2015 is worked by the new officers in 2017."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from canaries import Canaries
from casework.roles import Role
from chronicle.principal import Principal
from dossiers import FRUIT, INDUSTRY, LATE, SAFETY_NET, convener, form, officer, reviewer
from httpx2 import Response
from huangxi import API, closing, conclusion, drawing, meeting, posting, verification
from serving import Served, principal, serving, yihu
from travelling import Traveller

OLD, NEW, OLD_TOWNSHIP, NEW_TOWNSHIP = "360427", "360483", "360427105", "360483101"
OLD_VILLAGE, NEW_VILLAGE = f"{OLD_TOWNSHIP}201", f"{NEW_TOWNSHIP}201"
OLD_GROUP, NEW_GROUP = f"{OLD_VILLAGE}01", f"{NEW_VILLAGE}01"
LIST_OF_2014 = """code,name,level,parent_code,code_source
360000000000,江西省,province,,official
360400000000,九江市,prefecture,360000000000,official
360402000000,庐山区,county,360400000000,official
360427000000,星子县,county,360400000000,official
360427105000,横塘镇,township,360427000000,official
360427105201,和公塘村委会,village,360427105000,official
"""
# The county has another name and code, its township another number in it; the district only another name.
LIST_OF_2016 = """code,name,level,parent_code,code_source
360000000000,江西省,province,,official
360400000000,九江市,prefecture,360000000000,official
360402000000,濂溪区,county,360400000000,official
360483000000,庐山市,county,360400000000,official
360483101000,横塘镇,township,360483000000,official
360483101201,和公塘村委会,village,360483101000,official
"""
CITY = principal("city", (Role.COUNTY_OFFICER, "3604"))
TAKING = principal("taking", (Role.COUNTY_OFFICER, NEW))
BEFORE, AFTER = officer(OLD_GROUP), officer(NEW_GROUP)
REGISTER = f"{API}/registered-households"


class InOneProcess:
    """The embedded edition."""

    def __init__(self, served: Served) -> None:
        self.served = served

    def ask(self, who: Principal | None, method: str, path: str, body: Any = None, **headers: str) -> Response:
        """Send one request, once all that was recorded is everywhere."""
        self.served.settle()
        return self.served.ask(who, method, path, body, **headers)

    def yihu(self, *arguments: str | Path) -> str:
        """Do what an operator does."""
        self.served.settle()
        done = yihu(*arguments, "--folder", self.served.folder)
        assert done.returncode == 0, done.stderr
        return done.stdout


@dataclass
class Village:
    """The village in the old county: one household is registered there, another is to be verified by the village."""

    traveller: Traveller
    registered: str
    under_way: str
    household_id: str
    project: str

    def seen_by(self, who: Principal) -> set[str]:
        """The applications somebody finds in the list."""
        return {row["application_id"] for row in self.traveller.read(who, f"{API}/applications")["items"]}

    def counted(self, area: str, on: str, who: Principal = CITY) -> tuple[str, int]:
        """What the register counts in an area on a day."""
        found = self.traveller.read(who, f"{REGISTER}/totals?area={area}&on={on}")
        return found["area_name"], found["households"]


def applied(traveller: Traveller, couple: int) -> str:
    return traveller.send(BEFORE, f"{API}/applications", form(Canaries(couple), OLD_GROUP)).rpartition("/")[2]


def posted(traveller: Traveller, step: int, ids: list[str], area: str, who: Principal) -> None:
    notice = traveller.send(who, f"{API}/public-notices", posting(step, ids, area_code=area, **LATE))
    traveller.send(who, f"{notice}/closing", closing(step, **LATE))


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Village]:
    with serving(tmp_path_factory.mktemp("areas")) as served:
        traveller = Traveller(InOneProcess(served))
        imported(traveller, tmp_path_factory.mktemp("2014"), LIST_OF_2014, "2014-01-01")
        group = {"number": "01", "name": "一组", "valid_from": "2014-01-01"}
        traveller.send(BEFORE, f"{API}/areas/{OLD_VILLAGE}/villager-groups", group)
        first, second = applied(traveller, 1), applied(traveller, 2)
        both = [first, second]
        traveller.send(convener(OLD_GROUP), f"{API}/group-meetings", meeting(both, group_code=OLD_GROUP, **LATE))
        posted(traveller, 3, both, OLD_GROUP, convener(OLD_GROUP))
        verified = verification([first], village_code=OLD_VILLAGE, **LATE)
        traveller.send(BEFORE, f"{API}/village-verifications", verified)
        posted(traveller, 5, [first], OLD_VILLAGE, BEFORE)
        township = f"{OLD_TOWNSHIP}000"
        held = traveller.send(reviewer(OLD_GROUP), f"{API}/review-rounds", drawing([first], area_code=township, **LATE))
        traveller.send(reviewer(OLD_GROUP), f"{held}/conclusion", conclusion([first], **LATE))
        posted(traveller, 7, [first], OLD_VILLAGE, BEFORE)
        household = traveller.read(BEFORE, f"{API}/applications/{first}")["household_id"]
        opened = {"area_code": OLD_VILLAGE, **FRUIT, "on": "2015-07-20", **LATE}
        project = traveller.send(BEFORE, f"{INDUSTRY}/projects", opened)
        yield Village(traveller, first, second, household, project)


def imported(traveller: Traveller, folder: Path, text: str, valid_from: str, *more: str) -> str:
    file = folder / "areas.csv"
    file.write_text(text, "utf-8")
    return str(traveller.edition.yihu("areas", "import", file, "--valid-from", valid_from, *more))


def test_a_county_goes_on_under_another_code(village: Village, tmp_path: Path) -> None:
    traveller, before = village.traveller, village.counted(f"{OLD}000000", "2015-12-31")
    assert before == ("星子县", 1)

    told = imported(traveller, tmp_path, LIST_OF_2016, "2016-12-01", "--complete", "360400000000")
    assert "3 of them new" in told
    again = imported(traveller, tmp_path, LIST_OF_2016, "2016-12-01", "--complete", "360400000000")
    assert "proposed" not in again

    # A list changes nothing: who worked there works there, until the counties confirm what it proposes.
    both = {village.registered, village.under_way}
    assert (village.seen_by(BEFORE), village.seen_by(AFTER)) == (both, set())
    proposals = traveller.read(CITY, f"{API}/area-changes?standing=proposed")["items"]
    assert {(each["code"][:9], each["name"], each["successor_code"]) for each in proposals} == {
        ("360402000", "濂溪区", None),
        ("360427000", None, "360483000000"),
        ("360427105", None, "360483101000"),
    }
    of = {each["code"]: f"{API}/areas/{each['code']}/changes/{each['proposal_id']}" for each in proposals}
    county, township = of["360427000000"], of["360427105000"]
    giving = principal("giving", (Role.COUNTY_OFFICER, OLD))
    assert _refused(traveller, giving, f"{county}/confirmation") == "outside-your-area"
    assert _refused(traveller, TAKING, f"{county}/confirmation") == "parts-without-successor"
    _confirmed(traveller, TAKING, f"{township}/confirmation")
    _confirmed(traveller, TAKING, f"{county}/confirmation")
    _confirmed(traveller, CITY, f"{of['360402000000']}/confirmation")

    _worked_by_the_new_officers(village, both)
    _printed_as_it_was(village, before)


def _refused(traveller: Traveller, who: Principal, path: str) -> str:
    answer = traveller.ask(who, "POST", path)
    assert not answer.is_success
    return str(answer.json()["code"])


def _confirmed(traveller: Traveller, who: Principal, path: str) -> None:
    answer = traveller.ask(who, "POST", path)
    assert answer.status_code == 201, answer.text


def _worked_by_the_new_officers(village: Village, both: set[str]) -> None:
    traveller = village.traveller
    assert village.seen_by(AFTER) == both
    assert village.seen_by(BEFORE) == set()
    assert traveller.ask(BEFORE, "GET", f"{API}/applications/{village.registered}").status_code == 403
    timeline = f"/api/gateway/v1/households/{village.household_id}/timeline"
    assert traveller.ask(BEFORE, "GET", timeline).status_code == 403
    assert traveller.read(AFTER, timeline)["entries"]
    assert traveller.read(AFTER, f"{API}/registered-households?area={NEW_VILLAGE}")["items"]
    # The one in the middle of its steps goes on, under the new code.
    on = {"on": "2017-02-01", **LATE}
    filed = verification([village.under_way], village_code=OLD_VILLAGE, **on)
    assert traveller.refused(AFTER, f"{API}/village-verifications", filed) == "area-not-valid"
    going_on = verification([village.under_way], village_code=NEW_VILLAGE, **on)
    traveller.send(AFTER, f"{API}/village-verifications", going_on)
    # And in the other services.
    share = {"household_id": village.household_id, "quantity": "0.5"}
    traveller.send(AFTER, f"{village.project}/enrolments", {"households": [share], **on})
    assessed = {"household_id": village.household_id, "protected_persons": 2, **on}
    traveller.send(AFTER, f"{SAFETY_NET}/allowances", assessed)
    areas = {entry["valid_on"]: entry["area"] for entry in traveller.read(AFTER, timeline)["entries"]}
    assert (areas["2015-06-01"], areas["2017-02-01"]) == (OLD_VILLAGE, NEW_VILLAGE)


def _printed_as_it_was(village: Village, before: tuple[str, int]) -> None:
    traveller = village.traveller
    (row,) = traveller.read(AFTER, REGISTER)["items"]
    assert (row["group_code"], row["place_name"]) == (OLD_GROUP, "星子县横塘镇和公塘村委会")
    shown = traveller.read(AFTER, f"{API}/areas/{OLD}000000?on=2015-06-30")
    assert (shown["name"], shown["now"]) == ("星子县", f"{OLD}000000")
    assert traveller.read(AFTER, f"{API}/areas/{OLD}000000?on=2017-01-01")["now"] == f"{NEW}000000"
    assert traveller.read(AFTER, f"{API}/areas/360402000000?on=2016-11-30")["name"] == "庐山区"
    assert traveller.read(AFTER, f"{API}/areas/360402000000?on=2017-01-01")["name"] == "濂溪区"
    groups = traveller.read(AFTER, f"{API}/areas?parent={NEW_VILLAGE}")["items"]
    assert [(each["code"], each["name"]) for each in groups] == [(NEW_GROUP, "一组")]
    # Totals of a day are the same before and after.
    assert village.counted(f"{OLD}000000", "2015-12-31") == before
    assert village.counted(f"{OLD}000000", "2015-12-31", TAKING) == before
    assert village.counted(f"{NEW}000000", "2016-12-01") == ("庐山市", 1)
    assert village.counted(f"{OLD}000000", "2016-12-01")[1] == 0
    assert village.counted("360400000000", "2015-12-31")[1] == village.counted("360400000000", "2017-01-01")[1] == 1
    board = f"/api/gateway/v1/notice-board/{OLD_VILLAGE}"
    assert traveller.read(AFTER, board)["village_code"] == NEW_VILLAGE
