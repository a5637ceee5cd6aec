"""The application form and the visit sheet, printed filled; ID numbers only for an identity check."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from casework.codes import Sex
from casework.id_number import invented
from chronicle.messages import new_id
from chronicle.store.tables import access_log
from forms import form, typed
from huangxi import (
    API,
    BORN,
    FOUND,
    REJECT,
    VERIFICATIONS,
    Huangxi,
    accepted,
    huangxi,
    refused,
    stating,
    verification,
    verified_in_2017,
)
from papers import proof
from person_ids import person_id
from printed import text_of
from sqlalchemy import select

APPLICATIONS = f"{API}/applications"
RETURN = {"verdict": "return", "return_to": 2, "return_reason": "income_unclear"}
NUMBERS = count(5_101)


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory, typeface_folder: Path) -> Iterator[Huangxi]:
    folder = tmp_path_factory.mktemp("forms")
    with huangxi(f"sqlite:///{folder / 'village.db'}", folder, typeface_folder=typeface_folder) as village:
        yield village


def couple() -> list[dict[str, Any]]:
    head, spouse = (invented(next(NUMBERS), BORN, sex) for sex in (Sex.MALE, Sex.FEMALE))
    ill = {"health_status": "chronic_illness", "labour_skill": "weak_or_half"}
    return [typed("欧阳清和", head, "household_head"), typed("上官秋实", spouse, "spouse", **ill)]


def filed(village: Huangxi, **changed: Any) -> tuple[str, list[str]]:
    """An application over HTTP; its id, and the ID numbers of its members."""
    village.on("06-01")
    members = changed.pop("members", None) or couple()
    location = accepted(village.send("officer", APPLICATIONS, form(members=members, **changed)))
    return location.rpartition("/")[2], [one["id_number"] for one in members]


def ask(village: Huangxi, one: str, paper: str, who: str = "officer", purpose: str = "case_work") -> Any:
    return village.ask(who, f"{APPLICATIONS}/{one}/{paper}.pdf", purpose=purpose)


def printed(village: Huangxi, one: str, paper: str = "application-form", **asked: str) -> str:
    answer = ask(village, one, paper, **asked)
    assert answer.status_code == 200, answer.text
    return text_of(answer.content)


def logged(village: Huangxi) -> list[tuple[str, str]]:
    with village.service.database.reading() as connection:
        rows = connection.execute(select(access_log.c.purpose, access_log.c.fields).order_by(access_log.c.id))
        return [(row.purpose, row.fields) for row in rows]


def test_the_form_shows_what_the_household_stated(village: Huangxi) -> None:
    one, _ = filed(village)
    told = printed(village, one)

    assert "江西省九江市修水县马坳镇黄溪村委会一组申请日期：2015年6月1日" in told
    assert "欧阳清和不显示本人或户主健康普通劳动力非在校生" in told
    assert "上官秋实不显示配偶长期慢性病弱劳动力或半劳动力非在校生" in told
    assert "■家庭成年成员□受委托的亲属姓名：欧阳清和" in told
    assert "■没有□有" in told
    assert "工资性收入3600.00生产经营性收入2000.00生产经营性支出600.00财产性收入0.00转移性收入0.00" in told
    assert "耕地2.40亩林地0.00亩住房68.00平方米住房：□安全■C级危房□D级危房" in told
    assert "饮水是否安全：■是□否饮水是否困难：□是■否" in told
    assert "■因病□因残" in told
    assert "■同意有关部门" in told


def test_a_household_with_kin_among_the_cadres_has_that_on_its_form(village: Huangxi) -> None:
    one, _ = filed(village, kin_of_cadres=[person_id("a cadre")])

    assert "□没有■有，1人" in printed(village, one)


def test_id_numbers_are_printed_only_to_check_who_somebody_is_and_each_is_logged(village: Huangxi) -> None:
    one, numbers = filed(village)
    before = len(logged(village))
    told, checked = printed(village, one), printed(village, one, purpose="identity_check")

    assert [number for number in numbers if number in told] == []
    assert [number for number in numbers if number not in checked] == []
    assert logged(village)[before:] == [("case_work", "name")] * 2 + [("identity_check", "id_number,name")] * 2


def test_the_form_shows_what_stands_after_it_was_amended(village: Huangxi) -> None:
    one, _ = filed(village)
    old = printed(village, one)
    village.on("06-02")
    accepted(
        village.send("officer", f"{APPLICATIONS}/{one}/amendment", {"on": "2015-06-02", "causes": ["cause_disability"]})
    )
    told = printed(village, one)

    assert "变更日期" not in old
    assert "申请日期：2015年6月1日变更日期：2015年6月2日" in told
    assert "□因病■因残" in told
    assert f"application-form/{one}/2" in told
    assert told_of(village, old)["standing"] == "older"
    assert told_of(village, told)["standing"] == "current"


def test_the_form_is_printed_for_those_who_enter_in_whose_area_and_for_a_purpose_it_serves(village: Huangxi) -> None:
    one, _ = filed(village)
    for who in ("convener", "officer", "reviewer", "county"):
        assert ask(village, one, "application-form", who).status_code == 200

    before = logged(village)
    refused(ask(village, one, "application-form", "neighbour"), 404, "not-found")
    refused(ask(village, new_id(), "application-form"), 404, "not-found")
    refused(ask(village, one, "application-form", "auditor"), 403, "not-your-duty")
    refused(ask(village, one, "application-form", "villager"), 403, "not-your-duty")
    # Who convenes checks nobody's number.
    refused(ask(village, one, "application-form", "convener", "identity_check"), 403, "not-your-duty")
    for purpose in ("public_notice", "contact", "own_request", "objection"):
        refused(ask(village, one, "application-form", purpose=purpose), 403, "not-for-this-purpose")
    assert logged(village) == before


def test_the_visit_sheet_shows_what_was_stated_before_and_what_the_village_found(village: Huangxi) -> None:
    one, numbers = filed(village)
    village.bring([one], to=5)
    told = printed(village, one, "visit-sheet")

    assert "黄溪村委会一组户主：欧阳清和入户日期：2015年6月11日" in told
    assert "家庭成员2人：本人或户主、配偶" in told
    assert "健康状况健康1人、长期慢性病1人" in told
    assert "劳动力普通劳动力1人、弱劳动力或半劳动力1人" in told
    assert "在校学生无" in told
    assert "上年收入纯收入5000.00元，人均2500.00元" in told
    assert "■通过□退回□不予通过" in told
    assert f"核查情况{FOUND}" in told
    assert "照片和附件1份" in told
    assert [number for number in numbers if number in told] == []


def test_the_visit_sheet_shows_why_the_village_rejected_or_returned(village: Huangxi) -> None:
    rejected, returned = village.bring([filed(village)[0] for _ in range(2)], to=4)
    village.on("06-12")
    body = verification([rejected, returned], REJECT)
    body["visits"][1]["outcome"] = RETURN
    accepted(village.send("officer", VERIFICATIONS, body))

    assert "■在城镇购建住房、商铺或土地" in printed(village, rejected, "visit-sheet")
    assert "□通过□退回■不予通过" in printed(village, rejected, "visit-sheet")
    told = printed(village, returned, "visit-sheet")
    assert "■收入核算不清" in told
    assert "□通过■退回□不予通过退回到第2步" in told


def test_the_visit_sheet_counts_what_proves_the_reason_of_a_rejection(village: Huangxi) -> None:
    (one,) = village.bring([filed(village)[0]], to=4)
    village.on("2017-03-01")
    papers = [proof(village, one) for _ in range(2)]
    named = {"evidence": papers, "confirmed_by": person_id("verifier")}
    stated = stating("holds", "vehicle_or_machine", **named)
    accepted(village.send("officer", VERIFICATIONS, verified_in_2017([one], "vehicle_or_machine", stated)))

    assert "情形的证明证明材料2份，由一名核查人确认" in printed(village, one, "visit-sheet")


def test_before_the_village_visited_there_is_no_sheet_and_nothing_is_opened(village: Huangxi) -> None:
    one, _ = filed(village)
    before = logged(village)
    refused(ask(village, one, "visit-sheet"), 404, "no-visit-yet")

    assert logged(village) == before


def test_the_visit_sheet_is_printed_for_those_who_enter_in_whose_area_and_for_case_work(village: Huangxi) -> None:
    (one,) = village.bring(village.file(1), to=5)
    before = len(logged(village))
    assert ask(village, one, "visit-sheet", "reviewer").status_code == 200
    assert logged(village)[before:] == [("case_work", "name"), ("case_work", "findings")]

    refused(ask(village, one, "visit-sheet", "neighbour"), 404, "not-found")
    refused(ask(village, one, "visit-sheet", "auditor"), 403, "not-your-duty")
    refused(ask(village, one, "visit-sheet", purpose="identity_check"), 403, "not-for-this-purpose")


def told_of(village: Huangxi, printed: str) -> Any:
    """What whoever holds a paper is told of it."""
    document, _, rest = printed.partition("文书编号：")[2].partition("校验码：")
    return village.ask("villager", f"{API}/documents/{document}", digest=rest[:32]).json()
