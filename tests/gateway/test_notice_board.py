"""What everybody may read of the public notices of a village, and for how long."""

import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from chronicle.feed.embedded import EmbeddedFeed
from chronicle.following import rebuild
from gateway.notice_board.names import shown
from gateway.notice_board.projections import notice_board
from identification.cases.area.events import AreaReplaced
from identification.cases.area.findings import ChangeDocument, DocumentIssuer
from running_gateway import (
    FIRST_DAY,
    GROUP,
    HOW_TO_OBJECT,
    OTHER_VILLAGE,
    TOWNSHIP,
    VILLAGE,
    RunningGateway,
    person,
    posted,
    row,
    running,
    told,
)
from running_service import ROOT

BOARD = "/api/gateway/v1/notice-board"


def read(gateway: RunningGateway, village: str = VILLAGE) -> Any:
    answer = gateway.client().get(f"{BOARD}/{village}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def notices(gateway: RunningGateway, village: str = VILLAGE) -> list[str]:
    return [notice["notice_id"] for notice in read(gateway, village)["notices"]]


def heads(gateway: RunningGateway, village: str = VILLAGE) -> list[str]:
    return [one["head"] for notice in read(gateway, village)["notices"] for one in notice["households"]]


def test_everybody_reads_group_head_and_size_of_the_households_posted(gateway_on_each: RunningGateway) -> None:
    notice_id = gateway_on_each.post("张三丰", "李四")

    assert read(gateway_on_each) == {
        "village_code": VILLAGE,
        "village": "黄溪村委会",
        "within": ["修水县", "马坳镇"],
        "on": "2015-06-01",
        "names": "masked",
        "notices": [
            {
                "notice_id": notice_id,
                "number": f"20150601-{notice_id[-6:].upper()}",
                "title": "组级公示",
                "area": "上屋组",
                "first_day": "2015-06-01",
                "last_day": "2015-06-07",
                "how_to_object": HOW_TO_OBJECT,
                "households": [
                    {"group": "上屋组", "head": "张**", "household_size": 4, "last_day": "2015-06-07"},
                    {"group": "上屋组", "head": "李*", "household_size": 4, "last_day": "2015-06-07"},
                ],
            }
        ],
    }


# 1 June begins in China on 31 May, 16:00 UTC, and 7 June ends there on 7 June, 16:00 UTC.
@pytest.mark.parametrize(
    ("moment", "hangs"),
    [
        (datetime(2015, 5, 31, 15, 59, 59, tzinfo=UTC), False),
        (datetime(2015, 5, 31, 16, tzinfo=UTC), True),
        (datetime(2015, 6, 7, 15, 59, 59, tzinfo=UTC), True),
        (datetime(2015, 6, 7, 16, tzinfo=UTC), False),
    ],
)
def test_a_notice_hangs_from_its_first_day_to_its_last(
    gateway: RunningGateway, moment: datetime, *, hangs: bool
) -> None:
    gateway.post("张三丰", first_day=date(2015, 6, 1))
    gateway.clock.set(moment)

    assert bool(notices(gateway)) is hangs


def test_notices_hang_in_the_order_of_their_first_days(gateway: RunningGateway) -> None:
    later = gateway.post("张三丰", area=VILLAGE)
    earlier = gateway.post("李四", first_day=FIRST_DAY - timedelta(days=3))

    assert notices(gateway) == [earlier, later]


def test_a_village_sees_only_its_own_rows_of_a_list_posted_for_many(gateway: RunningGateway) -> None:
    people = gateway.enrol(person("张三丰"), person("李四"))
    ours, theirs = people.people
    notice = posted([row(ours.person_id), row(theirs.person_id, f"{OTHER_VILLAGE}01")], TOWNSHIP)
    gateway.record(told(notice, f"area/{TOWNSHIP}", area=TOWNSHIP), people=people)

    assert heads(gateway) == ["张**"]
    assert heads(gateway, OTHER_VILLAGE) == ["李*"]


def test_groups_that_went_along_under_another_code_keep_their_names(gateway: RunningGateway) -> None:
    code = "360424110216"
    document = ChangeDocument(issuer=DocumentIssuer.COUNTY, year=2015, number=7)
    replaced = AreaReplaced(
        proposal_id="change",
        code=VILLAGE,
        successor_code=code,
        valid_from=FIRST_DAY,
        document=document,
        proposed_by="somebody",
    )
    gateway.record(told(replaced, f"area/{VILLAGE}"))
    gateway.post("张三丰", area=f"{code}01", group=f"{code}01")

    (notice,) = read(gateway, code)["notices"]
    assert (notice["area"], [each["group"] for each in notice["households"]]) == ("上屋组", ["上屋组"])


def test_a_notice_is_called_as_it_was_posted_and_objected_to_as_it_says(gateway: RunningGateway) -> None:
    notice = posted([], VILLAGE).model_copy(update={"title": "村级公示（终榜）", "how_to_object": "请打电话。"})
    people = gateway.enrol(person("张三丰"))
    notice = notice.model_copy(update={"rows": (row(people.people[0].person_id),)})
    gateway.record(told(notice, f"area/{VILLAGE}"), people=people)

    (shown_there,) = read(gateway)["notices"]
    assert (shown_there["title"], shown_there["how_to_object"]) == ("村级公示（终榜）", "请打电话。")


def test_a_village_without_notices_has_an_empty_board(gateway: RunningGateway) -> None:
    gateway.post("张三丰")

    assert notices(gateway, OTHER_VILLAGE) == []


@pytest.mark.parametrize("code", ["360424106299", TOWNSHIP, GROUP, "360000000000"])
def test_only_villages_have_a_board(gateway: RunningGateway, code: str) -> None:
    gateway.post("张三丰")
    answer = gateway.client().get(f"{BOARD}/{code}")

    assert (answer.status_code, answer.json()["code"]) == (404, "no-such-village")


def test_there_is_no_list_over_villages(gateway: RunningGateway) -> None:
    gateway.post("张三丰")

    assert gateway.client().get(BOARD).status_code == 404
    assert gateway.client().get(f"{BOARD}/").status_code == 404


def test_a_county_may_decide_for_full_names(tmp_path: Path) -> None:
    policy = tmp_path / "policy"
    shutil.copytree(ROOT / "policy" / "gateway", policy)
    decided = {"name": "public_notice_web_name", "value": "full", "from": date(2015, 1, 1)}
    entry = {**decided, "source": "the county's own rule", "needs_confirmation": False}
    (policy / "360424.yaml").write_text(yaml.safe_dump([entry]))

    with running(f"sqlite:///{tmp_path / 'gateway.db'}", tmp_path, policy_folder=policy) as gateway:
        gateway.open_areas()
        gateway.post("张三丰")
        assert (read(gateway)["names"], heads(gateway)) == ("full", ["张三丰"])


@pytest.mark.parametrize(("name", "masked"), [("张三丰", "张**"), ("李四", "李*"), ("王", "王*")])
def test_of_a_masked_name_only_the_first_character_shows(name: str, masked: str) -> None:
    assert shown(name, "masked") == masked
    assert shown(name, "full") == name


def test_a_board_made_anew_is_the_same(gateway: RunningGateway) -> None:
    gateway.post("张三丰", "李四")
    gateway.post("王五", area=VILLAGE)
    before = read(gateway)

    rebuilt = rebuild(notice_board, gateway.service.database, EmbeddedFeed(gateway.service.database))

    assert set(rebuilt.differing.values()) == {0}
    assert read(gateway) == before
