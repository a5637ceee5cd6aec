"""What was annulled, or undone by a return: its copy is printed with 作废 across it, and whoever holds one is told."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from huangxi import (
    API,
    MEETINGS,
    VERIFICATIONS,
    Huangxi,
    accepted,
    conclusion,
    huangxi,
    meeting,
    verification,
)
from person_ids import person_id
from printed import text_of
from yihu.demo.printed import rows_of

APPLICATIONS = f"{API}/applications"
ANNULLED = "已于2015年6月6日作废，仅供存档，不得使用。"
AGAINST = {"in_favour": 3, "against": 18, "abstained": 1}


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory, typeface_folder: Path) -> Iterator[Huangxi]:
    folder = tmp_path_factory.mktemp("annulled-papers")
    with huangxi(f"sqlite:///{folder / 'village.db'}", folder, typeface_folder=typeface_folder) as village:
        yield village


def paper(village: Huangxi, path: str, who: str = "officer") -> bytes:
    answer = village.ask(who, path, purpose="case_work")
    assert answer.status_code == 200, answer.text
    return answer.content


def told_of(village: Huangxi, pdf: bytes) -> tuple[str, str | None]:
    document, _, rest = text_of(pdf).partition("文书编号：")[2].partition("校验码：")
    told: Any = village.ask("villager", f"{API}/documents/{document}", digest=rest[:32]).json()
    return told["standing"], told["annulled_on"]


def test_the_sheet_of_an_annulled_notice_is_printed_with_a_mark_and_its_rows(village: Huangxi) -> None:
    act = village.hold(3, village.bring(village.file(2), to=3))
    before = paper(village, f"{act}/sheet.pdf")
    assert "作废" not in "".join(text_of(before).split("仅供"))
    assert told_of(village, before) == ("current", None)

    village.on("06-06")
    body = {"on": "2015-06-06", "reason": "torn", "performed_by": [person_id("convener")]}
    accepted(village.send("convener", f"{act}/annulment", body))
    copy = paper(village, f"{act}/sheet.pdf")

    assert ANNULLED in text_of(copy)
    assert [*rows_of(copy)] == [*rows_of(before)]
    assert told_of(village, before) == told_of(village, copy) == ("annulled", "2015-06-06")


def test_a_sheet_posted_anew_bears_no_mark(village: Huangxi) -> None:
    ids = village.bring(village.file(1), to=3)
    torn = village.hold(3, ids)
    village.on("06-06")
    body = {"on": "2015-06-06", "reason": "torn", "performed_by": [person_id("convener")]}
    accepted(village.send("convener", f"{torn}/annulment", body))
    posting = {"on": "2015-06-06", "step": 3, "area_code": f"{360424106216}01", "application_ids": ids, "place": "祠堂"}
    anew = accepted(
        village.send("convener", f"{API}/public-notices", {**posting, "performed_by": [person_id("convener")]})
    )

    assert "作废" not in text_of(paper(village, f"{anew}/sheet.pdf"))


def test_the_sheet_of_a_visit_that_a_return_undid_is_marked_until_the_next_visit(village: Huangxi) -> None:
    ids = village.bring(village.file(1), to=6)
    sheet = f"{APPLICATIONS}/{ids[0]}/visit-sheet.pdf"
    before = paper(village, sheet)
    assert told_of(village, before)[0] == "current"

    act = village.hold(6, ids)
    village.on("06-24")
    returned = {"verdict": "return", "return_to": 4, "return_reason": "evidence_missing"}
    accepted(village.send("reviewer", f"{act}/conclusion", conclusion(ids, returned)))
    assert told_of(village, before) == ("annulled", "2015-06-24")
    assert "已于2015年6月24日作废" in text_of(paper(village, sheet))

    village.on("06-26")
    again = verification(
        ids, on="2015-06-26", visits=[{**visit, "visited_on": "2015-06-25"} for visit in verification(ids)["visits"]]
    )
    accepted(village.send("officer", VERIFICATIONS, again))
    assert "作废" not in text_of(paper(village, sheet))
    assert told_of(village, before)[0] == "annulled"


def test_the_letter_of_a_rejection_that_was_reopened_counts_no_more(village: Huangxi) -> None:
    (one,) = village.file(1)
    village.on("06-03")
    held = meeting([one])
    accepted(village.send("convener", MEETINGS, {**held, "agenda": [{**held["agenda"][0], "votes": AGAINST}]}))
    letter = paper(village, f"{APPLICATIONS}/{one}/result-letter.pdf")
    village.on("06-05")
    asking = {"on": "2015-06-05", "statement": "请再核实一次。"}
    accepted(village.send("officer", f"{APPLICATIONS}/{one}/reconsideration-request", asking))
    assert told_of(village, letter)[0] == "older"

    village.on("06-08")
    decision = {"on": "2015-06-08", "decision": "reopened", "findings": "重新评议。"}
    accepted(village.send("arbiter", f"{APPLICATIONS}/{one}/reconsideration-decision", decision))
    assert told_of(village, letter) == ("annulled", "2015-06-08")
